"""Chooses what there is to test on the database in use."""

from tests.conftest import DATABASE

collect_ignore = [] if DATABASE.startswith("postgresql") else ["test_writer_on_postgres.py"]
