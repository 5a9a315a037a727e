"""The chat in a business's own app, mobile or web. Two ways in, which may be mixed:

server  the business's server posts signed events to /hooks (receive) and gets replies posted (send)
socket  the app holds a visitor's socket, as the widget does, with our JavaScript client (web/app-client)

Events, frames and the client: docs/channels/app.md.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from sambung.channels import (
    Attachment,
    Capabilities,
    Channel,
    Fetched,
    Item,
    MediaRule,
    Outbound,
    Receipt,
    Rejected,
    Request,
)
from sambung.channels._posted import secrets
from sambung.channels._rest.downloads import MB, download
from sambung.channels._visitor.frames import LONGEST_TEXT, MOST_FILES
from sambung.channels._visitor.proof import may_embed
from sambung.channels._visitor.session import check, items, origin_of
from sambung.channels.app import receive, send
from sambung.channels.app.config import AppConfig
from sambung.kit import ids
from sambung.kit.net import Net

LARGEST_FILE = 20 * MB


class App(Channel[AppConfig]):
    """One app."""

    name = "app"
    title: ClassVar[Mapping[str, str]] = {"en": "Own app (API)", "id": "Aplikasi sendiri (API)"}
    config = AppConfig
    visitors = True
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
        can_start=True,
    )
    quality: ClassVar[Mapping[str, str]] = {
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
        "templates": "exempt: free text is always allowed",
        "window": "exempt: no window",
        "errors_mapped": "done",
        "rate_limits": "done",
        "stand_in": "exempt: the JavaScript client runs against the product itself",
        "docs": "done",
    }

    def verify(self, request: Request, config: AppConfig) -> None:
        """A post is the server's, signed; a frame is of the app, on the socket that the gateway holds."""
        if "/hooks/" in request.url:
            secrets.check(request, config)
            receive.check_tokens(request, config)
            return
        origin, url = origin_of(request)
        if origin and config.site_origins and not may_embed(origin, url, config.site_origins):
            raise Rejected("this page may not connect")
        check(request, config)

    def receive(self, request: Request) -> Iterator[Item]:
        return receive.receive(request) if "/hooks/" in request.url else items(request)

    async def send(self, message: Outbound, config: AppConfig, net: Net) -> Receipt:
        return await send.send(message, config, net)

    async def fetch(self, attachment: Attachment, config: AppConfig, net: Net) -> Fetched:
        return await download(attachment, net, largest=LARGEST_FILE)

    async def seen(self, target: str, config: AppConfig, net: Net, *, typing: bool = False) -> None:
        if config.target:
            told = {"message": target, "typing": typing}
            await send.post("seen", str(ids.new_id()), told, config, net)

    async def check(self, config: AppConfig, net: Net) -> str:
        """Posts a `ping` that the server answers with any 2xx."""
        if not config.target:
            return (
                "Aplikasi memakai soket saja; tidak ada server yang perlu diuji. "
                "/ The app uses the socket alone; there is no server to try."
            )
        await send.post("ping", str(ids.new_id()), {}, config, net)
        return f"{config.target} menjawab. / {config.target} answered."


channel = App()
