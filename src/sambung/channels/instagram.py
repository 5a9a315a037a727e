"""Instagram direct messages and comments, by either login: https://developers.facebook.com/docs/instagram-platform"""

from typing import ClassVar, Literal

from pydantic import Field

from sambung.channels import Capabilities, MediaRule
from sambung.channels._meta import choices
from sambung.channels._meta.config import FACEBOOK, ID, INSTAGRAM, MetaConfig
from sambung.channels._meta.dialect import Dialect
from sambung.channels._meta.talk import HUMAN_WINDOW, WINDOW, MetaChannel

_MB = 1024 * 1024


class InstagramConfig(MetaConfig):
    """Settings of one professional account."""

    account_id: str = Field(
        title="Account ID",
        description="Of the professional account, 17841…; with the Instagram login it is called user_id.",
        pattern=ID,
        json_schema_extra={
            "title_id": "ID akun",
            "description_id": "Milik akun profesional, 17841…; pada login Instagram namanya user_id.",
        },
    )
    login: Literal["facebook", "instagram"] = Field(
        default="facebook",
        title="Login",
        description="facebook: the account is linked to a Page, whose token it is. instagram: the account's own token, "
        "which is renewed by itself.",
        json_schema_extra={
            "title_id": "Login",
            "description_id": "facebook: akun tertaut ke Halaman, dan tokennya milik Halaman. instagram: token "
            "akun sendiri, diperbarui otomatis.",
        },
    )
    page_id: str = Field(
        default="",
        title="Page ID",
        description="Of the linked Page; only with the facebook login.",
        pattern=r"^[A-Za-z0-9_-]*$",
        json_schema_extra={
            "title_id": "ID Halaman",
            "description_id": "Milik Halaman yang tertaut; hanya untuk login facebook.",
        },
    )
    app_scoped_id: str = Field(
        default="",
        title="App-scoped ID",
        description="The other id that the Instagram login gives the account, called id; only where webhooks use it.",
        pattern=r"^[A-Za-z0-9_-]*$",
        json_schema_extra={
            "title_id": "ID khusus aplikasi",
            "description_id": "ID lain dari login Instagram, namanya id; hanya bila webhook memakainya.",
        },
    )

    @property
    def host(self) -> str:
        return FACEBOOK if self.login == "facebook" else INSTAGRAM

    @property
    def account(self) -> str:
        return self.account_id

    @property
    def node(self) -> str:
        """With the facebook login the Page, which its own token calls `me`."""
        return self.account_id if self.login == "instagram" else self.page_id or "me"

    @property
    def other_ids(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.app_scoped_id,)))

    @property
    def subscription(self) -> tuple[str, ...]:
        """A Page that is subscribed at all brings its account's events; their fields are the app's own."""
        return ("messages",) if self.login == "facebook" else ()

    @property
    def renewable(self) -> bool:
        return self.login == "instagram"


class Instagram(MetaChannel[InstagramConfig]):
    """One professional account's inbox and comments."""

    name = "instagram"
    title: ClassVar = {"en": "Instagram", "id": "Instagram"}
    config = InstagramConfig
    handle_kinds = ("instagram",)
    dialect = Dialect(
        title="Instagram",
        object="instagram",
        kind="instagram",
        platform="instagram",
        longest_text=1000,
        in_bytes=True,
        metadata=False,
        fields=(
            "messages",
            "message_edit",
            "message_reactions",
            "messaging_seen",
            "messaging_postbacks",
            "messaging_referral",
            "messaging_optins",
            "messaging_handover",
            "standby",
            "comments",
            "live_comments",
            "mentions",
        ),
    )
    capabilities = Capabilities(
        longest_text=1000,
        window=WINDOW,
        human_window=HUMAN_WINDOW,
        media=(
            MediaRule("image", ("image/jpeg", "image/png", "image/gif"), 8 * _MB),
            MediaRule(
                "video",
                ("video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm"),
                25 * _MB,
            ),
            MediaRule(
                "audio",
                ("audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/x-wav"),
                25 * _MB,
            ),
            MediaRule("document", ("application/pdf",), 25 * _MB),
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


channel = Instagram()
