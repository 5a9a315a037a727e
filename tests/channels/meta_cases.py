"""Payloads of Messenger and Instagram, connections to try them on, and a Graph API that remembers."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from sambung.channels import (
    Channel,
    Handle,
    Item,
    OutAttachment,
    Outbound,
    Receipt,
    Request,
    all_channels,
)
from sambung.kit.net import Net

SECRET = "meta-app-secret-uji-0001"
COMMON = {"access_token": "token-uji", "app_secret": SECRET, "verify_token": "verify-token-uji"}
PAGE, ACCOUNT = "204060801012345", "17841400000012345"
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "messenger": COMMON | {"page_id": PAGE},
    "instagram": COMMON | {"account_id": ACCOUNT, "page_id": PAGE},
}
CUSTOMER = {"messenger": "7011223344556677", "instagram": "1234567890123456"}
ACCOUNTS = {"messenger": PAGE, "instagram": ACCOUNT}
OBJECT = {"messenger": "page", "instagram": "instagram"}
FOLDER = Path(__file__).parent
CASES = [
    (folder, path.name.removesuffix(".expected.json"))
    for folder in ("messenger", "instagram")
    for path in sorted((FOLDER / folder).glob("*.expected.json"))
]


def channel(name: str) -> Channel[Any]:
    return all_channels()[name]


def config(name: str, **changes: Any) -> Any:
    return channel(name).config.model_validate({**SETTINGS[name], **changes})


def recorded(name: str, case: str) -> tuple[dict[str, Any], Request]:
    expected = json.loads((FOLDER / name / f"{case}.expected.json").read_bytes())
    headers = {key.lower(): value for key, value in expected["request"]["headers"].items()}
    body = (FOLDER / name / expected["payload_file"]).read_bytes()
    return expected, Request(body, headers, expected["request"]["method"])


def signed(body: bytes, secret: str = SECRET) -> Request:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Request(body, {"x-hub-signature-256": f"sha256={digest}"})


def received(name: str, body: bytes | str | Mapping[str, Any]) -> list[Item]:
    if isinstance(body, Mapping):
        body = json.dumps(body)
    return list(channel(name).receive(Request(body.encode() if isinstance(body, str) else body)))


def element(name: str, **told: Any) -> dict[str, Any]:
    """An element from the customer at 2026-11-10T03:00:00Z."""
    return {
        "sender": {"id": CUSTOMER[name]},
        "recipient": {"id": ACCOUNTS[name]},
        "timestamp": 1794279600000,
    } | told


def webhook(name: str, *elements: Any, kind: str = "messaging") -> dict[str, Any]:
    entry = {"id": ACCOUNTS[name], "time": 1794279600150, kind: list(elements)}
    return {"object": OBJECT[name], "entry": [entry]}


def told(name: str, **said: Any) -> list[Item]:
    """What one element says."""
    return received(name, webhook(name, element(name, **said)))


def changed(name: str, field: str, **value: Any) -> list[Item]:
    """What one change says."""
    return received(name, webhook(name, {"field": field, "value": value}, kind="changes"))


class Graph:
    """A Graph API that remembers what it was asked, and answers from a list, or well."""

    def __init__(self, name: str, *answers: httpx.Response | Exception, **settings: Any) -> None:
        self.name = name
        self.config = config(name, **settings)
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        transport = httpx.MockTransport(self._answer)
        self.net = Net(httpx.AsyncClient(transport=transport), allow_private=True)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        if request.url.path.endswith("/message_attachments"):
            return httpx.Response(200, json={"attachment_id": "file-1"})
        number = len([one for one in self.asked if one.url.path.endswith("/messages")])
        return httpx.Response(200, json={"recipient_id": "1", "message_id": f"m_OUT{number}"})

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The messages asked to be sent."""
        posted = [one for one in self.asked if one.url.path.endswith("/messages")]
        return [json.loads(one.content) for one in posted]

    async def send(self, **message: Any) -> Receipt:
        customer = CUSTOMER[self.name]
        handle = Handle(self.name, customer, scope=ACCOUNTS[self.name])
        given: dict[str, Any] = {"id": "018f", "to": customer, "handle": handle} | message
        return await channel(self.name).send(Outbound(**given), self.config, self.net)


def refusal(code: int, subcode: int = 0, status: int = 400, **more: Any) -> httpx.Response:
    error = {"message": "tidak", "code": code, "fbtrace_id": "Ab1"} | more
    if subcode:
        error["error_subcode"] = subcode
    return httpx.Response(status, json={"error": error})


def file(mime: str, size: int = 10, name: str = "berkas.bin") -> OutAttachment:
    return OutAttachment(name=name, mime=mime, content=b"x" * size)
