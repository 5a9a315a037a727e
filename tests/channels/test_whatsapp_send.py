"""What we ask of the Graph API, message by message, and what never leaves."""

from typing import Any

import httpx
import pytest
from tests.channels.whatsapp_cases import PHONE, Graph, file, whatsapp

from sambung.channels import Handle, OutAttachment, Receipt, Refused

MB = 1024 * 1024


def said(body: dict[str, Any]) -> dict[str, Any]:
    """The part that differs from message to message."""
    everywhere = ("messaging_product", "recipient_type", "to", "biz_opaque_callback_data")
    return {key: value for key, value in body.items() if key not in everywhere}


# --- to whom -------------------------------------------------------------------------------------


async def test_a_text_goes_with_our_own_id_and_comes_back_with_theirs() -> None:
    graph = Graph()
    assert await graph.send(text="Halo https://toko.contoh.id") == Receipt("wamid.OUT1", "sent")
    (asked,) = graph.asked
    assert str(asked.url) == "https://graph.facebook.com/v26.0/552100000000011/messages"
    assert asked.headers["authorization"] == "Bearer token-uji"
    assert graph.body == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "6281234567890",
        "biz_opaque_callback_data": "018f",
        "type": "text",
        "text": {"body": "Halo https://toko.contoh.id", "preview_url": True},
    }


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ("6281234567890", {"recipient_type": "individual", "to": "6281234567890"}),
        ("+62 812-3456-7890", {"recipient_type": "individual", "to": "6281234567890"}),
        ("ID.99200177", {"recipient_type": "individual", "recipient": "ID.99200177"}),
        ("group:12036300", {"recipient_type": "group", "to": "12036300"}),
        ("", {"recipient_type": "individual", "to": "6281234567890"}),
    ],
)
async def test_a_phone_is_to_and_a_bsuid_is_recipient(to: str, wanted: dict[str, str]) -> None:
    graph = Graph()
    await graph.send(to=to, text="Halo")
    names = ("recipient_type", "to", "recipient")
    assert {key: value for key, value in graph.body.items() if key in names} == wanted


def test_a_customer_known_by_phone_or_bsuid_can_be_written_to_first() -> None:
    assert whatsapp().address_of(PHONE) == "6281234567890"
    assert whatsapp().address_of(Handle("whatsapp", "ID.1")) == "ID.1"


# --- each kind -----------------------------------------------------------------------------------

BUTTONS = {
    "type": "button",
    "body": "Sudah benar?",
    "buttons": [{"id": "y", "title": "Ya"}, "Tidak"],
}
ROWS = [{"id": "a", "title": "Retur", "description": "Maks 7 hari"}, {"title": "Lainnya"}]
NATIVE = {"type": "product", "action": {"catalog_id": "7788", "product_retailer_id": "SPT-42"}}


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        (
            {"text": "Halo", "reply_to": "wamid.IN1"},
            {
                "type": "text",
                "text": {"body": "Halo", "preview_url": False},
                "context": {"message_id": "wamid.IN1"},
            },
        ),
        (
            {"kind": "reaction", "reaction": {"target": "wamid.IN1", "emoji": "👍"}},
            {"type": "reaction", "reaction": {"message_id": "wamid.IN1", "emoji": "👍"}},
        ),
        (
            {"kind": "reaction", "reaction": {"target": "wamid.IN1", "emoji": ""}},
            {"type": "reaction", "reaction": {"message_id": "wamid.IN1", "emoji": ""}},
        ),
        (
            {"kind": "image", "extra": {"link": "https://a.id/b.jpg"}, "text": "Ini"},
            {"type": "image", "image": {"caption": "Ini", "link": "https://a.id/b.jpg"}},
        ),
        (
            {"kind": "document", "extra": {"link": "https://a.id/b", "filename": "nota.pdf"}},
            {"type": "document", "document": {"link": "https://a.id/b", "filename": "nota.pdf"}},
        ),
        (
            {
                "kind": "location",
                "extra": {"location": {"lat": -6.2, "lon": 106.8, "name": "Toko"}},
            },
            {
                "type": "location",
                "location": {"latitude": -6.2, "longitude": 106.8, "name": "Toko"},
            },
        ),
        (
            {"kind": "contacts", "extra": {"contacts": [{"name": {"formatted_name": "Joko"}}]}},
            {"type": "contacts", "contacts": [{"name": {"formatted_name": "Joko"}}]},
        ),
        (
            {"interactive": {**BUTTONS, "header": "Pesanan", "footer": "Toko"}},
            {
                "type": "interactive",
                "interactive": {
                    "type": "button",
                    "header": {"type": "text", "text": "Pesanan"},
                    "body": {"text": "Sudah benar?"},
                    "footer": {"text": "Toko"},
                    "action": {
                        "buttons": [
                            {"type": "reply", "reply": {"id": "y", "title": "Ya"}},
                            {"type": "reply", "reply": {"id": "Tidak", "title": "Tidak"}},
                        ]
                    },
                },
            },
        ),
        (
            {
                "interactive": {"type": "list", "button": "Pilih", "rows": ROWS},
                "text": "Tentang apa?",
            },
            {
                "type": "interactive",
                "interactive": {
                    "type": "list",
                    "body": {"text": "Tentang apa?"},
                    "action": {
                        "button": "Pilih",
                        "sections": [
                            {
                                "rows": [
                                    {"id": "a", "title": "Retur", "description": "Maks 7 hari"},
                                    {"id": "Lainnya", "title": "Lainnya"},
                                ]
                            }
                        ],
                    },
                },
            },
        ),
        (
            {
                "interactive": {
                    "type": "cta_url",
                    "body": "Bayar",
                    "url": "https://a.id",
                    "title": "Buka",
                }
            },
            {
                "type": "interactive",
                "interactive": {
                    "type": "cta_url",
                    "body": {"text": "Bayar"},
                    "action": {
                        "name": "cta_url",
                        "parameters": {"display_text": "Buka", "url": "https://a.id"},
                    },
                },
            },
        ),
        (
            {
                "interactive": {
                    "type": "flow",
                    "body": "Isi",
                    "flow_id": "6",
                    "title": "Mulai",
                    "screen": "S",
                }
            },
            {
                "type": "interactive",
                "interactive": {
                    "type": "flow",
                    "body": {"text": "Isi"},
                    "action": {
                        "name": "flow",
                        "parameters": {
                            "flow_message_version": "3",
                            "flow_token": "018f",
                            "flow_cta": "Mulai",
                            "flow_action": "navigate",
                            "flow_id": "6",
                            "flow_action_payload": {"screen": "S"},
                        },
                    },
                },
            },
        ),
        (
            {"interactive": {"type": "location_request", "body": "Di mana?"}},
            {
                "type": "interactive",
                "interactive": {
                    "type": "location_request_message",
                    "body": {"text": "Di mana?"},
                    "action": {"name": "send_location"},
                },
            },
        ),
        (
            {"interactive": {"type": "contact_request", "body": "Nomor Anda?"}},
            {
                "type": "interactive",
                "interactive": {
                    "type": "contact_request",
                    "body": {"text": "Nomor Anda?"},
                    "action": {"name": "contact_request"},
                },
            },
        ),
        (
            {"interactive": NATIVE, "text": "Yang ini"},
            {"type": "interactive", "interactive": {**NATIVE, "body": {"text": "Yang ini"}}},
        ),
        (
            {"template": {"name": "halo", "language": "id"}},
            {
                "type": "template",
                "template": {
                    "name": "halo",
                    "language": {"code": "id", "policy": "deterministic"},
                },
            },
        ),
    ],
)
async def test_each_kind_in_whatsapps_words(
    message: dict[str, Any], wanted: dict[str, Any]
) -> None:
    graph = Graph()
    await graph.send(**message)
    assert said(graph.body) == wanted


