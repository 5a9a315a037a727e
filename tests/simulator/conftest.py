"""A little world around a product that only takes notes."""

import asyncio
import email.policy
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sambung.simulator.app import Simulator
from sambung.simulator.courier import Courier
from sambung.simulator.customers import demo_people
from sambung.simulator.graph.numbers import Number
from sambung.simulator.host import hosted
from sambung.simulator.mailbox.provider import Office
from sambung.simulator.shop import Shop
from sambung.simulator.town import Town

TOKEN, SECRET = "EAAG-uji", "rahasia-aplikasi-uji"
NUMBER = Number(
    phone_number_id="552100000000011",
    waba_id="108554321098765",
    phone="622150998877",
    name="Toko Nusantara",
    access_token=TOKEN,
    app_secret=SECRET,
    verify_token="verifikasi-uji",
)


@dataclass
class Notebook:
    """What was posted to the product's hook, and what it is to answer next."""

    posts: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def hook(self, request: Request) -> Response:
        if request.method == "GET":
            right = request.query_params.get("hub.verify_token") == NUMBER.verify_token
            return PlainTextResponse(request.query_params["hub.challenge"], 200 if right else 403)
        self.posts.append((await request.body(), dict(request.headers)))
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    def values(self, field: str = "messages") -> list[dict[str, Any]]:
        """The `value` of every change posted, in order."""
        return [
            change["value"]
            for body, _ in self.posts
            for entry in json.loads(body)["entry"]
            for change in entry["changes"]
            if change["field"] == field
        ]

    def messages(self) -> list[dict[str, Any]]:
        return [message for value in self.values() for message in value.get("messages", [])]

    def statuses(self) -> list[tuple[str, str]]:
        return [(s["id"], s["status"]) for v in self.values() for s in v.get("statuses", [])]


class Postbox:
    """The product's mail listener: takes notes, and can be told to refuse."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 2.0.0 OK"
        if answer.startswith("250"):
            self.mails.append(envelope)
        return answer

    def last(self) -> EmailMessage:
        content = self.mails[-1].content
        assert isinstance(content, bytes)
        return message_from_bytes(content, policy=email.policy.default)


@dataclass
class World:
    simulator: Simulator
    product: Notebook
    postbox: Postbox
    http: httpx.AsyncClient

    async def graph(self, method: str, path: str, *, token: str = TOKEN, **more: Any) -> Any:
        headers = {"authorization": f"Bearer {token}"}
        return await self.http.request(method, f"/whatsapp/v26.0/{path}", headers=headers, **more)

    async def send(self, kind: str, content: Any, to: str = "6281215550101", **more: Any) -> Any:
        body = {"messaging_product": "whatsapp", "to": to, "type": kind, kind: content} | more
        return await self.graph("POST", f"{NUMBER.phone_number_id}/messages", json=body)

    async def business_mails(
        self, to: str, text: str, *, sender: str = "bounce+m1@tokonusantara.example", **headers: str
    ) -> None:
        """The product sends a mail to a customer by SMTP."""
        mail = EmailMessage()
        mail["From"] = "Toko Nusantara <cs@tokonusantara.example>"
        mail["To"] = to
        for name, value in ({"Subject": "Pesanan", "Message-ID": "<m1@toko>"} | headers).items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        await aiosmtplib.send(
            mail,
            sender=sender,
            recipients=[to],
            hostname="127.0.0.1",
            port=self.simulator.mail_port,
            username="toko",
            password="rahasia-surat",
            start_tls=False,
            timeout=5,
        )

    async def mails(self, person: str) -> list[dict[str, Any]]:
        answer = await self.http.get(f"/api/people/{person}/mails")
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def writes(self, person: str, **what: Any) -> Any:
        answer = await self.http.post(f"/api/people/{person}/mails", json=what)
        assert answer.status_code == 201, answer.text
        await self.simulator.settle()
        return answer.json()

    async def customer(self, person: str, **what: Any) -> Any:
        answer = await self.http.post(f"/api/people/{person}/chats", json=what)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    product = Notebook()
    hook = Route("/hooks/whatsapp", product.hook, methods=["GET", "POST"])
    postbox, loop = Postbox(), asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: SMTP(postbox, loop=loop, hostname="toko"), "127.0.0.1", 0
    )
    async with listener, hosted(Starlette(routes=[hook])) as url:
        number = Number(
            **{name: getattr(NUMBER, name) for name in NUMBER.__slots__}
            | {"webhook": f"{url}/hooks/whatsapp"}
        )
        simulator = Simulator(
            Town(people=demo_people(), product=url, patience=(0, 0)),
            numbers=[number],
            office=Office(
                address="cs@tokonusantara.example",
                name="Toko Nusantara",
                port=listener.sockets[0].getsockname()[1],
                username="toko",
                password="rahasia-surat",
                authserv_id="mx.tokonusantara.example",
            ),
            shop=Shop(
                product=url,
                widget_key="toko",
                identity_secret="rahasia-toko-yang-panjang-sekali-sungguh",
            ),
        )
        simulator.mail.courier = Courier(simulator.mail.faults, patience=(0, 0))
        async with simulator.serve() as base, httpx.AsyncClient(base_url=base) as http:
            yield World(simulator, product, postbox, http)
