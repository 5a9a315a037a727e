"""Shopee: the chat between one shop and its buyers, its API and its pushes. https://open.shopee.com/documents"""

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
from sambung.simulator.standins._partner import BLOCKS, Partner, shown

PARTNER, SHOP, SHOP_USER = "2001887", "220077", "99001177"
STICKER = {"sticker_id": "0007", "sticker_package_id": "7"}
LONGEST_TEXT = 1000
ERRORS = {
    "error_rate_limit": (429, "Too many requests, please try again later."),
    "error_busy": (200, "System is busy, please try again later."),
    "invalid_acceess_token": (403, "Invalid access_token, please have a check."),
    "error_sign": (403, "Wrong sign."),
    "error_sensitive": (200, "The message contains sensitive words."),
    "error_blocked": (200, "You have been blocked by this user."),
    "error_not_found": (200, "The user of to_id is not found."),
    "error_param": (200, "There is a wrong parameter."),
    "invalid_refresh_token": (403, "Invalid refresh_token."),
}
"""Shopee answers 200 to nearly everything; one of them has an e too many."""


class Shopee(Partner):
    """Everybody's chat with the shop."""

    name = "shopee"
    title = {"id": "Shopee", "en": "Shopee"}
    colour = "#c73a1e"
    mark = "Sp"
    place = 60
    kinds = ("text", "image", "video")
    can = frozenset({"quote", "owner"})
    codes = {
        "error_rate_limit": {"id": "terlalu cepat", "en": "too fast"},
        "error_busy": {"id": "layanan sibuk", "en": "service busy"},
        "invalid_acceess_token": {"id": "token mati", "en": "token expired"},
        "error_sign": {"id": "tanda tangan salah", "en": "wrong signature"},
        "error_sensitive": {"id": "kata terlarang", "en": "forbidden words"},
        "error_blocked": {"id": "toko diblokir", "en": "shop was blocked"},
    }
    acts = {
        "ask": {"id": "Tanya dari halaman produk", "en": "Ask from a product's page"},
        **_shelf.ACTS,
        "pay": {"id": "Bayar pesanan", "en": "Pay an order"},
        **BLOCKS,
    }
    lives = timedelta(hours=4)

    def connection(self) -> Mapping[str, Any]:
        own = {"partner_id": PARTNER, "partner_key": self.secret("partner_key")}
        return {**super().connection(), **own, "shop_id": SHOP, "shop_user_id": SHOP_USER}

    def routes(self) -> Sequence[BaseRoute]:
        chat = "/api/v2/sellerchat"
        return [
            Route(f"{chat}/send_message", self.sends(self._send), methods=["POST"]),
            Route(f"{chat}/upload_image", self._upload, methods=["POST"]),
            Route("/api/v2/shop/get_shop_info", self._shop),
            Route("/api/v2/auth/access_token/get", self._renew, methods=["POST"]),
            Route("/file/{file}", self.download),
        ]

    def new_id(self, person: Person) -> str:
        return f"22{self.number():017d}"

    def refusal(self, code: str) -> Refusal:
        status, message = ERRORS.get(code, (400, code))
        return Refusal(status, {"error": code, "message": message, "request_id": ids.secret(24)})

    # --- customers -----------------------------------------------------------------------------------

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        self._tell(person, bubble)

    def owner_wrote(self, person: Person, bubble: Bubble) -> None:
        self._tell(person, bubble)

    def rose(self, person: Person, bubble: Bubble) -> None:
        """What the shop sends is pushed to it too."""
        if bubble.state == "sent":
            self._tell(person, bubble)

    def acted(self, person: Person, act: str) -> None:
        if act != "pay":
            super().acted(person, act)
            return
        order = {"ordersn": _shelf.order_of(self, person), "status": "READY_TO_SHIP"}
        now = int(clock.now().timestamp())
        self._push(3, order | {"update_time": now, "completed_scenario": "", "items": []})

    def said_by(self, person: Person, act: str) -> Said:
        if act == "ask":
            page = {"page": _shelf.favourite(self, person)}
            return Said(content={"body": _shelf.question(person)} | page)
        said = _shelf.said_by(self, person, act, self.colour)
        return Said(kind="sticker", content=said.shown() | STICKER) if act == "sticker" else said

    def _tell(self, person: Person, bubble: Bubble) -> None:
        """Push a message of the chat, whoever wrote it."""
        buyer = {"id": int(self.address_of(person)), "user_name": _username(person), "shop_id": 0}
        shop = {"id": int(SHOP_USER), "user_name": "tokonusantara", "shop_id": int(SHOP)}
        author, addressee = (buyer, shop) if bubble.mine else (shop, buyer)
        kind, content = self._content(bubble)
        page = bubble.content.get("page")
        told = {
            "message_id": bubble.id,
            "shop_id": int(SHOP),
            "request_id": ids.secret(24),
            **{f"from_{name}": value for name, value in author.items()},
            **{f"to_{name}": value for name, value in addressee.items()},
            "message_type": kind,
            "content": content,
            "conversation_id": self.digits(person, 18),
            "created_timestamp": int(bubble.at.timestamp()),
            "region": "ID",
            "is_in_chatbot_session": False,
            "source_content": {"item_id": int(page)} if page else {},
            "quoted_msg": {"message_id": bubble.quotes} if bubble.quotes else None,
            "sub_account_id": 0,
        }
        data = {"type": "message", "region": "ID", "content": told}
        self._push(10, data, bubble if bubble.mine else None)

    def _content(self, bubble: Bubble) -> tuple[str, dict[str, Any]]:
        content = bubble.content
        if bubble.kind == "sticker":
            return "sticker", {name: content[name] for name in STICKER}
        if bubble.kind in ("image", "video"):
            url = self.place_of(content["id"])
            where = {"url": url} if bubble.kind == "image" else {"video_url": url}
            return bubble.kind, where | {"thumb_url": f"{url}_tn", "thumb_width": 320}
        if "product" in content:
            return "item", {"item_id": int(content["product"]), "shop_id": int(SHOP)}
        if "order" in content:
            return "order", {"order_sn": content["order"], "shop_id": int(SHOP)}
        return "text", {"text": content["body"]}

    def _push(self, code: int, data: Mapping[str, Any], bubble: Bubble | None = None) -> None:
        """Signed over the address as it is registered, and the body."""
        now = int(clock.now().timestamp())
        push = {"code": code, "shop_id": int(SHOP), "timestamp": now, "msg_id": ids.hexadecimal(16)}
        body = wire({**push, "data": data})
        signed = self.mac("partner_key", self.hook.encode() + b"|" + body)
        self.post(body, {"authorization": signed}, bubble=bubble)

    # --- the business --------------------------------------------------------------------------------

    def _check(self, request: Request, *, of_shop: bool = True) -> None:
        """A request's signature, clock and token."""
        asked = request.query_params
        now = asked.get("timestamp", "")
        token, shop = asked.get("access_token", ""), asked.get("shop_id", "")
        said = f"{PARTNER}{self.path_of(request)}{now}{token + shop if of_shop else ''}"
        right = same(asked.get("sign", ""), self.mac("partner_key", said.encode()))
        if not right or asked.get("partner_id") != PARTNER or not self.on_time(now):
            raise self.refusal("error_sign")
        if of_shop and (shop != SHOP or not self.tokens.good(token)):
            raise self.refusal("invalid_acceess_token")

    async def _send(self, request: Request) -> Response:
        self._check(request)
        call = await request.json()
        person = self.person_at(str(call.get("to_id", "")))
        if person is None:
            raise self.refusal("error_not_found")
        if person.id in self.blocked:
            raise self.refusal("error_blocked")
        kind, given = call.get("message_type"), call.get("content") or {}
        file = self.file_at(str(given.get("url", "")))
        if kind == "image" and file:
            bubble = self.show(person, "image", shown(file))
        elif kind == "item" and str(given.get("item_id", "")) in _shelf.GOODS:
            bubble = self.show(person, "text", _shelf.card(person, product=str(given["item_id"])))
        elif kind == "order" and given.get("order_sn"):
            bubble = self.show(person, "text", _shelf.card(person, order=given["order_sn"]))
        elif kind == "text" and 0 < len(str(given.get("text", ""))) <= LONGEST_TEXT:
            bubble = self.show(person, "text", {"body": given["text"]})
        else:
            raise self.refusal("error_param")
        return _answer({"message_id": bubble.id, "to_id": call["to_id"], "message_type": kind})

    async def _upload(self, request: Request) -> Response:
        self._check(request)
        file = await self.picture(request, "file")
        if file is None or len(file.content) > 2 * 1024 * 1024:
            raise self.refusal("error_param")
        url = self.place_of(file.id)
        return _answer({"url": url, "thumbnail": f"{url}_tn"})

    async def _shop(self, request: Request) -> Response:
        self._check(request)
        return _answer({"shop_name": self.town.business, "region": "ID", "status": "NORMAL"})

    async def _renew(self, request: Request) -> Response:
        """The refresh token is used up."""
        self._check(request, of_shop=False)
        new = self.tokens.renew(str((await request.json()).get("refresh_token", "")))
        if new is None:
            raise self.refusal("invalid_refresh_token")
        told = {"access_token": new[0], "refresh_token": new[1], "shop_id": int(SHOP)}
        return JSONResponse(told | {"expire_in": int(self.lives.total_seconds()), "error": ""})


def _username(person: Person) -> str:
    return person.username or person.name.lower().replace(" ", "_")


def _answer(response: Mapping[str, Any]) -> Response:
    told = {"error": "", "message": "", "request_id": ids.secret(24)}
    return JSONResponse(told | {"response": response})
