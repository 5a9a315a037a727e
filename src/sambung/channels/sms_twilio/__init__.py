"""SMS and MMS by Twilio, and WhatsApp numbers held there: https://www.twilio.com/docs/messaging/api"""

from collections.abc import Iterator, Mapping
from typing import Any

from sambung.channels import (
    QUALITY,
    Attachment,
    Capabilities,
    Channel,
    Fetched,
    Item,
    Outbound,
    Receipt,
    Rejected,
    Reply,
    Request,
)
from sambung.channels.sms_twilio import receive, send, signature
from sambung.channels.sms_twilio.config import TwilioConfig
from sambung.kit.net import Net


class Twilio(Channel[TwilioConfig]):
    """One sender at Twilio."""

    name = "sms_twilio"
    title = {"en": "SMS (Twilio)", "id": "SMS (Twilio)"}
    config = TwilioConfig
    handle_kinds = ("phone",)
    methods = frozenset({"GET", "POST"})
    accepted = Reply(200, "<Response/>", "text/xml")
    """Anything else Twilio would send to the customer as an answer."""
    capabilities = Capabilities(
        longest_text=send.LONGEST_TEXT,
        media=send.RULES,
        attachments_per_message=send.MOST_FILES,
        templates=True,
        can_start=True,
    )
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "receive_batches": "exempt: one message a request",
        "edits_and_deletes": "exempt: SMS has neither",
        "reactions": "exempt: Twilio tells of none",
        "echoes": "exempt: Twilio does not tell of what others send",
        "send_interactive": "exempt: only inside approved templates",
        "window": "exempt: SMS has none; Twilio refuses late WhatsApp messages, which is mapped",
        "stand_in": "done",
    }

    def addresses(self, config: TwilioConfig) -> tuple[str, ...]:
        """The number, the service or the name."""
        return (config.address,)

    def hints(self, config: TwilioConfig) -> Mapping[str, str]:
        return {receive.OWN: "" if config.is_service else config.address}

    def verify(self, request: Request, config: TwilioConfig) -> None:
        form = request.headers.get("content-type", "application/x-www-form-urlencoded")
        if not signature.signed(
            request.url,
            request.body,
            request.headers.get("x-twilio-signature", ""),
            config.tokens,
            is_form=form.startswith("application/x-www-form-urlencoded"),
            hash=request.query.get("bodySHA256", ""),
        ):
            raise Rejected("the signature is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return receive.receive(request)

    async def send(self, message: Outbound, config: TwilioConfig, net: Net) -> Receipt:
        return await send.send(message, config, net)

    async def fetch(self, attachment: Attachment, config: TwilioConfig, net: Net) -> Fetched:
        return await send.fetch(attachment, config, net)

    async def templates(self, config: TwilioConfig, net: Net) -> list[dict[str, Any]]:
        return await send.templates(config, net)

    async def check(self, config: TwilioConfig, net: Net) -> str:
        return await send.check(config, net)


channel = Twilio()
