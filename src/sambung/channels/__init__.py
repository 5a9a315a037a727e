"""The outside world, one file per channel.

A channel is a pure translator: what its provider posts becomes `Item`s, an `Outbound` becomes what
its provider expects. It knows no database, no customer and no agent. `verify` and `receive` touch
no network; `send`, `fetch`, `check` and `listen` reach it only through the `Net` they are given.

To add a channel, add one file here that ends in `channel = YourChannel()`. Nothing else is edited:
it is found, its settings form is drawn from its config model, its limits drive the composer.
"""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel

from sambung.kit.net import Net

# --- who ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handle:
    """One way the provider (or the writer) says who this is; becomes an Identity of the record.

    kind      phone | email | whatsapp (BSUID) | whatsapp_parent | visitor | external | …
    value     normalised: phones E.164 with '+', emails lower-cased, anything else as the provider has it
    scope     where the value is unique ("" = everywhere: phone, email, external ids of the business)
    verified  the provider vouches for it; False = the writer merely claims it
    """

    kind: str
    value: str
    verified: bool = True
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """The person at the other end. `handles[0]` is the one this channel knows them by."""

    handles: tuple[Handle, ...]
    name: str = ""
    username: str = ""
    locale: str = ""


# --- what arrives ------------------------------------------------------------------------------

Kind = Literal[
    "text",
    "image",
    "audio",
    "voice",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
    "interactive_reply",
    "order",
    "email",
    "call",
    "context",
    "template",
    "interactive",
    "unsupported",
]
DeliveryState = Literal["queued", "sending", "sent", "delivered", "read", "failed", "unknown"]
Reason = Literal[
    "window_closed",
    "undeliverable",
    "opted_out",
    "template_invalid",
    "media_invalid",
    "rate_limited",
    "invalid",
    "blocked",
    "spam",
    "held_back",
    "auth",
    "payment",
    "provider_down",
    "timed_out",
    "mailbox_full",
    "other",
]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message: bytes in hand (`content`), or to be fetched (`id`/`url`)."""

    mime: str
    name: str = ""
    id: str = ""
    url: str = ""
    content: bytes | None = None
    size: int | None = None
    sha256: str = ""
    inline: bool = False
    content_id: str = ""
    voice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One message, from the customer (or, `outgoing`, by the business outside Sambung: an echo).

    id         the provider's id; unique per connection; what makes a second delivery no second message
    to         which connection it is addressed to, as in `Channel.addresses` ("" = the one the hook names)
    address    where a reply goes (a phone, an address, a chat id)
    at         provider's time, UTC; None where the provider gives none
    extra      JSON-ready details by kind: location, contacts, interactive, order, referral, cc …
    thread_tag the opaque conversation tag of a signed reply address (email plus-tag)
    automatic  written by a machine (auto-reply, list): recorded, but never answered and reopens nothing
    window     how long free-form replies are allowed after this one, when not the channel's usual
    """

    id: str
    sender: Sender
    address: str
    to: str = ""
    kind: Kind = "text"
    text: str = ""
    html: str = ""
    subject: str = ""
    at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    references: tuple[str, ...] = ()
    thread_tag: str = ""
    quoted: str = ""
    outgoing: bool = False
    automatic: bool = False
    window: timedelta | None = None
    warnings: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The text of an earlier message was changed. May arrive before the original."""

    id: str
    target: str
    text: str
    at: datetime | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """An earlier message was taken back for everyone."""

    id: str
    target: str
    at: datetime | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """A reaction was put on a message, or (`emoji` empty) taken off."""

    id: str
    target: str
    sender: Sender
    emoji: str
    outgoing: bool = False
    at: datetime | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReported:
    """What became of a message we sent. `message` is our own message id where the provider echoes it."""

    target: str
    state: DeliveryState
    message: str = ""
    reason: Reason | None = None
    code: str = ""
    detail: str = ""
    at: datetime | None = None
    to: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUpTo:
    """The customer has seen everything we sent up to and including this (provider id, or our message id).

    target  "" = everything sent up to `at`, where the provider names a moment and no message
    state   read, or delivered: it reached them
    """

    sender: Sender
    target: str
    state: Literal["delivered", "read"] = "read"
    at: datetime | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingSeen:
    """The customer is typing (never stored)."""

    sender: Sender
    on: bool = True
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChanged:
    """The provider says that `old` and `new` are the same person (`new` verified), or a visitor signed in."""

    id: str
    old: tuple[Handle, ...]
    new: tuple[Handle, ...]
    name: str = ""
    at: datetime | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRegistered:
    """A device may be notified and is this person's now; `owner` None: nobody's any more (signed out, uninstalled)."""

    id: str
    device: Handle
    owner: Sender | None
    at: datetime | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentStated:
    """The customer allowed or stopped something with the provider. purpose: marketing | service | calls."""

    id: str
    sender: Sender
    purpose: str
    granted: bool
    until: datetime | None = None
    at: datetime | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProgressed:
    """A call offered or ended by the provider. Recorded on the thread; media is the voice package's."""

    id: str
    call: str
    sender: Sender
    event: str
    outgoing: bool = False
    at: datetime | None = None
    to: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNotice:
    """Something about the business's account with the provider: a template approved, quality changed …"""

    id: str
    what: str
    detail: Mapping[str, Any]
    alert: bool = False
    at: datetime | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Understood to be nothing for the record, or not understood at all: counted, kept raw, answered 2xx."""

    what: str
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any])
    to: str = ""


Item = (
    Inbound
    | Edited
    | Deleted
    | Reacted
    | StatusReported
    | ReadUpTo
    | TypingSeen
    | IdentityChanged
    | DeviceRegistered
    | ConsentStated
    | CallProgressed
    | AccountNotice
    | Ignored
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a provider sent us: an HTTP request, a mail (`body` = raw MIME, `headers` = envelope), a frame."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names lower-cased. For mail: `mail-from`, `rcpt-to`."""
    method: str = "POST"
    url: str = ""
    """As the provider used it: public base URL, path and query."""
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    key: str = ""
    """Names the request where the transport does (mailbox UIDVALIDITY and UID)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a channel answers its provider."""

    status: int
    body: str = ""
    mime: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Listened:
    """One request a `listen`ing channel got, and the state to resume after it, once it is recorded.

    settings  of the connection, by name, to be kept from now on: a token that was renewed
    """

    request: Request | None
    state: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


