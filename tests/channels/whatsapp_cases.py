"""WhatsApp's recorded payloads, a connection to try them on, and a Graph API that remembers."""

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

FOLDER = Path(__file__).parent / "whatsapp"
CASES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
SETTINGS = {
    "phone_number_id": "552100000000011",
    "waba_id": "108554321098765",
    "access_token": "token-uji",
    "app_secret": "meta-app-secret-uji-0001",
    "verify_token": "verify-token-uji",
}


def whatsapp() -> Channel[Any]:
    return all_channels()["whatsapp"]


def config(**changes: Any) -> Any:
    return whatsapp().config.model_validate({**SETTINGS, **changes})


def recorded(case: str) -> tuple[dict[str, Any], Request]:
    expected = json.loads((FOLDER / f"{case}.expected.json").read_bytes())
    headers = {name.lower(): value for name, value in expected["request"]["headers"].items()}
    body = (FOLDER / expected["payload_file"]).read_bytes()
    return expected, Request(body, headers, expected["request"]["method"])


def received(body: bytes | str | Mapping[str, Any]) -> list[Item]:
    if isinstance(body, Mapping):
        body = json.dumps(body)
    return list(whatsapp().receive(Request(body.encode() if isinstance(body, str) else body)))


PHONE = Handle("phone", "+6281234567890")


class Graph:
    """A Graph API that remembers what it was asked, and answers from a list, or well."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
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
        if request.url.path.endswith("/media"):
            return httpx.Response(200, json={"id": "media-1"})
        return httpx.Response(200, json={"messages": [{"id": "wamid.OUT1"}]})

    @property
    def body(self) -> dict[str, Any]:
        """The last JSON asked with."""
        found: dict[str, Any] = json.loads(self.asked[-1].content)
        return found

    async def send(self, **message: Any) -> Receipt:
        given: dict[str, Any] = {"id": "018f", "to": "6281234567890", "handle": PHONE} | message
        outbound = Outbound(**given)
        return await whatsapp().send(outbound, config(), self.net)


def file(mime: str, size: int = 10, **more: Any) -> OutAttachment:
    return OutAttachment(name="berkas", mime=mime, content=b"x" * size, **more)
