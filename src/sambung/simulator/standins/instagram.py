"""Instagram: one professional account's messages and comments. https://developers.facebook.com/docs/instagram-platform"""

from collections.abc import Mapping
from typing import Any

from sambung.kit import ids
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.said import Said
from sambung.simulator.standins import _pictures
from sambung.simulator.standins._meta.graph import Graph

ACCOUNT, PAGE = "17841400000000077", "104857600000088"
STORY, POST = "17990000000000077", "17880000000000077"


class Instagram(Graph):
    """Everybody's direct messages with the account."""

    name = "instagram"
    title = {"id": "Instagram", "en": "Instagram"}
    colour = "#b0307a"
    mark = "Ig"
    place = 25
    kinds = ("text", "image", "video", "audio", "voice")
    can = frozenset({"edit", "unsend", "react", "quote", "read", "owner"})
    acts = {
        "story": {"id": "Balas cerita toko", "en": "Reply to the shop's story"},
        "mention": {"id": "Sebut toko di cerita", "en": "Mention the shop in a story"},
        "share": {"id": "Bagikan kiriman toko", "en": "Share the shop's post"},
        "heart": {"id": "Kirim ❤️", "en": "Send ❤️"},
        "ad": {"id": "Tanya dari iklan", "en": "Ask from an ad"},
        "comment": {"id": "Komentari kiriman toko", "en": "Comment on the shop's post"},
        "block": {"id": "Blokir toko", "en": "Block the shop"},
        "unblock": {"id": "Buka blokir", "en": "Unblock the shop"},
    }
    object = "instagram"
    account, page = ACCOUNT, PAGE
    inbox = 1217981644879628
    longest_text, in_bytes = 1000, True
    most_images = 10
    subcodes = {10: 2534022, 100: 2534014, 551: 1545041, 10900: 2534025}

    def connection(self) -> Mapping[str, Any]:
        return {**super().connection(), "account_id": ACCOUNT, "page_id": PAGE}

    def address_of(self, person: Person) -> str:
        return self.account_of(person, lambda: self.digits(person, 16))

    def new_id(self, person: Person) -> str:
        return f"aWdfZAG1faXRlbToxOklH{ids.secret(48)}ZD"

    def comment_id(self, person: Person) -> str:
        return f"1799{self.number():013d}"

    def profile(self, person: Person) -> dict[str, str]:
        username = person.username or person.name.lower().replace(" ", ".")
        return {"id": self.address_of(person), "name": person.name, "username": username}

    def seen(self, last: Bubble) -> dict[str, Any]:
        return {"mid": last.id}

    def comment(self, person: Person, bubble: Bubble, *, edited: bool = False) -> dict[str, Any]:
        """Edits are not told."""
        known = self.profile(person)
        value = {
            "id": bubble.id,
            "from": {"id": known["id"], "username": known["username"]},
            "text": bubble.content["body"],
            "media": {"id": POST, "media_product_type": "FEED"},
        }
        return {} if edited else {"field": "comments", "value": value}

    def said_by(self, person: Person, act: str) -> Said:
        here = person.language == "id"
        picture = _pictures.drawn(self.town, "story", self.colour)
        match act:
            case "story":
                story = {"url": self.place_of(picture.id, picture.name), "id": STORY}
                words = "Yang ini masih ada, Kak?" if here else "Do you still have this one?"
                return Said(content={"body": words, "reply_to": {"story": story}})
            case "mention":
                shown = Said(file=picture).shown() | {"type": "story_mention"}
                return Said(kind="image", content=shown)
            case "share":
                post = {"id": POST, "title": "Batik tulis Nusantara", "url": self._post()}
                attachment = {"type": "ig_post", "payload": post}
                words = f"{post['title']} {post['url']}"
                return Said(content={"body": words, "attachment": attachment})
            case "ad":
                origin = {"source": "ADS", "type": "OPEN_THREAD", "ad_id": "120330000000088"}
                origin |= {"ref": "ad_batik"}
                words = "Mau yang di iklan, Kak" if here else "I want the one in the ad"
                return Said(content={"body": words, "referral": origin})
            case "comment":
                return Said(text="Harganya berapa, Kak?" if here else "How much is this?")
        return self.sticker("like_heart")

    def _post(self) -> str:
        return f"{self.url}/p/{POST}"
