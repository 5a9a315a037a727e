"""Apps whose API a business lets a partner into, by tokens that die and requests that are signed."""

import hashlib
import hmac
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from sambung.kit import clock
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.files import File
from sambung.simulator.said import Said
from sambung.simulator.standin import StandIn
from sambung.simulator.standins import _captions
from sambung.simulator.standins._tokens import Tokens
from sambung.simulator.town import Town

SKEW = timedelta(minutes=5)
"""By which a request's clock may be wrong."""
BLOCKS = {
    "block": {"id": "Blokir toko", "en": "Block the shop"},
    "unblock": {"id": "Buka blokir", "en": "Unblock the shop"},
}


class Partner(StandIn, ABC):
    """The account of the business, with who has blocked it.

    lives  an access token        once  whether a refresh token is good for one renewal only
    """

    lives: ClassVar[timedelta]
    once: ClassVar[bool] = True

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        first = self.secret("access_token"), self.secret("refresh_token")
        self.tokens = Tokens(*first, lives=self.lives, once=self.once)
        self.blocked: set[str] = set()

    def connection(self) -> Mapping[str, Any]:
        tokens = {name: self.secret(name) for name in ("access_token", "refresh_token")}
        return tokens | {"api_base": self.url}

    def memory(self) -> Mapping[str, Any]:
        return {"renewals": self.tokens.renewals, "blocked": sorted(self.blocked)}

    def remember(self, memory: Mapping[str, Any]) -> None:
        self.tokens.renewals = memory["renewals"]
        self.blocked = set(memory["blocked"])

    def write(self, person: Person, said: Said) -> Bubble:
        """Files have no captions."""
        written = [super(Partner, self).write(person, one) for one in _captions.apart(said)]
        return written[0]

    def acted(self, person: Person, act: str) -> None:
        if act in BLOCKS:
            (self.blocked.add if act == "block" else self.blocked.discard)(person.id)
        else:
            self.write(person, self.said_by(person, act))

    @abstractmethod
    def said_by(self, person: Person, act: str) -> Said:
        """What a customer says by one of `acts`."""

    def wrote_here(self, person: Person) -> bool:
        """Whether the person has ever written to the business."""
        return any(bubble.mine for bubble in self.chats.of(person.id))

    def mac(self, key: str, said: bytes) -> str:
        """HMAC-SHA256 under the secret of that name, in hexadecimal."""
        return hmac.digest(self.secret(key).encode(), said, hashlib.sha256).hex()

    def path_of(self, request: Request) -> str:
        """Below the API's address."""
        return request.url.path.removeprefix(request.scope["root_path"])

    def on_time(self, seconds: str, *, skew: timedelta = SKEW) -> bool:
        """Whether a request's Unix time is near enough to now."""
        now = clock.now().timestamp()
        return seconds.isdigit() and abs(now - int(seconds)) <= skew.total_seconds()

    async def picture(self, request: Request, field: str) -> File | None:
        """What was uploaded in that field of a form."""
        given = (await request.form(max_part_size=30_000_000)).get(field)
        return await self.upload(given) if isinstance(given, UploadFile) else None

    def place_of(self, file: str) -> str:
        """Where the product fetches a file."""
        return f"{self.url}/file/{file}"

    def file_at(self, url: str) -> File | None:
        """The file of an address that `place_of` gave."""
        base, _, id = url.partition("?")[0].rpartition("/")
        return self.town.files.get(id) if base == f"{self.url}/file" else None

    async def download(self, request: Request) -> Response:
        """A file at such an address."""
        file = self.town.files.get(request.path_params["file"])
        if file is None:
            return Response("AccessDenied", 403)
        return Response(file.content, media_type=file.mime)


def shown(file: File) -> dict[str, str]:
    """A file of the business's as `Bubble.content`."""
    return {"id": file.id, "mime_type": file.mime, "filename": file.name}
