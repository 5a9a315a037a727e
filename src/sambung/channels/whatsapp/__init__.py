"""WhatsApp, by Meta's Cloud API: https://developers.facebook.com/docs/whatsapp/cloud-api

receive  webhooks (receive, messages, content, notices, people, wire)
send     messages (send, interactive, templates, media, graph)
errors   what its codes mean, either way
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sambung.channels import (
    Attachment,
    Capabilities,
    Channel,
    Fetched,
    Handle,
    Item,
    Outbound,
    Pace,
    Receipt,
    Refused,
    Rejected,
    Reply,
    Request,
    TryLater,
)
from sambung.channels.whatsapp import graph, interactive, media, receive, send, templates
from sambung.channels.whatsapp.config import WhatsAppConfig
from sambung.kit import meta
from sambung.kit.net import Net
from sambung.kit.untrusted import text


class WhatsApp(Channel[WhatsAppConfig]):
    """One number of the WhatsApp Business Platform."""

    name = "whatsapp"
    title = {"en": "WhatsApp", "id": "WhatsApp"}
    config = WhatsAppConfig
    handle_kinds = ("whatsapp", "phone")
    capabilities = Capabilities(
        longest_text=send.LONGEST_TEXT,
        window=timedelta(hours=24),
        media=media.RULES,
        attachments_per_message=1,
        caption=True,
        templates=True,
        buttons=interactive.BUTTONS,
        list_rows=interactive.LIST_ROWS,
        reply_to=True,
        reactions=True,
        typing=True,
        read_receipts=True,
        can_start=True,
    )
    pace = Pace(per_second=80, burst=80, recipient_seconds=6, recipient_burst=10)
    quality = {
        "verify": "done",
        "receive_text": "done",
        "receive_media": "done",
        "receive_all_kinds": "done",
        "receive_batches": "done",
        "edits_and_deletes": "done",
        "reactions": "done",
        "statuses": "done",
        "echoes": "done",
        "identity": "done",
        "send_text": "done",
        "send_media": "done",
        "send_interactive": "done",
        "templates": "done",
        "window": "done",
        "errors_mapped": "done",
        "rate_limits": "done",
        "stand_in": "done",
        "docs": "done",
    }

    def addresses(self, config: WhatsAppConfig) -> tuple[str, ...]:
        """The number; and the business account, whose notices name no number."""
        return config.phone_number_id, config.waba_id

    def address_of(self, handle: Handle) -> str:
        return handle.value.removeprefix("+") if handle.kind == "phone" else handle.value

    def handshake(self, request: Request, config: WhatsAppConfig) -> Reply | None:
        if not meta.asks_for_handshake(request.method, request.query):
            return None
        answer = meta.challenge(request.query, config.verify_token)
        return Reply(403) if answer is None else Reply(200, answer)

    def verify(self, request: Request, config: WhatsAppConfig) -> None:
        if not meta.signed(request.body, request.headers, config.app_secrets):
            raise Rejected("the signature is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return receive.receive(request.body)

    async def send(self, message: Outbound, config: WhatsAppConfig, net: Net) -> Receipt:
        return await send.send(message, config, net)

    async def fetch(self, attachment: Attachment, config: WhatsAppConfig, net: Net) -> Fetched:
        return await media.fetch(attachment, config, net)

    async def seen(
        self, target: str, config: WhatsAppConfig, net: Net, *, typing: bool = False
    ) -> None:
        """Marks what came before `target` too; "typing" shows until we write, 25 seconds at most."""
        shown: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": target,
        }
        if typing:
            shown["typing_indicator"] = {"type": "text"}
        await graph.call(config, net, "POST", f"{config.phone_number_id}/messages", json=shown)

    async def templates(self, config: WhatsAppConfig, net: Net) -> list[dict[str, Any]]:
        return await templates.all_of(config, net)

    async def check(self, config: WhatsAppConfig, net: Net) -> str:
        """Reads the number, and whether this app gets the account's webhooks at all."""
        fields = "display_phone_number,verified_name,quality_rating,name_status,platform_type"
        number = await graph.call(
            config, net, "GET", config.phone_number_id, params={"fields": fields}
        )
        found = ", ".join(
            filter(None, (text(number, "verified_name"), text(number, "display_phone_number")))
        )
        quality = text(number, "quality_rating") or "UNKNOWN"
        sentence = (
            f"Terhubung ke {found}; mutu nomor {quality}. "
            f"/ Connected to {found}; the number's quality is {quality}."
        )
        try:
            subscribed = await graph.call(config, net, "GET", f"{config.waba_id}/subscribed_apps")
        except (Refused, TryLater):
            return sentence
        if subscribed.get("data") == []:
            sentence += (
                " Webhook belum dilanggani untuk akun ini, jadi pesan tidak akan masuk. "
                "/ The account has no webhook subscription, so no message will arrive."
            )
        return sentence


channel = WhatsApp()
