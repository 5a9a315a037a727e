"""Opt-out words: a customer who writes nothing but STOP or BERHENTI has taken back their consent to marketing.

A reader of MessageReceived. What is written is judged as a whole: "jangan berhenti" says something else.
"""

from uuid import UUID

from sqlalchemy import bindparam, select

from sambung.core import consent
from sambung.core.customers import key_of
from sambung.core.eventlog import Recorded
from sambung.core.follower import Reader
from sambung.core.messages import Message
from sambung.kit.columns import Id
from sambung.kit.db import Tx
from sambung.kit.hot import Hot

STOP = frozenset(
    {
        *(
            "stop",
            "stopall",
            "stop all",
            "unsubscribe",
            "unsub",
            "cancel",
            "end",
            "quit",
            "opt out",
        ),
        *(
            "berhenti",
            "stop promo",
            "stop iklan",
            "berhenti berlangganan",
            "henti",
            "batal langganan",
        ),
        *("jangan kirim lagi", "jangan kirim promo", "unreg"),
    }
)
START = frozenset({"start", "unstop", "subscribe", "mulai", "langganan", "berlangganan lagi"})
LONGEST = 40
"""Characters: a longer message is not such a word."""


_SAID = Hot(
    select(Message.text, Message.author_id).where(
        Message.account == bindparam("account", type_=Id()),
        Message.id == bindparam("message", type_=Id()),
    )
)


def handle(tx: Tx, recorded: Recorded) -> None:
    """Record what the word says, once per message."""
    message = UUID(recorded.data["message"])
    row = _SAID.first(tx, account=recorded.account, message=message)
    if row is None or row.author_id is None or not 0 < len(row.text) <= LONGEST:
        return
    word = key_of(row.text)
    if word in STOP or word in START:
        consent.record(
            tx,
            recorded.account,
            row.author_id,
            purpose="marketing",
            granted=word in START,
            source="word",
            key=f"word:{message}",
            at=recorded.at,
            by=recorded.actor,
        )


READER = Reader("optouts", handle, ("MessageReceived",))
