"""Writes the first migration anew from the declared tables: until the first release there is no other.

.venv/bin/python scripts/first_revision.py
"""

import subprocess
import sys
from pathlib import Path

import sambung.main  # noqa: F401  (every table)
from sambung.kit import paths, schema
from sambung.kit.db import Store

NAME, REVISION = "Everything as it first was", "0001"
UP, DOWN = "-> None:\n", "\n\n\ndef downgrade"
FOUND = "from sambung.core import search_index\nfrom sambung.kit import columns"


def main() -> None:
    versions = paths.migrations() / "versions"
    others = [path.name for path in versions.glob("*.py") if not path.name.startswith(REVISION)]
    if others:
        sys.exit(f"There are later revisions ({', '.join(others)}): see docs/how-to/migrations.md")
    for path in versions.glob(f"{REVISION}_*.py"):
        path.unlink()
    path = schema.revise(Store("sqlite://"), NAME, REVISION)
    path.write_text(_with_search(path.read_text()))
    _tidy(path)


def _with_search(text: str) -> str:
    """Full-text tables are declared nowhere: made after the others, gone before them."""
    up, down = text.split(DOWN)
    up = up.rstrip() + "\n    search_index.create(op.get_bind())\n"
    down = down.replace(UP, UP + "    search_index.drop(op.get_bind())\n", 1)
    return (up + DOWN + down).replace("from sambung.kit import columns", FOUND, 1)


def _tidy(path: Path) -> None:
    ruff = str(Path(sys.executable).with_name("ruff"))
    for step in (("format",), ("check", "--fix", "--exit-zero"), ("format",)):
        subprocess.run([ruff, *step, "--quiet", path], check=True)


if __name__ == "__main__":
    main()
