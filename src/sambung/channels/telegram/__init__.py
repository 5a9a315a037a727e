"""Telegram, by its Bot API: https://core.telegram.org/bots/api

receive  updates (updates, content, people, addresses), posted or asked for (polling)
send     messages (send, keyboards, files, api)
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from sambung.channels import (
    QUALITY,
    Attachment,
    Capabilities,
    Channel,
    Fetched,
    Item,
    Listened,
    Outbound,
    Receipt,
    Rejected,
    Request,
    TryLater,
)
from sambung.channels.telegram import (
    addresses,
    api,
    files,
    keyboards,
    people,
    polling,
    send,
    updates,
)
from sambung.channels.telegram.config import TelegramConfig
from sambung.kit.net import Net
from sambung.kit.signatures import same
from sambung.kit.untrusted import Record, record, text


class Telegram(Channel[TelegramConfig]):
    """One bot, with the business accounts that gave it their chats."""

    name = "telegram"
    title = {"en": "Telegram", "id": "Telegram"}
    config = TelegramConfig
    handle_kinds = (people.PERSON, people.CHAT)
    capabilities = Capabilities(
        longest_text=send.LONGEST_TEXT,
        media=files.RULES,
        attachments_per_message=send.ALBUM,
        caption=True,
        buttons=keyboards.BUTTONS,
        list_rows=keyboards.BUTTONS,
        reply_to=True,
        reactions=True,
        typing=True,
    )
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "statuses": "exempt: the Bot API tells neither of delivery nor of reading",
        "templates": "exempt: Telegram has none",
        "window": "exempt: who has started the bot may be written to at any time",
    }

    def addresses(self, config: TelegramConfig) -> tuple[str, ...]:
        """The bot's id. Updates do not name it: each is of the bot whose secret it brings."""
        return (config.bot,)

    def verify(self, request: Request, config: TelegramConfig) -> None:
        given = request.headers.get(polling.SECRET_HEADER, "")
        if not any(same(given, secret) for secret in config.webhook_secrets):
            raise Rejected("the secret token is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return updates.receive(request.body)

    async def send(self, message: Outbound, config: TelegramConfig, net: Net) -> Receipt:
        return await send.send(message, config, net)

    async def fetch(self, attachment: Attachment, config: TelegramConfig, net: Net) -> Fetched:
        return await files.fetch(attachment, config, net)

    async def seen(
        self, target: str, config: TelegramConfig, net: Net, *, typing: bool = False
    ) -> None:
        """Bots cannot mark as read; "typing" shows until we write, 5 seconds at most."""
        if typing:
            chat, _ = addresses.message_number(target)
            await _ask(config, net, "sendChatAction", {"chat_id": chat, "action": "typing"})

    async def acknowledge(self, target: str, config: TelegramConfig, net: Net) -> None:
        """Stops the tapped button's turning."""
        if target.startswith(updates.CALLBACK):
            query = target.removeprefix(updates.CALLBACK)
            await _ask(config, net, "answerCallbackQuery", {"callback_query_id": query})

    async def register(self, hook: str, config: TelegramConfig, net: Net) -> None:
        """Telegram posts to ports 443, 80, 88 and 8443 only, and says so itself."""
        if config.delivery == "polling":
            return
        secret = config.webhook_secret.get_secret_value()
        wanted = {"url": hook, "secret_token": secret, "allowed_updates": list(updates.WANTED)}
        await _ask(config, net, "setWebhook", wanted)

    async def check(self, config: TelegramConfig, net: Net) -> str:
        """Reads the bot's name, and whether its updates find their way to us."""
        bot = record(await _ask(config, net, "getMe", {}))
        found = f"{text(bot, 'first_name')} (@{text(bot, 'username')})"
        sentence = f"Terhubung ke {found}. / Connected to {found}."
        hook = record(await _ask(config, net, "getWebhookInfo", {}))
        return " ".join(filter(None, (sentence, _delivery(config, hook))))

    def listen(
        self, config: TelegramConfig, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened] | None:
        return polling.follow(config, state, net) if config.delivery == "polling" else None


async def _ask(config: TelegramConfig, net: Net, method: str, body: dict[str, Any]) -> Any:
    try:
        return await api.call(config, net, method, json=body)
    except api.Migrated as moved:
        raise TryLater("the group moved") from moved


def _delivery(config: TelegramConfig, hook: Record) -> str:
    """What is wrong with the way updates come; "" when nothing is."""
    url, waiting = text(hook, "url"), text(hook, "pending_update_count") or "0"
    if config.delivery == "polling":
        return ""
    if not url:
        return (
            "Webhook belum dipasang, jadi pesan tidak akan masuk. "
            "/ No webhook is set, so no message will arrive."
        )
    wanted = hook.get("allowed_updates")
    if isinstance(wanted, list) and not set(updates.WANTED) <= set(map(str, wanted)):
        return (
            "Webhook tidak meminta semua jenis pembaruan; pasang ulang. "
            "/ The webhook does not ask for every kind of update; set it anew."
        )
    if error := text(hook, "last_error_message"):
        return (
            f"Kiriman terakhir gagal ({error}); {waiting} menunggu. "
            f"/ The last delivery failed ({error}); {waiting} are waiting."
        )
    return ""


channel = Telegram()
