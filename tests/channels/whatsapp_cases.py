"""WhatsApp's recorded payloads, and a connection to try them on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sambung.channels import Channel, Item, Request, all_channels

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
