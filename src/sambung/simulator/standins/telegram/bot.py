"""The bot as Telegram knows it: its token, its webhook, who has blocked it, and what waits for it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.refusal import Refusal
from sambung.simulator.standin import StandIn
from sambung.simulator.town import Town

BOT = 7000000077
ERRORS = {
    "400": "Bad Request: chat not found",
    "401": "Unauthorized",
    "403": "Forbidden: bot was blocked by the user",
    "429": "Too Many Requests: retry after 3",
    "500": "Internal Server Error",
}


class Bot(StandIn):
    """The bot of the business; `Telegram` lets people talk to it, and the business through it."""

    name = "telegram"
    title = {"id": "Telegram", "en": "Telegram"}
    colour = "#1c72a6"
    mark = "Tg"
    place = 20
    kinds = ("text", "image", "video", "audio", "voice", "document", "location", "contacts")
    can = frozenset({"edit", "react", "quote"})
    codes = {
        "400": {"id": "obrolan tidak ada", "en": "chat not found"},
        "401": {"id": "token salah", "en": "token revoked"},
        "403": {"id": "bot diblokir", "en": "bot was blocked"},
        "429": {"id": "terlalu cepat", "en": "too fast"},
        "500": {"id": "layanan mati", "en": "service down"},
    }
    acts = {
        "start": {"id": "Mulai bot (/start)", "en": "Start the bot (/start)"},
        "share": {"id": "Bagikan nomor saya", "en": "Share my number"},
        "block": {"id": "Blokir bot", "en": "Block the bot"},
        "unblock": {"id": "Buka blokir", "en": "Unblock the bot"},
    }

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.token = f"{BOT}:{self.secret('bot_token')}"
        self.webhook = {"url": self.hook, "secret_token": self.secret("webhook_secret")}
        self.blocked: set[str] = set()
        self.waiting: list[dict[str, Any]] = []
        self.arrived = asyncio.Event()

    def connection(self) -> Mapping[str, Any]:
        return {
            "bot_token": self.token,
            "webhook_secret": self.secret("webhook_secret"),
            "api_base": self.url,
        }

    def refusal(self, code: str) -> Refusal:
        return self.failure(int(code), ERRORS[code]) if code in ERRORS else super().refusal(code)

    def failure(self, code: int, description: str) -> Refusal:
        """The Bot API's no."""
        body = {"ok": False, "error_code": code, "description": description}
        return Refusal(code, body | ({"parameters": {"retry_after": 3}} if code == 429 else {}))

    def new_id(self, person: Person) -> str:
        """Message ids are unique in their chat only."""
        return f"{self.name}:{self.address_of(person)}:{self.number()}"

    def update(self, kind: str, what: Mapping[str, Any], bubble: Bubble | None = None) -> None:
        """Post an update, or let it wait for getUpdates."""
        update = {"update_id": self.number(), kind: what}
        if self.webhook["url"]:
            secret = {"x-telegram-bot-api-secret-token": self.webhook["secret_token"]}
            self.post(update, secret, bubble=bubble, url=self.webhook["url"])
            return
        self.waiting.append(update)
        self.arrived.set()

    def memory(self) -> Mapping[str, Any]:
        return {"blocked": sorted(self.blocked)}

    def remember(self, memory: Mapping[str, Any]) -> None:
        self.blocked = set(memory["blocked"])

    async def stop(self) -> None:
        """Nobody waits for updates any more."""
        self.arrived.set()
        await super().stop()
