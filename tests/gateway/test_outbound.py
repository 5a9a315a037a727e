"""Queued messages on their way: in order, once, and waiting where the connection is stopped."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from tests.gateway.world import Shop, message

from sambung.core import connections, messages, replies
from sambung.core.conversations import Conversation
from sambung.core.events import SYSTEM, Actor
from sambung.core.messages import Attachment
from sambung.core.replies import Draft
from sambung.kit import clock
from sambung.kit.db import Tx

BY = Actor("user", UUID(int=5))


class Desk:
    """An agent's side of one conversation on WhatsApp."""

    def __init__(self, shop: Shop, account: UUID, connection: UUID, talk: UUID) -> None:
        self.shop, self.account, self.connection, self.talk = shop, account, connection, talk

    async def reply(self, text: str) -> UUID:
        said, _ = await self.shop.store.write(
            replies.reply, self.account, self.talk, Draft(text=text), by=BY
        )
        return said

    async def row(self, said: UUID) -> Any:
        return await self.shop.store.read(messages.get, self.account, said)

    def sent(self) -> list[str]:
        """The texts that reached the Graph API, in order."""
        bodies = [json.loads(one.content) for one in self.shop.graph.asked if one.content]
        return [body["text"]["body"] for body in bodies if body.get("type") == "text"]

    def will_answer(self, *answers: httpx.Response | Exception) -> None:
        self.shop.graph.answers.extend(answers)


def accepted(id: str) -> httpx.Response:
    return httpx.Response(200, json={"messages": [{"id": id}]})


