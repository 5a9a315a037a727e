"""The account on X and the phones: what people write, posted as the X Activity API does. https://docs.x.com/x-api/activity"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sambung.kit import clock, ids
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.graph.hooks import wire
from sambung.simulator.refusal import Refusal
from sambung.simulator.said import Said
from sambung.simulator.standins._partner import BLOCKS, Partner
from sambung.simulator.town import Town

USER, CLIENT = "1771000000000000077", "c2FtYnVuZw"
QUARTER = timedelta(minutes=15)
PROBLEMS = "https://api.x.com/2/problems/"
ERRORS = {
    "400": (
        "Invalid Request",
        "One or more parameters to your request was invalid.",
        "invalid-request",
    ),
    "401": ("Unauthorized", "Unauthorized", "about:blank"),
    "402": ("Payment Required", "Your enrolled account has no credits left.", "credits-depleted"),
    "403": (
        "Forbidden",
        "You do not have permission to DM one or more participants.",
        "about:blank",
    ),
    "404": ("Not Found Error", "Could not find user.", "resource-not-found"),
    "429": ("Too Many Requests", "Too Many Requests", "about:blank"),
    "503": ("Service Unavailable", "Service Unavailable", "about:blank"),
}
"""Status → title, detail, problem."""


class Account(Partner):
    """Everybody's direct messages with the account; `X` lets the business write them."""

    name = "x"
    title = {"id": "X", "en": "X"}
    colour = "#14171a"
    mark = "X"
    place = 45
    kinds = ("text", "image", "video", "location")
    can = frozenset({"read", "owner"})
    codes = {
        "429": {"id": "terlalu cepat", "en": "too fast"},
        "401": {"id": "token mati", "en": "token expired"},
        "402": {"id": "kredit habis", "en": "credits used up"},
        "403": {"id": "tidak menerima pesan", "en": "takes no messages"},
        "503": {"id": "layanan mati", "en": "service down"},
    }
    acts = {
        "secret": {"id": "Tulis lewat XChat (terenkripsi)", "en": "Write by XChat (encrypted)"},
        "typing": {"id": "Sedang mengetik", "en": "Be typing"},
        **BLOCKS,
    }
    lives = timedelta(hours=2)

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.webhook = self.hook

    def connection(self) -> Mapping[str, Any]:
        client = {"client_id": CLIENT, "client_secret": self.secret("client_secret")}
        own = {"user_id": USER, "consumer_secret": self.secret("consumer_secret")}
        return {**super().connection(), **own, **client}

    def address_of(self, person: Person) -> str:
        return self.account_of(person, lambda: f"1{self.digits(person, 18)}")

    def new_id(self, person: Person) -> str:
        return f"2080{self.number():015d}"

    def refusal(self, code: str) -> Refusal:
        title, detail, problem = ERRORS.get(code, ERRORS["400"])
        status = int(code) if code in ERRORS else 400
        kind = problem if problem == "about:blank" else f"{PROBLEMS}{problem}"
        reset = int((clock.now() + QUARTER).timestamp())
        headers = {"x-rate-limit-reset": str(reset)} if status == 429 else None
        body = {"title": title, "detail": detail, "type": kind, "status": status}
        return Refusal(status, body, headers)

    # --- customers -----------------------------------------------------------------------------------

    def write(self, person: Person, said: Said) -> Bubble:
        """Files have captions here."""
        return super(Partner, self).write(person, said)

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        self._message(person, bubble)

    def owner_wrote(self, person: Person, bubble: Bubble) -> None:
        self._message(person, bubble)

    def rose(self, person: Person, bubble: Bubble) -> None:
        """What the account sends is told as an activity of its own."""
        if bubble.state == "sent":
            self._message(person, bubble)

    def saw(self, person: Person, bubbles: Sequence[Bubble]) -> None:
        receipt = self._between(person) | {"last_read_event_id": bubbles[-1].id}
        self._tell("dm.read", {"direct_message_mark_read_events": [receipt]}, person)

    def acted(self, person: Person, act: str) -> None:
        if act == "typing":
            events = {"direct_message_indicate_typing_events": [self._between(person)]}
            self._tell("dm.indicate_typing", events, person)
        else:
            super().acted(person, act)

    def said_by(self, person: Person, act: str) -> Said:
        words = "Ini rahasia, Kak" if person.language == "id" else "This is between us"
        return Said(content={"body": words, "encrypted": True})

    def _message(self, person: Person, bubble: Bubble) -> None:
        them, mine = self.address_of(person), bubble.mine
        at = str(int(bubble.at.timestamp() * 1000))
        direction = "received" if mine else "sent"
        if bubble.content.get("encrypted"):
            about = {"id": bubble.id, "sender_id": them, "conversation_id": f"{USER}-{them}"}
            closed = {"encoded_event": ids.secret(96), "conversation_key_version": "1"}
            self._tell(f"chat.{direction}", about | closed | {"created_at_msec": at}, bubble=bubble)
            return
        created = {
            "target": {"recipient_id": USER if mine else them},
            "sender_id": them if mine else USER,
            "message_data": self._data(bubble),
        }
        event = {"type": "message_create", "id": bubble.id, "created_timestamp": at}
        events = [event | {"message_create": created}]
        taken = bubble if mine else None
        self._tell(f"dm.{direction}", {"direct_message_events": events}, person, bubble=taken)

    def _data(self, bubble: Bubble) -> dict[str, Any]:
        """X escapes as HTML does, and puts the file's short address at the text's end."""
        content = bubble.content
        words = str(content.get("body") or content.get("caption") or "")
        for character, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            words = words.replace(character, escaped)
        data: dict[str, Any] = {"text": words, "entities": {"hashtags": [], "urls": []}}
        if bubble.kind == "location":
            spot = [content["longitude"], content["latitude"]]
            shared = {"coordinates": {"type": "Point", "coordinates": spot}}
            location = {"type": "shared_coordinate", "shared_coordinate": shared}
            return data | {"attachment": {"type": "location", "location": location}}
        if bubble.kind not in ("image", "video"):
            return data
        short, url = f"https://t.co/{bubble.id[-8:]}", self.place_of(content["id"])
        number = int(content["id"]) if content["id"].isdigit() else 0
        media = {"id": number, "id_str": content["id"], "url": short, "media_url_https": url}
        if bubble.kind == "video":
            film = {"bitrate": 832_000, "content_type": "video/mp4", "url": url}
            media |= {"type": "video", "video_info": {"variants": [film]}}
        else:
            media |= {"type": "photo"}
        words = f"{words} {short}".strip()
        return data | {"text": words, "attachment": {"type": "media", "media": media}}

    def _between(self, person: Person) -> dict[str, Any]:
        at = str(int(clock.now().timestamp() * 1000))
        sender = {"sender_id": self.address_of(person), "target": {"recipient_id": USER}}
        return {"created_timestamp": at, **sender}

    def _users(self, person: Person) -> dict[str, Any]:
        username = person.username or person.name.replace(" ", "").lower()
        them = {"id": self.address_of(person), "name": person.name, "username": username}
        return {one["id"]: {"data": one} for one in (them, self.known())}

    def known(self) -> dict[str, str]:
        """The account itself."""
        return {"id": USER, "name": self.town.business, "username": "tokonusantara"}

    def _tell(
        self,
        kind: str,
        payload: Mapping[str, Any],
        person: Person | None = None,
        *,
        bubble: Bubble | None = None,
    ) -> None:
        """Post an activity."""
        named = {"users": self._users(person)} if person else {}
        data = {"event_uuid": ids.new_id().hex, "filter": {"user_id": USER}, "event_type": kind}
        body = wire({"data": data | {"tag": "sambung", "payload": {**payload, **named}}})
        signed = {"x-twitter-webhooks-signature": self.signed(body)}
        self.post(body, signed, bubble=bubble, url=self.webhook)

    def signed(self, said: bytes) -> str:
        """As X signs a body, and wants a challenge signed."""
        digest = hmac.digest(self.secret("consumer_secret").encode(), said, hashlib.sha256)
        return f"sha256={base64.b64encode(digest).decode()}"
