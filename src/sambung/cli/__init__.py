"""The command line: thin, one file per noun. `sambung --help` lists it."""

from sambung.cli.commands import cli as main

__all__ = ["main"]
