"""LINE, by its Messaging API: https://developers.line.biz/en/reference/messaging-api/

receive  batches of events (events, people)
send     replies and pushes (send, choices, media, api)
"""

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

from sambung.channels import (
    QUALITY,
    Attachment,
    Capabilities,
    Channel,
    Fetched,
    Handle,
    Item,
    Outbound,
    Profile,
    Receipt,
    Refused,
    Rejected,
    Request,
    TryLater,
)
from sambung.channels.line import api, choices, events, media, people, send
from sambung.channels.line.config import LineConfig
from sambung.kit.net import Net
from sambung.kit.signatures import signed_by
from sambung.kit.untrusted import text


class Line(Channel[LineConfig]):
    """One LINE Official Account."""

    name = "line"
    title = {"en": "LINE", "id": "LINE"}
    config = LineConfig
    handle_kinds = (people.PERSON, people.GROUP)
    capabilities = Capabilities(
        longest_text=send.LONGEST_TEXT,
        media=media.RULES,
        attachments_per_message=send.MOST_AT_ONCE - 1,
        caption=True,
        buttons=choices.BUTTONS,
        list_rows=choices.BUTTONS,
    )
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "reactions": "exempt: LINE tells of none and takes none",
        "statuses": "exempt: LINE tells neither of delivery nor of reading",
        "echoes": "exempt: LINE does not show what was written in its own manager",
        "templates": "exempt: nothing needs approval beforehand",
        "window": "exempt: friends may be written to at any time, within the plan's quota",
    }

    def addresses(self, config: LineConfig) -> tuple[str, ...]:
        """Shown to people. A webhook names the bot's user, which no setting knows: its signature says whose it is."""
        return (config.channel_id,)

    def verify(self, request: Request, config: LineConfig) -> None:
        given = request.headers.get("x-line-signature", "")
        if not signed_by(config.channel_secrets, request.body, given, written=_base64):
            raise Rejected("the signature is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return events.receive(request.body)

    async def send(self, message: Outbound, config: LineConfig, net: Net) -> Receipt:
        return await send.send(message, config, net)

    async def fetch(self, attachment: Attachment, config: LineConfig, net: Net) -> Fetched:
        return await media.fetch(attachment, config, net)

    async def profile(
        self, handle: Handle, config: LineConfig, net: Net, *, address: str = ""
    ) -> Profile | None:
        """None for who is no friend, or blocked us; in a group LINE tells of its members all the same."""
        where = people.read(address or handle.value).to
        who, there = quote(handle.value, safe=""), quote(where, safe="")
        if handle.kind == people.GROUP:
            if not where.startswith("C"):
                return None  # rooms have no name
            path, name = f"/v2/bot/group/{there}/summary", "groupName"
        elif where.startswith(("C", "R")):
            kind = "group" if where.startswith("C") else "room"
            path, name = f"/v2/bot/{kind}/{there}/member/{who}", "displayName"
        else:
            path, name = f"/v2/bot/profile/{who}", "displayName"
        try:
            told = await api.call(config, net, "GET", path)
        except api.Missing:
            return None
        return Profile(
            name=text(told, name),
            locale=text(told, "language"),
            avatar=text(told, "pictureUrl"),
        )

    async def register(self, hook: str, config: LineConfig, net: Net) -> None:
        """Whether webhooks are used at all is a switch in LINE's console."""
        path = "/v2/bot/channel/webhook/endpoint"
        await api.call(config, net, "PUT", path, json={"endpoint": hook})

    async def check(self, config: LineConfig, net: Net) -> str:
        """Reads the account's name, what is left of its quota, and whether webhooks are switched on."""
        told = await api.call(config, net, "GET", "/v2/bot/info")
        found = " ".join(filter(None, (text(told, "displayName"), text(told, "basicId"))))
        sentences = [f"Terhubung ke {found}. / Connected to {found}."]
        try:
            sentences.append(await _quota(config, net))
            sentences.append(await _hook(config, net))
        except (Refused, TryLater):
            return sentences[0]
        return " ".join(filter(None, sentences))


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()


async def _quota(config: LineConfig, net: Net) -> str:
    quota = await api.call(config, net, "GET", "/v2/bot/message/quota")
    if text(quota, "type") != "limited":
        return ""
    used = await api.call(config, net, "GET", "/v2/bot/message/quota/consumption")
    spent, most = text(used, "totalUsage") or "0", text(quota, "value")
    return (
        f"Kuota bulan ini terpakai {spent} dari {most}. "
        f"/ {spent} of this month's {most} messages are used."
    )


async def _hook(config: LineConfig, net: Net) -> str:
    try:
        told = await api.call(config, net, "GET", "/v2/bot/channel/webhook/endpoint")
    except api.Missing:
        told = {}
    if text(told, "endpoint") and told.get("active") is True:
        return ""
    return (
        "Webhook belum dipasang atau belum dinyalakan (Use webhook), jadi pesan tidak akan masuk. "
        "/ The webhook is not set or not switched on (Use webhook), so no message will arrive."
    )


channel = Line()
