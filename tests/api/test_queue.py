"""The administrator's queue: what was given up is done again or thrown away, and says so where it was meant for."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from tests.api.person import Person
from tests.api.talk import Line

from sambung.channels import Edited
from sambung.core import messages, replies, sending, unrecorded
from sambung.core.events import Actor
from sambung.core.sending import SEND
from sambung.kit import jobs
from sambung.kit.db import Store, Tx
from sambung.kit.ids import new_id
from sambung.kit.jobs import Job, Leased


async def queued(store: Store, line: Line, who: Person) -> UUID:
    """A reply of ours whose job waits."""
    heard = await line.write("Halo")
    by = Actor("user", who.user)
    draft = replies.Draft("Siap")
    message, _ = await store.write(replies.reply, who.account, heard.conversation, draft, by=by)
    args = {"message": str(message), "connection": str(line.link.id)}
    await store.write(jobs.enqueue, who.account, SEND, args, max_attempts=1)
    return message


def die(tx: Tx, account: UUID, why: str) -> None:
    """What is due fails for the last time."""
    for job in jobs.claim(tx, "worker"):
        jobs.failed(tx, job, why)
        sending.failed(tx, account, UUID(job.args["message"]), reason="other", detail=why)


async def shown(http: httpx.AsyncClient, who: Person, query: str = "") -> list[dict[str, Any]]:
    answer = await http.get(f"/jobs?{query}", headers=who.headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def status(store: Store, who: Person, message: UUID) -> str:
    row = await store.read(messages.get, who.account, message)
    found: str = row.status
    return found


async def test_a_dead_reply_is_sent_again(
    http: httpx.AsyncClient, line: Line, admin: Person, store: Store
) -> None:
    message = await queued(store, line, admin)
    await store.write(die, admin.account, "boom")
    (job,) = await shown(http, admin)
    assert (job["state"], job["kind"], job["failure"]) == ("dead", "send", "boom")
    row = await store.read(messages.get, admin.account, message)
    assert job["conversation"] == str(row.conversation)
    assert job["connection"] == str(line.link.id)
    assert await shown(http, admin, "kind=fetch") == []
    assert await shown(http, admin, "state=waiting") == []
    again = await http.post(f"/jobs/{job['id']}/replays", headers=admin.headers)
    assert again.status_code == 202
    assert await status(store, admin, message) == "queued"
    assert await shown(http, admin) == []


async def test_a_dead_reply_that_was_sent_otherwise_is_not_sent_twice(
    http: httpx.AsyncClient, line: Line, admin: Person, store: Store
) -> None:
    message = await queued(store, line, admin)
    await store.write(die, admin.account, "boom")
    by = Actor("user", admin.user)
    await store.write(replies.retry, admin.account, message, by=by)
    await store.write(sending.take, admin.account, message)
    await store.write(sending.sent, admin.account, message, provider_id="wamid.1")
    (job,) = await shown(http, admin)
    again = await http.post(f"/jobs/{job['id']}/replays", headers=admin.headers)
    assert again.status_code == 202
    assert await status(store, admin, message) == "sent"


async def test_a_waiting_reply_thrown_away_is_shown_as_failed(
    http: httpx.AsyncClient, line: Line, admin: Person, store: Store
) -> None:
    message = await queued(store, line, admin)
    (job,) = await shown(http, admin, "state=waiting")
    gone = await http.delete(f"/jobs/{job['id']}", headers=admin.headers)
    assert gone.status_code == 204
    assert await status(store, admin, message) == "failed"
    assert await shown(http, admin, "state=waiting") == []


async def test_what_is_being_done_is_left_alone(
    http: httpx.AsyncClient, line: Line, admin: Person, store: Store
) -> None:
    await queued(store, line, admin)
    (job,) = await shown(http, admin, "state=waiting")
    await store.write(jobs.claim, "worker")
    for answer in (
        await http.delete(f"/jobs/{job['id']}", headers=admin.headers),
        await http.post(f"/jobs/{job['id']}/replays", headers=admin.headers),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "job_running")


async def test_a_job_of_any_kind_is_done_again(
    http: httpx.AsyncClient, admin: Person, store: Store
) -> None:
    def dead(tx: Tx) -> None:
        jobs.enqueue(tx, admin.account, "register", {"connection": str(new_id())}, max_attempts=1)
        for job in jobs.claim(tx, "worker"):
            jobs.failed(tx, job, "boom")

    def due(tx: Tx) -> list[Leased]:
        return jobs.claim(tx, "worker")

    await store.write(dead)
    (job,) = await shown(http, admin)
    await http.post(f"/jobs/{job['id']}/replays", headers=admin.headers)
    assert [str(one.id) for one in await store.write(due)] == [job["id"]]


async def test_the_queue_comes_in_pages(
    http: httpx.AsyncClient, admin: Person, store: Store
) -> None:
    for n in range(3):
        await store.write(jobs.enqueue, admin.account, "x", {"n": n})
    first = (await http.get("/jobs?state=waiting&limit=2", headers=admin.headers)).json()
    rest = (
        await http.get(f"/jobs?state=waiting&limit=2&cursor={first['next']}", headers=admin.headers)
    ).json()
    assert [job["args"]["n"] for job in first["items"] + rest["items"]] == [2, 1, 0]
    assert rest["next"] is None


async def test_what_could_not_be_recorded_is_shown_and_tried_again(
    http: httpx.AsyncClient, line: Line, admin: Person, stranger: Person, store: Store
) -> None:
    fact = Edited(id="e1", target="x", text="baru")
    await store.write(unrecorded.keep, line.link, fact, "ValueError: boom")
    path = f"/connections/{line.link.id}/unrecorded"
    (one,) = (await http.get(path, headers=admin.headers)).json()["items"]
    assert (one["kind"], one["error"], one["item"]["text"]) == (
        "Edited",
        "ValueError: boom",
        "baru",
    )
    other = await http.post(f"/unrecorded/{one['id']}/replays", headers=stranger.headers)
    assert other.status_code == 404
    again = await http.post(f"/unrecorded/{one['id']}/replays", headers=admin.headers)
    assert again.status_code == 202
    kinds = await store.read(lambda tx: tx.values(select(Job.kind)))
    assert kinds == [unrecorded.AGAIN]
    gone = await http.delete(f"/unrecorded/{one['id']}", headers=admin.headers)
    assert gone.status_code == 204
    assert (await http.get(path, headers=admin.headers)).json()["items"] == []
