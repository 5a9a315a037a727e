"""Proves that the wheel stands on its own: built, installed into an empty virtualenv, started.

Nothing of the checkout is on the path of what is started, so a folder that the wheel forgot shows.
"""

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
    sambung = python.parent / "sambung"
    run(sambung, "--help", cwd=folder)
    run(sambung, "migrate", cwd=folder)


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**env, "SAMBUNG_DATA": str(cwd / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = " ".join(map(str, command))
        sys.exit(f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
