"""What `make check` and `make test` promise: a line per step, and the first failure ends it."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
PYTEST = (str(BIN / "pytest"), "-q", "--no-header")


@dataclass(frozen=True)
class Step:
    """One thing to prove, and the folder or file without which there is nothing to prove."""

    name: str
    command: tuple[str, ...]
    needs: str = ""


LINT = Step("lint", (str(BIN / "ruff"), "check", "--quiet"))
FORMAT = Step("format", (str(BIN / "ruff"), "format", "--check", "--quiet"))
HOUSE = Step("house rules", (PYTHON, "scripts/house_lint.py"))
CONTRACTS = Step("import contracts", (str(BIN / "lint-imports"), "--no-cache"))
TYPES = Step("types", (str(BIN / "mypy"), "--no-error-summary"))
UNIT = Step("unit tests", (*PYTEST, "-m", "not slow", "tests", "--ignore=tests/browser"))
SQLITE = Step("tests on SQLite", (*PYTEST, "tests", "--ignore=tests/browser"))
# Adapters, stand-ins and the house's own rules meet no database of ours: once is enough for them.
WITHOUT_DATABASE = ("browser", "channels", "house", "simulator")
POSTGRES = Step(
    "tests on PostgreSQL",
    (
        *(PYTHON, "scripts/with_postgres.py", *PYTEST, "tests"),
        *(f"--ignore=tests/{folder}" for folder in WITHOUT_DATABASE),
    ),
)
FRONT_END = Step("front-end tests", (PYTHON, "scripts/frontend.py", "test"), "web/package.json")
WHEEL = Step("wheel", (PYTHON, "scripts/try_wheel.py"))
# Apart from the others: Playwright's synchronous face and pytest-asyncio clash in one process.
JOURNEYS = Step("browser journeys", (*PYTEST, "tests/browser"), "tests/browser")

FAST = (LINT, FORMAT, HOUSE, CONTRACTS, TYPES)
SUITES = {
    "check": (*FAST, UNIT),
    "test": (*FAST, SQLITE, POSTGRES, FRONT_END, WHEEL, JOURNEYS),
}


def main() -> int:
    steps = SUITES[sys.argv[1]] if sys.argv[1:] else SUITES["check"]
    began = time.monotonic()
    for step in steps:
        if step.needs and not (ROOT / step.needs).exists():
            print(f"  –  {step.name}: {step.needs} is not there yet")
        elif not passes(step):
            return 1
    print(f"All of it holds. {time.monotonic() - began:.1f} s")
    return 0


def passes(step: Step) -> bool:
    """Run a step, print its line; print what it said only when it fails, or its last line."""
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"},
    )
    took = f"{time.monotonic() - began:.1f} s"
    if done.returncode:
        print(f"  ✗  {step.name}  {took}\n{done.stdout}\nFailed: {step.name}", flush=True)
        return False
    print(f"  ✓  {step.name}  {took}", flush=True)
    if "pytest" in " ".join(step.command):
        print(done.stdout.rstrip().rpartition("\n")[2], flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
