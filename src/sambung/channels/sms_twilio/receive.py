"""What Twilio posts: a message, or what became of one of ours. One fact a form, and no time in it.

https://www.twilio.com/docs/messaging/guides/webhook-request
"""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sambung.channels import (
    Attachment,
    ConsentStated,
    DeliveryState,
    Handle,
    Ignored,
    Inbound,
    Item,
    Kind,
    Malformed,
    Request,
    Sender,
    StatusReported,
)
from sambung.channels.sms_twilio import errors, signature
from sambung.channels.sms_twilio.config import WHATSAPP
from sambung.kit.phones import e164

OWN = "own-address"
"""Header the gateway adds: the connection's address; "" for a service with numbers of any name."""
_MOST_FILES = 20
_STATES: Mapping[str, DeliveryState] = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "sending",
    "sent": "sent",
    "partially_delivered": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
_KINDS: Mapping[str, Kind] = {"image": "image", "audio": "audio", "video": "video"}
_REFERRAL = {
    "ReferralBody": "body",
    "ReferralHeadline": "headline",
    "ReferralSourceId": "source_id",
    "ReferralSourceType": "source_type",
    "ReferralSourceUrl": "source_url",
    "ReferralMediaUrl": "media_url",
    "ReferralCtwaClid": "click_id",
}
Form = Mapping[str, str]


def receive(request: Request) -> Iterator[Item]:
    """The facts in a form. Raises Malformed when it is none."""
    form = _form(request)
    sid = form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid", "")
    status = form.get("MessageStatus") or form.get("SmsStatus", "")
    own = request.headers.get(OWN)
    if not sid:
        yield Ignored(what="no message", raw=dict(form))
    elif status in ("received", "receiving") or (not status and "Body" in form):
        yield from _message(form, sid, own)
    elif status in _STATES:
        yield _status(form, sid, status, request.query.get("message", ""), own)
    else:
        yield Ignored(what=f"status {status}"[:80], raw=dict(form))


def _form(request: Request) -> Form:
    if request.method == "GET":
        return _clean(request.query)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            found = json.loads(request.body)
        except (ValueError, RecursionError) as error:
            raise Malformed("the body is not JSON") from error
        if not isinstance(found, dict):
            raise Malformed("the body is not a JSON object")
        return _clean({key: value for key, value in found.items() if isinstance(value, str)})
    try:
        pairs = signature.form(request.body)
    except ValueError as error:
        raise Malformed(str(error)) from error
    if not pairs and request.body:
        raise Malformed("the body is not a form")
    return _clean(dict(reversed(pairs)))


def _clean(form: Mapping[str, str]) -> Form:
    """Without NUL and lone halves of characters, which no database stores."""
    return {
        key: value
        if value.isascii() and "\0" not in value
        else value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for key, value in form.items()
    }


def _to(party: str, own: str | None) -> str:
    """Which connection this is for. A service's webhooks go to its own hook and name any of its numbers."""
    if own == "":
        return ""
    bare = party.removeprefix(WHATSAPP)
    return e164(bare) or bare


def _message(form: Form, sid: str, own: str | None) -> Iterator[Item]:
    sender = _sender(form)
    to = _to(form.get("To", ""), own)
    if sender is None:
        yield Ignored(what="message of nobody", raw=dict(form), to=to)
        return
    files = _files(form)
    extra = _extra(form, sender)
    yield Inbound(
        id=sid,
        sender=sender,
        address=form.get("From", ""),
        to=to,
        kind=_kind(form, files, extra),
        text=form.get("Body", ""),
        attachments=files,
        reply_to=form.get("OriginalRepliedMessageSid", ""),
        window=timedelta(hours=24) if form.get("From", "").startswith(WHATSAPP) else None,
        extra=extra,
    )
    word = form.get("OptOutType", "").upper()
    if word in ("STOP", "START"):
        yield ConsentStated(
            id=f"{sid}:{word.lower()}",
            sender=sender,
            purpose="service",
            granted=word == "START",
            to=to,
        )