async def test_a_templates_blanks_are_filled_wherever_they_are() -> None:
    graph = Graph()
    variables = {
        "2": "12.000",
        "1": "Budi",
        "header.image": "https://a.id/b.jpg",
        "button.1.quick_reply": "lacak:1",
        "button.0.url": "881",
    }
    template = {"name": "nota", "language": {"code": "id"}, "variables": variables}
    await graph.send(template=template)
    assert graph.body["template"]["components"] == [
        {
            "type": "header",
            "parameters": [{"type": "image", "image": {"link": "https://a.id/b.jpg"}}],
        },
        {
            "type": "body",
            "parameters": [{"type": "text", "text": "Budi"}, {"type": "text", "text": "12.000"}],
        },
        {
            "type": "button",
            "sub_type": "url",
            "index": "0",
            "parameters": [{"type": "text", "text": "881"}],
        },
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "1",
            "parameters": [{"type": "payload", "payload": "lacak:1"}],
        },
    ]


async def test_named_blanks_keep_their_names_and_given_components_go_as_they_are() -> None:
    graph = Graph()
    await graph.send(template={"name": "a", "language": "id", "variables": {"nama": "Budi"}})
    (component,) = graph.body["template"]["components"]
    assert component["parameters"] == [{"type": "text", "text": "Budi", "parameter_name": "nama"}]
    given = [{"type": "body", "parameters": [{"type": "text", "text": "x"}]}]
    await graph.send(template={"name": "a", "language": "id", "components": given})
    assert graph.body["template"]["components"] == given
    await graph.send(template={"name": "a", "language": "id", "variables": ["x"]})
    assert graph.body["template"]["components"] == given


