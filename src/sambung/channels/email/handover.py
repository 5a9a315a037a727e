"""What a mail server's answer means for the message and for the connection."""

import re

from sambung.channels import Reason, Receipt, Refused, Stopped, TryLater, Unknown
from sambung.channels.email.compose import Mail
from sambung.kit.mail import (
    Accepted,
    Declined,
    Server,
    Unanswered,
    Unreachable,
    send_mail,
    try_login,
)

_AUTH_CODES = {530, 534, 535, 538}
_AUTH_STATUS = {"5.7.8", "5.7.9", "5.7.11", "5.7.14", "5.7.57", "5.7.60", "5.7.139"}
_RELAY = re.compile(r"relay|authenticat|not permitted to send|log ?in", re.IGNORECASE)
_SPAM = re.compile(r"spam|content|virus|unsolicited|reputation", re.IGNORECASE)
_RATE = re.compile(r"rate|too many|limit|throttl|quota exceeded", re.IGNORECASE)
_SES = re.compile(r"email-smtp\.([a-z0-9-]+)\.amazonaws\.com")
_SES_ANSWER = re.compile(r"\bOk\s+([0-9a-f-]{20,})", re.IGNORECASE)


async def hand_over(mail: Mail, server: Server) -> Receipt:
    """Send it. Raises Refused, TryLater, Stopped, Unknown."""
    try:
        accepted = await send_mail(
            server, mail_from=mail.mail_from, rcpt_to=mail.rcpt_to, raw=mail.raw
        )
    except Unanswered as error:
        raise Unknown(str(error), reason="timed_out") from error
    except Unreachable as error:
        raise _unreachable(error) from error
    except Declined as error:
        raise verdict(error) from error
    return Receipt(mail.id, "sent", other_ids=given_ids(server, accepted))


async def log_in(server: Server, *, name: str) -> None:
    """Try the credentials. Raises Refused, TryLater, Stopped."""
    try:
        await try_login(server, name=name)
    except Unreachable as error:
        raise _unreachable(error) from error
    except Declined as error:
        raise verdict(error) from error


def verdict(no: Declined) -> Refused | TryLater | Stopped:
    """RFC 5321 §4.2, RFC 3463: who must do something about this answer."""
    code = no.enhanced or str(no.code)
    if no.passing:
        return TryLater(str(no), reason=_passing_reason(no), code=code)
    if _concerns_us(no):
        return Stopped(str(no), reason="auth", code=code)
    return Refused(str(no), reason=_lasting_reason(no), code=code)


def _concerns_us(no: Declined) -> bool:
    """Every message would be refused like this one: the log-in, or leave to send as this address."""
    return (
        no.stage == "login"
        or no.code in _AUTH_CODES
        or no.enhanced in _AUTH_STATUS
        or (no.stage == "sender" and no.enhanced.startswith("5.7."))
        or (no.enhanced.startswith("5.7.") and bool(_RELAY.search(no.text)))
    )


def _passing_reason(no: Declined) -> Reason:
    if no.enhanced == "4.2.2":
        return "mailbox_full"
    return "rate_limited" if _RATE.search(no.text) or no.enhanced == "4.5.3" else "provider_down"


def _lasting_reason(no: Declined) -> Reason:
    if no.enhanced == "5.2.2":
        return "mailbox_full"
    if no.enhanced in ("5.3.4", "5.2.3") or no.code == 552:
        return "media_invalid"
    if no.stage == "content" or no.enhanced.startswith("5.7."):
        return "spam" if _SPAM.search(no.text) else "blocked"
    return "undeliverable" if no.stage == "recipient" else "invalid"


def _unreachable(error: Unreachable) -> TryLater | Stopped:
    if error.untrusted:
        return Stopped(str(error), reason="auth", code="certificate")
    return TryLater(str(error))


def given_ids(server: Server, accepted: Accepted) -> tuple[str, ...]:
    """Amazon SES puts a Message-ID of its own, told in its answer: replies will name that one."""
    region, own = _SES.fullmatch(server.host.lower()), _SES_ANSWER.search(accepted.answer)
    if not region or not own:
        return ()
    zone = "email" if region[1] == "us-east-1" else region[1]
    return (f"{own[1]}@{zone}.amazonses.com",)
