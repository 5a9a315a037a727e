"""A PostgreSQL of one's own, for as long as it is needed: in a temporary folder, on a Unix socket there only."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "postgres"
"""PostgreSQL refuses to run as root; Debian's package brings this user."""


class CannotStart(Exception):
    """What the program that failed said."""


def programs() -> Path | None:
    """The folder with `initdb`; Debian keeps it off the PATH."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return Path(on_path).resolve().parent if on_path else next(iter(folders), None)


@contextmanager
def private_cluster(programs: Path, options: Mapping[str, str]) -> Iterator[str]:
    """The URL of an empty database, with these settings of the server. Raises CannotStart."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="sambung-pg-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    options = {**options, "listen_addresses": "", "unix_socket_directories": str(folder)}
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
    done = subprocess.run(  # noqa: S603  PostgreSQL's own programs
        command, user=user, group=user, cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotStart(f"{program.name} failed:\n{done.stdout}{done.stderr}")
