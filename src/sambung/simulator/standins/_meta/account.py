"""One account of the business as Meta knows it: its ids, its tokens, its webhook, and who has blocked it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from sambung.kit import clock, ids
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.graph.hooks import signature, wire
from sambung.simulator.refusal import Refusal
from sambung.simulator.standin import StandIn
from sambung.simulator.standins._meta import elements
from sambung.simulator.town import Town

APP = 123450000000077
"""The product's own app."""
HUMAN_WINDOW = timedelta(days=7)
"""How long people may answer with the HUMAN_AGENT tag, and a comment be answered privately."""

ERRORS: Mapping[int, tuple[int, str]] = {
    2: (500, "Service temporarily unavailable"),
    10: (403, "This message is sent outside of allowed window."),
    100: (400, "No matching user found"),
    190: (401, "Error validating access token: the session has been invalidated."),
    200: (403, "Cannot message users who are not admins, developers or testers of the app."),
    368: (400, "The action attempted has been deemed abusive or is otherwise disallowed."),
    551: (400, "This person isn't available right now."),
    613: (429, "Calls to this API have exceeded the rate limit."),
}
"""Code → HTTP status and what developers read. https://developers.facebook.com/docs/graph-api/guides/error-handling"""


class Account(StandIn):
    """What the inboxes differ in, and what an account does.

    object     in webhooks                        account      its id there
    page       the Page, where it is another id   longest_text in characters, or UTF-8 bytes where `in_bytes`
    inbox      Meta's own app, in which the shop writes by hand
    most_images  of one message                   subcodes     of those errors that have one
    """

    window = timedelta(hours=24)
    codes = {
        "10": {"id": "lewat 24 jam", "en": "24 hours over"},
        "100": {"id": "orang tidak ada", "en": "no such person"},
        "551": {"id": "tidak bisa dihubungi", "en": "cannot be reached"},
        "613": {"id": "terlalu cepat", "en": "too fast"},
        "368": {"id": "diblokir sementara", "en": "blocked for a while"},
        "2": {"id": "layanan mati", "en": "service down"},
        "190": {"id": "token dicabut", "en": "token revoked"},
    }
    object: ClassVar[str]
    account: ClassVar[str]
    page: ClassVar[str]
    inbox: ClassVar[int]
    longest_text: ClassVar[int]
    in_bytes: ClassVar[bool] = False
    most_images: ClassVar[int]
    subcodes: ClassVar[Mapping[int, int]]

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.callback = self.hook
        self.fields = ["messages"]
        self.renewed: set[str] = set()
        self.blocked: set[str] = set()
        self.answered: set[str] = set()

    def connection(self) -> Mapping[str, Any]:
        return {
            "access_token": self.secret("access_token"),
            "app_secret": self.secret("app_secret"),
            "verify_token": self.secret("verify_token"),
            "api_base": self.url,
        }

    def memory(self) -> Mapping[str, Any]:
        kept = {"blocked": self.blocked, "answered": self.answered, "renewed": self.renewed}
        return {name: sorted(those) for name, those in kept.items()}

    def remember(self, memory: Mapping[str, Any]) -> None:
        self.blocked, self.answered = set(memory["blocked"]), set(memory["answered"])
        self.renewed = set(memory["renewed"])

    # --- saying no -----------------------------------------------------------------------------------

    def refusal(self, code: str) -> Refusal:
        number = int(code) if code.isdigit() else 1
        return self.failure(number, subcode=self.subcodes.get(number, 0))

    def failure(self, code: int, message: str = "", *, subcode: int = 0) -> Refusal:
        """The Graph API's no."""
        status, usual = ERRORS.get(code, (400, "Invalid parameter"))
        error: dict[str, Any] = {
            "message": f"(#{code}) {message or usual}",
            "type": "OAuthException",
            "code": code,
            "fbtrace_id": "A" + ids.secret(16),
        }
        return Refusal(status, {"error": error | ({"error_subcode": subcode} if subcode else {})})

    def knows(self, token: str) -> bool:
        """Whether it is one of the account's: the first, or one it was renewed to."""
        return token == self.secret("access_token") or token in self.renewed

    def talk(self, person: Person) -> list[Bubble]:
        """Their chat, without what they wrote under posts."""
        return [one for one in self.chats.of(person.id) if not elements.is_comment(one)]

    def may_write(self, person: Person | None, *, tagged: bool) -> Person:
        """Whom the business may write to now. Raises Refusal."""
        thread = self.talk(person) if person else []
        last = next((bubble for bubble in reversed(thread) if bubble.mine), None)
        if person is None or last is None:
            raise self.refusal("100")
        if person.id in self.blocked:
            raise self.refusal("551")
        assert self.window is not None
        if clock.now() - last.at > (HUMAN_WINDOW if tagged else self.window):
            raise self.refusal("10")
        return person

    # --- webhooks ------------------------------------------------------------------------------------

    def tell(
        self,
        person: Person,
        what: Mapping[str, Any],
        *,
        outgoing: bool = False,
        bubble: Bubble | None = None,
    ) -> None:
        """Post an element of `messaging`: from the person, or from the business (`outgoing`)."""
        ends = [{"id": self.address_of(person)}, {"id": self.account}]
        sender, recipient = reversed(ends) if outgoing else ends
        at = elements.milliseconds(bubble.at if bubble else clock.now())
        element = {"sender": sender, "recipient": recipient, "timestamp": at, **what}
        self.entry({"messaging": [element]}, bubble)

    def entry(self, content: Mapping[str, Any], bubble: Bubble | None = None) -> None:
        """Post one entry, if the app has subscribed to the account."""
        if "messages" not in self.fields:
            return
        entry = {"id": self.account, "time": elements.milliseconds(clock.now()), **content}
        body = wire({"object": self.object, "entry": [entry]})
        signed = {"x-hub-signature-256": signature(self.secret("app_secret"), body)}
        self.post(body, signed, bubble=bubble, url=self.callback)

    def place_of(self, file: str, name: str) -> str:
        """Where the product fetches a file: public to whoever knows the address."""
        return f"{self.url}/media/{file}/{name}"
