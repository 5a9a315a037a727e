"""One message to Twilio: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource"""

import json
import re
from base64 import b64encode
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from sambung.channels import (
    Attachment,
    Fetched,
    MediaRule,
    Outbound,
    Receipt,
    Refused,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.channels.sms_twilio import errors
from sambung.channels.sms_twilio.config import WHATSAPP, TwilioConfig
from sambung.kit.asking import Unanswered, Unaskable, Unreached, ask
from sambung.kit.net import Forbidden, Net, TooLarge
from sambung.kit.phones import e164
from sambung.kit.untrusted import record, records, text

LONGEST_TEXT = 1600
MOST_FILES = 10
LARGEST = 5 * 1024 * 1024
"""Bytes of all files of a message together."""
_LARGEST_RECEIVED = 32 * 1024 * 1024
RULES = (
    MediaRule("image", ("image/*",), LARGEST),
    MediaRule("audio", ("audio/*",), LARGEST),
    MediaRule("video", ("video/*",), LARGEST),
    MediaRule("document", ("application/pdf", "text/*"), LARGEST),
)
_CONTENT = re.compile(r"HX[0-9a-fA-F]{32}")


async def send(message: Outbound, config: TwilioConfig, net: Net) -> Receipt:
    """Hand a message over. Raises Refused, TryLater, Stopped, Unknown."""
    form: dict[str, Any] = {"To": _recipient(message), **_content(message)}
    if config.is_service:
        form["MessagingServiceSid"] = config.from_
    else:
        form["From"] = (WHATSAPP if form["To"].startswith(WHATSAPP) else "") + config.address
    hook = str(message.extra.get("hook_url", ""))
    if hook.startswith("https:") or (hook and config.api_base.startswith("http:")):
        # Our id comes back with every status: it is known before Twilio's own answer is.
        form["StatusCallback"] = f"{hook}?message={quote(message.id)}"
    try:
        answer = await ask(
            net, "POST", f"{config.api}/Messages.json", data=form, auth=_credentials(config)
        )
    except Unreached as error:
        raise TryLater(str(error)) from error
    except Unaskable as error:
        raise Stopped(str(error), reason="invalid") from error
    except Unanswered as error:
        raise Unknown(str(error), reason="timed_out") from error
    if not answer.is_success:
        raise errors.failure(answer)
    taken = _body(answer)
    if not text(taken, "sid"):
        raise Unknown("Twilio's answer names no message", reason="timed_out")
    if text(taken, "status") in ("failed", "undelivered"):
        code = text(taken, "error_code")
        said = text(taken, "error_message") or errors.rule(code).meaning
        raise Refused(said, reason=errors.rule(code).reason, code=code)
    return Receipt(text(taken, "sid"))


def _recipient(message: Outbound) -> str:
    address = (message.to or message.handle.value).strip()
    bare = address.removeprefix(WHATSAPP)
    if address.startswith(WHATSAPP) and bare:
        return WHATSAPP + (e164(bare) or bare)
    phone = e164(bare)
    if not phone:
        raise Refused(f"{address or 'nobody'} cannot be answered by SMS", reason="undeliverable")
    return phone


def _content(message: Outbound) -> dict[str, Any]:
    if message.template is not None:
        named = _CONTENT.search(str(message.template.get("name", "")))
        if named is None:
            raise Refused("a template is named by its Content SID (HX…)", reason="template_invalid")
        blanks = record(message.template.get("variables"))
        return {"ContentSid": named[0]} | (
            {"ContentVariables": json.dumps(blanks)} if blanks else {}
        )
    if message.interactive is not None or message.reaction is not None:
        raise Refused("SMS has no buttons and no reactions", reason="invalid")
    if len(message.text) > LONGEST_TEXT:
        raise Refused(
            f"the text has {len(message.text):,} characters; at most {LONGEST_TEXT:,} here",
            reason="invalid",
        )
    form: dict[str, Any] = {"Body": message.text} if message.text.strip() else {}
    if message.attachments:
        form["MediaUrl"] = _files(message)
    if not form:
        raise Refused("the message is empty", reason="invalid")
    return form


def _files(message: Outbound) -> list[str]:
    if len(message.attachments) > MOST_FILES:
        raise Refused(f"at most {MOST_FILES} files a message", reason="media_invalid")
    if sum(len(file.content) for file in message.attachments) > LARGEST:
        raise Refused(f"the files are over {LARGEST:,} bytes", reason="media_invalid")
    if not all(file.url for file in message.attachments):
        raise Refused(
            "Twilio fetches files by itself, which needs a public address of ours",
            reason="media_invalid",
        )
    return [file.url for file in message.attachments]


async def fetch(attachment: Attachment, config: TwilioConfig, net: Net) -> Fetched:
    """The bytes of a received file; it may not be there yet when its webhook is. Raises as `send`."""
    host = urlsplit(attachment.url).hostname or ""
    known = host == (urlsplit(config.api_base).hostname or "") or host.endswith(".twilio.com")
    headers = {}
    if known:  # nobody else is shown our token
        pair = ":".join(_credentials(config)).encode()
        headers = {"Authorization": f"Basic {b64encode(pair).decode()}"}
    try:
        body, mime = await net.download(attachment.url, headers=headers, largest=_LARGEST_RECEIVED)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status == 404:
            raise TryLater("the file is not there yet", seconds=5, code="20404") from error
        if status == 429 or status >= 500:
            raise TryLater(f"download: HTTP {status}", code=str(status)) from error
        if status in (401, 403):
            raise TryLater("the file is not shown to us", reason="auth", code="20003") from error
        raise Refused(f"download: HTTP {status}", reason="media_invalid") from error
    except TooLarge as error:
        raise Refused("the file is too large", reason="media_invalid") from error
    except (Forbidden, ValueError, httpx.InvalidURL) as error:
        raise Refused(f"not an address to fetch from: {error}", reason="media_invalid") from error
    except (OSError, httpx.RequestError) as error:
        raise TryLater(f"download: {type(error).__name__}") from error
    return Fetched(body, mime)


async def check(config: TwilioConfig, net: Net) -> str:
    """Read the account. Raises as `send`."""
    account = await _read(config, net, f"{config.api}.json")
    name, status = text(account, "friendly_name"), text(account, "status")
    if status not in ("", "active"):
        raise Stopped(f"the account {name} is {status}", reason="blocked")
    return f"Terhubung ke {name}, pengirim {config.from_}. / Connected to {name}, sender {config.from_}."


async def templates(config: TwilioConfig, net: Net) -> list[dict[str, Any]]:
    """The account's content templates (https://www.twilio.com/docs/content). Raises as `send`.

    The name ends with the Content SID, by which it is sent: names at Twilio are not unique.
    """
    answer = await _read(config, net, f"{config.content}/ContentAndApprovals?PageSize=500")
    return [_template(one) for one in records(answer.get("contents")) if text(one, "sid")]


def _template(content: Any) -> dict[str, Any]:
    approval = record(content.get("approval_requests"))
    bodies = [text(record(kind), "body") for kind in record(content.get("types")).values()]
    return {
        "name": f"{text(content, 'friendly_name')} {text(content, 'sid')}".strip(),
        "language": text(content, "language"),
        "category": text(approval, "category"),
        "status": text(approval, "status") or "unsubmitted",
        "body": next((body for body in bodies if body), ""),
        "header": "",
        "footer": "",
        "buttons": [],
        "variables": sorted(record(content.get("variables"))),
    }


async def _read(config: TwilioConfig, net: Net, url: str) -> Any:
    try:
        answer = await ask(net, "GET", url, auth=_credentials(config))
    except (Unreached, Unanswered) as error:
        raise TryLater(str(error)) from error
    except Unaskable as error:
        raise Stopped(str(error), reason="invalid") from error
    if not answer.is_success:
        raise errors.failure(answer)
    return _body(answer)


def _body(answer: httpx.Response) -> Any:
    try:
        return record(answer.json())
    except ValueError:
        return {}


def _credentials(config: TwilioConfig) -> tuple[str, str]:
    return config.account_sid, config.auth_token.get_secret_value()
