"""The account on TikTok and the phones: what people write, posted as Business Messaging does."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sambung.kit import clock, ids
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.graph.hooks import wire
from sambung.simulator.refusal import Refusal
from sambung.simulator.said import Said
from sambung.simulator.standins import _pictures
from sambung.simulator.standins._partner import BLOCKS, Partner
from sambung.simulator.town import Town

BUSINESS, APP, USERNAME = "-0077TokoNusantaraOpenId", "7380000000000077", "tokonusantara"
VIDEO = "7391000000000000077"
ERRORS = {
    "40002": "A parameter is invalid.",
    "40016": "Requests made too frequently.",
    "40064": "The user does not accept messages from this account.",
    "40102": "Access token has expired.",
    "40104": "Access token is incorrect or has been revoked.",
    "40110": "The refresh token, or the app, is invalid.",
    "50002": "Service error. Please try again later.",
}


class Account(Partner):
    """Everybody's messages with the account; `TikTok` lets the business write them."""

    name = "tiktok"
    title = {"id": "TikTok", "en": "TikTok"}
    colour = "#b3123f"
    mark = "Tt"
    place = 35
    kinds = ("text", "image", "video")
    can = frozenset({"quote", "react", "read", "owner"})
    codes = {
        "40016": {"id": "terlalu cepat", "en": "too fast"},
        "40064": {"id": "tidak menerima pesan", "en": "takes no messages"},
        "40102": {"id": "token mati", "en": "token expired"},
        "40104": {"id": "token dicabut", "en": "token revoked"},
        "50002": {"id": "layanan mati", "en": "service down"},
    }
    acts = {
        "share": {"id": "Bagikan video toko", "en": "Share the shop's video"},
        "sticker": {"id": "Kirim stiker", "en": "Send a sticker"},
        "ad": {"id": "Datang dari iklan", "en": "Come from an ad"},
        **BLOCKS,
    }
    window = timedelta(hours=48)
    lives = timedelta(days=1)
    once = False

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.callback = self.hook

    def connection(self) -> Mapping[str, Any]:
        app = {"client_key": APP, "client_secret": self.secret("client_secret")}
        return {**super().connection(), **app, "business_id": BUSINESS}

    def address_of(self, person: Person) -> str:
        return self.account_of(person, lambda: f"7{self.digits(person, 18)}")

    def chat_of(self, person: Person) -> str:
        """What the business writes to."""
        return f"u5Jhpsel{self.address_of(person)}=="

    def new_id(self, person: Person) -> str:
        return f"u5Buqc6l{self.number():012d}=="

    def refusal(self, code: str) -> Refusal:
        return self.failure(code, ERRORS.get(code, code))

    def failure(self, code: str, message: str) -> Refusal:
        """TikTok answers 200 to everything: the code says how it went."""
        number = int(code) if code.isdigit() else 40002
        told = {"code": number, "message": message, "data": {}}
        return Refusal(200, told | {"request_id": ids.hexadecimal(32)})

    # --- customers -----------------------------------------------------------------------------------

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        self._tell("im_receive_msg", self._message(person, bubble), bubble)

    def owner_wrote(self, person: Person, bubble: Bubble) -> None:
        self._tell("im_send_msg", self._message(person, bubble))

    def rose(self, person: Person, bubble: Bubble) -> None:
        """What the business sends comes back to it."""
        if bubble.state == "sent":
            self._tell("im_send_msg", self._message(person, bubble))

    def reacted(self, person: Person, bubble: Bubble, emoji: str, before: str) -> None:
        put = {"emoji": emoji, "operation": "ADD"}
        one = put if emoji else {"emoji": before, "operation": "REMOVE"}
        told = self._said(person, self.new_id(person), "reaction", mine=True)
        reaction = [{"original_msg_id": bubble.id, **one}]
        self._tell("im_receive_msg", told | {"reaction": reaction})

    def saw(self, person: Person, bubbles: Sequence[Bubble]) -> None:
        told = self._said(person, self.new_id(person), "read", mine=True)
        read = {"last_read_timestamp": int(clock.now().timestamp() * 1000)}
        self._tell("im_mark_read_msg", told | {"read": read})

    def acted(self, person: Person, act: str) -> None:
        if act != "ad":
            super().acted(person, act)
            return
        told = self._said(person, self.new_id(person), "referral", mine=True)
        referral = {"ad": {"ad_id": "1790000000000077", "ad_name": "Batik Nusantara"}}
        self._tell("im_referral_msg", told | {"referral": referral})

    def said_by(self, person: Person, act: str) -> Said:
        if act == "sticker":
            return Said(kind="sticker", file=_pictures.drawn(self.town, "sticker", self.colour))
        url = f"https://www.tiktok.com/player/v1/{VIDEO}"
        return Said(content={"body": url, "video": VIDEO})

    def _message(self, person: Person, bubble: Bubble) -> dict[str, Any]:
        content = bubble.content
        if bubble.kind == "sticker":
            kind, part = "sticker", {"url": f"{self.url}/sticker/{content['id']}"}
        elif bubble.kind in ("image", "video"):
            kind, part = bubble.kind, {"media_id": content["id"]}
        elif "video" in content:
            kind, part = "share_post", {"embed_url": content["body"], "item_id": content["video"]}
        else:
            kind, part = "text", {"body": content["body"]}
        told = self._said(person, bubble.id, kind, mine=bubble.mine) | {kind: part}
        told["timestamp"] = int(bubble.at.timestamp() * 1000)
        quoted = {"referenced_message_id": bubble.quotes}
        return told | ({"referenced_message_info": quoted} if bubble.quotes else {})

    def _said(self, person: Person, id: str, kind: str, *, mine: bool) -> dict[str, Any]:
        """People are known by an id that only this business knows them by."""
        username = person.username or person.name.lower().replace(" ", ".")
        them = {"id": self.address_of(person), "role": "personal_account"}, username
        us = {"id": BUSINESS, "role": "business_account"}, USERNAME
        (author, named), (addressee, to) = (them, us) if mine else (us, them)
        return {
            "conversation_id": self.chat_of(person),
            "message_id": id,
            "timestamp": int(clock.now().timestamp() * 1000),
            "type": kind,
            "from": named,
            "to": to,
            "unique_identifier": self.address_of(person),
            "from_user": author,
            "to_user": addressee,
        }

    def _tell(self, event: str, content: Mapping[str, Any], bubble: Bubble | None = None) -> None:
        """The content stands as JSON inside a string; the time is signed too."""
        now = int(clock.now().timestamp())
        said = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        about = {"client_key": APP, "event": event, "create_time": now, "user_openid": BUSINESS}
        body = wire(about | {"content": said})
        signed = self.mac("client_secret", f"{now}.".encode() + body)
        headers = {"tiktok-signature": f"t={now},s={signed}"}
        self.post(body, headers, bubble=bubble, url=self.callback)
