"""What customers write while we measure: short texts by people who have written before, as providers post them."""

from collections.abc import Iterator
from typing import Any

from sambung.channels import Inbound, Request, all_channels
from sambung.kit import clock, ids
from sambung.simulator.customers import Person
from sambung.simulator.graph import hooks
from sambung.simulator.graph.numbers import Number

CHANNEL = "whatsapp"
NUMBER = Number(
    phone_number_id="552100000000099",
    waba_id="108554321098799",
    phone="628110000099",
    name="Bench",
    access_token="bench-token",  # noqa: S106
    app_secret="bench-app-secret",  # noqa: S106
    verify_token="bench-verify-token",  # noqa: S106
)
TEXTS = (
    "Halo kak, barangnya ready?",
    "Pesanan saya 8812 sudah sampai mana ya? Katanya kemarin dikirim.",
    "ok makasih 🙏",
    "Hi, do you ship to Makassar? How much for 2 kg?",
    "Jam buka hari Minggu sampai jam berapa, dan apakah bisa tukar ukuran di toko? Saya beli online.",
)


def config(**more: Any) -> Any:
    """The connection's settings."""
    return all_channels()[CHANNEL].config.model_validate(
        {
            "phone_number_id": NUMBER.phone_number_id,
            "waba_id": NUMBER.waba_id,
            "access_token": NUMBER.access_token,
            "app_secret": NUMBER.app_secret,
            "verify_token": NUMBER.verify_token,
            **more,
        }
    )


def person(number: int) -> Person:
    """The n-th customer."""
    digits = f"62812{number:08}"
    return Person(id=digits, name=f"Pelanggan {number}", phone=digits, bsuid=f"ID.{number:012}")


def hook(count: int, *, people: int, start: int = 0) -> Iterator[tuple[bytes, dict[str, str]]]:
    """`count` posts of one message each, with the headers that prove them; `people` take turns."""
    run = ids.code(6)
    for index in range(start, start + count):
        body = _body(index, person(index % people), f"wamid.{run}.{index}")
        signed = {"x-hub-signature-256": hooks.signature(NUMBER.app_secret, body)}
        yield body, {"content-type": "application/json", **signed}


def inbound(count: int, *, people: int, start: int = 0) -> list[Inbound]:
    """The same as the channel understands it."""
    channel = all_channels()[CHANNEL]
    found = []
    for body, headers in hook(count, people=people, start=start):
        found += [
            item for item in channel.receive(Request(body, headers)) if isinstance(item, Inbound)
        ]
    return found


def _body(index: int, who: Person, wamid: str) -> bytes:
    said = {
        "from": who.phone,
        "from_user_id": who.bsuid,
        "id": wamid,
        "timestamp": str(int(clock.now().timestamp())),
        "type": "text",
        "text": {"body": TEXTS[index % len(TEXTS)]},
    }
    contact = {"profile": {"name": who.name}, "wa_id": who.phone, "user_id": who.bsuid}
    value = {"contacts": [contact], "messages": [said]}
    return hooks.wire(hooks.envelope(NUMBER, "messages", value))
