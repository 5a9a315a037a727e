"""Twilio: one number that takes SMS and MMS. https://www.twilio.com/docs/messaging/api

Webhooks are signed forms. A reply of STOP bars the number until START, as Twilio does by itself.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hmac import digest
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.kit import ids
from sambung.kit.signatures import same
from sambung.kit.smpp import segments
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.files import File
from sambung.simulator.refusal import Refusal
from sambung.simulator.said import Said
from sambung.simulator.standin import StandIn
from sambung.simulator.town import Town

ACCOUNT, SHOP = "AC" + "5a" * 16, "+6281115550171"
LONGEST = 1600
WORDS = {"STOP": "STOP", "UNSUBSCRIBE": "STOP", "BERHENTI": "STOP", "START": "START"}
BODY = "Halo {{1}}, pesanan {{2}} sudah siap diambil."
TEMPLATE = {
    "sid": "HX" + "7c" * 16,
    "friendly_name": "pesanan_siap",
    "language": "id",
    "variables": {"1": "Kak", "2": "TN-0001"},
    "types": {"twilio/text": {"body": BODY}},
    "approval_requests": {"category": "UTILITY", "status": "approved"},
}
ERRORS = {
    "20003": (401, "Authenticate"),
    "20429": (429, "Too Many Requests"),
    "20500": (500, "An internal server error has occurred"),
    "21211": (400, "Invalid 'To' Phone Number"),
    "21606": (400, "The 'From' phone number is not a valid, SMS-capable number of this account"),
    "21610": (400, "Attempt to send to unsubscribed recipient"),
    "21617": (400, "The concatenated message body exceeds the 1600 character limit"),
    "21619": (400, "A text message body or media urls must be specified"),
    "21620": (400, "Invalid media URL(s)"),
    "21656": (400, "The ContentVariables parameter is invalid"),
}
_BLANK = re.compile(r"\{\{(\w+)\}\}")


class Twilio(StandIn):
    """Everybody's messages to and from the number."""

    name = "sms_twilio"
    title = {"id": "SMS Twilio", "en": "SMS (Twilio)"}
    colour, mark, place = "#b3202f", "Tw", 70
    kinds = ("text", "image", "audio", "video", "document")
    codes = {
        "21610": {"id": "membalas STOP", "en": "replied STOP"},
        "21211": {"id": "nomor salah", "en": "invalid number"},
        "30003": {"id": "ponsel mati", "en": "phone off"},
        "30007": {"id": "disaring operator", "en": "filtered by the carrier"},
        "20429": {"id": "terlalu cepat", "en": "too fast"},
        "20003": {"id": "token dicabut", "en": "token revoked"},
        "20500": {"id": "layanan mati", "en": "service down"},
    }
    acts = {
        "stop": {"id": "Balas STOP", "en": "Reply STOP"},
        "start": {"id": "Balas START", "en": "Reply START"},
    }

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.barred: set[str] = set()

    def connection(self) -> Mapping[str, Any]:
        token = self.secret("auth_token")
        return {"account_sid": ACCOUNT, "auth_token": token, "from": SHOP, "api_base": self.url}

    def routes(self) -> Sequence[BaseRoute]:
        here = "/2010-04-01/Accounts/{account}"
        return [
            Route(f"{here}/Messages.json", self.sends(self._create), methods=["POST"]),
            Route(f"{here}/Messages/{{sid}}/Media/{{file}}", self._media),
            Route(f"{here}.json", self._account),
            Route("/v1/ContentAndApprovals", self._contents),
        ]

    def address_of(self, person: Person) -> str:
        return self.account_of(person, lambda: person.phone and f"+{person.phone}")

    def new_id(self, person: Person) -> str:
        return f"SM{ids.new_id().hex}"

    def refusal(self, code: str) -> Refusal:
        status, said = ERRORS.get(code, (400, "Not delivered"))
        more = f"https://www.twilio.com/docs/errors/{code}"
        body = {"code": int(code), "message": said, "more_info": more, "status": status}
        return Refusal(status, body, {"retry-after": "3"} if status == 429 else None)

    def memory(self) -> Mapping[str, Any]:
        return {"barred": sorted(self.barred)}

    def remember(self, memory: Mapping[str, Any]) -> None:
        self.barred = set(memory["barred"])

    # --- customers -----------------------------------------------------------------------------------

    def acted(self, person: Person, act: str) -> None:
        self.write(person, Said(text=act.upper()))

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        word = WORDS.get(said.text.strip().upper(), "")
        if word:
            (self.barred.add if word == "STOP" else self.barred.discard)(person.id)
        form = {
            "MessageSid": bubble.id,
            "SmsMessageSid": bubble.id,
            "SmsSid": bubble.id,
            "SmsStatus": "received",
            "AccountSid": ACCOUNT,
            "From": self.address_of(person),
            "FromCountry": "",
            "To": SHOP,
            "Body": said.text,
            "NumMedia": "1" if said.file else "0",
            "NumSegments": str(_segments(said.text)),
            "ApiVersion": "2010-04-01",
        }
        if said.file is not None:
            place = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{bubble.id}/Media/{said.file.id}"
            form |= {"MediaUrl0": self.url + place, "MediaContentType0": said.file.mime}
        self._post(form | ({"OptOutType": word} if word else {}), self.hook, bubble)

    def rose(self, person: Person, bubble: Bubble) -> None:
        """Without a StatusCallback nothing is told."""
        if not bubble.callback:
            return
        state = "undelivered" if bubble.error.startswith("3") else bubble.state
        form = {
            "MessageSid": bubble.id,
            "SmsSid": bubble.id,
            "SmsStatus": state,
            "MessageStatus": state,
            "AccountSid": ACCOUNT,
            "From": SHOP,
            "To": self.address_of(person),
            "ApiVersion": "2010-04-01",
        }
        self._post(form | ({"ErrorCode": bubble.error} if bubble.error else {}), bubble.callback)

    def _post(self, form: Mapping[str, str], url: str, bubble: Bubble | None = None) -> None:
        """Signed: the address, then every name and value in the order of the names."""
        signed = url + "".join(name + value for name, value in sorted(form.items()))
        signature = digest(self.secret("auth_token").encode(), signed.encode(), "sha1")
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": b64encode(signature).decode(),
            "i-twilio-idempotency-token": ids.new_id().hex,
        }
        self.post(urlencode(form).encode(), headers, bubble=bubble, url=url)

    # --- the business --------------------------------------------------------------------------------

    async def _create(self, request: Request) -> Response:
        self._check(request)
        form = await request.form()
        text, person = _text(self, form), self.person_at(str(form.get("To", "")))
        urls = [str(url) for url in form.getlist("MediaUrl")]
        if str(form.get("From", "")) != SHOP:
            raise self.refusal("21606")
        if person is None:
            raise self.refusal("21211")
        if person.id in self.barred:
            raise self.refusal("21610")
        if not text and not urls:
            raise self.refusal("21619")
        if len(text) > LONGEST:
            raise self.refusal("21617")
        shown = self._show(
            person, text, await self._files(urls), str(form.get("StatusCallback", ""))
        )
        taken = {"sid": shown.id, "status": "queued", "error_code": None, "error_message": None}
        taken |= {"from": SHOP, "to": str(form["To"]), "body": text, "num_media": str(len(urls))}
        return JSONResponse(taken | {"num_segments": str(_segments(text))}, 201)

    async def _files(self, urls: Sequence[str]) -> list[File]:
        try:
            return [await self.fetch(url) for url in urls]
        except (httpx.HTTPError, httpx.InvalidURL):
            raise self.refusal("21620") from None

    def _show(self, person: Person, text: str, files: Sequence[File], callback: str) -> Bubble:
        """What belongs to one MMS stands in several bubbles; the first one is reported on."""
        if not files:
            return self.show(person, "text", {"body": text}, callback=callback)
        bubbles = []
        for n, file in enumerate(files):
            kind = file.mime.partition("/")[0]
            content = {"id": file.id, "mime_type": file.mime, "filename": file.name}
            content |= {"caption": text} if text and not n else {}
            kind = kind if kind in self.kinds else "document"
            bubbles.append(self.show(person, kind, content, callback="" if n else callback))
        return bubbles[0]

    async def _media(self, request: Request) -> Response:
        self._check(request)
        file = self.town.files.get(request.path_params["file"])
        if file is None:
            return JSONResponse({"code": 20404, "message": "not found", "status": 404}, 404)
        return Response(file.content, media_type=file.mime)

    async def _account(self, request: Request) -> Response:
        self._check(request)
        about = {"sid": ACCOUNT, "friendly_name": self.town.business, "status": "active"}
        return JSONResponse(about)

    async def _contents(self, request: Request) -> Response:
        self._check(request)
        return JSONResponse({"contents": [TEMPLATE]})

    def _check(self, request: Request) -> None:
        pair = f"{ACCOUNT}:{self.secret('auth_token')}".encode()
        wanted = f"Basic {b64encode(pair).decode()}"
        if not same(request.headers.get("authorization", ""), wanted):
            raise self.refusal("20003")


def _text(app: Twilio, form: FormData) -> str:
    """The body, or the template with its blanks filled."""
    if form.get("ContentSid") != TEMPLATE["sid"]:
        return str(form.get("Body", ""))
    try:
        given = json.loads(str(form.get("ContentVariables", "{}")))
    except ValueError:
        raise app.refusal("21656") from None
    return _BLANK.sub(lambda blank: str(given.get(blank[1], "")), BODY)


def _segments(text: str) -> int:
    return len(segments.split(text)[1])
