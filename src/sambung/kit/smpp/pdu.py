"""Frames: a header of sixteen octets, fields, and tagged values. SMPP 3.4 §3.2, §4, §5."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

GENERIC_NACK = 0x80000000
BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x1, 0x2, 0x9
SUBMIT_SM, DELIVER_SM, DATA_SM = 0x4, 0x5, 0x103
UNBIND, ENQUIRE_LINK, ALERT_NOTIFICATION = 0x6, 0x15, 0x102
RESPONSE = 0x80000000

OK, INVALID_COMMAND, THROTTLED, TEMPORARY = 0x0, 0x3, 0x58, 0x64
LARGEST = 64 * 1024
"""Octets of a frame; a message payload is at most as long."""

MESSAGE_PAYLOAD, RECEIPTED_ID, MESSAGE_STATE, NETWORK_ERROR = 0x0424, 0x001E, 0x0427, 0x0423
SAR_REF, SAR_TOTAL, SAR_NUMBER = 0x020C, 0x020E, 0x020F
HAS_UDH = 0x40
_HEADER = struct.Struct(">IIII")


class BadPdu(ValueError):
    """These octets are no frame, or its fields do not fit in it."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One frame. body: its fields, undecoded."""

    command: int
    status: int = OK
    sequence: int = 0
    body: bytes = b""

    def encode(self) -> bytes:
        length = _HEADER.size + len(self.body)
        return _HEADER.pack(length, self.command, self.status, self.sequence) + self.body

    @property
    def answers(self) -> bool:
        """Whether it is the answer to a request."""
        return bool(self.command & RESPONSE)


@dataclass(frozen=True, slots=True)
class Address:
    """Type of number, numbering plan, and the number or name itself. §5.2.5, §5.2.6"""

    value: str
    ton: int = 0
    npi: int = 0


@dataclass(frozen=True, slots=True)
class Short:
    """A short message either way. content: its octets, with the user data header still on where there is one."""

    source: Address
    destination: Address
    content: bytes
    coding: int = 0
    esm_class: int = 0
    receipt: bool = False
    tags: Mapping[int, bytes] = field(default_factory=dict[int, bytes])

    @property
    def is_receipt(self) -> bool:
        """A delivery receipt, or word from on the way. §5.2.12"""
        return self.esm_class & 0x3C in (0x04, 0x20)


def length_of(head: bytes) -> int:
    """Of a whole frame, from its first four octets. Raises BadPdu."""
    (length,) = struct.unpack(">I", head)
    if not _HEADER.size <= length <= LARGEST:
        raise BadPdu(f"a frame of {length} octets")
    return int(length)


def decode(frame: bytes) -> Pdu:
    """One whole frame. Raises BadPdu."""
    if len(frame) < _HEADER.size or length_of(frame[:4]) != len(frame):
        raise BadPdu("not one whole frame")
    _, command, status, sequence = _HEADER.unpack_from(frame)
    return Pdu(command, status, sequence, frame[_HEADER.size :])


def frames(octets: bytes) -> Iterator[Pdu]:
    """Each frame of several that follow one another. Raises BadPdu where they cease to."""
    start = 0
    while start < len(octets):
        if len(octets) - start < _HEADER.size:
            raise BadPdu("the last frame is cut off")
        length = length_of(octets[start : start + 4])
        yield decode(octets[start : start + length])
        start += length


def bind(command: int, *, system_id: str, password: str, system_type: str, sequence: int) -> Pdu:
    """Version 3.4, any address of ours. §4.1"""
    names = b"".join(
        text.encode("latin-1", "replace") + b"\0" for text in (system_id, password, system_type)
    )
    return Pdu(command, OK, sequence, names + bytes([0x34, 0, 0]) + b"\0")


def submit(message: Short) -> bytes:
    """The fields of a submit_sm. §4.4.1"""
    return b"".join(
        (
            b"\0",
            _address(message.source),
            _address(message.destination),
            bytes([message.esm_class, 0, 0]),
            b"\0\0",  # now, and kept as long as the centre likes
            bytes([1 if message.receipt else 0, 0, message.coding, 0, len(message.content)]),
            message.content,
            *(struct.pack(">HH", tag, len(value)) + value for tag, value in message.tags.items()),
        )
    )


def short(pdu: Pdu) -> Short:
    """The message in a deliver_sm, submit_sm or data_sm. Raises BadPdu."""
    reader = _Reader(pdu.body)
    reader.text()  # service type
    source, destination = reader.address(), reader.address()
    esm_class = reader.octet()
    content = b""
    if pdu.command == DATA_SM:
        receipt, coding = reader.octet(), reader.octet()
    else:
        reader.octet(), reader.octet()  # protocol, priority
        reader.text(), reader.text()  # times
        receipt = reader.octet()
        reader.octet()
        coding = reader.octet()
        reader.octet()
        content = reader.take(reader.octet())
    tags = dict(reader.tags())
    return Short(
        source,
        destination,
        content or tags.get(MESSAGE_PAYLOAD, b""),
        coding,
        esm_class,
        bool(receipt & 1),
        tags,
    )


def first_text(pdu: Pdu) -> str:
    """The first field: the message id in an answer. An error's answer may have none."""
    return pdu.body.partition(b"\0")[0].decode("latin-1")


def _address(address: Address) -> bytes:
    return bytes([address.ton, address.npi]) + address.value.encode("latin-1", "replace") + b"\0"


class _Reader:
    """Reads fields one after another. Everything raises BadPdu at the end of the octets."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def take(self, length: int) -> bytes:
        end = self._at + length
        if end > len(self._octets):
            raise BadPdu("the fields do not fit in the frame")
        found, self._at = self._octets[self._at : end], end
        return found

    def octet(self) -> int:
        return self.take(1)[0]

    def text(self) -> str:
        end = self._octets.find(b"\0", self._at)
        if end < 0:
            raise BadPdu("a text without an end")
        found = self.take(end - self._at + 1)
        return found[:-1].decode("latin-1")

    def address(self) -> Address:
        ton, npi = self.octet(), self.octet()
        return Address(self.text(), ton, npi)

    def tags(self) -> Iterator[tuple[int, bytes]]:
        """A torn last one is left out: carriers' own tags are not always well made."""
        while len(self._octets) - self._at >= 4:
            tag, length = struct.unpack(">HH", self.take(4))
            if length > len(self._octets) - self._at:
                return
            yield tag, self.take(length)