def _sender(form: Form) -> Sender | None:
    """Names and short codes are nobody's phone: they cannot be answered, nor linked to a person."""
    given = form.get("From", "")
    bare = given.removeprefix(WHATSAPP)
    phone = e164(bare) if bare.startswith("+") or not given.startswith(WHATSAPP) else ""
    handles: list[Handle] = []
    if given.startswith(WHATSAPP):
        phone = phone or e164(form.get("WaId", ""))
        user = form.get("ExternalUserId") or ("" if e164(bare) else bare)
        handles += [Handle("whatsapp", user)] if user else []
    handles += [Handle("phone", phone)] if phone else []
    if parent := form.get("ParentExternalUserId"):
        handles.append(Handle("whatsapp_parent", parent))
    if not handles and bare:
        handles.append(Handle("sms_sender", bare))
    if not handles or handles[0].kind == "whatsapp_parent":
        return None
    name = form.get("ProfileName", "") or (bare if handles[0].kind == "sms_sender" else "")
    return Sender(tuple(handles), name=name, username=form.get("ProfileUsername", ""))


def _files(form: Form) -> tuple[Attachment, ...]:
    """By their numbers, whatever NumMedia says: it may be missing."""
    found = []
    for n in range(_MOST_FILES):
        url = form.get(f"MediaUrl{n}")
        if url:
            mime = form.get(f"MediaContentType{n}", "") or "application/octet-stream"
            voice = mime.startswith("audio/ogg") and form.get("From", "").startswith(WHATSAPP)
            found.append(Attachment(mime=mime, url=url, voice=voice))
    return tuple(found)


def _kind(form: Form, files: tuple[Attachment, ...], extra: Mapping[str, Any]) -> Kind:
    if "interactive" in extra:
        return "interactive_reply"
    if "location" in extra:
        return "location"
    if files:
        said = form.get("MessageType", "")
        if said == "sticker":
            return "sticker"
        if files[0].voice:
            return "voice"
        return _KINDS.get(files[0].mime.partition("/")[0], "document")
    if not form.get("Body") and form.get("MessageType", "text") != "text":
        return "unsupported"
    return "text"


def _extra(form: Form, sender: Sender) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if form.get("ListId"):
        title = form.get("ListTitle") or form.get("Body", "")
        extra["interactive"] = {"type": "list", "id": form["ListId"], "title": title}
    elif form.get("ButtonPayload") or form.get("ButtonText"):
        title = form.get("ButtonText") or form.get("Body", "")
        extra["interactive"] = {
            "type": "button",
            "id": form.get("ButtonPayload") or title,
            "title": title,
        }
    elif flow := form.get("FlowData") or form.get("InteractiveData"):
        extra["interactive"] = {"type": "flow", "title": form.get("Body", ""), "data": _json(flow)}
    if (place := _place(form)) is not None:
        extra["location"] = place
    if referral := {ours: form[theirs] for theirs, ours in _REFERRAL.items() if form.get(theirs)}:
        extra["referral"] = referral
    if "true" in (form.get("Forwarded"), form.get("FrequentlyForwarded")):
        extra["forwarded"] = True
    if sender.handles[0].kind == "sms_sender":
        extra["can_reply"] = False
    if form.get("From", "").startswith(WHATSAPP):
        extra["sub_channel"] = "whatsapp"
    if not form.get("Body") and form.get("MessageType", "text") not in ("text", ""):
        extra["type"] = form["MessageType"]
    return extra


def _json(written: str) -> Any:
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return written


def _place(form: Form) -> dict[str, Any] | None:
    try:
        place: dict[str, Any] = {
            "lat": float(form["Latitude"]),
            "lon": float(form["Longitude"]),
        }
    except (KeyError, ValueError):
        return None
    if not (abs(place["lat"]) <= 90 and abs(place["lon"]) <= 180):
        return None
    return place | {
        ours: form[theirs]
        for theirs, ours in (("Label", "name"), ("Address", "address"))
        if form.get(theirs)
    }


def _status(form: Form, sid: str, status: str, message: str, own: str | None) -> StatusReported:
    """RawDlrDoneDate is in the carrier's own zone, which nobody tells: no time to rely on."""
    code = form.get("ErrorCode", "")
    failed = _STATES[status] == "failed"
    rule = errors.rule(code)
    extra = {"provider_status": status}
    if form.get("RawDlrDoneDate"):
        extra["provider_done_date"] = form["RawDlrDoneDate"]
    return StatusReported(
        target=sid,
        state=_STATES[status],
        message=message,
        reason=(rule.reason if code else "other") if failed else None,
        code=code,
        detail=form.get("ChannelStatusMessage") or (rule.meaning if failed else ""),
        to=_to(form.get("From", ""), own),
        extra=extra,
    )
