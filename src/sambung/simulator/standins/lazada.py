"""Lazada: the chat between one seller and its buyers, its API and its pushes. https://open.lazada.com/apps/doc"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.kit import clock, ids
from sambung.kit.signatures import same
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.graph.hooks import wire
from sambung.simulator.refusal import Refusal
from sambung.simulator.said import Said
from sambung.simulator.standins import _shelf
from sambung.simulator.standins._partner import BLOCKS, Partner, shown

APP_KEY, SELLER = "112277", "100094077"
LONGEST_TEXT, LARGEST_PICTURE = 1000, 1024 * 1024
CLOCK_SKEW = timedelta(hours=2)
ERRORS = {
    "ApiCallLimit": ("ISV", "API access frequency exceeds the limit."),
    "IllegalAccessToken": ("ISV", "The specified access token is invalid or expired"),
    "IllegalRefreshToken": ("ISV", "The specified refresh token is invalid or expired"),
    "IncompleteSignature": ("ISV", "The request signature does not conform to platform standards"),
    "IllegalTimestamp": ("ISV", "The specified timestamp is out of range"),
    "ServiceUnavailable": ("ISP", "Service temporarily unavailable"),
}
"""The platform's: code → type and message. It answers 200 all the same."""
REFUSALS = {
    "blocked": "The buyer has blocked this seller",
    "sensitive": "The message contains sensitive words",
    "session": "The session does not exist",
    "parameter": "A parameter is invalid",
}
"""The chat's own, by names of ours: its codes are not public, and its words say what is wrong."""


