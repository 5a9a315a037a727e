"""The house's own lint: what no ready-made linter can know about this house.

    python scripts/house_lint.py            every finding, and why it is one
    python scripts/house_lint.py --rules    what it asks for, rule by rule

A rule is a function: its docstring is the explanation, its exceptions stand beside it with the
reason for each. Paths are those inside `src/sambung`.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from house_sources import (
    House,
    Source,
    attribute,
    dotted,
    is_table,
    names_account,
    read,
    statement_of,
)

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "sambung"
LONGEST = 350

MAY_COMMIT = {"kit/db.py", "kit/writer.py", "bench/raw.py"}
MAY_CATCH_ALL = {
    "kit/writer.py": "hands the error of a verb to whoever awaits it",
    "kit/runner.py": "the job runner: a job's error becomes its next try",
    "core/follower.py": "the log follower: a reader's error must not stop the others",
    "api/errors.py": "the HTTP edge: an unforeseen error becomes a problem document",
}
MAY_BE_LONG = {
    "channels/__init__.py": "the contract that every channel is written against, read as one page",
}
WITHOUT_ACCOUNT = {
    "Account": "is the account",
    "Attempts": "counts who tries to sign in, before anybody knows to which account",
}
ACROSS_ACCOUNTS = {
    "kit/jobs.py": "the runner works through every account's jobs",
}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "base", "common", "manager", "misc"}
NAMES_CHANNELS = ("channels/", "simulator/", "packs", "seed", "bench/")
ACROSS = re.compile(r"#\s*across accounts: \w+")


@dataclass(frozen=True)
class Finding:
    line: int
    words: str


Rule = Callable[[Source, House], Iterator[Finding]]


def one_commit(source: Source, house: House) -> Iterator[Finding]:
    """A change and its event share one transaction, so only the store commits; verbs never do."""
    if source.path in MAY_COMMIT:
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and attribute(node.func) == "commit":
            yield Finding(node.lineno, "commits; leave that to the store's transaction")


def account_first(source: Source, house: House) -> Iterator[Finding]:
    """Every table's primary key begins with `account`: that keeps businesses apart, and shards."""
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and is_table(node) and node.name not in WITHOUT_ACCOUNT:
            first = house.first_key(node)
            if first != "account":
                yield Finding(
                    node.lineno, f"the primary key of {node.name} begins with {first}, not account"
                )


def account_in_statement(source: Source, house: House) -> Iterator[Finding]:
    """A statement over an account's rows names the account, so that nobody reads a neighbour's.

    Where one must look across accounts (a runner, signing in), say so in the statement:
    `# across accounts: because …`.
    """
    if source.path in ACROSS_ACCOUNTS:
        return
    for node in source.nodes:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in {"select", "update", "delete"}:
            continue
        tables = {
            part.id for arg in node.args for part in ast.walk(arg) if isinstance(part, ast.Name)
        } & house.owned_tables
        if not tables:
            continue
        statement = statement_of(source, node)
        named = names_account(statement) or any(
            isinstance(part, ast.Name) and part.id in source.conditions(node)
            for part in ast.walk(statement)
        )
        last = statement.end_lineno or statement.lineno
        told = source.lines[max(statement.lineno - 2, 0) : last]
        if not named and not any(ACROSS.search(line) for line in told):
            yield Finding(
                node.lineno, f"{node.func.id}() over {', '.join(sorted(tables))} names no account"
            )


def through_kit(source: Source, house: House) -> Iterator[Finding]:
    """The clock, the network and chance come through `kit/`, so that a test can set them."""
    if source.folder in ("kit", "bench"):  # a benchmark measures the world as it is
        return
    for node in source.nodes:
        for name in _world(node):
            yield Finding(getattr(node, "lineno", 1), f"uses {name}; go through sambung.kit")


