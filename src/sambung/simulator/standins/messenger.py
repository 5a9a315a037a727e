"""Messenger: one Page's inbox and its posts' comments. https://developers.facebook.com/docs/messenger-platform"""

from collections.abc import Mapping
from typing import Any

from sambung.kit import ids
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.said import Said
from sambung.simulator.standins._meta.graph import Graph

PAGE = "104857600000077"
POST = f"{PAGE}_122100000000077"
THUMB = 369239263222822


class Messenger(Graph):
    """Everybody's chat with the Page."""

    name = "messenger"
    title = {"id": "Messenger", "en": "Messenger"}
    colour = "#0866d6"
    mark = "Ms"
    place = 30
    kinds = ("text", "image", "video", "audio", "voice", "document", "location")
    can = frozenset({"edit", "react", "quote", "read", "owner"})
    acts = {
        "start": {"id": "Ketuk Mulai", "en": "Tap Get Started"},
        "thumb": {"id": "Kirim 👍", "en": "Send 👍"},
        "ad": {"id": "Tanya dari iklan", "en": "Ask from an ad"},
        "comment": {"id": "Komentari kiriman toko", "en": "Comment on the shop's post"},
        "block": {"id": "Blokir toko", "en": "Block the shop"},
        "unblock": {"id": "Buka blokir", "en": "Unblock the shop"},
    }
    object = "page"
    account = page = PAGE
    inbox = 263902037430900
    longest_text = 2000
    most_images = 30
    subcodes = {10: 2018278, 100: 2018001, 551: 1545041}

    def connection(self) -> Mapping[str, Any]:
        return {**super().connection(), "page_id": PAGE}

    def address_of(self, person: Person) -> str:
        return self.account_of(person, lambda: self.digits(person, 17))

    def new_id(self, person: Person) -> str:
        return "m_" + ids.secret(48)

    def profile(self, person: Person) -> dict[str, str]:
        first, _, last = person.name.partition(" ")
        locale = {"id": "id_ID"}.get(person.language, "en_US")
        named = {"first_name": first, "last_name": last, "locale": locale}
        return {"id": self.address_of(person)} | named

    def rose(self, person: Person, bubble: Bubble) -> None:
        super().rose(person, bubble)
        if bubble.state == "delivered":
            self.tell(person, {"delivery": {"mids": [bubble.id], "watermark": self.now()}})

    def seen(self, last: Bubble) -> dict[str, Any]:
        return {"watermark": self.now()}

    def comment(self, person: Person, bubble: Bubble, *, edited: bool = False) -> dict[str, Any]:
        value = {
            "item": "comment",
            "verb": "edited" if edited else "add",
            "comment_id": bubble.id,
            "post_id": POST,
            "parent_id": POST,
            "from": {"id": self.address_of(person), "name": person.name},
            "message": bubble.content["body"],
            "created_time": self.now() // 1000,
        }
        return {"field": "feed", "value": value}

    def said_by(self, person: Person, act: str) -> Said:
        here = person.language == "id"
        match act:
            case "thumb":
                return self.sticker("sticker", THUMB)
            case "ad":
                context = {"ad_title": "Batik Nusantara −30%", "post_id": POST}
                origin = {
                    "source": "ADS",
                    "type": "OPEN_THREAD",
                    "ref": "ad_batik",
                    "ad_id": "120330000000077",
                    "ads_context_data": context,
                }
                words = "Mau yang di iklan, Kak" if here else "I want the one in the ad"
                return Said(content={"body": words, "referral": origin})
            case "comment":
                return Said(text="Harganya berapa, Kak?" if here else "How much is this?")
        title = "Mulai" if here else "Get Started"
        return Said(kind="button", button={"id": "postback:GET_STARTED", "text": title})
