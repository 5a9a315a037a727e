"""Notifications on customers' devices: browsers (Web Push), Android (FCM), Apple (APNs), by what each registered.

One connection is one app or site and serves all three: a customer's devices are identities of kind `push`, the
provider is the handle's scope (see `_posted.devices`), and a reply goes to the device that was registered last.

receive  devices, as the business's server posts them; what was opened      config  the keys
send     notification, then web_push and browser, fcm, apns                 tokens  what proves us to them
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from sambung.channels import (
    Capabilities,
    Channel,
    DeviceRegistered,
    Ignored,
    Item,
    Outbound,
    Receipt,
    Refused,
    Request,
    StatusReported,
)
from sambung.channels._posted import devices, events, secrets
from sambung.channels._posted.events import moment
from sambung.channels._rest.fields import plain
from sambung.channels.push import apns, browser, fcm, web_push
from sambung.channels.push.config import PushConfig
from sambung.channels.push.notification import LONGEST_TEXT, Notification
from sambung.kit.net import Net
from sambung.kit.untrusted import Record

SENDERS = {"web": browser.send, "fcm": fcm.send, "apns": apns.send}


class Push(Channel[PushConfig]):
    """The notifications of one app or site."""

    name = "push"
    title: ClassVar[Mapping[str, str]] = {"en": "Push notifications", "id": "Notifikasi push"}
    config = PushConfig
    handle_kinds = (devices.DEVICE,)
    capabilities = Capabilities(longest_text=LONGEST_TEXT, read_receipts=True, can_start=True)
    quality: ClassVar[Mapping[str, str]] = {
        "verify": "done",
        "receive_text": "exempt: a notification cannot be answered; a tap opens the app's chat",
        "receive_media": "exempt: a notification cannot be answered",
        "receive_all_kinds": "done",
        "receive_batches": "done",
        "edits_and_deletes": "exempt: a shown notification stays shown",
        "reactions": "exempt: notifications have none",
        "statuses": "done",
        "echoes": "exempt: only what Sambung sends is known",
        "identity": "done",
        "send_text": "done",
        "send_media": "exempt: a notification is text; files are seen in the app's chat",
        "send_interactive": "exempt: a tap opens the app's chat",
        "templates": "exempt: free text is always allowed",
        "window": "exempt: no window",
        "errors_mapped": "done",
        "rate_limits": "done",
        "stand_in": "exempt: tests answer as the providers do; docs/channels/push.md tells how to try it",
        "docs": "done",
    }

    def verify(self, request: Request, config: PushConfig) -> None:
        secrets.check(request, config)

    def receive(self, request: Request) -> Iterator[Item]:
        return events.read(events.posted(request.body), _told)

    async def send(self, message: Outbound, config: PushConfig, net: Net) -> Receipt:
        provider = message.handle.scope.partition(":")[0]
        if provider not in SENDERS:
            raise Refused("not a device that can be notified", reason="undeliverable")
        if provider not in config.providers:
            raise Refused(f"the connection has no key for {provider}", reason="invalid")
        told = Notification.of(message, config)
        return await SENDERS[provider](told, message.handle, config, net)

    async def check(self, config: PushConfig, net: Net) -> str:
        """Asks Google for a token, signs one for Apple, and shows the key that browsers subscribe with."""
        found = []
        if "web" in config.providers:
            key = web_push.private_key(plain(config.vapid_private_key))
            found.append(f"web: applicationServerKey {web_push.encoded(web_push.point(key))}")
        if "fcm" in config.providers:
            await fcm.access_token(config, net)
            found.append(f"FCM: {config.account['project_id']}")
        if "apns" in config.providers:
            apns.provider_token(config)
            found.append(f"APNs: {config.apns_topic} ({config.apns_environment})")
        if not found:
            raise Refused(
                "Belum ada kunci satu pun. / There is no key at all yet.", reason="invalid"
            )
        return "; ".join(found)


def _told(event: Record) -> Iterator[Item]:
    kind = events.kind_of(event)
    at = moment(event.get("at"))
    if kind in ("opened", "delivered"):
        target = events.named(event, "message")
        state = "read" if kind == "opened" else "delivered"
        yield StatusReported(target=target, message=target, state=state, at=at)  # type: ignore[arg-type]
    elif devices.is_registration(event):
        owner = events.customer(event) if kind == "device" else None
        device, id = devices.device_of(event), events.named_or_made(event)
        yield DeviceRegistered(id=id, device=device, owner=owner, at=at)
    else:
        yield Ignored(what=kind or "event", raw=event)


channel = Push()
