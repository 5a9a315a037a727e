"""The channel that both are."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from sambung.channels import (
    QUALITY,
    Attachment,
    Channel,
    Fetched,
    Handle,
    Item,
    Listened,
    Outbound,
    Profile,
    Receipt,
    Refused,
    Rejected,
    Reply,
    Request,
    TryLater,
)
from sambung.channels._meta import errors, graph, media, poll, profile, receive, send
from sambung.channels._meta.config import MetaConfig
from sambung.channels._meta.dialect import Dialect
from sambung.kit import meta
from sambung.kit.net import Net
from sambung.kit.untrusted import record, records, text

WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
"""https://developers.facebook.com/docs/messenger-platform/policy/policy-overview (HUMAN_AGENT)"""

Config = TypeVar("Config", bound=MetaConfig)


class MetaChannel(Channel[Config]):
    """Messenger and Instagram: the same talk under two dialects."""

    dialect: ClassVar[Dialect]
    quality: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(QUALITY, "done"),
        "templates": "exempt: what was approved beforehand is for paid messages, which are not sent from here",
    }

    def addresses(self, config: Config) -> tuple[str, ...]:
        """The account's id as webhooks have it; then its others."""
        return (config.account, *config.other_ids)

    def handshake(self, request: Request, config: Config) -> Reply | None:
        if not meta.asks_for_handshake(request.method, request.query):
            return None
        answer = meta.challenge(request.query, config.verify_token)
        return Reply(403) if answer is None else Reply(200, answer)

    def verify(self, request: Request, config: Config) -> None:
        if not meta.signed(request.body, request.headers, config.app_secrets):
            raise Rejected("the signature is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return receive.receive(request.body, self.dialect)

    async def send(self, message: Outbound, config: Config, net: Net) -> Receipt:
        rules = self.capabilities.media
        return await send.Sending(message, config, self.dialect, rules, net).go()

    async def fetch(self, attachment: Attachment, config: Config, net: Net) -> Fetched:
        return await media.fetch(attachment, net)

    async def seen(self, target: str, config: Config, net: Net, *, typing: bool = False) -> None:
        await send.seen(target, config, net, typing=typing)

    async def check(self, config: Config, net: Net) -> str:
        """Reads the account's name, and whether our app is told of its messages."""
        found = await graph.call(
            config,
            net,
            "GET",
            config.node,
            failure=errors.failure,
            params={"fields": "name,username" if config.node == config.account else "name"},
        )
        name = text(found, "name") or text(found, "username") or config.account
        sentence = f"Terhubung ke {name}. / Connected to {name}."
        try:
            path = f"{config.node}/subscribed_apps"
            apps = await graph.call(config, net, "GET", path, failure=errors.failure)
        except (Refused, TryLater):
            return sentence
        if not any(_told_of_messages(app) for app in records(apps.get("data"))):
            sentence += (
                " Webhook belum dilanggani untuk pesan; akan dicoba sendiri sekali sehari. "
                "/ No subscription to its messages; it is tried by itself once a day."
            )
        return sentence

    async def profile(
        self, handle: Handle, config: Config, net: Net, *, address: str = ""
    ) -> Profile | None:
        """Meta tells of those who wrote to the business, if the app may ask."""
        return await profile.of(handle.value, config, self.dialect, net)

    async def register(self, hook: str, config: Config, net: Net) -> None:
        """Subscribe the app to the account. Its one hook for all of its accounts is set in Meta's dashboard."""
        await poll.resubscribe(config, self.dialect, net)

    def listen(
        self, config: Config, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened] | None:
        """Look for what webhooks missed; see `poll`."""
        return poll.follow(config, self.dialect, state, net) if config.poll_seconds else None


def _told_of_messages(app: Mapping[str, Any]) -> bool:
    fields = app.get("subscribed_fields") or ()
    return any(one == "messages" or text(record(one), "name") == "messages" for one in fields)
