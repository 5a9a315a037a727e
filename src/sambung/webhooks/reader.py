"""Each event becomes a delivery for every subscription that wants it."""

from sambung.core import subscriptions
from sambung.core.eventlog import Recorded
from sambung.core.events import KINDS
from sambung.core.follower import Reader
from sambung.kit.db import Tx


def handle(tx: Tx, recorded: Recorded) -> None:
    subscriptions.schedule(tx, recorded.account, position=recorded.position, type=recorded.type)


READER = Reader("webhooks", handle, tuple(KINDS))
