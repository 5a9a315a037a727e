"""People and connections without the web page."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import click
from pydantic import ValidationError

from sambung import settings
from sambung.channels import all_channels
from sambung.core import accounts, configs, connections, users
from sambung.core.events import SYSTEM
from sambung.core.permissions import Role
from sambung.kit import crypto, passwords, schema
from sambung.kit.db import Store, Tx
from sambung.kit.problems import Problem


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--account", required=True, help="Name of the business; made when there is none.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.AGENT.value)
@click.option("--name", help="Default: what stands before the @.")
@click.option("--language", type=click.Choice(accounts.LANGUAGES), default="id")
@click.password_option()
@click.pass_context
def add_user(
    ctx: click.Context,
    email: str,
    account: str,
    role: str,
    name: str | None,
    language: str,
    password: str,
) -> None:
    """Let somebody in."""
    if len(password) < passwords.SHORTEST:
        raise click.BadParameter(f"at least {passwords.SHORTEST} characters", param_hint="password")
    hashed = passwords.hash_of(password)
    with _transaction(ctx) as tx:
        business = accounts.named(tx, account) or accounts.open_account(tx, account, by=SYSTEM)
        users.add(
            tx,
            business,
            email=email,
            name=name or email.partition("@")[0],
            role=role,
            password=hashed,
            language=language,
            by=SYSTEM,
        )
    click.echo(f"{users.normal(email)} can sign in to {account} as {role}.")


@click.group()
def connection() -> None:
    """Numbers, mailboxes and sites."""


@connection.command("add")
@click.argument("channel")
@click.argument("setting", nargs=-1)
@click.option("--account", required=True, help="Name of the business.")
@click.option("--name", help="What people call it; default: the channel's name.")
@click.option("--config", help="All settings at once, as JSON; - reads it from standard input.")
@click.pass_context
def add_connection(
    ctx: click.Context,
    channel: str,
    setting: tuple[str, ...],
    account: str,
    name: str | None,
    config: str | None,
) -> None:
    """Connect one: `connection add CHANNEL key=value smtp.host=…`. A value that is JSON is read as such."""
    found = all_channels().get(channel)
    if found is None:
        raise click.BadParameter(f"one of {', '.join(all_channels())}", param_hint="channel")
    given: dict[str, Any] = _json(sys.stdin.read() if config == "-" else config)
    for one in setting:
        _put(given, one)
    try:
        fitting = found.config.model_validate(given)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise click.ClickException("\n".join(wrong)) from error
    addresses = found.addresses(fitting)
    with _transaction(ctx) as tx:
        made = connections.add(
            tx,
            _account(tx, account),
            channel=channel,
            name=name or found.title["en"],
            config=configs.seal(fitting),
            address=addresses[0] if addresses else "",
            by=SYSTEM,
        )
    click.echo(f"Connected: {made}")


@contextmanager
def _transaction(ctx: click.Context) -> Iterator[Tx]:
    """A transaction of the configured database; a problem is said, not traced."""
    loaded = settings.load(**ctx.find_root().obj)
    crypto.use(loaded.secret.get_secret_value())
    store = Store(loaded.database_url)
    schema.upgrade(store)
    try:
        with store.begin() as tx:
            yield tx
    except Problem as problem:
        raise click.ClickException(problem.title("en")) from problem


def _account(tx: Tx, name: str) -> UUID:
    found = accounts.named(tx, name)
    if found is None:
        raise accounts.NoSuchAccount
    return found


def _put(config: dict[str, Any], setting: str) -> None:
    path, equals, value = setting.partition("=")
    if not equals:
        raise click.BadParameter(f"{setting} is not key=value", param_hint="setting")
    *parents, last = path.split(".")
    for parent in parents:
        config = config.setdefault(parent, {})
    try:
        config[last] = json.loads(value) if value[:1] in '[{"tf' else value
    except json.JSONDecodeError:
        config[last] = value


def _json(text: str | None) -> dict[str, Any]:
    try:
        read = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        raise click.BadParameter(str(error), param_hint="--config") from error
    if not isinstance(read, dict):
        raise click.BadParameter("an object is wanted", param_hint="--config")
    return read
