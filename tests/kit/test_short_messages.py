"""Short messages' codec: against worked vectors, against smpplib, and against anybody's bytes."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import smpplib.command
import smpplib.consts
import smpplib.gsm
import smpplib.pdu
from hypothesis import given
from hypothesis import strategies as st

from sambung.kit.smpp import gsm7, receipts, segments
from sambung.kit.smpp import pdu as wire
from sambung.kit.smpp.pdu import Address, BadPdu, Pdu, Short
from sambung.kit.smpp.segments import Part

VECTORS = json.loads(
    (Path(__file__).parents[1] / "channels" / "smpp" / "segmentation_vectors.json").read_text()
)["vectors"]
CODINGS = {"gsm7": segments.DEFAULT, "ucs2": segments.UCS2}


@pytest.mark.parametrize("vector", VECTORS)
def test_text_is_cut_as_phones_expect(vector: dict[str, Any]) -> None:
    coding, pieces = segments.split(vector["text"])
    assert coding == CODINGS[vector["encoding"]]
    assert [len(piece) for piece in pieces] == vector["part_lengths_octets"]
    assert len(pieces) == vector["segments"]
    assert "".join(segments.decoded(piece, coding) for piece in pieces) == vector["text"]


@given(st.text(max_size=700).filter(lambda text: text.isprintable()))
def test_pieces_make_the_text_again_and_none_is_too_long(text: str) -> None:
    coding, pieces = segments.split(text)
    assert "".join(segments.decoded(piece, coding) for piece in pieces) == text
    shorts = [
        Short(Address("1"), Address("2"), content, coding, wire.HAS_UDH if len(pieces) > 1 else 0)
        for content in segments.headed(pieces, 300)
    ]
    parts = [segments.part_of(short) for short in shorts]
    assert b"".join(octets for _, octets in parts) == b"".join(pieces)
    if len(pieces) > 1:
        assert [part for part, _ in parts] == [
            Part(44, len(pieces), n) for n in range(1, len(pieces) + 1)
        ]
    septets = all(gsm7.octets(char) for char in text)
    for piece in pieces:
        assert len(piece) <= ((153 if len(pieces) > 1 else 160) if septets else 140)


def test_a_carriers_latin_alphabet_is_its_own() -> None:
    assert segments.split("café", "latin1") == (0, [b"caf\xe9"])
    assert segments.decoded(b"caf\xe9", 0, "latin1") == "café"
    assert segments.split("5€", "latin1")[0] == segments.UCS2


@given(
    st.text("abcXYZ019@£é{}€ ", min_size=1, max_size=120),
    st.integers(0, 6),
    st.integers(1, 2**31 - 1),
)
def test_frames_are_read_by_smpplib_as_we_wrote_them(text: str, ton: int, sequence: int) -> None:
    coding, (piece,) = segments.split(text)
    ours = Short(Address("TOKO", ton, 0), Address("6281234567890", 1, 1), piece, coding, 0, True)
    frame = Pdu(wire.SUBMIT_SM, 0, sequence, wire.submit(ours)).encode()
    theirs = smpplib.command.SubmitSM("submit_sm", client=SimpleNamespace(next_sequence=lambda: 1))
    theirs.parse(frame)
    assert theirs.sequence == sequence
    assert (theirs.source_addr, theirs.source_addr_ton) == (b"TOKO", ton)
    assert (theirs.destination_addr, theirs.dest_addr_npi) == (b"6281234567890", 1)
    assert (theirs.short_message, theirs.data_coding) == (piece, coding)
    assert theirs.registered_delivery == 1
    assert wire.short(wire.decode(frame)) == ours


def test_gsm7_is_smpplibs_where_smpplib_knows_it() -> None:
    for char in map(chr, range(0x20, 0x7F)):
        if char == "`":  # smpplib writes an underscore; the alphabet has none
            continue
        try:
            expected = smpplib.gsm.gsm_encode(char)
        except smpplib.gsm.EncodeError:
            expected = None
        assert gsm7.octets(char) == expected, char


def test_a_bind_is_the_recorded_one() -> None:
    recorded = "000000230000000900000000000000016363756a690072616861736961000034010100"
    bound = wire.bind(9, system_id="ccuji", password="rahasia", system_type="", sequence=1)
    assert bound.encode().hex()[:62] == recorded[:62]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(octets: bytes) -> None:
    try:
        for pdu in wire.frames(octets):
            wire.short(pdu)
    except BadPdu:
        pass
    framed = Pdu(wire.DELIVER_SM, 0, 1, octets)
    try:
        short = wire.short(framed)
    except BadPdu:
        return
    _, content = segments.part_of(short)
    receipts.read(short, segments.decoded(content, short.coding))


@pytest.mark.parametrize(
    ("text", "report"),
    [
        (
            "id:0123 sub:001 dlvrd:001 submit date:2611100300 done date:261110030159 stat:DELIVRD err:000 text:id:9",
            receipts.Report("0123", "DELIVRD", "000", "261110030159"),
        ),
        ("ID:ab-1 Stat:undeliv Err:1A5", receipts.Report("ab-1", "UNDELIV", "1A5")),
        ("id:7 done_date:1 stat:EXPIRED err:", receipts.Report("7", "EXPIRED", "", "1")),
        ("Halo, apa kabar?", None),
        ("stat:DELIVRD", None),
    ],
)
def test_receipts_of_many_carriers(text: str, report: receipts.Report | None) -> None:
    short = Short(Address("1"), Address("2"), b"")
    assert receipts.read(short, text) == report


def test_tags_tell_more_than_the_text() -> None:
    tags = {
        wire.RECEIPTED_ID: b"abc\0",
        wire.MESSAGE_STATE: b"\x05",
        wire.NETWORK_ERROR: b"\x03\0\x1b",
    }
    short = Short(Address("1"), Address("2"), b"", tags=tags)
    assert receipts.read(short, "id:9 stat:DELIVRD") == receipts.Report("abc", "UNDELIV", "27")


def test_ids_are_found_whatever_a_carrier_does_to_them() -> None:
    for given_, reported, rule in (
        ("0A1B2C3D", "169552957", "decimal"),
        ("0A1B2C3D", "0a1b2c3d", "same"),
        ("0A1B2C3D", "A1B2C3D", "same"),
        ("169552957", "A1B2C3D", "hexadecimal"),
        ("a-b", "a-b", "same"),
    ):
        ids = receipts.Ids()
        ids.give(given_)
        assert ids.knows(reported)
        assert ids.ours(reported) == given_
        assert ids.learnt["rule"] == rule
        later = receipts.Ids(learnt=ids.learnt)
        if rule != "same":
            assert later.ours(reported) == given_


def test_a_rule_once_learnt_is_not_overruled_by_chance() -> None:
    ids = receipts.Ids()
    ids.give("00001000")
    assert ids.ours("00001000") == "00001000"
    ids.give("00002000")
    assert ids.ours("8192") == "8192"
