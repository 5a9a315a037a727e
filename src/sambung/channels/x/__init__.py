"""Direct messages on X: https://docs.x.com/x-api/direct-messages

receive  webhooks (events, content)        send  messages (api, media)
"""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from sambung.channels import (
    QUALITY,
    Attachment,
    Capabilities,
    Channel,
    Fetched,
    Item,
    Listened,
    Outbound,
    Pace,
    Receipt,
    Refused,
    Rejected,
    Reply,
    Request,
    Unknown,
)
from sambung.channels._rest.texts import fitting
from sambung.channels._rest.tokens import keep_fresh
from sambung.channels.x import api, events, media
from sambung.channels.x.config import XConfig
from sambung.kit.net import Net
from sambung.kit.signatures import signed_by
from sambung.kit.untrusted import record, text

LONGEST_TEXT = 10_000


class X(Channel[XConfig]):
    """One account's direct messages."""

    name = "x"
    title = {"en": "X", "id": "X"}
    config = XConfig
    handle_kinds = (events.PERSON,)
    accepted = Reply(200)
    pace = Pace(per_second=15 / 900, burst=15)
    capabilities = Capabilities(
        longest_text=LONGEST_TEXT,
        media=media.RULES,
        caption=True,
        read_receipts=True,
        can_start=True,
    )
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "edits_and_deletes": "exempt: X tells of neither",
        "reactions": "exempt: X tells of none outside its encrypted chats",
        "send_interactive": "exempt: version 2 of the API has no quick replies",
        "templates": "exempt: X has none",
        "window": "exempt: X has none; who does not take our messages is answered 403",
    }

    def addresses(self, config: XConfig) -> tuple[str, ...]:
        return (config.user_id,)

    def handshake(self, request: Request, config: XConfig) -> Reply | None:
        """X asks every hour whether we know the secret."""
        token = request.query.get("crc_token", "")
        if request.method != "GET" or not token:
            return None
        digest = hmac.digest(config.secrets[0].encode(), token.encode(), hashlib.sha256)
        return Reply(200, json.dumps({"response_token": _written(digest)}), "application/json")

    def verify(self, request: Request, config: XConfig) -> None:
        given = request.headers.get("x-twitter-webhooks-signature", "")
        if not signed_by(config.secrets, request.body, given, written=_written):
            raise Rejected("the signature is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return events.receive(request.body)

    async def send(self, message: Outbound, config: XConfig, net: Net) -> Receipt:
        person = message.to or message.handle.value
        if not person.isdigit():
            raise Refused("X knows people by their number", reason="invalid")
        body = await _said(message, config, net)
        path = f"/2/dm_conversations/with/{quote(person)}/messages"
        answer = await api.call(config, net, "POST", path, repeatable=False, json=body)
        id = text(record(answer.get("data")), "dm_event_id")
        if not id:
            raise Unknown("X's answer names no message", reason="timed_out")
        return Receipt(id)

    async def fetch(self, attachment: Attachment, config: XConfig, net: Net) -> Fetched:
        return await media.fetch(attachment, config, net)

    async def check(self, config: XConfig, net: Net) -> str:
        """Whose token it is: another account's would answer in its name."""
        me = record((await api.call(config, net, "GET", "/2/users/me")).get("data"))
        name, id = text(me, "username"), text(me, "id")
        if id != config.user_id:
            raise Refused(
                f"Token ini milik @{name} (ID pengguna {id}), bukan {config.user_id}. "
                f"/ This token is @{name}'s (user ID {id}), not {config.user_id}'s.",
                reason="invalid",
            )
        sentence = f"Terhubung ke @{name}. / Connected to @{name}."
        if not config.renewable:
            sentence += (
                " Tanpa token penyegar dan ID klien, token ini mati dalam dua jam. "
                "/ Without a refresh token and client ID this token dies within two hours."
            )
        return sentence

    def listen(
        self, config: XConfig, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened] | None:
        if not config.renewable:
            return None
        return keep_fresh(config, state, lambda config: api.renew(config, net))


def _written(digest: bytes) -> str:
    return f"sha256={base64.b64encode(digest).decode()}"


async def _said(message: Outbound, config: XConfig, net: Net) -> dict[str, Any]:
    if message.reaction or message.template or message.interactive:
        raise Refused("X carries text and one file a message", reason="invalid")
    if len(message.attachments) > 1:
        raise Refused("X takes one file a message", reason="media_invalid")
    body: dict[str, Any] = {}
    if message.text.strip() or not message.attachments:
        body["text"] = fitting(message.text, LONGEST_TEXT)
    if message.attachments:
        body["attachments"] = [
            {"media_id": await media.upload(message.attachments[0], config, net)}
        ]
    return body


channel = X()
