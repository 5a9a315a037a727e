"""An SMS gateway that speaks HTTP, such as there are many: nobody's in particular, so its mapping is the demo's.

Messages of customers are spelled as a mapping reads them when it says nothing: they come to the channel's hook
before any message of ours has named the connection's own. Reports go where the message asked for them.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import digest
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.kit import clock, ids
from sambung.kit.signatures import same
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.refusal import Refusal
from sambung.simulator.said import Said
from sambung.simulator.standin import StandIn

SHOP = "6281115550172"
LONGEST = 765
"""Characters: five pieces."""
SIGNED = "X-Gateway-Signature"
MAPPING: Mapping[str, Any] = {
    "send": {
        "fields": {
            "msisdn": "{to}",
            "message": "{text}",
            "sender": "{from}",
            "reference": "{id}",
            "dlr_url": "{hook}",
        },
        "auth": {"kind": "header", "name": "X-Api-Key"},
        "sender": SHOP,
        "id": "data.id",
        "success": {"path": "code", "equals": ["0"]},
        "code": "code",
        "detail": "message",
        "errors": {"2": "undeliverable", "5": "spam", "6": "invalid", "1": "auth", "4": "payment"},
        "retry": ["9"],
        "stop": ["1", "4"],
        "longest": LONGEST,
    },
    "receive": {"id": "id", "at": "at"},
    "status": {
        "message": "reference",
        "code": "code",
        "reasons": {"2": "undeliverable", "5": "spam"},
        "detail": "detail",
        "at": "at",
    },
    "verify": {"kind": "hmac", "header": SIGNED},
}


class HttpGateway(StandIn):
    """Everybody's messages to and from the number."""

    name = "sms_http"
    title = {"id": "SMS gateway", "en": "SMS gateway"}
    colour, mark, place = "#4a5a1f", "Gw", 72
    codes = {
        "2": {"id": "nomor salah", "en": "invalid number"},
        "5": {"id": "disaring operator", "en": "filtered by the carrier"},
        "9": {"id": "terlalu cepat", "en": "too fast"},
        "4": {"id": "saldo habis", "en": "out of credit"},
        "1": {"id": "kunci dicabut", "en": "key revoked"},
        "500": {"id": "layanan mati", "en": "service down"},
    }

    def connection(self) -> Mapping[str, Any]:
        return {
            "url": f"{self.url}/v2/send",
            "mapping": dict(MAPPING),
            "secret": self.secret("secret"),
            "key_secret": self.secret("key"),
            "api_base": "",
        }

    def routes(self) -> Sequence[BaseRoute]:
        return [Route("/v2/send", self.sends(self._send), methods=["POST"])]

    def address_of(self, person: Person) -> str:
        return self.account_of(person, lambda: person.phone)

    def new_id(self, person: Person) -> str:
        return f"gw-{ids.new_id().hex}"

    def refusal(self, code: str) -> Refusal:
        """Most gateways say no with 200."""
        if code == "500":
            return Refusal(500, "Internal Server Error")
        known = self.codes.get(code)
        return Refusal(200, {"code": int(code), "message": known["en"] if known else "refused"})

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        message = {"from": self.address_of(person), "to": SHOP, "text": said.text}
        self._tell({"id": bubble.id, "at": _now()} | message, self.hook, bubble)

    def rose(self, person: Person, bubble: Bubble) -> None:
        """`callback`: where to tell it, and the business's own reference."""
        url, _, reference = bubble.callback.partition(" ")
        if not url:
            return
        word = {"sent": "SENT", "delivered": "DELIVRD"}.get(bubble.state, "UNDELIV")
        report = {"id": bubble.id, "reference": reference, "status": word, "at": _now()}
        if bubble.error:
            detail = self.codes.get(bubble.error, {}).get("en", "")
            report |= {"code": bubble.error, "detail": detail}
        self._tell(report, url)

    async def _send(self, request: Request) -> Response:
        if not same(request.headers.get("x-api-key", ""), self.secret("key")):
            raise self.refusal("1")
        call = await request.json()
        person = self.person_at(str(call.get("msisdn", "")))
        if person is None:
            raise self.refusal("2")
        text = str(call.get("message", ""))
        if not text or len(text) > LONGEST:
            raise self.refusal("6")
        callback = f"{call.get('dlr_url', '')} {call.get('reference', '')}"
        shown = self.show(person, "text", {"body": text}, callback=callback)
        return JSONResponse({"code": 0, "message": "accepted", "data": {"id": shown.id}})

    def _tell(self, told: Mapping[str, str], url: str, bubble: Bubble | None = None) -> None:
        body = json.dumps(told).encode()
        signature = digest(self.secret("secret").encode(), body, sha256).hex()
        self.post(body, {SIGNED: f"sha256={signature}"}, bubble=bubble, url=url)


def _now() -> str:
    return clock.now().isoformat(timespec="seconds")
