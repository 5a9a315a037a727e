"""Runs a command against a PostgreSQL of its own: `with_postgres.py COMMAND …`.

The cluster lives in a temporary folder, answers on a Unix socket there and nowhere else, and is
gone afterwards. The command finds it in SAMBUNG_TEST_DATABASE. It is fast rather than durable.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setup import find_postgres

# PostgreSQL refuses to run as root; Debian's package brings this user.
UNPRIVILEGED = "postgres"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def private_cluster() -> Iterator[str]:
    """The URL of an empty database on a cluster that lives as long as the block."""
    programs = find_postgres()
    if programs is None:
        sys.exit(
            "PostgreSQL >= 15 is missing; `python3 scripts/setup.py test` says what to install"
        )
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="sambung-pg-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    options = {**FAST, "listen_addresses": "", "unix_socket_directories": str(folder)}
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    try:
        _run(programs / "initdb", user, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        control = (programs / "pg_ctl", user, "-D", data, "-w", "-s")
        _run(*control, "-l", folder / "log", "-o", " ".join(settings), "start")
        try:
            _run(programs / "createdb", user, "-h", folder, "-U", "postgres", "sambung")
            yield f"postgresql://postgres@/sambung?host={folder}"
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(program: Path, user: str | None, *arguments: object) -> None:
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(
        command, user=user, group=user, cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{program.name} failed:\n{done.stdout}{done.stderr}")


def main() -> None:
    # Whoever ends us politely lets us take the cluster down first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with private_cluster() as url:
        env = {**os.environ, "SAMBUNG_TEST_DATABASE": url}
        code = subprocess.run(sys.argv[1:], env=env, check=False).returncode
    sys.exit(code)


if __name__ == "__main__":
    main()
