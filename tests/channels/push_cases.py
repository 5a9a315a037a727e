"""The push services' recorded answers, a business that notifies by all three, and services that remember."""

import json
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sambung.channels import Channel, Handle, Outbound, Receipt, all_channels
from sambung.kit.net import Net

FOLDER = Path(__file__).parent / "push"
CASES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
ANSWERS = [case for case in CASES if case.startswith(("answer_", "apns_bad", "apns_jwt", "fcm_"))]
SECRET = "push-signing-secret-uji-0001"


def _pem(key: Any) -> str:
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


RSA = rsa.generate_private_key(65537, 2048)
P8 = ec.generate_private_key(ec.SECP256R1())
ACCOUNT = {
    "project_id": "uji",
    "client_email": "push@uji.iam.gserviceaccount.com",
    "private_key": _pem(RSA),
}
SETTINGS: dict[str, Any] = {
    "secret": SECRET,
    "title": "Toko Makmur",
    "url": "https://toko.contoh.id/chat",
    "vapid_private_key": "IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI",
    "vapid_contact": "mailto:push@tokomakmur.example",
    "fcm_service_account_private_key": json.dumps(ACCOUNT),
    "apns_private_key": _pem(P8),
    "apns_key_id": "ABC123DEFG",
    "apns_team_id": "DEF123GHIJ",
    "apns_topic": "id.contoh.app",
}
SUBSCRIPTION = json.loads((FOLDER / "subscription.json").read_bytes())
KEYS = SUBSCRIPTION["keys"]
BROWSER = Handle("push", SUBSCRIPTION["endpoint"], scope=f"web:{KEYS['p256dh']}.{KEYS['auth']}")
ANDROID = Handle("push", "fcm-token:APA91b" + "x" * 100, scope="fcm")
IPHONE = Handle("push", "ab" * 32, scope="apns")
DEVICES = {"web": BROWSER, "fcm": ANDROID, "apns": IPHONE}


def push() -> Channel[Any]:
    return all_channels()["push"]


def config(**changes: Any) -> Any:
    return push().config.model_validate({**SETTINGS, **changes})


def recorded(case: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is expected, and the recording."""
    expected = json.loads((FOLDER / f"{case}.expected.json").read_bytes())
    return expected, json.loads((FOLDER / expected["payload_file"]).read_bytes())


def replayed(case: str) -> tuple[str, httpx.Response]:
    """Who answered, and how."""
    _, said = recorded(case)
    body = said["body"]
    content = json.dumps(body).encode() if isinstance(body, dict) else body.encode()
    answer = httpx.Response(said["status"], headers=said["headers"], content=content)
    return said.get("provider", "web"), answer


class Services:
    """Remember what they were asked, and answer from a list, or well."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.tokens = 0
        transport = httpx.MockTransport(self._answer)
        self.net = Net(httpx.AsyncClient(transport=transport), allow_private=True)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"ya29.{self.tokens}"})
        self.asked.append(request)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        if "/v1/" in request.url.path:
            return httpx.Response(200, json={"name": "projects/uji/messages/1"})
        if request.url.path.startswith("/3/"):
            return httpx.Response(200, headers={"apns-id": request.headers["apns-id"]})
        return httpx.Response(201)

    async def send(self, to: str, text: str = "Pesanan dikirim", **more: Any) -> Receipt:
        settings = more.pop("config", None) or config()
        given: dict[str, Any] = {"id": "0197f1c2-0000-7000-8000-000000000001", "text": text}
        message = Outbound(**given | {"to": DEVICES[to].value, "handle": DEVICES[to]} | more)
        return await push().send(message, settings, self.net)
