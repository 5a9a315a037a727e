"""The source files as the house's lint reads them: their trees, their tables, their channels."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeGuard

ORDINARY_WORDS = {"app", "api", "email", "line", "phone", "push", "sms", "webchat", "webhook", "x"}
"""Channels whose names cannot be told from what everybody says."""


@dataclass(frozen=True)
class Source:
    """One file: its path inside the package, its text, and the tree that both are read from."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        return {child: parent for parent in self.nodes for child in ast.iter_child_nodes(parent)}

    def conditions(self, node: ast.AST) -> set[str]:
        """Names given, in the function around a node, to expressions that name the account."""
        while not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
            node = self.parents[node]
        return {
            target.id
            for line in ast.walk(node)
            if isinstance(line, ast.Assign) and names_account(line.value)
            for target in line.targets
            if isinstance(target, ast.Name)
        }

    @property
    def folder(self) -> str:
        return PurePosixPath(self.path).parts[0]


@dataclass(frozen=True)
class House:
    """Every source file, for the rules that need to know the others."""

    sources: Sequence[Source]

    @cached_property
    def classes(self) -> Mapping[str, ast.ClassDef]:
        return {
            node.name: node
            for source in self.sources
            for node in source.nodes
            if isinstance(node, ast.ClassDef)
        }

    @cached_property
    def owned_tables(self) -> set[str]:
        """Names of the table classes whose rows belong to an account."""
        return {
            name
            for name, node in self.classes.items()
            if is_table(node) and self.first_key(node) == "account"
        }

    @cached_property
    def channels(self) -> set[str]:
        """Names by which a channel can be told, save those that are also ordinary words."""
        names = {
            PurePosixPath(source.path).parts[1].removesuffix(".py")
            for source in self.sources
            if source.folder == "channels"
        }
        return {name for name in names if not name.startswith("_")} - ORDINARY_WORDS

    def first_key(self, node: ast.ClassDef) -> str | None:
        """The first column of a class's primary key, its own or one it inherits."""
        for base in node.bases:
            parent = self.classes.get(base.id) if isinstance(base, ast.Name) else None
            inherited = self.first_key(parent) if parent and parent is not node else None
            if inherited:
                return inherited
        for line in node.body:
            if isinstance(line, ast.Assign | ast.AnnAssign) and is_key(line.value):
                target = line.target if isinstance(line, ast.AnnAssign) else line.targets[0]
                return target.id if isinstance(target, ast.Name) else None
        return None


def read(folder: Path) -> list[Source]:
    return [
        Source(path.relative_to(folder).as_posix(), path.read_text())
        for path in sorted(folder.rglob("*.py"))
    ]


def is_table(node: ast.ClassDef) -> bool:
    return any(
        isinstance(line, ast.Assign) and dotted(line.targets[0]) == "__tablename__"
        for line in node.body
    )


def is_key(value: ast.expr | None) -> TypeGuard[ast.Call]:
    return isinstance(value, ast.Call) and any(
        word.arg == "primary_key" and isinstance(word.value, ast.Constant) and word.value.value
        for word in value.keywords
    )


def names_account(tree: ast.AST) -> bool:
    return any(attribute(part) == "account" for part in ast.walk(tree))


def statement_of(source: Source, node: ast.AST) -> ast.stmt | ast.expr:
    """The statement an expression stands in; of a compound one, the expression at its head."""
    inner = node
    while not isinstance(node, ast.stmt):
        inner, node = node, source.parents[node]
    compound = isinstance(node, ast.With | ast.AsyncWith | ast.For | ast.AsyncFor | ast.If)
    return inner if compound and isinstance(inner, ast.expr) else node


def attribute(node: ast.AST) -> str | None:
    """`c` of `a.b.c`, or a plain name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def dotted(node: ast.AST) -> str:
    """`a.b.c` as written; empty for anything that is no dotted name."""
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""
