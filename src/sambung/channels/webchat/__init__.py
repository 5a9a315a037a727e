"""Web chat: our own widget on the business's site, JSON frames over a visitor's socket.

A frame is an object with `t`: hello, identify, prechat, message, action, typing, read, received. The gateway
passes one frame, preceded by those that still hold (`hello`, `prechat`), or a recorded session
`{"connection": …, "frames": […]}`; and it says in headers what it has established itself:

    x-visitor   the visitor's id, which the token proved      x-site    the connection's key
    x-identity  "verified" once this visitor proved a sign-in  origin    the browser's Origin

Protocol and limits: docs/channels/webchat.md.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from sambung.channels import (
    Capabilities,
    Channel,
    Item,
    MediaRule,
    Outbound,
    Receipt,
    Refused,
    Rejected,
    Request,
    Transport,
)
from sambung.channels._visitor.frames import LONGEST_TEXT, MOST_FILES
from sambung.channels._visitor.proof import may_embed
from sambung.channels._visitor.session import check, items, origin_of
from sambung.channels.webchat.settings import WebchatConfig
from sambung.kit.net import Net


class Webchat(Channel[WebchatConfig]):
    """The chat on the business's own site."""

    name = "webchat"
    title: ClassVar[Mapping[str, str]] = {"en": "Web chat", "id": "Obrolan web"}
    config = WebchatConfig
    transport: ClassVar[Transport] = "socket"
    handle_kinds = ("external", "visitor")
    capabilities = Capabilities(
        longest_text=LONGEST_TEXT,
        media=(
            MediaRule("image", ("image/*",), 10_000_000),
            MediaRule("audio", ("audio/*",), 20_000_000),
            MediaRule("video", ("video/*",), 20_000_000),
            MediaRule("document", ("application/*", "text/*"), 20_000_000),
        ),
        attachments_per_message=MOST_FILES,
        buttons=10,
        list_rows=10,
        reply_to=True,
        typing=True,
        read_receipts=True,
    )
    quality: ClassVar[Mapping[str, str]] = {
        "verify": "done",
        "receive_text": "done",
        "receive_media": "done",
        "receive_all_kinds": "done",
        "receive_batches": "done",
        "edits_and_deletes": "exempt: a visitor cannot edit or take back what was sent",
        "reactions": "exempt: the widget has none",
        "statuses": "done",
        "echoes": "exempt: the business writes from Sambung alone",
        "identity": "done",
        "send_text": "done",
        "send_media": "done",
        "send_interactive": "done",
        "templates": "exempt: free text is always allowed",
        "window": "exempt: no window",
        "errors_mapped": "exempt: no provider in between",
        "rate_limits": "done",
        "stand_in": "exempt: the widget itself runs in demo and tests",
        "docs": "done",
    }

    def verify(self, request: Request, config: WebchatConfig) -> None:
        """The page's origin is allowed, and every sign-in is proved (and there, where required)."""
        if "/hooks/" in request.url:
            # Who posts there has no token: the visitor's id would be whatever they say.
            raise Rejected("frames come by the visitor's socket")
        if not may_embed(*origin_of(request), config.site_origins):
            raise Rejected("this site may not show the chat")
        check(request, config)

    def receive(self, request: Request) -> Iterator[Item]:
        return items(request)

    async def send(self, message: Outbound, config: WebchatConfig, net: Net) -> Receipt:
        """Nothing to hand over: the visitor's socket follows the log and finds it there."""
        if len(message.text) > LONGEST_TEXT:
            raise Refused(f"longer than {LONGEST_TEXT} characters", reason="invalid")
        if message.kind == "template":
            raise Refused("web chat has no templates", reason="template_invalid")
        if message.kind == "reaction":
            raise Refused("web chat has no reactions", reason="invalid")
        return Receipt(id=message.id, state="sent")


channel = Webchat()
