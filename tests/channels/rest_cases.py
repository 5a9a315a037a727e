"""Payloads and connections of the channels that speak with an API of JSON, and such an API that remembers."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from sambung.channels import (
    AccountNotice,
    Channel,
    Deleted,
    Handle,
    Ignored,
    Inbound,
    Item,
    OutAttachment,
    Outbound,
    Reacted,
    ReadUpTo,
    Receipt,
    Request,
    StatusReported,
    TypingSeen,
    all_channels,
)
from sambung.kit.net import Net

FOLDER = Path(__file__).parent
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "x": {
        "user_id": "1111111111111111111",
        "consumer_secret": "x-consumer-secret-uji-0001",
        "access_token": "token-uji",
    },
    "tiktok": {
        "business_id": "-0009tiktokBizOpenId",
        "client_secret": "tiktok-client-secret-uji-0001",
        "access_token": "token-uji",
    },
    "shopee": {
        "partner_id": "2001887",
        "partner_key": "shopee-partner-key-uji-0001",
        "shop_id": "220011",
        "access_token": "tok-uji-1",
    },
    "tiktok_shop": {
        "app_key": "ttsappkeyuji",
        "app_secret": "tts-app-secret-uji-0001",
        "shop_id": "7494049642640000077",
        "shop_cipher": "ROW_uji",
        "access_token": "token-uji",
    },
    "lazada": {
        "app_key": "112233",
        "app_secret": "lazada-app-secret-uji-0001",
        "seller_id": "100094063",
        "access_token": "token-uji",
    },
}
SECRETS = {
    "x": "consumer_secret",
    "tiktok": "client_secret",
    "shopee": "partner_key",
    "tiktok_shop": "app_secret",
    "lazada": "app_secret",
}
CASES = [
    (name, path.name.removesuffix(".expected.json"))
    for name in SETTINGS
    for path in sorted((FOLDER / name).glob("*.expected.json"))
]


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (2, 3)).save(out, "PNG")
    return out.getvalue()


PNG = _png()
"""Two pixels wide, three high."""


def channel(name: str) -> Channel[Any]:
    return all_channels()[name]


def config(name: str, **changes: Any) -> Any:
    return channel(name).config.model_validate({**SETTINGS[name], **changes})


def recorded(name: str, case: str) -> tuple[dict[str, Any], Request]:
    expected = json.loads((FOLDER / name / f"{case}.expected.json").read_bytes())
    asked = expected["request"]
    headers = {key.lower(): value for key, value in asked["headers"].items()}
    body = (FOLDER / name / expected["payload_file"]).read_bytes()
    return expected, Request(body, headers, asked["method"], url=asked["url"])


def changed(name: str, case: str, **changes: Any) -> list[Item]:
    """What a recorded payload says with some of its innermost members changed. None takes one away."""
    _, request = recorded(name, case)
    document = json.loads(request.body)
    _change(document, changes)
    return received(name, document)


def _change(value: Any, changes: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and value.startswith("{"):
        inside = json.loads(value)
        return json.dumps(_change(inside, changes))
    if isinstance(value, dict):
        for key in list(value):
            if key in changes:
                value[key] = changes[key]
                if changes[key] is None:
                    del value[key]
            else:
                value[key] = _change(value[key], changes)
    elif isinstance(value, list):
        return [_change(one, changes) for one in value]
    return value


def received(name: str, body: bytes | str | Mapping[str, Any]) -> list[Item]:
    if isinstance(body, Mapping):
        body = json.dumps(body)
    return list(channel(name).receive(Request(body.encode() if isinstance(body, str) else body)))


def described(item: Item) -> dict[str, Any]:
    """An item in the words of the expected files."""
    if isinstance(item, Ignored):
        assert item.what
        return {"type": "ignored", "account_id": item.to or None}
    found: dict[str, Any] = {"account_id": item.to or None}
    if not isinstance(item, TypingSeen):
        found["timestamp"] = written(item.at)
    match item:
        case Inbound():
            return found | {
                "type": "message",
                "direction": "outbound" if item.outgoing else "inbound",
                "ids": {handle.value for handle in item.sender.handles},
                "username": item.sender.username or None,
                "kind": item.kind,
                "text": item.text or None,
                "media": [file.url for file in item.attachments],
                "provider_message_id": item.id,
                "reply_to": item.reply_to or None,
                **{key: item.extra[key] for key in ("interactive",) if key in item.extra},
            }
        case ReadUpTo():
            return found | {"type": "status", "provider_message_id": item.target or None}
        case StatusReported() | Deleted() | Reacted() | TypingSeen():
            return found | {"type": type(item).__name__}
        case AccountNotice():
            return found | {"type": "account", "what": item.what}
    raise AssertionError(item)


def written(at: Any) -> str | None:
    if at is None:
        return None
    seconds: str = at.strftime("%Y-%m-%dT%H:%M:%S")
    return seconds + (f".{at.microsecond // 1000:03}Z" if at.microsecond else "Z")


class Api:
    """An API that remembers what it was asked, and answers from a list."""

    def __init__(
        self, name: str, *answers: httpx.Response | Exception | dict[str, Any], **settings: Any
    ) -> None:
        self.name = name
        self.config = config(name, **settings)
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        transport = httpx.MockTransport(self._answer)
        self.net = Net(httpx.AsyncClient(transport=transport), allow_private=True)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, json=answer) if isinstance(answer, dict) else answer

    @property
    def body(self) -> Any:
        """The last JSON asked with."""
        return json.loads(self.asked[-1].content)

    async def send(self, **message: Any) -> Receipt:
        handle = Handle(self.name, message.pop("person", "55667788"))
        given: dict[str, Any] = {"id": "018f", "to": "4411", "handle": handle} | message
        outbound = Outbound(**given)
        return await channel(self.name).send(outbound, self.config, self.net)


def picture(mime: str = "image/png", size: int = 0) -> OutAttachment:
    whole = OutAttachment(name="foto.png", mime=mime, content=PNG)
    return replace(whole, content=b"x" * size) if size else whole
