"""SMS straight from a carrier, by SMPP 3.4: one session both ways."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from sambung.channels import (
    QUALITY,
    Capabilities,
    Channel,
    Item,
    Listened,
    Outbound,
    Receipt,
    Request,
)
from sambung.channels.smpp import listen, receive, send
from sambung.channels.smpp.config import SmppConfig
from sambung.kit.net import Net


class Smpp(Channel[SmppConfig]):
    """One account (ESME) at a carrier's message centre (SMSC)."""

    name = "smpp"
    title = {"en": "SMS (SMPP)", "id": "SMS (SMPP)"}
    config = SmppConfig
    transport = "none"
    handle_kinds = ("phone",)
    capabilities = Capabilities(longest_text=send.LONGEST_TEXT, can_start=True)
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "verify": "exempt: the carrier is known by the session we open to it",
        "receive_media": "exempt: text only",
        "edits_and_deletes": "exempt: SMS has neither",
        "reactions": "exempt: SMS has none",
        "echoes": "exempt: carriers do not tell of what others send",
        "send_media": "exempt: text only",
        "send_interactive": "exempt: SMS has no buttons",
        "templates": "exempt: none needed",
        "window": "exempt: none",
        "stand_in": "done",
    }

    def addresses(self, config: SmppConfig) -> tuple[str, ...]:
        """As the carrier writes our number."""
        return (config.sender.value,)

    def hints(self, config: SmppConfig) -> Mapping[str, str]:
        return {
            receive.ALPHABET: config.alphabet,
            receive.COUNTRY: config.country,
            receive.OWN: config.sender.value,
        }

    def verify(self, request: Request, config: SmppConfig) -> None:
        """Nothing to check: what comes, came over a session that we opened and logged in to."""

    def receive(self, request: Request) -> Iterator[Item]:
        return receive.receive(request)

    async def send(self, message: Outbound, config: SmppConfig, net: Net) -> Receipt:
        return await send.send(message, config, net)

    async def check(self, config: SmppConfig, net: Net) -> str:
        return await send.check(config, net)

    def listen(
        self, config: SmppConfig, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened]:
        return listen.listen(config, state, net)


channel = Smpp()