def no_catch_all(source: Source, house: House) -> Iterator[Finding]:
    """Catch what can happen, by name. Only the outermost edges catch everything."""
    if source.path in MAY_CATCH_ALL:
        return
    for node in source.nodes:
        caught: list[ast.expr | None] = []
        if isinstance(node, ast.ExceptHandler):
            caught = list(node.type.elts) if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and dotted(node.func) in {
            "suppress",
            "contextlib.suppress",
        }:
            caught = list(node.args)
        for kind in caught:
            if kind is None or dotted(kind) in {"Exception", "BaseException"}:
                yield Finding(getattr(node, "lineno", 1), "catches everything")


def telling_names(source: Source, house: House) -> Iterator[Finding]:
    """A file is named after its noun; a drawer for everything is where nothing is found."""
    if PurePosixPath(source.path).stem.strip("_") in EMPTY_NAMES:
        yield Finding(1, "is named after no noun")


def short_files(source: Source, house: House) -> Iterator[Finding]:
    """A file is read in one go; past 350 lines it holds two nouns and is split between them."""
    if len(source.lines) > LONGEST and source.path not in MAY_BE_LONG:
        yield Finding(LONGEST, f"has {len(source.lines)} lines, more than {LONGEST}")


def unnamed_channels(source: Source, house: House) -> Iterator[Finding]:
    """A channel's name appears in its own file only: whoever names one must change for the next."""
    if source.path.startswith(NAMES_CHANNELS):
        return
    docstrings = {
        node.value
        for node in source.nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in source.nodes:
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = "" if node in docstrings else node.value
        elif isinstance(node, ast.Name | ast.Attribute):
            text = attribute(node) or ""
        elif isinstance(node, ast.arg | ast.keyword):
            text = node.arg or ""
        for name in sorted(house.channels):
            if re.search(rf"(?<![a-z0-9]){name}(?![a-z0-9])", text, re.IGNORECASE):
                yield Finding(getattr(node, "lineno", 1), f"names the channel {name}")


RULES: tuple[Rule, ...] = (
    one_commit,
    account_first,
    account_in_statement,
    through_kit,
    no_catch_all,
    telling_names,
    short_files,
    unnamed_channels,
)

CLOCK_AND_CHANCE = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now",
    "datetime.datetime.utcnow", "date.today", "datetime.date.today", "time.time", "time.time_ns",
    "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.sleep", "os.urandom",
    "uuid.uuid1", "uuid.uuid4", "uuid.uuid7", "uuid1", "uuid4", "uuid7",
}  # fmt: skip
MODULES_OF_THE_WORLD = {"random", "secrets", "socket", "requests", "aiohttp", "urllib.request"}
# httpx's errors and responses may be named by whoever calls through the Net they were given.
CALLS_OUT = {
    "AsyncClient", "Client", "get", "post", "put", "patch", "delete", "head", "options", "request",
    "stream",
}  # fmt: skip


def _world(node: ast.AST) -> Iterator[str]:
    """What a node takes from the world outside without asking `kit/`."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in MODULES_OF_THE_WORLD)
    elif isinstance(node, ast.ImportFrom):
        if node.module in MODULES_OF_THE_WORLD:
            yield node.module
        if node.module == "httpx":
            yield from (f"httpx.{a.name}" for a in node.names if a.name in CALLS_OUT)
        if node.module == "time":
            yield from (
                f"time.{a.name}" for a in node.names if f"time.{a.name}" in CLOCK_AND_CHANCE
            )
    elif isinstance(node, ast.Attribute | ast.Name):
        name = dotted(node)
        if name in CLOCK_AND_CHANCE or name in {f"httpx.{call}" for call in CALLS_OUT}:
            yield name


def findings(sources: Sequence[Source]) -> Iterator[tuple[Source, Rule, Finding]]:
    house = House(sources)
    for source in sources:
        for rule in RULES:
            for finding in sorted(rule(source, house), key=lambda each: each.line):
                yield source, rule, finding


def main() -> int:
    if "--rules" in sys.argv:
        for rule in RULES:
            print(f"{rule.__name__}\n    {(rule.__doc__ or '').strip()}\n")
        return 0
    found = list(findings(read(SOURCE)))
    for source, rule, finding in found:
        why = (rule.__doc__ or "").partition("\n")[0]
        print(f"src/sambung/{source.path}:{finding.line}: {finding.words} [{rule.__name__}]")
        print(f"    {why}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
