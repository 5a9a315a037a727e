"""A notification to a browser, by its maker's push service (RFC 8030)."""

import httpx

from sambung.channels import Gone, Handle, Receipt, Refused, TryLater
from sambung.channels._posted.deliver import wait_of
from sambung.channels._posted.devices import decoded
from sambung.channels._rest.fields import plain
from sambung.channels.push import web_push
from sambung.channels.push.config import PushConfig
from sambung.channels.push.notification import KEPT_FOR, Notification, written
from sambung.kit import clock
from sambung.kit.net import Forbidden, Net


async def send(told: Notification, device: Handle, config: PushConfig, net: Net) -> Receipt:
    """The endpoint is what a browser told us, so it is asked only where everybody may ask."""
    shown = {"title": told.title, "body": told.body, **told.data}
    key, _, auth = device.scope.removeprefix("web:").partition(".")
    message = written(shown, web_push.LONGEST)
    try:
        body = web_push.encrypted(message, decoded(key), decoded(auth))
    except ValueError:
        raise Gone("the browser's keys are none", reason="undeliverable") from None
    ours = web_push.private_key(plain(config.vapid_private_key))
    headers = {
        "ttl": str(KEPT_FOR),
        "urgency": "high",
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "authorization": web_push.authorization(
            device.value, ours, config.vapid_contact, clock.now()
        ),
    }
    try:
        answer = await net.exchange("POST", device.value, body, headers=headers)
    except (Forbidden, httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise Gone("not an address of a push service", reason="undeliverable") from None
    except httpx.HTTPError as error:
        raise TryLater(f"no answer of the push service: {type(error).__name__}") from None
    if answer.is_success:
        return Receipt(id=told.id, state="sent")
    raise failure(answer)


def failure(answer: httpx.Response) -> Refused | TryLater:
    """What the push service means. A key it does not take may be the fault of this one subscription."""
    code, told = str(answer.status_code), f"the push service answered {answer.status_code}"
    match answer.status_code:
        case 404 | 410:
            return Gone("the browser is subscribed no more", reason="undeliverable", code=code)
        case 401 | 403:
            return Refused(f"{told}: another VAPID key?", reason="auth", code=code)
        case 429:
            return TryLater(told, seconds=wait_of(answer), reason="rate_limited", code=code)
        case status if status >= 500:
            return TryLater(told, seconds=wait_of(answer), code=code)
    return Refused(told, reason="invalid", code=code)
