"""Toko Nusantara's web page, with the product's chat on it by the public snippet.

The sign-in is what any shop's server does: it knows its customer, and proves it to the chat by a
signature made with the connection's identity secret, which never reaches the browser.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sambung.kit import clock
from sambung.simulator.customers import People, Person
from sambung.simulator.wares import WARES, WORDS

SIGNED_IN_FOR = timedelta(minutes=30)
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=select_autoescape()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop with the chat on its page.

    product          public base URL of the product: where the widget comes from
    widget_key       key of the web-chat connection
    identity_secret  shared with the product, to prove who is signed in
    """

    product: str
    widget_key: str
    identity_secret: str
    name: str = "Toko Nusantara"


def identity(shop: Shop, person: Person) -> dict[str, str]:
    """Who is signed in, with both proofs there are: the plain HMAC and the expiring JWT."""
    known = {"external_id": person.member, "name": person.name}
    if person.email:
        known["email"] = person.email
    if person.phone:
        known["phone"] = f"+{person.phone}"
    now = clock.now()
    claims: Mapping[str, Any] = {
        "sub": person.member,
        "aud": shop.widget_key,
        "iat": now,
        "exp": now + SIGNED_IN_FOR,
        **{name: value for name, value in known.items() if name != "external_id"},
    }
    secret = shop.identity_secret
    digest = hmac.new(secret.encode(), person.member.encode(), hashlib.sha256).hexdigest()
    return known | {"hash": digest, "jwt": jwt.encode(dict(claims), secret, algorithm="HS256")}


def shop_routes(shop: Shop, people: People) -> list[Route]:
    """The page, and its sign-in."""

    async def page(request: Request) -> Response:
        person = people.get(request.query_params.get("person", ""))
        language = request.query_params.get("lang", "id")
        language = language if language in WORDS else "id"
        return HTMLResponse(
            _pages.get_template("shop.html").render(
                shop=shop, person=person, language=language, words=WORDS[language], wares=WARES
            )
        )

    async def sign_in(request: Request) -> Response:
        person = people.get(request.path_params["person"])
        if person is None or not person.member:
            return JSONResponse({"detail": "no such member"}, status_code=404)
        return JSONResponse(identity(shop, person))

    return [
        Route("/shop", page),
        Route("/shop/sign-in/{person}", sign_in, methods=["POST"]),
    ]
