"""TikTok Shop and Tokopedia by their Partner Center: one shop's chat with buyers. https://partner.tiktokshop.com/docv2"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

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
from sambung.simulator.standins._partner import Partner, shown

APP_KEY, SHOP, CIPHER = "6e0e77sambung", "7494049642640000077", "ROW_sambung77"
LONGEST_TEXT = 2000
ERRORS = {
    "105002": (401, "Expired credentials. Access token is expired."),
    "106001": (401, "Invalid credentials. The 'sign' is invalid."),
    "36009004": (400, "The timestamp or the header is invalid."),
    "36009002": (429, "Too many requests. Request rate limit exceeded."),
    "36009003": (500, "Internal error. Please try again later."),
    "45101004": (200, "The daily message quota has been exceeded."),
    "45101006": (200, "The message contains sensitive words."),
    "45109001": (200, "The message violates the rules of the conversation."),
    "45101001": (200, "The conversation does not exist."),
    "36009001": (400, "A parameter is invalid."),
    "98001005": (400, "The refresh token is invalid."),
}
TYPES = {"image": "IMAGE", "video": "VIDEO", "sticker": "EMOTICONS"}
CHATS = "/customer_service/202309/conversations"


class TikTokShop(Partner):
    """Everybody's chat with the shop. The brand is not called TikTok in Indonesia."""

    name = "tiktok_shop"
    title = {"id": "Tokopedia & Shop", "en": "TikTok Shop & Tokopedia"}
    colour = "#0b7f3f"
    mark = "To"
    place = 62
    kinds = ("text", "image", "video")
    can = frozenset({"owner"})
    codes = {
        "36009002": {"id": "terlalu cepat", "en": "too fast"},
        "45101004": {"id": "kuota harian habis", "en": "daily quota used up"},
        "105002": {"id": "token mati", "en": "token expired"},
        "106001": {"id": "tanda tangan salah", "en": "wrong signature"},
        "45101006": {"id": "kata terlarang", "en": "forbidden words"},
        "45109001": {"id": "obrolan sudah tertutup", "en": "conversation is closed"},
        "36009003": {"id": "layanan mati", "en": "service down"},
    }
    acts = {
        "enter": {"id": "Masuk dari halaman produk", "en": "Enter from a product's page"},
        **_shelf.ACTS,
        "pay": {"id": "Bayar pesanan", "en": "Pay an order"},
    }
    window = timedelta(days=30)
    lives = timedelta(days=7)
    once = False

    def connection(self) -> Mapping[str, Any]:
        own = {"app_key": APP_KEY, "app_secret": self.secret("app_secret"), "shop_id": SHOP}
        return {**super().connection(), **own}

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route(f"{CHATS}/{{chat}}/messages", self.sends(self._send), methods=["POST"]),
            Route(f"{CHATS}/{{chat}}/messages", self._messages, methods=["GET"]),
            Route("/customer_service/202309/images/upload", self._upload, methods=["POST"]),
            Route("/authorization/202309/shops", self._shops),
            Route("/api/v2/token/refresh", self._renew),
            Route("/file/{file}", self._download),
        ]

    def address_of(self, person: Person) -> str:
        """Their chat: what the shop writes names it, and no buyer."""
        return self.account_of(person, lambda: f"7106{self.digits(person, 15)}")

    def new_id(self, person: Person) -> str:
        return f"7223{self.number():015d}"

    def refusal(self, code: str) -> Refusal:
        status, message = ERRORS.get(code, (400, code))
        known = {"code": int(code) if code.isdigit() else 36009001, "message": message}
        return Refusal(status, known | {"data": None, "request_id": ids.hexadecimal(32)})

    # --- customers -----------------------------------------------------------------------------------

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        self._hook(14, self._message(person, bubble), bubble)

    def owner_wrote(self, person: Person, bubble: Bubble) -> None:
        self._hook(14, self._message(person, bubble))

    def rose(self, person: Person, bubble: Bubble) -> None:
        """What the shop sends comes to its webhook too."""
        if bubble.state == "sent":
            self._hook(14, self._message(person, bubble))

    def acted(self, person: Person, act: str) -> None:
        if act == "pay":
            now, order = int(clock.now().timestamp()), _shelf.order_of(self, person)
            told = {"order_id": order, "order_status": "AWAITING_SHIPMENT", "update_time": now}
            self._hook(1, told | {"is_on_hold_order": False})
        elif act == "enter":
            about = {"product_id": _shelf.favourite(self, person)}
            told = self._told(person, self.new_id(person), "BUYER_ENTER_FROM_PRODUCT", about)
            self._hook(14, told | {"sender": {"im_user_id": "", "role": "SYSTEM"}})
        else:
            super().acted(person, act)

    def said_by(self, person: Person, act: str) -> Said:
        return _shelf.said_by(self, person, act, self.colour)

    def _message(self, person: Person, bubble: Bubble) -> dict[str, Any]:
        """Content stands as JSON inside a string; messages are sorted by `index`."""
        content = bubble.content
        if bubble.kind in TYPES:
            kind = TYPES[bubble.kind]
            part = {"url": self.place_of(content["id"]), "width": 720, "height": 540}
        elif "product" in content:
            kind, part = "PRODUCT_CARD", {"product_id": content["product"]}
        elif "order" in content:
            kind, part = "ORDER_CARD", {"order_id": content["order"]}
        else:
            kind, part = "TEXT", {"content": content["body"]}
        told = self._told(person, bubble.id, kind, part)
        buyer = {"im_user_id": self.digits(person, 19), "role": "BUYER"}
        clerk = {"im_user_id": "7078000000000000077", "role": "CUSTOMER_SERVICE"}
        sender = buyer if bubble.mine else clerk
        return told | {"create_time": int(bubble.at.timestamp()), "sender": sender}

    def _told(self, person: Person, id: str, kind: str, part: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "message_id": id,
            "index": str(self.number()),
            "conversation_id": self.address_of(person),
            "type": kind,
            "content": json.dumps(part, ensure_ascii=False),
            "create_time": int(clock.now().timestamp()),
            "is_visible": True,
        }

    def _hook(self, kind: int, data: Mapping[str, Any], bubble: Bubble | None = None) -> None:
        """Signed over the app's key and the body."""
        about = {"type": kind, "tts_notification_id": f"7327{self.number():015d}", "shop_id": SHOP}
        body = wire({**about, "timestamp": int(clock.now().timestamp()), "data": data})
        signed = self.mac("app_secret", APP_KEY.encode() + body)
        self.post(body, {"authorization": signed}, bubble=bubble)

    # --- the business --------------------------------------------------------------------------------

    async def _check(self, request: Request, *, of_shop: bool = True) -> None:
        """A request's signature (of its body too, unless it is a form), clock, token and shop."""
        asked = dict(request.query_params)
        given = asked.pop("sign", "")
        pairs = "".join(f"{key}{asked[key]}" for key in sorted(asked) if key != "access_token")
        form = "multipart" in request.headers.get("content-type", "")
        body = b"" if form else await request.body()
        secret = self.secret("app_secret").encode()
        said = secret + f"{self.path_of(request)}{pairs}".encode() + body + secret
        if asked.get("app_key") != APP_KEY or not same(given, self.mac("app_secret", said)):
            raise self.refusal("106001")
        if not self.on_time(asked.get("timestamp", "")):
            raise self.refusal("36009004")
        if not self.tokens.good(request.headers.get("x-tts-access-token", "")):
            raise self.refusal("105002")
        if of_shop and asked.get("shop_cipher") != CIPHER:
            raise self.refusal("36009001")

    def _buyer(self, request: Request) -> Person:
        person = self.person_at(request.path_params["chat"])
        if person is None:
            raise self.refusal("45101001")
        return person

    async def _send(self, request: Request) -> Response:
        await self._check(request)
        person = self._buyer(request)
        if not self.chats.window_open("", person.id):
            raise self.refusal("45109001")
        call = await request.json()
        kind, given = call.get("type"), json.loads(call.get("content") or "{}")
        file = self.file_at(str(given.get("url", "")))
        if kind == "IMAGE" and file and given.get("width") and given.get("height"):
            bubble = self.show(person, "image", shown(file))
        elif kind == "PRODUCT_CARD" and given.get("product_id") in _shelf.GOODS:
            bubble = self.show(person, "text", _shelf.card(person, product=given["product_id"]))
        elif kind == "ORDER_CARD" and given.get("order_id"):
            bubble = self.show(person, "text", _shelf.card(person, order=given["order_id"]))
        elif kind == "TEXT" and 0 < len(str(given.get("content", ""))) <= LONGEST_TEXT:
            bubble = self.show(person, "text", {"body": given["content"]})
        else:
            raise self.refusal("36009001")
        return _answer({"message_id": bubble.id})

    async def _messages(self, request: Request) -> Response:
        """A chat's latest, newest first."""
        await self._check(request)
        person, size = self._buyer(request), int(request.query_params.get("page_size") or 10)
        if not 1 <= size <= 10:
            raise self.refusal("36009001")
        latest = reversed(self.chats.of(person.id)[-size:])
        found = [self._message(person, bubble) | {"id": bubble.id} for bubble in latest]
        return _answer({"messages": found, "next_page_token": ""})

    async def _upload(self, request: Request) -> Response:
        await self._check(request)
        file = await self.picture(request, "data")
        if file is None:
            raise self.refusal("36009001")
        return _answer({"url": self.place_of(file.id), "width": 720, "height": 540})

    async def _download(self, request: Request) -> Response:
        """Pictures of Indonesian chats are for the shop alone."""
        token = request.headers.get("x-tts-access-token", "")
        if not self.tokens.good(token) or request.query_params.get("shop_cipher") != CIPHER:
            return Response("AccessDenied", 403)
        return await self.download(request)

    async def _shops(self, request: Request) -> Response:
        await self._check(request, of_shop=False)
        shop = {"id": SHOP, "name": self.town.business, "region": "ID", "cipher": CIPHER}
        return _answer({"shops": [shop | {"seller_type": "LOCAL", "code": "IDLCTOKO77"}]})

    async def _renew(self, request: Request) -> Response:
        """Says when the token dies, in spite of the member's name."""
        asked = request.query_params
        known = asked.get("app_key"), asked.get("app_secret"), asked.get("grant_type")
        new = self.tokens.renew(asked.get("refresh_token", ""))
        if new is None or known != (APP_KEY, self.secret("app_secret"), "refresh_token"):
            raise self.refusal("98001005")
        dies = int((clock.now() + self.lives).timestamp())
        told = {"access_token": new[0], "access_token_expire_in": dies, "refresh_token": new[1]}
        return _answer(told | {"open_id": ids.hexadecimal(32), "seller_name": self.town.business})


def _answer(data: Mapping[str, Any]) -> Response:
    told = {"code": 0, "message": "Success", "request_id": ids.hexadecimal(32)}
    return JSONResponse(told | {"data": data})
