"""Messenger, by Meta's Page webhooks and Send API: https://developers.facebook.com/docs/messenger-platform"""

from typing import ClassVar

from pydantic import Field

from sambung.channels import Capabilities, MediaRule
from sambung.channels._meta import choices
from sambung.channels._meta.config import ID, MetaConfig
from sambung.channels._meta.dialect import Dialect
from sambung.channels._meta.talk import HUMAN_WINDOW, WINDOW, MetaChannel

_MB = 1024 * 1024


class MessengerConfig(MetaConfig):
    """Settings of one Facebook Page."""

    page_id: str = Field(
        title="Page ID",
        description="On the Page under About > Page transparency, or in Meta Business Suite > Settings.",
        pattern=ID,
        json_schema_extra={
            "title_id": "ID Halaman",
            "description_id": "Di Halaman, menu Tentang > Transparansi Halaman, atau di Meta Business Suite.",
        },
    )

    @property
    def account(self) -> str:
        return self.page_id

    @property
    def node(self) -> str:
        return self.page_id


class Messenger(MetaChannel[MessengerConfig]):
    """One Page's inbox."""

    name = "messenger"
    title: ClassVar = {"en": "Messenger", "id": "Messenger"}
    config = MessengerConfig
    handle_kinds = ("messenger",)
    dialect = Dialect(
        title="Messenger",
        object="page",
        kind="messenger",
        platform="messenger",
        longest_text=2000,
        in_bytes=False,
        metadata=True,
        fields=(
            "messages",
            "message_echoes",
            "message_edits",
            "message_reactions",
            "message_reads",
            "message_deliveries",
            "messaging_postbacks",
            "messaging_referrals",
            "messaging_optins",
            "messaging_handovers",
            "standby",
            "messaging_policy_enforcement",
            "message_template_status_update",
            "feed",
        ),
    )
    capabilities = Capabilities(
        longest_text=2000,
        window=WINDOW,
        human_window=HUMAN_WINDOW,
        media=(
            MediaRule("image", ("image/jpeg", "image/png", "image/gif", "image/webp"), 8 * _MB),
            MediaRule("video", ("video/*",), 25 * _MB),
            MediaRule("audio", ("audio/*",), 25 * _MB),
            MediaRule("document", ("*/*",), 25 * _MB),
        ),
        attachments_per_message=10,
        caption=False,
        buttons=choices.MOST,
        list_rows=choices.MOST,
        reply_to=True,
        reactions=True,
        typing=True,
        read_receipts=True,
    )


channel = Messenger()
