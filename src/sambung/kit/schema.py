"""The database's tables follow the code's: migrations are run at the start, in one transaction."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from sambung.kit import paths, planner
from sambung.kit.db import Store

log = logging.getLogger(__name__)

LOCK = 0x53414D42
""""SAMB": the advisory lock that keeps two starting processes from migrating at once."""


def upgrade(store: Store) -> None:
    """Bring the tables up to date; nothing when they are."""
    with store.engine.connect() as connection, connection.begin():
        if not store.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        before, wanted = _present(connection), head()
        if before == wanted:
            return
        log.info("migrating the database from %s to %s", before or "nothing", wanted)
        command.upgrade(_config(connection), "head")
        planner.install(connection)


def present(store: Store) -> str | None:
    """The revision the database is at; None when it is empty."""
    with store.engine.connect() as connection:
        return _present(connection)


def head() -> str | None:
    """The revision this code wants."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def revise(store: Store, message: str, revision: str) -> Path:
    """Write a revision that turns the database's tables into those declared (for developers); its file."""
    with store.engine.connect() as connection, connection.begin():
        made = command.revision(_config(connection), message, autogenerate=True, rev_id=revision)
    assert isinstance(made, Script)
    path = Path(made.path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line for line in lines if "# ### " not in line) + "\n")
    return path


def _present(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.migrations()).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
