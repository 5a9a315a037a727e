"""Makes a checkout ready: `setup.py run` to use it, `check` to work on it, `test` to test it all.

Standard library only, in the words of any Python 3, because it runs before the right one is
found. Every step leaves a stamp and is skipped while what it was made from has not changed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import frontend

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "sambung-setup.json"
PYTHON_AT_LEAST = (3, 11)
POSTGRES_AT_LEAST = 15
# What the tests start besides Python, and the Debian packages that bring it.
SYSTEM_PACKAGES = {
    "PostgreSQL": ("postgresql", "postgresql-contrib"),
    "Chromium": ("chromium",),
    "Dovecot": ("dovecot-imapd",),
    "ffmpeg": ("ffmpeg",),
}


def main() -> None:
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in ("run", "check", "test"):
        sys.exit("usage: setup.py [run|check|test]")
    make_virtualenv()
    stamps = json.loads(STAMP.read_text()) if STAMP.is_file() else {}
    install_locked("requirements.lock" if purpose == "run" else "requirements-dev.lock", stamps)
    install_project(stamps)
    install_node(stamps)
    if purpose != "check":
        build_front_end()
    if purpose != "run":
        install_peers()
    if purpose == "test":
        install_system_packages()


def make_virtualenv() -> None:
    if PYTHON.exists() and _version_of(str(PYTHON)) >= PYTHON_AT_LEAST:
        return
    python = _find_python()
    say(f"Making .venv with {python}")
    if VENV.exists():
        shutil.rmtree(VENV)
    if _quietly(python, "-c", "import ensurepip").returncode and _may_apt():
        _apt_install(["python3-venv"])
    run(python, "-m", "venv", str(VENV))


def install_locked(lock: str, stamps: "dict[str, str]") -> None:
    """Install exactly what the lock names; the dev lock holds all of the other one too."""
    digest = _digest(lock)
    if stamps.get(lock) == digest:
        return
    wider = "requirements-dev.lock"
    if stamps.get(wider) == _digest(wider):
        return
    say(f"Installing {lock}")
    pip("install", "--require-hashes", "-r", str(ROOT / lock))
    _remember(stamps, lock, digest)


def install_project(stamps: "dict[str, str]") -> None:
    digest = _digest("pyproject.toml", "src/sambung/__init__.py")
    if stamps.get("project") == digest and (VENV / "bin" / "sambung").exists():
        return
    say("Installing Sambung itself")
    pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _remember(stamps, "project", digest)


def install_node(stamps: "dict[str, str]") -> None:
    """Node.js from the lock where the machine has none."""
    digest = _digest("requirements-node.lock")
    if frontend.system_node() is None and stamps.get("node") != digest:
        say("Installing Node.js into .venv")
        pip("install", "--require-hashes", "-r", str(ROOT / "requirements-node.lock"))
        _remember(stamps, "node", digest)


def build_front_end() -> None:
    """Build `web/` if it changed. It says itself what it builds, and why it could not."""
    _front_end()


def install_peers() -> None:
    """Others' servers that tests talk to and that npm brings."""
    _front_end("peers")


def _front_end(*arguments: str) -> None:
    script = str(ROOT / "scripts" / "frontend.py")
    done = subprocess.run([str(PYTHON), script, *arguments], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def install_system_packages() -> None:
    """PostgreSQL, Chromium, Dovecot and ffmpeg, by apt where that is possible, else say what to install."""
    missing = [name for name, present in _system_programs().items() if not present]
    if missing and _may_apt():
        say("Installing " + ", ".join(missing))
        _apt_install([package for name in missing for package in SYSTEM_PACKAGES[name]])
        missing = [name for name, present in _system_programs().items() if not present]
    if missing:
        packages = " ".join(package for name in missing for package in SYSTEM_PACKAGES[name])
        sys.exit(
            f"The tests need {', '.join(missing)}. "
            f"On Debian or Ubuntu: sudo apt-get install {packages}"
        )


def find_postgres() -> "Path | None":
    """The folder with `initdb` and `postgres`, new enough; Debian keeps it off the PATH."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        told = _quietly(str(folder / "postgres"), "--version").stdout.split()
        if told and int(told[2].split(".")[0]) >= POSTGRES_AT_LEAST:
            return folder
    return None


def _system_programs() -> "dict[str, bool]":
    folders = os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin"
    chromium = ("chromium", "chromium-browser", "google-chrome")
    return {
        "PostgreSQL": find_postgres() is not None,
        "Chromium": any(shutil.which(name, path=folders) for name in chromium),
        "Dovecot": shutil.which("dovecot", path=folders) is not None,
        "ffmpeg": shutil.which("ffmpeg", path=folders) is not None,
    }


def _find_python() -> str:
    names = ["python3.14", "python3.13", "python3.12", "python3.11", "python3"]
    for candidate in [sys.executable, *filter(None, map(shutil.which, names))]:
        if _version_of(candidate) >= PYTHON_AT_LEAST:
            return candidate
    sys.exit("Sambung needs Python {}.{} or newer, and none was found.".format(*PYTHON_AT_LEAST))


def _version_of(python: str) -> "tuple[int, ...]":
    told = _quietly(python, "-c", "import sys; print(*sys.version_info[:2])").stdout
    return tuple(int(part) for part in told.split())


def _may_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(packages: "list[str]") -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", env=quiet)
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, env=quiet)


def _digest(*names: str) -> str:
    digest = hashlib.sha256()
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _remember(stamps: "dict[str, str]", name: str, digest: str) -> None:
    stamps[name] = digest
    STAMP.write_text(json.dumps(stamps, indent=1))


def pip(*arguments: str) -> None:
    run(str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)


def run(*command: str, env: "dict[str, str] | None" = None) -> None:
    """Run a command; when it fails, so do we, and all it said is the explanation."""
    done = subprocess.run(
        command,
        cwd=str(ROOT),
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")


def _quietly(*command: str) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
            check=False,
        )
    except OSError:
        return subprocess.CompletedProcess(command, 127, "", "")


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
