"""The official account as LINE knows it: its token, its friends, its quota, and the tokens it gave out."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest
from typing import Any

from sambung.kit import clock, ids
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.refusal import Refusal
from sambung.simulator.standin import StandIn
from sambung.simulator.town import Town

CHANNEL = "2000000077"
QUOTA = 5000
"""Pushed messages a month, of a middling plan."""
TOKEN_LIVES = timedelta(minutes=1)
KEY_LIVES = timedelta(hours=24)
ERRORS: Mapping[str, tuple[int, str]] = {
    "400": (400, "Failed to send messages"),
    "401": (
        401,
        "Authentication failed. Confirm that the access token in the authorization header is valid.",
    ),
    "403": (403, "Access to this API is not available for your account"),
    "429": (429, "The API rate limit has been exceeded. Try again later."),
    "quota": (429, "You have reached your monthly limit."),
    "500": (500, "Internal Server Error"),
}
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Account(StandIn):
    """`Line` lets people talk to it, and the business through it."""

    name = "line"
    title = {"id": "LINE", "en": "LINE"}
    colour = "#0a7d3e"
    mark = "Li"
    place = 40
    kinds = ("text", "image", "video", "audio", "voice", "document", "location")
    can = frozenset({"unsend", "quote"})
    codes = {
        "400": {"id": "orang tidak ada", "en": "no such person"},
        "429": {"id": "terlalu cepat", "en": "too fast"},
        "quota": {"id": "kuota bulan ini habis", "en": "this month's quota is used up"},
        "401": {"id": "token dicabut", "en": "token revoked"},
        "403": {"id": "paket tidak memuatnya", "en": "not in the plan"},
        "500": {"id": "layanan mati", "en": "service down"},
    }
    acts = {
        "follow": {"id": "Tambah sebagai teman", "en": "Add as a friend"},
        "sticker": {"id": "Kirim stiker", "en": "Send a sticker"},
        "block": {"id": "Blokir akun", "en": "Block the account"},
        "unblock": {"id": "Buka blokir", "en": "Unblock the account"},
    }

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.webhook = self.hook
        self.friends: set[str] = set()
        self.blocked: set[str] = set()
        self.used: dict[str, int] = {}
        self.tokens: dict[str, tuple[str, datetime]] = {}
        self.accepted: dict[str, tuple[datetime, dict[str, Any]]] = {}

    def connection(self) -> Mapping[str, Any]:
        return {
            "channel_id": CHANNEL,
            "channel_secret": self.secret("channel_secret"),
            "access_token": self.secret("access_token"),
            "api_base": self.url,
        }

    @property
    def bot(self) -> str:
        """The account's own user id."""
        return _user_id(f"{self.name} {CHANNEL}")

    def address_of(self, person: Person) -> str:
        return self.account_of(person, lambda: _user_id(f"{self.name} {person.id}"))

    def new_id(self, person: Person) -> str:
        """18 digits."""
        return f"46{self.number():016d}"

    def reaches(self, person: Person) -> bool:
        """Whether the account may write to them: friends, and who wrote to it. Blocking comes on top."""
        return person.id in self.friends or any(b.mine for b in self.chats.of(person.id))

    # --- saying no -----------------------------------------------------------------------------------

    def refusal(self, code: str) -> Refusal:
        return self.failure(*ERRORS[code]) if code in ERRORS else super().refusal(code)

    def failure(self, status: int, message: str, *found: tuple[str, str]) -> Refusal:
        """The Messaging API's no. found: properties at fault, and why."""
        details = [{"property": name, "message": why} for name, why in found]
        body = {"message": message} | ({"details": details} if details else {})
        return Refusal(status, body, {"x-line-request-id": str(ids.new_id())})

    def fault(self, name: str, why: str) -> Refusal:
        """One property is at fault."""
        return self.failure(400, "The request body has 1 error(s)", (name, why))

    # --- the month's quota ---------------------------------------------------------------------------

    @property
    def month(self) -> str:
        return clock.now().strftime("%Y-%m")

    def spend(self, messages: int) -> None:
        """Count what is pushed. Raises Refusal when there is no more."""
        if self.used.get(self.month, 0) + messages > QUOTA:
            raise self.refusal("quota")
        self.used = {self.month: self.used.get(self.month, 0) + messages}

    # --- webhooks ------------------------------------------------------------------------------------

    def tell(
        self,
        person: Person,
        what: Mapping[str, Any],
        *,
        bubble: Bubble | None = None,
        replies: bool = True,
    ) -> None:
        """Post an event of the person's; `replies`: with a token to answer it by."""
        at = bubble.at if bubble else clock.now()
        event: dict[str, Any] = {
            **what,
            "mode": "active",
            "timestamp": int(at.timestamp() * 1000),
            "source": {"type": "user", "userId": self.address_of(person)},
            "webhookEventId": _ulid(),
            "deliveryContext": {"isRedelivery": False},
        }
        if replies:
            event["replyToken"] = ids.hexadecimal(16)
            self.tokens[event["replyToken"]] = (person.id, clock.now())
        body, headers = self.batch([event])
        self.post(body, headers, bubble=bubble, url=self.webhook)

    def batch(self, events: list[dict[str, Any]]) -> tuple[bytes, dict[str, str]]:
        """A webhook's body, and its headers."""
        told = {"destination": self.bot, "events": events}
        body = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
        mac = digest(self.secret("channel_secret").encode(), body, "sha256")
        return body, {"x-line-signature": b64encode(mac).decode()}

    def memory(self) -> Mapping[str, Any]:
        friends = {"friends": sorted(self.friends), "blocked": sorted(self.blocked)}
        return friends | {"used": self.used}

    def remember(self, memory: Mapping[str, Any]) -> None:
        self.friends, self.blocked = set(memory["friends"]), set(memory["blocked"])
        self.used = dict(memory["used"])


def _user_id(of: str) -> str:
    return "U" + sha256(of.encode()).hexdigest()[:32]


def _ulid() -> str:
    """An id of an event: 26 letters that sort by time (https://github.com/ulid/spec)."""
    number = ids.new_id().int
    return "".join(_BASE32[number >> shift & 31] for shift in range(125, -1, -5))