@pytest.mark.parametrize(
    ("kind", "attachment", "text", "wire", "part"),
    [
        ("image", file("image/jpeg"), "Ini", "image", {"caption": "Ini"}),
        ("text", file("image/png"), "", "image", {}),
        ("text", file("video/mp4"), "Lihat", "video", {"caption": "Lihat"}),
        ("text", file("audio/x-m4a"), "", "audio", {}),
        ("voice", file("audio/ogg; codecs=opus"), "", "audio", {"voice": True}),
        ("text", file("audio/ogg", voice=True), "", "audio", {"voice": True}),
        ("voice", file("audio/mp4"), "", "audio", {}),
        ("sticker", file("image/webp"), "", "sticker", {}),
        ("text", file("image/webp"), "", "document", {"filename": "berkas"}),
        ("document", file("image/png"), "", "document", {"filename": "berkas"}),
        (
            "document",
            file("application/pdf"),
            "a",
            "document",
            {"caption": "a", "filename": "berkas"},
        ),
    ],
)
async def test_a_file_goes_up_first_and_is_then_named(
    kind: str, attachment: OutAttachment, text: str, wire: str, part: dict[str, Any]
) -> None:
    graph = Graph()
    await graph.send(kind=kind, attachments=(attachment,), text=text)
    up, _ = graph.asked
    assert up.url.path == "/v26.0/552100000000011/media"
    assert b'name="messaging_product"\r\n\r\nwhatsapp' in up.content
    assert attachment.content in up.content
    assert said(graph.body) == {"type": wire, wire: {**part, "id": "media-1"}}


async def test_buttons_may_stand_under_a_picture() -> None:
    graph = Graph()
    await graph.send(interactive=BUTTONS, attachments=(file("image/png"),), text="ignored")
    assert graph.body["interactive"]["header"] == {"type": "image", "image": {"id": "media-1"}}


async def test_a_message_held_for_review_is_not_shown_as_sent() -> None:
    answer = {"messages": [{"id": "wamid.1", "message_status": "held_for_quality_assessment"}]}
    receipt = await Graph(httpx.Response(200, json=answer)).send(text="x")
    assert receipt == Receipt("wamid.1", "sending")


# --- refused before it leaves ----------------------------------------------------------------------


def listed(*rows: dict[str, str], button: str = "Pilih") -> dict[str, Any]:
    return {"interactive": {"type": "list", "body": "x", "button": button, "rows": list(rows)}}


def buttons(*titles: str, **more: Any) -> dict[str, Any]:
    return {"interactive": {"body": "x", "buttons": list(titles), **more}}


def filled(value: str) -> dict[str, Any]:
    return {"template": {"name": "a", "language": "id", "variables": {"1": value}}}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"text": " "}, "invalid"),
        ({"text": "x" * 4097}, "invalid"),
        ({"text": "x", "to": "", "handle": Handle("whatsapp", "")}, "invalid"),
        ({"reaction": {"emoji": "👍"}}, "invalid"),
        ({"kind": "location"}, "invalid"),
        ({"kind": "contacts"}, "invalid"),
        ({"kind": "text", "extra": {"link": "https://a.id"}}, "media_invalid"),
        ({"attachments": (file("image/png"), file("image/png"))}, "media_invalid"),
        ({"attachments": (file("image/png", 5 * MB + 1),)}, "media_invalid"),
        ({"attachments": (file("video/mp4", 16 * MB + 1),)}, "media_invalid"),
        ({"kind": "sticker", "attachments": (file("image/webp", 101 * 1024),)}, "media_invalid"),
        ({"attachments": (file("image/png", 0),)}, "media_invalid"),
        ({"attachments": (file("image/gif"),)}, "media_invalid"),
        ({"attachments": (file("audio/webm", voice=True),)}, "media_invalid"),
        ({"attachments": (file("audio/mpeg"),), "text": "beside"}, "invalid"),
        ({"attachments": (file("image/png"),), "text": "x" * 1025}, "invalid"),
        ({**buttons("Ya"), "attachments": (file("audio/mpeg"),)}, "media_invalid"),
        (buttons(), "invalid"),
        (buttons("1", "2", "3", "4"), "invalid"),
        (buttons("1", "1"), "invalid"),
        (buttons("x" * 21), "invalid"),
        (buttons("Ya", body="x" * 1025), "invalid"),
        (buttons("Ya", footer="x" * 61), "invalid"),
        (buttons("Ya", header="x" * 61), "invalid"),
        (listed(), "invalid"),
        (listed(*({"title": str(row)} for row in range(11))), "invalid"),
        (listed({"title": "x" * 25}), "invalid"),
        (listed({"title": "x", "description": "x" * 73}), "invalid"),
        (listed({"title": "x"}, button=""), "invalid"),
        ({"interactive": {"type": "cta_url", "body": "x", "title": "x", "url": "a"}}, "invalid"),
        ({"interactive": {"type": "flow", "body": "x", "title": "x"}}, "invalid"),
        ({"interactive": {"type": "carousel_3d", "body": "x"}}, "invalid"),
        ({"interactive": {"type": "location_request"}}, "invalid"),
        ({"template": {"name": "a"}}, "template_invalid"),
        ({"template": {"language": "id"}}, "template_invalid"),
        (filled("a\nb"), "template_invalid"),
        (filled("a    b"), "template_invalid"),
        (filled(""), "template_invalid"),
        (filled("x" * 1025), "template_invalid"),
        (
            {"template": {"name": "a", "language": "id", "variables": {"button.x.url": "1"}}},
            "template_invalid",
        ),
    ],
)
async def test_what_whatsapp_would_refuse_is_refused_at_once(
    message: dict[str, Any], reason: str
) -> None:
    graph = Graph()
    with pytest.raises(Refused) as refused:
        await graph.send(**message)
    assert refused.value.reason == reason
    assert not graph.asked