def refused(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": "no", "type": "x"}})


@pytest.fixture
async def desk(shop: Shop) -> Desk:
    account = await shop.open()
    connection = await shop.connect(account)
    body = message("wamid.in")
    moment = str(int(clock.now().timestamp()))
    body["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = moment
    await shop.post(connection, body)
    talk = await shop.store.read(_talk, account)
    return Desk(shop, account, connection, talk)


def _talk(tx: Tx, account: UUID) -> UUID:
    talk: UUID = tx.value(select(Conversation.id).where(Conversation.account == account))
    return talk


def _files(tx: Tx, account: UUID) -> list[Any]:
    return list(tx.all(select(Attachment).where(Attachment.account == account)))


async def test_replies_arrive_in_the_order_they_were_written(desk: Desk) -> None:
    desk.will_answer(*(accepted(f"wamid.{n}") for n in range(5)))
    said = [await desk.reply(str(n)) for n in range(5)]
    await desk.shop.work()
    assert desk.sent() == ["0", "1", "2", "3", "4"]
    rows = [await desk.row(one) for one in said]
    assert [row.status for row in rows] == ["sent"] * 5
    assert [row.provider_id for row in rows] == [f"wamid.{n}" for n in range(5)]


async def test_a_passing_fault_holds_the_lane_and_is_tried_again(desk: Desk) -> None:
    with clock.at(clock.now()):
        desk.will_answer(httpx.ConnectError("down"), accepted("wamid.1"), accepted("wamid.2"))
        first, second = await desk.reply("satu"), await desk.reply("dua")
        await desk.shop.work()
        assert [(await desk.row(one)).status for one in (first, second)] == ["queued", "queued"]
        clock.advance(timedelta(minutes=1))
        await desk.shop.work()
        assert [(await desk.row(one)).status for one in (first, second)] == ["sent", "sent"]
    assert desk.sent() == ["satu", "satu", "dua"]


async def test_a_refusal_is_told_and_the_next_goes_on(desk: Desk) -> None:
    desk.will_answer(refused(400, 131026), accepted("wamid.2"))
    first, second = await desk.reply("satu"), await desk.reply("dua")
    await desk.shop.work()
    row = await desk.row(first)
    assert (row.status, row.failure["reason"]) == ("failed", "undeliverable")
    assert (await desk.row(second)).status == "sent"


async def test_no_answer_is_uncertain_and_not_sent_again(desk: Desk) -> None:
    desk.will_answer(httpx.ReadTimeout("no answer"))
    said = await desk.reply("satu")
    for _ in range(2):
        await desk.shop.work()
    assert (await desk.row(said)).status == "unknown"
    assert desk.sent() == ["satu"]


async def test_a_revoked_token_stops_the_connection_and_mending_sends_what_waited(
    desk: Desk,
) -> None:
    shop, account, connection = desk.shop, desk.account, desk.connection
    desk.will_answer(refused(401, 190))
    first, second = await desk.reply("satu"), await desk.reply("dua")
    await shop.work()
    row = await shop.store.read(connections.get, account, connection)
    assert (row.status, row.problem["reason"]) == (connections.STOPPED, "auth")
    assert [(await desk.row(one)).status for one in (first, second)] == ["queued", "queued"]
    assert desk.sent() == ["satu"]

    desk.will_answer(accepted("wamid.1"), accepted("wamid.2"))
    await shop.store.write(connections.resume, account, connection, by=SYSTEM)
    # The directory has not heard of it yet; the record decides.
    await shop.work()
    assert [(await desk.row(one)).status for one in (first, second)] == ["sent", "sent"]
    assert desk.sent() == ["satu", "satu", "dua"]


async def test_what_failed_is_sent_again_when_somebody_says_so(desk: Desk) -> None:
    desk.will_answer(refused(400, 131026), accepted("wamid.2"))
    said = await desk.reply("satu")
    await desk.shop.work()
    await desk.shop.store.write(replies.retry, desk.account, said, by=BY)
    await desk.shop.work()
    row = await desk.row(said)
    assert (row.status, row.failure) == ("sent", None)


async def test_a_window_that_closed_meanwhile_is_found_before_sending(desk: Desk) -> None:
    with clock.at(clock.now()):
        said = await desk.reply("terlambat")
        clock.advance(timedelta(hours=25))
        await desk.shop.work()
    row = await desk.row(said)
    assert (row.status, row.failure["reason"]) == ("failed", "window_closed")
    assert desk.sent() == []


async def test_a_removed_connection_fails_what_waits(desk: Desk) -> None:
    said = await desk.reply("satu")
    await desk.shop.store.write(connections.remove, desk.account, desk.connection, by=SYSTEM)
    await desk.shop.directory.load()
    await desk.shop.work()
    row = await desk.row(said)
    assert (row.status, row.failure["reason"]) == ("failed", "blocked")


async def test_a_connection_the_directory_has_not_read_yet_is_waited_for(desk: Desk) -> None:
    desk.shop.directory._by_id.clear()
    with clock.at(clock.now()):
        said = await desk.reply("satu")
        await desk.shop.work()
        assert (await desk.row(said)).status == "queued"
        await desk.shop.directory.load()
        clock.advance(timedelta(minutes=1))
        await desk.shop.work()
    assert (await desk.row(said)).status == "sent"


async def test_a_woken_directory_knows_what_changed(desk: Desk) -> None:
    directory = desk.shop.directory
    await desk.shop.store.write(connections.stop, desk.account, desk.connection, reason="auth")
    await directory._look({desk.account})
    connected = directory.get(desk.connection)
    assert connected is not None
    assert connected.status == connections.STOPPED


async def test_files_are_fetched_after_the_message_is_recorded(desk: Desk) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
    body = message("wamid.file")
    value = body["entry"][0]["changes"][0]["value"]["messages"][0]
    value |= {
        "type": "document",
        "document": {"id": "media-9", "mime_type": "text/plain", "filename": "a.txt"},
    }
    del value["text"]
    await desk.shop.post(desk.connection, body)
    (waiting,) = await desk.shop.store.read(_files, desk.account)
    assert (waiting.state, waiting.source["id"]) == ("pending", "media-9")
    desk.will_answer(
        httpx.Response(
            200, json={"url": "https://lookaside.contoh.example/x", "file_size": len(picture)}
        ),
        httpx.Response(200, content=picture),
    )
    await desk.shop.work()
    (stored,) = await desk.shop.store.read(_files, desk.account)
    assert stored.state == "stored"
    assert stored.mime != "text/plain"


async def test_a_file_that_is_gone_is_said_to_be(desk: Desk) -> None:
    body = message("wamid.file")
    value = body["entry"][0]["changes"][0]["value"]["messages"][0]
    value |= {"type": "image", "image": {"id": "media-9", "mime_type": "image/png"}}
    await desk.shop.post(desk.connection, body)
    desk.will_answer(*(refused(404, 100) for _ in range(3)))
    await desk.shop.work()
    (gone,) = await desk.shop.store.read(_files, desk.account)
    assert gone.state == "failed"
    assert gone.failure
