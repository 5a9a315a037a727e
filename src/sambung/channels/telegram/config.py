"""What a business enters to connect its Telegram bot."""

from typing import Literal

from pydantic import BaseModel, Field, SecretStr, field_validator


class TelegramConfig(BaseModel):
    """Settings of one bot."""

    bot_token: SecretStr = Field(
        title="Bot token",
        description="What @BotFather answered to /newbot or /token, such as 7000000077:AAE….",
        json_schema_extra={
            "title_id": "Token bot",
            "description_id": "Jawaban @BotFather atas /newbot atau /token, misalnya 7000000077:AAE….",
        },
    )
    webhook_secret: SecretStr = Field(
        title="Webhook secret",
        description="Made up by you: 1 to 256 letters, digits, _ and -. It proves that an update comes "
        "from Telegram, which signs nothing; make it long and random.",
        json_schema_extra={
            "title_id": "Rahasia webhook",
            "description_id": "Karangan Anda: 1 sampai 256 huruf, angka, _ dan -. Membuktikan pembaruan datang "
            "dari Telegram, yang tidak menandatangani apa pun; buat panjang dan acak.",
        },
    )
    webhook_secret_previous: SecretStr | None = Field(
        default=None,
        title="Previous webhook secret",
        description="Accepted too while the secret is being changed; empty it afterwards.",
        json_schema_extra={
            "title_id": "Rahasia webhook sebelumnya",
            "description_id": "Ikut diterima selama rahasia diganti; kosongkan sesudahnya.",
        },
    )
    delivery: Literal["webhook", "polling"] = Field(
        default="webhook",
        title="Delivery",
        description="webhook: Telegram posts to us, which needs a public https address. "
        "polling: we ask Telegram, which works anywhere.",
        json_schema_extra={
            "title_id": "Cara terima",
            "description_id": "webhook: Telegram mengirim ke kami, perlu alamat https publik. "
            "polling: kami yang bertanya ke Telegram, jalan di mana saja.",
        },
    )
    api_base: str = Field(
        default="https://api.telegram.org",
        title="API address",
        description="Change it only for a Bot API server of your own, a proxy or the simulator.",
        pattern=r"^https?://[^\s?#]+$",
        json_schema_extra={
            "title_id": "Alamat API",
            "description_id": "Ubah hanya untuk server Bot API sendiri, proksi, atau simulator.",
        },
    )

    @field_validator("bot_token")
    @classmethod
    def _part_of_an_address(cls, token: SecretStr) -> SecretStr:
        """It stands in the path of every request, so nothing else may be in it; pasted ones carry line ends."""
        plain = token.get_secret_value().strip()
        bot, _, rest = plain.partition(":")
        if not (bot.isascii() and bot.isdigit() and rest and _harmless(rest)):
            raise ValueError("this is no bot token")
        return SecretStr(plain)

    @field_validator("webhook_secret")
    @classmethod
    def _as_telegram_takes_it(cls, secret: SecretStr) -> SecretStr:
        """https://core.telegram.org/bots/api#setwebhook (secret_token)"""
        plain = secret.get_secret_value().strip()
        if not 1 <= len(plain) <= 256 or not _harmless(plain):
            raise ValueError("1 to 256 letters, digits, _ and -")
        return SecretStr(plain)

    @field_validator("api_base")
    @classmethod
    def _without_slash(cls, base: str) -> str:
        return base.rstrip("/")

    @property
    def bot(self) -> str:
        """The bot's user id, which its token begins with."""
        return self.bot_token.get_secret_value().partition(":")[0]

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """Every secret an update may bring now."""
        previous = self.webhook_secret_previous
        both = (
            self.webhook_secret.get_secret_value(),
            previous.get_secret_value() if previous else "",
        )
        return tuple(secret for secret in both if secret)


def _harmless(value: str) -> bool:
    return value.isascii() and all(letter.isalnum() or letter in "_-" for letter in value)
