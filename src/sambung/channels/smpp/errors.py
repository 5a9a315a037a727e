"""What a message centre's statuses mean: SMPP 3.4 §5.1.3; and the words of receipts: §5.2.28, appendix B."""

from collections.abc import Mapping

from sambung.channels import DeliveryState, Reason, Refused, TryLater

STATES: Mapping[str, DeliveryState] = {
    "ENROUTE": "sent",
    "ACCEPTD": "sent",
    "ACCEPTED": "sent",
    "BUFFERED": "sent",
    "DELIVRD": "delivered",
    "DELIVERED": "delivered",
    **dict.fromkeys(("EXPIRED", "DELETED", "UNDELIV", "UNKNOWN", "REJECTD", "FAILED"), "failed"),
}
REASONS: Mapping[str, Reason] = {
    "EXPIRED": "timed_out",
    "UNDELIV": "undeliverable",
    "REJECTD": "blocked",
}
_NAMES = {
    0x01: "the message is too long",
    0x03: "command not supported",
    0x08: "system error",
    0x0A: "the sender is not allowed",
    0x0B: "the number is not valid",
    0x14: "its queue is full",
    0x33: "too many destinations",
    0x34: "a name of a list",
    0x45: "submitting failed",
    0x58: "too fast",
    0x64: "it cannot take it now",
    0x65: "it refuses it",
    0x66: "it rejects the message",
}
_LATER: Mapping[int, Reason] = {
    0x08: "provider_down",
    0x14: "rate_limited",
    0x45: "provider_down",
    0x58: "rate_limited",
    0x64: "provider_down",
    0x65: "provider_down",
}
_REFUSED: Mapping[int, Reason] = {
    0x01: "invalid",
    0x0A: "blocked",
    0x0B: "undeliverable",
    0x33: "invalid",
    0x66: "blocked",
}


def failure(status: int) -> Refused | TryLater:
    """What an answer with this status means for the message."""
    code = f"0x{status:08X}"
    said = f"the message centre says {_NAMES.get(status, code)}"
    if status in _LATER:
        slow = _LATER[status] == "rate_limited"
        return TryLater(said, seconds=2 if slow else None, reason=_LATER[status], code=code)
    return Refused(said, reason=_REFUSED.get(status, "other"), code=code)


def named(status: int) -> str:
    """The status in words."""
    return _NAMES.get(status, f"0x{status:08X}")
