"""Each rule of the house's lint refuses what it says, and lets its neighbour through."""

import pytest

from house_lint import RULES, findings
from house_sources import Source

TABLE = """
class Message(Table):
    __tablename__ = "message"
    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
"""
CHANNEL = Source("channels/whatsapp.py", "channel = WhatsApp()\n")

REFUSED = [
    ("one_commit", "core/tickets.py", "def close(tx):\n    tx.connection.commit()"),
    ("account_first", "core/tickets.py", TABLE.replace("account:", "owner:")),
    ("account_first", "core/tickets.py", "class Log(Table):\n    __tablename__ = 'log'"),
    ("account_in_statement", "core/messages.py", TABLE + "q = select(Message.id).where(x)"),
    (
        "account_in_statement",
        "core/messages.py",
        TABLE + "if tx.first(select(Message)): go(a.account)",
    ),
    ("account_in_statement", "core/messages.py", TABLE + "tx.run(delete(Message))"),
    (
        "account_in_statement",
        "core/messages.py",
        TABLE
        + "def a():\n    this = Message.account == x\n\ndef b():\n    delete(Message).where(*this)",
    ),
    ("through_kit", "core/tickets.py", "at = datetime.now(UTC)"),
    ("through_kit", "core/tickets.py", "import secrets"),
    ("through_kit", "core/tickets.py", "from time import monotonic"),
    ("through_kit", "channels/line.py", "answer = httpx.post(url)"),
    ("no_catch_all", "core/tickets.py", "try: go()\nexcept Exception: stop()"),
    ("no_catch_all", "core/tickets.py", "try: go()\nexcept (OSError, BaseException): stop()"),
    ("no_catch_all", "core/tickets.py", "try: go()\nexcept: stop()"),
    ("no_catch_all", "core/tickets.py", "with suppress(Exception): go()"),
    ("telling_names", "core/utils.py", ""),
    ("telling_names", "core/_base.py", ""),
    ("short_files", "core/tickets.py", "x = 1\n" * 351),
    ("unnamed_channels", "routing/offers.py", "if channel == 'whatsapp': go()"),
    ("unnamed_channels", "routing/offers.py", "from sambung.channels import x\nx.whatsapp_send()"),
]

ALLOWED = [
    ("one_commit", "kit/writer.py", "transaction.commit()"),
    ("account_first", "core/tickets.py", TABLE),
    ("account_first", "core/accounts.py", "class Account(Table):\n    __tablename__ = 'account'"),
    (
        "account_first",
        "core/tickets.py",
        TABLE + "class Note(Message):\n    __tablename__ = 'note'",
    ),
    (
        "account_in_statement",
        "core/messages.py",
        TABLE + "q = select(Message.id).where(Message.account == account)",
    ),
    (
        "account_in_statement",
        "core/messages.py",
        TABLE + "# across accounts: the reader finds whose log has grown\nq = select(Message.id)",
    ),
    ("account_in_statement", "core/messages.py", TABLE + "q = select(Unowned)"),
    (
        "account_in_statement",
        "core/messages.py",
        TABLE
        + "def get(tx):\n    this = Message.account == a, x\n    tx.run(delete(Message).where(*this))",
    ),
    ("through_kit", "kit/clock.py", "now = datetime.now(UTC)"),
    ("through_kit", "channels/line.py", "try: go()\nexcept httpx.HTTPError: stop()"),
    ("no_catch_all", "core/tickets.py", "try: go()\nexcept OSError: stop()"),
    ("telling_names", "core/tickets.py", ""),
    ("short_files", "core/tickets.py", "x = 1\n" * 350),
    ("unnamed_channels", "routing/offers.py", '"""A customer on WhatsApp waits."""\nx = "email"'),
    ("unnamed_channels", "simulator/phone.py", "shown = 'whatsapp'"),
]


def broken_rules(path: str, text: str) -> set[str]:
    return {
        rule.__name__
        for source, rule, _ in findings([Source(path, text), CHANNEL])
        if source.path == path
    }


@pytest.mark.parametrize(("rule", "path", "text"), REFUSED)
def test_a_rule_refuses(rule: str, path: str, text: str) -> None:
    assert broken_rules(path, text) == {rule}


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED)
def test_a_rule_lets_through(rule: str, path: str, text: str) -> None:
    assert rule not in broken_rules(path, text)


def test_every_rule_explains_itself_and_is_tried_both_ways() -> None:
    names = {rule.__name__ for rule in RULES}
    assert all(rule.__doc__ for rule in RULES)
    assert {rule for rule, *_ in REFUSED} == names == {rule for rule, *_ in ALLOWED}