# --- what leaves -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutAttachment:
    """A file to send, its bytes at hand.

    url, preview_url  public https addresses of the same bytes and of a small JPEG of them, for providers that
                      take no upload and fetch by themselves ("" = there is none)
    """

    name: str
    mime: str
    content: bytes
    voice: bool = False
    inline: bool = False
    content_id: str = ""
    url: str = ""
    preview_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to a customer.

    id          our message's id: goes along as idempotency key or callback data where the provider has one
    to          the address a reply goes to (`Inbound.address`), `handle` the identity it belongs to
    reply_to    provider id of the message this one quotes
    references  provider ids of the conversation's earlier messages on this connection, oldest first
    template    {"name", "language", "components"/"variables"}; interactive: {"type", "body", "buttons"/…}
    reaction    {"target": provider id, "emoji": "" to remove}
    """

    id: str
    to: str
    handle: Handle
    kind: Kind | Literal["reaction"] = "text"
    text: str = ""
    html: str = ""
    subject: str = ""
    attachments: tuple[OutAttachment, ...] = ()
    reply_to: str = ""
    references: tuple[str, ...] = ()
    thread_tag: str = ""
    template: Mapping[str, Any] | None = None
    interactive: Mapping[str, Any] | None = None
    reaction: Mapping[str, str] | None = None
    from_name: str = ""
    automatic: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider accepted the message and calls it `id`. `state` is what we may now show."""

    id: str
    state: DeliveryState = "sent"
    other_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """How a customer calls and shows themselves with the provider. avatar: an address, good for a while."""

    name: str = ""
    username: str = ""
    locale: str = ""
    avatar: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Bytes of a received file. `mime` and `name` as the provider says; the gateway sniffs for itself."""

    content: bytes
    mime: str = ""
    name: str = ""


# --- what can go wrong: the only exceptions a channel raises -------------------------------------


class Rejected(Exception):
    """`verify`: this request does not come from the provider. Answered 401/403; nothing is stored."""


class Malformed(Exception):
    """`receive`: the body as a whole cannot be read. Answered 400. A single bad element is an `Ignored`."""


class _Failure(Exception):
    def __init__(self, detail: str, *, reason: Reason = "other", code: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason: Reason = reason
        self.code = code


class Refused(_Failure):
    """`send`/`fetch`: no, and asking again will not help. The agent is told the reason."""


class Gone(Refused):
    """`send`: there is nobody at this address any more (a token of an uninstalled app): it is forgotten."""


class TryLater(_Failure):
    """`send`/`fetch`: a passing fault or a rate limit, surely not accepted. Again after `seconds` (or back-off)."""

    def __init__(
        self,
        detail: str,
        *,
        seconds: float | None = None,
        reason: Reason = "provider_down",
        code: str = "",
    ) -> None:
        super().__init__(detail, reason=reason, code=code)
        self.seconds = seconds


class Stopped(_Failure):
    """The whole connection is unusable (token revoked, payment, locked): its queue stops, people are told."""


class Unknown(_Failure):
    """`send`: the request was written but no answer came: it may or may not have been accepted."""


# --- what it can do ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MediaRule:
    """A kind of file this channel carries: accepted types (prefix match with '/*') and largest size in bytes."""

    kind: Kind
    mimes: tuple[str, ...]
    largest: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a message may be here. Drives the composer, and is checked before sending.

    longest_text  characters; window: free-form time after the customer's last message (None = always);
    human_window  as long after it a person, never a machine, may still write freely (None = no longer than `window`)
    templates     approved templates exist and are the way out of a closed window
    """

    longest_text: int
    window: timedelta | None = None
    human_window: timedelta | None = None
    media: tuple[MediaRule, ...] = ()
    attachments_per_message: int = 1
    caption: bool = True
    html: bool = False
    subject: bool = False
    templates: bool = False
    buttons: int = 0
    list_rows: int = 0
    reply_to: bool = False
    reactions: bool = False
    typing: bool = False
    read_receipts: bool = False
    can_start: bool = False
    """The business may write first (with a template where `templates` says so)."""

    def leeway(self, *, automatic: bool) -> timedelta:
        """How much longer than `window` this may be sent: what people write, where the provider allows for them."""
        if automatic or self.window is None or self.human_window is None:
            return timedelta()
        return max(self.human_window - self.window, timedelta())


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the provider lets us send.

    per_second, burst            messages of one connection
    recipient_seconds, …_burst   between messages to one person (0 = no limit)
    """

    per_second: float = 20.0
    burst: int = 20
    recipient_seconds: float = 0.0
    recipient_burst: int = 1


Quality = Mapping[str, str]
"""Item of `QUALITY` → "done" or "exempt: why"."""

QUALITY = (
    "verify",
    "receive_text",
    "receive_media",
    "receive_all_kinds",
    "receive_batches",
    "edits_and_deletes",
    "reactions",
    "statuses",
    "echoes",
    "identity",
    "send_text",
    "send_media",
    "send_interactive",
    "templates",
    "window",
    "errors_mapped",
    "rate_limits",
    "stand_in",
    "docs",
)

Config = TypeVar("Config", bound=BaseModel)
Transport = Literal["webhook", "mail", "socket", "none"]


class Channel(ABC, Generic[Config]):
    """One medium. The class attributes are its data sheet; the methods its translations."""

    name: ClassVar[str]
    title: ClassVar[Mapping[str, str]]
    """{"en": …, "id": …}"""
    config: type[BaseModel]
    """Pydantic model of a connection's settings; secrets are `SecretStr`, each rotated secret has a
    `…_previous`. Field titles and help in both languages: `Field(title="…", description="…",
    json_schema_extra={"title_id": "…", "description_id": "…"})`."""
    capabilities: ClassVar[Capabilities]
    quality: ClassVar[Quality]
    pace: ClassVar[Pace] = Pace()
    transport: ClassVar[Transport] = "webhook"
    """How it arrives: posted to /hooks, as mail to the built-in listener, over a visitor's socket."""
    visitors: ClassVar[bool] = False
    """Customers may hold a visitor's socket too, though their messages also arrive as `transport` says."""
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    """HTTP methods that bring events to its hook. A GET is a handshake, unless it is here and no handshake."""
    accepted: ClassVar[Reply] = Reply(200, "ok")
    """What the provider is answered once all it said is recorded: to some a body means something."""
    handle_kinds: ClassVar[tuple[str, ...]]
    """Identity kinds a customer can be written to on this channel, preferred first."""

    def addresses(self, config: Config) -> tuple[str, ...]:
        """What `Item.to` may say to mean this connection; the first is shown to people."""
        return ()

    def hints(self, config: Config) -> Mapping[str, str]:
        """What `receive` may need to know of the connection; the gateway adds it to `Request.headers`."""
        return {}

    def handshake(self, request: Request, config: Config) -> Reply | None:
        """Answer a provider's GET that sets the webhook up; None when it is not one."""
        return None

    @abstractmethod
    def verify(self, request: Request, config: Config) -> None:
        """Raise `Rejected` unless the provider itself sent this request."""

    @abstractmethod
    def receive(self, request: Request) -> Iterator[Item]:
        """Yield every fact in the request, each standing alone; raise only `Malformed`."""

    @abstractmethod
    async def send(self, message: Outbound, config: Config, net: Net) -> Receipt:
        """Hand one message to the provider; raise `Refused`, `TryLater`, `Stopped` or `Unknown`."""

    async def fetch(self, attachment: Attachment, config: Config, net: Net) -> Fetched:
        """Get a received file's bytes; raises as `send`."""
        raise Refused("this channel's files come with the message", reason="media_invalid")

    async def seen(self, target: str, config: Config, net: Net, *, typing: bool = False) -> None:
        """Show the customer that their message `target` (provider id) was read, and that we are typing.

        A courtesy: raises as `send`, but nobody need try again.
        """

    async def acknowledge(self, target: str, config: Config, net: Net) -> None:
        """Tell the provider that a tap on a button (`interactive_reply`, by its provider id) has come: until
        then it shows the customer that we are thinking. A courtesy of the first seconds, as `seen`.
        """

    async def profile(
        self, handle: Handle, config: Config, net: Net, *, address: str = ""
    ) -> Profile | None:
        """What the provider tells of a customer beside their messages; None when it tells nothing. Raises as `send`.

        address: where they wrote (`Inbound.address`), for providers that tell of a group's members only there.
        """
        return None

    async def templates(self, config: Config, net: Net) -> list[dict[str, Any]]:
        """The provider's templates, each {name, language, category, status, body, header, footer,
        buttons, variables}; `variables` are the keys of `Outbound.template["variables"]`."""
        return []

    async def check(self, config: Config, net: Net) -> str:
        """Try the credentials (the settings page's test button): a sentence of what was found, or raise as `send`."""
        return ""

    async def register(self, hook: str, config: Config, net: Net) -> None:
        """Have the provider post to `hook` (a public https address) where it can be told so; raises as `send`."""

    def listen(
        self, config: Config, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened] | None:
        """Where messages must be fetched (a mailbox): yield them for ever, from `state` on. None = no need."""
        return None

    def address_of(self, handle: Handle) -> str:
        """The address to write first to a customer known by this identity."""
        return handle.value


@cache
def all_channels() -> Mapping[str, Channel[Any]]:
    """Every channel there is, by name. A module whose name begins with "_" is what some of them share."""
    found: dict[str, Channel[Any]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        channel: Channel[Any] = importlib.import_module(f"{__name__}.{module.name}").channel
        found[channel.name] = channel
    return found
