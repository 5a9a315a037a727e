"""Proves that the wheel stands on its own: built, installed into an empty virtualenv, started.

Nothing of the checkout is on the path of what is started, so a folder that the wheel forgot shows.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START = 60.0
"""Seconds a first start may take: it migrates, and sets up the demo."""


class NotServed(Exception):
    """The demo did not answer as it should."""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="sambung-wheel-") as name:
        folder = Path(name)
        wheel = build(folder)
        check_contents(wheel)
        python = install(wheel, folder / "venv")
        start(python, folder)
    print(f"{wheel.name} installs and starts")


def build(folder: Path) -> Path:
    """The wheel, by way of the source archive, as a release is built."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return next(folder.glob("*.whl"))


def check_contents(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    for folder, marks in {"migrations": ["env.py"], "packs": []}.items():
        for mark in marks if (ROOT / folder).is_dir() else []:
            if f"sambung/_{folder}/{mark}" not in carried:
                sys.exit(f"{wheel.name} lacks {folder}/{mark}")
    if (ROOT / "web").is_dir() and not any(n.startswith("sambung/_web/desk/") for n in carried):
        sys.exit(f"{wheel.name} lacks the built front end")


def install(wheel: Path, where: Path) -> Path:
    venv.create(where, with_pip=True)
    python = where / "bin" / "python"
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock")
    run(*pip, "--no-deps", wheel)
    return python


def start(python: Path, folder: Path) -> None:
    """The commands answer, and the demo serves its desk and its health."""
    sambung = python.parent / "sambung"
    run(sambung, "--help", cwd=folder)
    port = free_port()
    env = {**clean_environment(folder), "PORT": str(port)}
    said = (folder / "demo.log").open("w")
    with (
        said,
        subprocess.Popen(
            [sambung, "demo"], cwd=folder, env=env, stdout=said, stderr=subprocess.STDOUT
        ) as demo,
    ):
        try:
            for path in ("/healthz", "/", "/simulator"):
                await_page(f"http://127.0.0.1:{port}{path}", demo)
        except NotServed as missing:
            sys.exit(f"sambung demo: {missing}\n{(folder / 'demo.log').read_text()}")
        finally:
            demo.terminate()


def await_page(url: str, server: subprocess.Popen[bytes]) -> None:
    """Ask until the page is there. Raises NotServed when the server ends or takes too long."""
    answer = "nothing"
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=LONGEST_START):  # noqa: S310  our own address
                return
        except urllib.error.HTTPError as refusal:
            raise NotServed(f"{url} answered {refusal.code}") from refusal
        except OSError as failure:
            answer = str(failure)
            time.sleep(0.2)
    raise NotServed(f"{url}: {answer}")


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def clean_environment(folder: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SAMBUNG_")}
    env.pop("PYTHONPATH", None)
    return {**env, "SAMBUNG_DATA": str(folder / "data")}


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=clean_environment(cwd),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = " ".join(map(str, command))
        sys.exit(f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
