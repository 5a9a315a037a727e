"""Web chat: every recorded session, and what nobody may get away with."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwt.utils import base64url_encode

from sambung.channels import (
    Handle,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Malformed,
    Outbound,
    ReadUpTo,
    Refused,
    Rejected,
    Request,
    StatusReported,
    TypingSeen,
    all_channels,
)
from sambung.kit import clock
from sambung.kit.net import Net

FOLDER = Path(__file__).parent / "webchat"
CASES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
NOW = datetime(2026, 11, 10, 3, tzinfo=UTC)
SECRET = "webchat-identity-secret-uji-0001"
SITE, VISITOR = "site_tokomakmur", "v_01JCUJIVISITOR0000000001"
HELLO = {"t": "hello", "v": 1, "site": SITE, "visitor": VISITOR, "locale": "id-ID"}

channel = all_channels()["webchat"]


def config(**more: Any) -> Any:
    return channel.config.model_validate(
        {"site_origins": ["https://toko.contoh.id"], "identity_secret": SECRET, **more}
    )


def session(*frames: Any, origin: str = "https://toko.contoh.id", **headers: str) -> Request:
    return Request(
        json.dumps([HELLO, *frames]).encode(),
        {"origin": origin, "x-visitor": VISITOR, "x-site": SITE, **headers},
        url="wss://cc.contoh.id/socket",
    )


def items(*frames: Any) -> list[Item]:
    return list(channel.receive(session(*frames)))


def proof(external_id: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), external_id.encode(), hashlib.sha256).hexdigest()


def signed(secret: str = SECRET, **claims: Any) -> dict[str, Any]:
    said = {"sub": "cust-8812", "aud": SITE, "exp": NOW + timedelta(minutes=10), **claims}
    return {"t": "identify", "jwt": jwt.encode(said, secret, algorithm="HS256")}


def signed_otherwise() -> dict[str, Any]:
    """A token that is right but for its algorithm: HS512 with our own secret."""
    parts = [
        {"alg": "HS512", "typ": "JWT"},
        {"sub": "cust-8812", "aud": SITE, "exp": int(NOW.timestamp()) + 600},
    ]
    said = b".".join(base64url_encode(json.dumps(part).encode()) for part in parts)
    signature = hmac.new(SECRET.encode(), said, hashlib.sha512).digest()
    return {"t": "identify", "jwt": (said + b"." + base64url_encode(signature)).decode()}


def written(item: Item, case: dict[str, Any]) -> dict[str, Any]:
    """An item in the words of the recorded expectation."""
    match item:
        case Inbound():
            claimed = {h.kind: h.value for h in item.sender.handles if not h.verified}
            return {
                "type": "message",
                "kind": item.kind,
                "text": item.text,
                "sender": item.sender.handles[0].value,
                "name": item.sender.name or None,
                "dedupe_key": f"webchat:{SITE}:{item.id}",
                **({"unverified_claims": claimed} if claimed else {}),
            }
        case IdentityChanged():
            external = next(h for h in item.new if h.kind == "external")
            return {
                "type": "identity_change",
                "sender": external.value if external.verified else item.old[0].value,
                "name": item.name,
                "verified": external.verified,
                "email": next(h.value for h in item.new if h.kind == "email"),
                "phone_e164": next(h.value for h in item.new if h.kind == "phone"),
            }
        case TypingSeen():
            return {"type": "typing", "sender": item.sender.handles[0].value, "typing": item.on}
        case ReadUpTo():
            return {"type": "status", "sender": item.sender.handles[0].value, "seq": item.target}
        case Ignored():
            return {"type": "rejected", "code": item.what, "cid": item.raw["cid"]}
        case other:
            raise AssertionError(f"{case['case']}: {other}")


def expected(event: dict[str, Any]) -> dict[str, Any]:
    sender = event["sender"] or {}
    match event["type"]:
        case "message":
            claims = event.get("unverified_claims")
            return {
                **{key: event[key] for key in ("type", "kind", "text", "dedupe_key")},
                "sender": sender["id"],
                "name": sender["name"],
                **({"unverified_claims": claims} if claims else {}),
            }
        case "identity_change":
            return {
                "type": "identity_change",
                "sender": sender["id"],
                "verified": event["identity"]["verified"],
                **{key: sender[key] for key in ("name", "email", "phone_e164")},
            }
        case "typing":
            return {"type": "typing", "sender": sender["id"], "typing": event["typing"]}
        case "status":
            return {"type": "status", "sender": sender["id"], "seq": str(event["watermark_seq"])}
        case _:
            response = event["response"]
            return {"type": "rejected", "code": response["code"], "cid": response.get("cid")}


@pytest.mark.parametrize("name", CASES)
def test_a_recorded_session_means_what_is_expected(name: str) -> None:
    case = json.loads((FOLDER / f"{name}.expected.json").read_bytes())
    request = Request((FOLDER / case["payload_file"]).read_bytes())
    with clock.at(NOW):
        if case["events"] and case["events"][0].get("reason") == "jwt alg":
            with pytest.raises(Rejected):
                channel.verify(request, config())
            return
        channel.verify(request, config())
    found = {json.dumps(written(item, case)): None for item in channel.receive(request)}
    assert [json.loads(one) for one in found] == [expected(event) for event in case["events"]]


def test_the_same_cid_twice_has_the_same_id() -> None:
    first, second = items(*[{"t": "message", "cid": "c1", "text": "Halo"}] * 2)
    assert isinstance(first, Inbound)
    assert isinstance(second, Inbound)
    assert first.id == second.id == f"{VISITOR}:c1"


def test_hashes_of_the_vectors_are_accepted_and_the_token_too() -> None:
    vectors = json.loads((FOLDER / "identity_vectors.json").read_bytes())
    with clock.at(NOW):
        for vector in vectors["vectors"]:
            frame = {
                "t": "identify",
                "external_id": vector["identifier"],
                "hash": vector["hash"],
            }
            channel.verify(session(frame), config())
        frame = {"t": "identify", "jwt": vectors["jwt"]["token"]}
        channel.verify(session(frame), config())
    [changed] = items(frame)
    assert isinstance(changed, IdentityChanged)
    assert changed.old == (Handle("visitor", VISITOR, scope=SITE),)
    assert changed.new == (
        Handle("external", "cust-8812"),
        Handle("email", "dewi.lestari@contoh.example"),
    )


@pytest.mark.parametrize(
    "frame",
    [
        {"t": "identify", "external_id": "cust-1", "hash": proof("cust-2")},
        {"t": "identify", "external_id": "cust-1", "hash": proof("cust-1", "")},
        {"t": "identify", "external_id": "", "hash": proof("")},
        {"t": "identify", "external_id": "x" * 201, "hash": proof("x" * 201)},
        {"t": "identify", "external_id": 7, "hash": proof("7")},
        {"t": "identify", "external_id": "cust-1", "hash": 7},
        {"t": "identify", "external_id": "cust-1", "hash": "é"},
        signed(secret="another-secret-of-somebody-else-00"),
        signed_otherwise(),
        signed(aud="site_lain"),
        signed(exp=NOW - timedelta(seconds=1)),
        signed(exp=NOW + timedelta(hours=2)),
        signed(exp="besok"),
        signed(nbf=NOW + timedelta(minutes=30)),
        signed(sub=""),
        signed(sub="x" * 201),
        {"t": "identify", "jwt": jwt.encode({"sub": "a", "aud": SITE}, SECRET)},
        {"t": "identify", "jwt": "a.b.c"},
        {"t": "identify", "jwt": {"a": 1}},
    ],
)
def test_a_wrong_proof_is_refused(frame: dict[str, Any]) -> None:
    with clock.at(NOW), pytest.raises(Rejected):
        channel.verify(session(frame), config())


def test_the_previous_secret_still_proves() -> None:
    rotated = config(identity_secret="rahasia-baru-000000000000000000001")
    rotated = rotated.model_copy(update={"identity_secret_previous": config().identity_secret})
    with clock.at(NOW):
        channel.verify(session(signed()), rotated)
        frame = {"t": "identify", "external_id": "c", "hash": proof("c")}
        channel.verify(session(frame), rotated)


def test_only_what_the_token_says_is_vouched_for() -> None:
    [changed] = items(
        {**signed(email="Dewi@Contoh.example"), "phone": "0812-3456-7891", "email": "x@y.example"}
    )
    assert isinstance(changed, IdentityChanged)
    assert changed.new == (
        Handle("external", "cust-8812"),
        Handle("email", "dewi@contoh.example"),
        Handle("email", "x@y.example", verified=False),
        Handle("phone", "+6281234567891", verified=False),
    )


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://toko.contoh.id", True),
        ("https://TOKO.contoh.id/", True),
        ("https://cc.contoh.id", True),  # our own frame
        ("http://toko.contoh.id", False),
        ("https://toko.contoh.id.jahat.example", False),
        ("https://a.cabang.example", True),
        ("https://cabang.example", False),
        ("https://a.cabang.example:8443", False),
        ("https://jahat.example/.cabang.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_listed_sites_may_show_the_chat(origin: str, allowed: bool) -> None:
    listed = config(site_origins=["https://toko.contoh.id/", "https://*.cabang.example"])
    request = session(origin=origin)
    if allowed:
        channel.verify(request, listed)
    else:
        with pytest.raises(Rejected):
            channel.verify(request, listed)


@pytest.mark.parametrize("origin", ["toko.id", "https://a/b", "https://a; script-src *", "*"])
def test_a_site_is_set_by_its_origin(origin: str) -> None:
    with pytest.raises(ValueError, match="not an origin"):
        config(site_origins=[origin])


def test_nobody_posts_frames_to_a_hook() -> None:
    posted = replace(session(), url="https://cc.contoh.id/hooks/site_tokomakmur")
    with pytest.raises(Rejected):
        channel.verify(posted, config())


def test_what_reached_the_browser_is_reported() -> None:
    reported = items({"t": "received", "targets": ["m1", 7, "m2"]}, {"t": "received"})
    assert reported == [
        StatusReported(target=id, state="delivered", message=id) for id in ("m1", "m2")
    ]


def test_where_sign_in_is_required_nobody_else_writes() -> None:
    strict = config(require_identity=True)
    message = {"t": "message", "cid": "c1", "text": "Halo"}
    channel.verify(session(), strict)
    for frames in ([message], [{"t": "identify", "external_id": "c"}, message]):
        with pytest.raises(Rejected):
            channel.verify(session(*frames), strict)
    channel.verify(session(message, **{"x-identity": "verified"}), strict)
    with clock.at(NOW):
        channel.verify(session(signed(), message), strict)


def test_files_keep_their_ids_and_limits() -> None:
    found, many, empty, nameless = items(
        {"t": "message", "cid": "c1", "kind": "image", "upload_ids": ["u1", "u2"]},
        {"t": "message", "cid": "c2", "upload_ids": [str(n) for n in range(11)]},
        {"t": "message", "cid": "c3", "text": "  "},
        {"t": "message", "text": "Halo"},
    )
    assert isinstance(found, Inbound)
    assert (found.kind, [file.id for file in found.attachments]) == ("image", ["u1", "u2"])
    assert many == Ignored(what="too_many_files", raw={"cid": "c2"})
    assert empty == Ignored(what="empty", raw={"cid": "c3"})
    assert nameless == Ignored(what="no_cid")


def test_a_pressed_button_answers_its_message() -> None:
    [pressed] = items({"t": "action", "ref": "m1", "action_id": "b2", "value": "Ukuran M"})
    assert isinstance(pressed, Inbound)
    assert (pressed.kind, pressed.text, pressed.reply_to) == ("interactive_reply", "Ukuran M", "m1")
    assert pressed.extra["interactive"] == {"id": "b2", "title": "Ukuran M"}
    assert pressed.id == f"{VISITOR}:m1:b2"


def test_the_page_and_the_answers_go_along_for_the_agent() -> None:
    page = {"url": "https://toko.contoh.id/p/9", "title": "Kemeja", "x": 1}
    request = Request(
        json.dumps(
            [
                {**HELLO, "page": page},
                {"t": "prechat", "name": "Sari", "phone": "0812", "topik": "retur\x00"},
                {"t": "message", "cid": "c1", "text": "Halo\ud800"},
            ]
        ).encode()
    )
    [found] = channel.receive(request)
    assert isinstance(found, Inbound)
    assert found.text == "Halo"
    assert found.sender.name == "Sari"
    assert found.sender.locale == "id-ID"
    assert found.sender.handles == (Handle("visitor", VISITOR, scope=SITE),)  # 0812 is no number
    assert found.extra == {
        "page": {"url": "https://toko.contoh.id/p/9", "title": "Kemeja"},
        "prechat": {"name": "Sari", "phone": "0812", "topik": "retur"},
    }


def test_the_gateway_and_not_the_frame_says_who_writes() -> None:
    request = Request(
        json.dumps([HELLO, {"t": "message", "cid": "c1", "text": "Halo"}]).encode(),
        {"x-visitor": "v_lain", "x-site": "situs"},
    )
    [found] = channel.receive(request)
    assert isinstance(found, Inbound)
    assert found.sender.handles == (Handle("visitor", "v_lain", scope="situs"),)


def test_read_by_message_and_the_unknown() -> None:
    read, strange = items({"t": "read", "target": "m-7"}, {"t": "dance", "cid": "c2"})
    assert isinstance(read, ReadUpTo)
    assert read.target == "m-7"
    assert strange == Ignored(what="dance", raw={"cid": "c2"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
frames = st.fixed_dictionaries(
    {
        "t": st.sampled_from(
            ["hello", "identify", "prechat", "message", "action", "typing", "read", "received"]
        )
    },
    optional={
        key: json_values | st.text(max_size=40)
        for key in (
            *(
                "cid",
                "text",
                "kind",
                "upload_ids",
                "targets",
                "ref",
                "action_id",
                "value",
                "on",
                "target",
            ),
            *("seq", "hash", "jwt", "external_id", "email", "phone", "fields", "page", "locale"),
            *("name", "reply_to", "site", "visitor"),
        )
    },
)


@given(
    st.binary(max_size=60)
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.lists(frames, max_size=5).map(lambda value: json.dumps(value).encode())
    | st.tuples(st.dictionaries(st.sampled_from(["url", "origin"]), json_values), frames).map(
        lambda two: json.dumps({"connection": two[0], "frames": [two[1]]}).encode()
    )
)
def test_whatever_comes_only_the_two_refusals_are_raised(body: bytes) -> None:
    request = Request(body, {"origin": "https://toko.contoh.id", "x-visitor": VISITOR})
    try:
        channel.verify(request, config())
        list(channel.receive(request))
        list(channel.receive(Request(body)))
    except (Rejected, Malformed):
        pass


def test_a_deeply_nested_body_is_malformed() -> None:
    with pytest.raises(Malformed):
        list(channel.receive(Request(b"[" * 200_000)))


async def test_sending_leaves_delivery_to_the_socket() -> None:
    handle = Handle("visitor", VISITOR, scope=SITE)
    async with httpx.AsyncClient() as http:
        net = Net(http)
        message = Outbound(id="m1", to=VISITOR, handle=handle, text="Halo")
        receipt = await channel.send(message, config(), net)
        assert (receipt.id, receipt.state) == ("m1", "sent")
        for refused in (
            Outbound(id="m2", to=VISITOR, handle=handle, text="x" * 10_001),
            Outbound(id="m3", to=VISITOR, handle=handle, kind="template"),
            Outbound(id="m4", to=VISITOR, handle=handle, kind="reaction"),
        ):
            with pytest.raises(Refused):
                await channel.send(refused, config(), net)
