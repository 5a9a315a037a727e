"""Telegram's recorded payloads, a bot to try them on, and a Bot API that remembers."""

import json
from collections.abc import Callable, Mapping
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

FOLDER = Path(__file__).parent / "telegram"
CASES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
TOKEN = "7000000077:AAEtokenUJI-1_x"
SETTINGS = {"bot_token": TOKEN, "webhook_secret": "tg-secret_token-UJI-1"}
HEADER = "x-telegram-bot-api-secret-token"
RIZKY = Handle("telegram", "5512345678")


def telegram() -> Channel[Any]:
    return all_channels()["telegram"]


def config(**changes: Any) -> Any:
    return telegram().config.model_validate({**SETTINGS, **changes})


def recorded(case: str) -> tuple[dict[str, Any], Request]:
    expected = json.loads((FOLDER / f"{case}.expected.json").read_bytes())
    headers = {name.lower(): value for name, value in expected["request"]["headers"].items()}
    body = (FOLDER / expected["payload_file"]).read_bytes()
    return expected, Request(body, headers, expected["request"]["method"])


def received(body: bytes | str | Mapping[str, Any]) -> list[Item]:
    if isinstance(body, Mapping):
        body = json.dumps(body)
    return list(telegram().receive(Request(body.encode() if isinstance(body, str) else body)))


def message(**content: Any) -> dict[str, Any]:
    """A message of Rizky's, with what it holds."""
    person = {"id": 5512345678, "is_bot": False, "first_name": "Rizky"}
    about = {"message_id": 101, "from": person, "chat": {**person, "type": "private"}}
    return {**about, "date": 1794279600, **content}


def update(**members: Any) -> dict[str, Any]:
    return {"update_id": 900101, **members}


def refusal(code: int, description: str, **parameters: Any) -> httpx.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return httpx.Response(code, json=body | ({"parameters": parameters} if parameters else {}))


def result(value: Any) -> httpx.Response:
    return httpx.Response(200, json={"ok": True, "result": value})


class BotApi:
    """Remembers what it was asked, and answers from a list, or well."""

    def __init__(self, *answers: httpx.Response | Exception | Callable[[], httpx.Response]) -> None:
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
            return answer if isinstance(answer, httpx.Response) else answer()
        if self.methods[-1] == "sendMediaGroup":
            return result([_sent(201), _sent(202)])
        return result(_sent(201))

    @property
    def methods(self) -> list[str]:
        return [request.url.path.rpartition("/")[2] for request in self.asked]

    @property
    def body(self) -> dict[str, Any]:
        """The last JSON asked with."""
        found: dict[str, Any] = json.loads(self.asked[-1].content)
        return found

    async def send(self, **message: Any) -> Receipt:
        given: dict[str, Any] = {"id": "018f", "to": RIZKY.value, "handle": RIZKY} | message
        return await telegram().send(Outbound(**given), config(), self.net)


def _sent(id: int) -> dict[str, Any]:
    return {"message_id": id, "chat": {"id": 5512345678, "type": "private"}, "date": 1}


def file(mime: str, size: int = 10, **more: Any) -> OutAttachment:
    return OutAttachment(name="berkas", mime=mime, content=b"x" * size, **more)
