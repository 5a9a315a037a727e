"""LINE's recorded payloads, an account to try them on, and a Messaging API that remembers."""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import digest
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

FOLDER = Path(__file__).parent / "line"
CASES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
SECRET = "line-channel-secret-uji-0001"
SETTINGS = {"channel_id": "1234567890", "channel_secret": SECRET, "access_token": "token-uji"}
USER, GROUP = "U4af49806294af49806294af4980629c0", "C56987cfd2056987cfd2056987cfd20ab"
RINA = Handle("line", USER)


def line() -> Channel[Any]:
    return all_channels()["line"]


def config(**changes: Any) -> Any:
    return line().config.model_validate({**SETTINGS, **changes})


def recorded(case: str) -> tuple[dict[str, Any], Request]:
    expected = json.loads((FOLDER / f"{case}.expected.json").read_bytes())
    headers = {name.lower(): value for name, value in expected["request"]["headers"].items()}
    body = (FOLDER / expected["payload_file"]).read_bytes()
    return expected, Request(body, headers, expected["request"]["method"])


def signature(body: bytes, secret: str = SECRET) -> str:
    return b64encode(digest(secret.encode(), body, sha256)).decode()


def received(body: bytes | str | Mapping[str, Any]) -> list[Item]:
    if isinstance(body, Mapping):
        body = json.dumps(body)
    return list(line().receive(Request(body.encode() if isinstance(body, str) else body)))


def event(type: str, **members: Any) -> dict[str, Any]:
    """An event from Rina."""
    return {
        "type": type,
        "mode": "active",
        "timestamp": 1794279600000,
        "source": {"type": "user", "userId": USER},
        "webhookEventId": f"01JCUJI{type}",
        "deliveryContext": {"isRedelivery": False},
        **members,
    }


def batch(*events: Any) -> dict[str, Any]:
    return {"destination": "Uaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1", "events": list(events)}


def refusal(code: int, message: str, headers: Any = None, **more: Any) -> httpx.Response:
    return httpx.Response(code, json={"message": message, **more}, headers=headers)


class MessagingApi:
    """Remembers what it was asked, and answers from a list, or well."""

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
        said = json.loads(request.content)["messages"]
        sent = [{"id": str(461230966842064897 + place)} for place, _ in enumerate(said)]
        return httpx.Response(200, json={"sentMessages": sent})

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    @property
    def body(self) -> dict[str, Any]:
        """The last JSON asked with."""
        found: dict[str, Any] = json.loads(self.asked[-1].content)
        return found

    async def send(self, **message: Any) -> Receipt:
        given: dict[str, Any] = {"id": "018f", "to": USER, "handle": RINA} | message
        return await line().send(Outbound(**given), config(), self.net)


def file(mime: str, content: bytes | int = 10, **more: Any) -> OutAttachment:
    """A file of so many bytes at a public address."""
    body = b"x" * content if isinstance(content, int) else content
    where = {"url": "https://toko.contoh.id/f/1", **more}
    return OutAttachment(name="berkas", mime=mime, content=body, **where)