class Lazada(Partner):
    """Everybody's chat with the seller."""

    name = "lazada"
    title = {"id": "Lazada", "en": "Lazada"}
    colour = "#1a2a9c"
    mark = "Lz"
    place = 64
    kinds = ("text", "image", "video")
    can = frozenset({"unsend", "read", "owner"})
    codes = {
        "ApiCallLimit": {"id": "terlalu cepat", "en": "too fast"},
        "ServiceUnavailable": {"id": "layanan mati", "en": "service down"},
        "IllegalAccessToken": {"id": "token mati", "en": "token expired"},
        "IncompleteSignature": {"id": "tanda tangan salah", "en": "wrong signature"},
        "sensitive": {"id": "kata terlarang", "en": "forbidden words"},
        "blocked": {"id": "penjual diblokir", "en": "seller was blocked"},
    }
    acts = {**_shelf.ACTS, "pay": {"id": "Bayar pesanan", "en": "Pay an order"}, **BLOCKS}
    lives = timedelta(days=7)

    def connection(self) -> Mapping[str, Any]:
        own = {"app_key": APP_KEY, "app_secret": self.secret("app_secret"), "seller_id": SELLER}
        return {**super().connection(), **own}

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/im/message/send", self.sends(self._send), methods=["POST"]),
            Route("/image/upload", self._upload, methods=["POST"]),
            Route("/seller/get", self._seller, methods=["POST"]),
            Route("/auth/token/refresh", self._renew, methods=["POST"]),
            Route("/file/{file}", self.download),
        ]

    def session_of(self, person: Person) -> str:
        """Their chat: each party with its type, 1 a buyer and 2 a seller."""
        return f"{SELLER}_2_{self.address_of(person)}_1_103"

    def new_id(self, person: Person) -> str:
        return f"1zY77{self.number():013d}"

    def refusal(self, code: str) -> Refusal:
        told = {"request_id": ids.hexadecimal(20)}
        if code in REFUSALS:
            said = {"success": False, "err_code": code, "err_message": REFUSALS[code]}
            return Refusal(200, told | {"code": "0", **said})
        type, message = ERRORS.get(code, ("ISV", code))
        return Refusal(200, told | {"code": code, "type": type, "message": message})

    # --- customers -----------------------------------------------------------------------------------

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        self._push(2, self._message(person, bubble), bubble)

    def unsent(self, person: Person, bubble: Bubble) -> None:
        self._push(2, self._message(person, bubble))

    def owner_wrote(self, person: Person, bubble: Bubble) -> None:
        self._push(2, self._message(person, bubble))

    def rose(self, person: Person, bubble: Bubble) -> None:
        """What the seller sends is pushed to them too; what the filter holds is seen by them alone."""
        if bubble.state in ("sent", "failed"):
            self._push(2, self._message(person, bubble))

    def saw(self, person: Person, bubbles: Sequence[Bubble]) -> None:
        read = {"unread_count": 0, "to_position": bubbles[-1].id, "self_position": "0"}
        self._push(19, {"session_id": self.session_of(person), "site_id": "ID", **read})

    def acted(self, person: Person, act: str) -> None:
        if act != "pay":
            super().acted(person, act)
            return
        order, now = _shelf.order_of(self, person), int(clock.now().timestamp())
        line = {"trade_order_id": order, "trade_order_line_id": order, "order_status": "pending"}
        self._push(0, line | {"status_update_time": now, "buyer_id": self.address_of(person)})

    def said_by(self, person: Person, act: str) -> Said:
        """Stickers are words in brackets here."""
        if act == "sticker":
            return Said(content={"body": "[senyum]" if person.language == "id" else "[smile]"})
        return _shelf.said_by(self, person, act, self.colour)

    def _message(self, person: Person, bubble: Bubble) -> dict[str, Any]:
        buyer, seller = (self.address_of(person), 1), (SELLER, 2)
        author, addressee = (buyer, seller) if bubble.mine else (seller, buyer)
        template, content = self._content(bubble)
        held = "Pesan tidak terkirim: mohon gunakan bahasa sopan" if bubble.error else ""
        return {
            "session_id": self.session_of(person),
            "message_id": bubble.id,
            "content": json.dumps(content, ensure_ascii=False),
            "from_account_id": author[0],
            "from_account_type": author[1],
            "to_account_id": addressee[0],
            "to_account_type": addressee[1],
            "send_time": int(bubble.at.timestamp() * 1000),
            "template_id": template,
            "type": 1,
            "site_id": "ID",
            "process_msg": held,
            "auto_reply": False,
            "status": int(bubble.revoked),
        }

    def _content(self, bubble: Bubble) -> tuple[int, dict[str, Any]]:
        content = bubble.content
        if bubble.kind == "image":
            return 3, {"imgUrl": self.place_of(content["id"]), "width": 720, "height": 540}
        if bubble.kind == "video":
            return 6, {"videoUrl": self.place_of(content["id"]), "videoDuration": 3}
        if "product" in content:
            return 10006, {"itemId": content["product"], "title": content["body"]}
        if "order" in content:
            return 10007, {"orderId": content["order"]}
        return (4 if content["body"].startswith("[") else 1), {"txt": content["body"]}

    def _push(self, kind: int, data: Mapping[str, Any], bubble: Bubble | None = None) -> None:
        """Signed over the app's key and the body."""
        about = {"seller_id": SELLER, "message_type": kind, "site": "lazada_id"}
        now = int(clock.now().timestamp() * 1000)
        body = wire({**about, "timestamp": now, "data": data})
        signed = self.mac("app_secret", APP_KEY.encode() + body)
        self.post(body, {"authorization": signed}, bubble=bubble)

    # --- the business --------------------------------------------------------------------------------

    async def _asked(self, request: Request, *, of_seller: bool = True) -> dict[str, Any]:
        """A request's parameters, wherever they stand; files are not signed. Raises Refusal."""
        form = await request.form(max_part_size=10_000_000)
        asked: dict[str, Any] = {**request.query_params, **form}
        given = str(asked.pop("sign", ""))
        pairs = "".join(
            f"{key}{asked[key]}" for key in sorted(asked) if not isinstance(asked[key], UploadFile)
        )
        signed = self.mac("app_secret", f"{self.path_of(request)}{pairs}".encode()).upper()
        right = asked.get("app_key") == APP_KEY and asked.get("sign_method") == "sha256"
        if not right or not same(given, signed):
            raise self.refusal("IncompleteSignature")
        if not self.on_time(str(asked.get("timestamp", ""))[:-3], skew=CLOCK_SKEW):
            raise self.refusal("IllegalTimestamp")
        if of_seller and not self.tokens.good(str(asked.get("access_token", ""))):
            raise self.refusal("IllegalAccessToken")
        return asked

    async def _send(self, request: Request) -> Response:
        call = await self._asked(request)
        session = call.get("session_id")
        people = (p for p in self.town.people if self.wrote_here(p))
        person = next((p for p in people if self.session_of(p) == session), None)
        if person is None:
            raise self.refusal("session")
        if person.id in self.blocked:
            raise self.refusal("blocked")
        template, words = call.get("template_id"), str(call.get("txt", ""))
        file = self.file_at(str(call.get("img_url", "")))
        if template == "3" and file and call.get("width") and call.get("height"):
            bubble = self.show(person, "image", shown(file))
        elif template == "10006" and call.get("item_id") in _shelf.GOODS:
            bubble = self.show(person, "text", _shelf.card(person, product=call["item_id"]))
        elif template == "10007" and call.get("order_id"):
            bubble = self.show(person, "text", _shelf.card(person, order=call["order_id"]))
        elif template == "1" and 0 < len(words) <= LONGEST_TEXT:
            bubble = self.show(person, "text", {"body": words})
        else:
            raise self.refusal("parameter")
        return _answer({"data": {"message_id": bubble.id}, "success": True, "err_code": "0"})

    async def _upload(self, request: Request) -> Response:
        given = (await self._asked(request)).get("image")
        file = await self.upload(given) if isinstance(given, UploadFile) else None
        if file is None or len(file.content) > LARGEST_PICTURE:
            raise self.refusal("parameter")
        image = {"hash_code": ids.hexadecimal(32), "url": self.place_of(file.id)}
        return _answer({"data": {"image": image}})

    async def _seller(self, request: Request) -> Response:
        await self._asked(request)
        known = {"name": self.town.business, "seller_id": int(SELLER), "status": "ACTIVE"}
        return _answer({"data": known | {"short_code": "ID77"}})

    async def _renew(self, request: Request) -> Response:
        """The refresh token is used up."""
        asked = await self._asked(request, of_seller=False)
        new = self.tokens.renew(str(asked.get("refresh_token", "")))
        if new is None:
            raise self.refusal("IllegalRefreshToken")
        told = {"access_token": new[0], "refresh_token": new[1], "country": "id"}
        return _answer(told | {"expires_in": int(self.lives.total_seconds())})


def _answer(told: Mapping[str, Any]) -> Response:
    return JSONResponse({"code": "0", "request_id": ids.hexadecimal(20), **told})
