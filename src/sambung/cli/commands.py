"""What runs the system and looks after it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import sambung
from sambung import main, settings
from sambung.bench import suite as benches
from sambung.cli.administration import connection, user
from sambung.cli.doctor import examine
from sambung.kit import crypto, log, schema
from sambung.kit.db import Store
from sambung.kit.problems import Problem
from sambung.settings import BadSettings, Settings


class _Cli(click.Group):
    """Says what is wrong with the settings instead of showing a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadSettings as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(sambung.__version__, prog_name="sambung")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of database, files, keys.")
@click.option("--database", help="postgresql://…; default: SQLite in the data folder.")
@click.pass_context
def cli(ctx: click.Context, data: Path | None, database: str | None) -> None:
    """Sambung: every channel in one place, and every customer continues where they left off."""
    ctx.obj = {"data": data, "database": database}


def _places(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--host --port --data --database`, as `serve` and `demo` take them."""
    for option in (
        click.option("--database", help="postgresql://…; default: SQLite in the data folder."),
        click.option("--data", type=click.Path(path_type=Path), help="Folder of everything kept."),
        click.option("--port", type=int, help="Default 8000."),
        click.option("--host", help="Default 127.0.0.1."),
    ):
        command = option(command)
    return command


def load(ctx: click.Context, /, **options: Any) -> Settings:
    """The settings, with what the command line says; the log and the keys set up by them."""
    given = {**ctx.find_root().obj, **{k: v for k, v in options.items() if v is not None}}
    loaded = settings.load(**given)
    log.set_up(loaded.log_level)
    crypto.use(loaded.secret.get_secret_value())
    return loaded


@cli.command()
@_places
@click.pass_context
def serve(ctx: click.Context, /, **options: Any) -> None:
    """The whole product in one process."""
    main.serve(load(ctx, **options))


@cli.command()
@_places
@click.pass_context
def demo(ctx: click.Context, /, **options: Any) -> None:
    """Serve with a demo business and its simulator; prints who can sign in."""
    main.serve(load(ctx, **options), demo=True)


@cli.command()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Readers and jobs only, beside other processes on PostgreSQL."""
    main.work(load(ctx))


@cli.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the database's tables up to date."""
    store = Store(load(ctx).database_url)
    schema.upgrade(store)
    click.echo(f"The database is at {schema.present(store)}.")


@cli.command()
@click.argument("message")
@click.argument("revision")
@click.pass_context
def revise(ctx: click.Context, message: str, revision: str) -> None:
    """Write a migration to the declared tables (for developers)."""
    schema.revise(Store(load(ctx).database_url), message, revision)


@cli.command()
def openapi() -> None:
    """Print the API's OpenAPI document."""
    click.echo(json.dumps(main.openapi(), indent=2, ensure_ascii=False))


@cli.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Say what is misconfigured; exit status 1 when something keeps the system from working."""
    marks = {
        True: click.style("ok  ", fg="green"),
        False: click.style("fix ", fg="red"),
        None: click.style("note", fg="yellow"),
    }
    findings = examine(load(ctx))
    for finding in findings:
        click.echo(f"{marks[finding.fine]}  {finding.what}: {finding.words}")
    ctx.exit(1 if any(finding.fine is False for finding in findings) else 0)


@cli.command()
@click.argument("pack")
@click.option("--account", help="Name of the business; default: the pack's.")
@click.pass_context
def seed(ctx: click.Context, pack: str, account: str | None) -> None:
    """Set up a business from an industry's pack."""
    try:
        main.seed(load(ctx), pack, account=account)
    except Problem as problem:
        raise click.ClickException(problem.title("en")) from problem


@cli.command()
@click.argument("name", required=False, type=click.Choice(list(benches.BENCHES)))
@click.option("--scale", default=1.0, help="How much of the usual work; 0.1 is a quick look.")
def bench(name: str | None, scale: float) -> None:
    """Run the benchmarks (all, or one); prints figures side by side.

    They use scratch databases: SQLite in a temporary folder, and PostgreSQL on a server started for it or,
    where SAMBUNG_BENCH_DATABASE names a database, beside that one. The configured database is not touched.
    """
    benches.main(name, scale=scale)


cli.add_command(user)
cli.add_command(connection)
