"""Notes in the audit trail who looks at whose data; each once an hour, without asking the database again."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request

from sambung.api.context import Caller
from sambung.core import audit
from sambung.kit import clock
from sambung.kit.db import Store

MOST = 100_000


class Seen:
    """What this process has noted in the present hour."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._slot = ""
        self._noted: set[tuple[UUID, UUID | None, str, UUID]] = set()

    async def note(self, who: Caller, action: str, subject: UUID) -> None:
        """`who` looked at `subject` ("customer.seen", "conversation.seen")."""
        slot = clock.now().strftime(audit.HOUR)
        if slot != self._slot or len(self._noted) > MOST:
            self._slot, self._noted = slot, set()
        key = (who.account, who.actor.id, action, subject)
        if key in self._noted:
            return
        await self._store.write(
            audit.saw, who.account, action, by=who.actor, subject=subject, address=who.address
        )
        self._noted.add(key)


def _seen(request: Request) -> Seen:
    seen: Seen = request.app.state.seen
    return seen


Seeing = Annotated[Seen, Depends(_seen)]
