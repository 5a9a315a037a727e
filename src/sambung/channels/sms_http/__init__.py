"""Any SMS gateway that speaks HTTP: its spelling is a setting, not code. See docs/channels/sms_http.md."""

from collections.abc import Iterator, Mapping

from sambung.channels import (
    QUALITY,
    Capabilities,
    Channel,
    Item,
    Outbound,
    Receipt,
    Rejected,
    Reply,
    Request,
)
from sambung.channels.sms_http import proof, receive, send
from sambung.channels.sms_http.config import HttpSmsConfig
from sambung.kit import clock
from sambung.kit.net import Net

_STEP = 300
"""Seconds within which the same words of the same person, without an id, are one message sent twice."""


class HttpSms(Channel[HttpSmsConfig]):
    """One account at a gateway."""

    name = "sms_http"
    title = {"en": "SMS (HTTP gateway)", "id": "SMS (gateway HTTP)"}
    config = HttpSmsConfig
    handle_kinds = ("phone",)
    methods = frozenset({"GET", "POST"})
    capabilities = Capabilities(longest_text=1600, can_start=True)
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "receive_media": "exempt: text only",
        "edits_and_deletes": "exempt: SMS has neither",
        "reactions": "exempt: SMS has none",
        "echoes": "exempt: gateways do not tell of what others send",
        "send_media": "exempt: text only",
        "send_interactive": "exempt: SMS has no buttons",
        "templates": "exempt: none needed",
        "window": "exempt: none",
        "stand_in": "done",
    }

    def hints(self, config: HttpSmsConfig) -> Mapping[str, str]:
        arrived = int(clock.now().timestamp()) // _STEP
        return {receive.MAPPING: config.written, receive.ARRIVED: str(arrived)}

    def handshake(self, request: Request, config: HttpSmsConfig) -> Reply | None:
        """Many gateways try the address with a bare GET before they accept it."""
        bare = request.method == "GET" and not set(request.query) - {"token"}
        return Reply(200, "ok") if bare else None

    def verify(self, request: Request, config: HttpSmsConfig) -> None:
        if not proof.proven(request, config):
            raise Rejected("the signature or the secret is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return receive.receive(request)

    async def send(self, message: Outbound, config: HttpSmsConfig, net: Net) -> Receipt:
        return await send.send(message, config, net)

    async def check(self, config: HttpSmsConfig, net: Net) -> str:
        """Nothing can be tried without sending a message: what was understood is told instead."""
        way = config.map.send
        host = config.url.partition("//")[2].partition("/")[0]
        return (
            f"Pemetaan terbaca: {way.method} {way.body} ke {host}. Kirim satu pesan untuk mengujinya. "
            f"/ The mapping reads as {way.method} {way.body} to {host}. Send a message to try it."
        )


channel = HttpSms()
