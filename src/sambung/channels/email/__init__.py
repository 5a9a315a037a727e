"""E-mail: any mailbox, by SMTP and IMAP or the built-in listener."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, ClassVar

from sambung.channels import (
    QUALITY,
    Capabilities,
    Channel,
    Item,
    Listened,
    MediaRule,
    Outbound,
    Receipt,
    Request,
)
from sambung.channels.email import inbox, letter
from sambung.channels.email.compose import compose
from sambung.channels.email.handover import hand_over, log_in
from sambung.channels.email.settings import EmailConfig
from sambung.kit.net import Net

_LARGEST_FILE = 18_000_000
"""Bytes. Most servers take 25 MB a mail, and base64 adds a third."""
_GOOGLE = {"imap.gmail.com": "mx.google.com", "imap.googlemail.com": "mx.google.com"}
"""Servers known to strip forged results that bear their name."""


class Email(Channel[EmailConfig]):
    """Mail has no signature of a provider: whoever can reach us may write, so senders are judged one by one."""

    name = "email"
    title: ClassVar[Mapping[str, str]] = {"en": "E-mail", "id": "Surel"}
    config = EmailConfig
    transport = "mail"
    handle_kinds = ("email",)
    capabilities = Capabilities(
        longest_text=200_000,
        media=(MediaRule("document", ("*/*",), _LARGEST_FILE),),
        attachments_per_message=20,
        html=True,
        subject=True,
        reply_to=True,
        read_receipts=True,
        can_start=True,
    )
    quality: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(QUALITY, "done"),
        "verify": "exempt: mail is not signed by a provider; each sender is judged in receive",
        "receive_batches": "exempt: one mail a request",
        "edits_and_deletes": "exempt: mail has neither",
        "reactions": "exempt: no common form",
        "echoes": "exempt: mail sent elsewhere does not come back",
        "send_interactive": "exempt: mail has no buttons that come back",
        "templates": "exempt: none needed",
        "window": "exempt: none",
    }

    def addresses(self, config: EmailConfig) -> tuple[str, ...]:
        """The mailbox's address, then its other names."""
        return (config.address, *config.aliases)

    def hints(self, config: EmailConfig) -> Mapping[str, str]:
        """Our addresses, and whose word on senders is trusted."""
        known = _GOOGLE.get(config.imap.host.lower(), "") if config.imap else ""
        return {
            "own-address": ",".join(self.addresses(config)),
            "authserv-id": config.authserv_id.strip() or known,
        }

    def verify(self, request: Request, config: EmailConfig) -> None:
        """Nothing to check: authenticity is the sender's, see `authenticity`."""

    def receive(self, request: Request) -> Iterator[Item]:
        """Message, bounce, receipt or complaint."""
        return letter.receive(request)

    async def send(self, message: Outbound, config: EmailConfig, net: Net) -> Receipt:
        """Compose and hand over to the outgoing server."""
        return await hand_over(compose(message, config), config.smtp.server())

    async def check(self, config: EmailConfig, net: Net) -> str:
        """Log in to both servers; the answer is the same in every language."""
        smtp = config.smtp
        await log_in(smtp.server(), name=config.address.rpartition("@")[2])
        found = f"SMTP {smtp.host}:{smtp.port} ✓"
        if config.imap:
            waiting = await inbox.count(config.imap)
            found += (
                f" · IMAP {config.imap.host}:{config.imap.port} {config.imap.folder} ({waiting}) ✓"
            )
        return found

    def listen(
        self, config: EmailConfig, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened] | None:
        """Follow the mailbox where there is one."""
        if config.imap is None:
            return None
        return inbox.follow(config.imap, state, self.hints(config))


channel = Email()
