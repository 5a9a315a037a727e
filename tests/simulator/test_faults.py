"""The faults that can be switched on, and that all is well again when they are switched off."""

from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.simulator.conftest import World


async def test_a_delivery_is_made_again_until_the_hook_takes_it(world: "World") -> None:
    world.product.answers = [500, 503]
    bubble = await world.customer("dewi", text="Halo")
    await world.simulator.settle()
    assert [m["id"] for m in world.product.messages()] == [bubble["id"]] * 3
    assert len({body for body, _ in world.product.posts}) == 1


async def test_it_is_given_up_in_the_end(world: "World") -> None:
    world.product.answers = [500] * 9
    await world.customer("dewi", text="Halo")
    await world.simulator.settle()
    assert world.simulator.cloud.courier.given_up == 1
    shown = (await world.http.get("/api/people/dewi/chats")).json()["items"]
    assert shown[0]["state"] == "sent"


async def test_everything_is_delivered_twice(world: "World") -> None:
    await world.http.put("/api/faults/whatsapp", json={"duplicate": 1})
    for number in range(5):
        await world.customer("dewi", text=f"Pesan {number}")
    await world.simulator.settle()
    ids = [m["id"] for m in world.product.messages()]
    assert len(ids) == 10
    assert len(set(ids)) == 5


async def test_deliveries_are_shuffled_the_same_way_for_the_same_seed(world: "World") -> None:
    orders = []
    for _ in range(2):
        world.product.posts.clear()
        world.simulator.cloud.faults.dice.seed(7)
        await world.http.put("/api/faults/whatsapp", json={"shuffle": 10})
        for number in range(10):
            await world.customer("dewi", text=str(number))
        await world.simulator.settle()
        orders.append([m["text"]["body"] for m in world.product.messages()])
    assert orders[0] == orders[1]
    assert orders[0] != sorted(orders[0])
    assert sorted(orders[0]) == [str(number) for number in range(10)]


async def test_without_faults_the_order_is_kept(world: "World") -> None:
    for number in range(30):
        await world.customer("dewi", text=f"{number:02}")
    await world.simulator.settle()
    texts = [m["text"]["body"] for m in world.product.messages()]
    assert texts == sorted(texts)


async def test_a_delayed_delivery_may_be_overtaken_but_none_is_lost(world: "World") -> None:
    await world.http.put("/api/faults/whatsapp", json={"delay": 0.05})
    for number in range(20):
        await world.customer("dewi", text=f"{number:02}")
    await world.simulator.settle()
    texts = [m["text"]["body"] for m in world.product.messages()]
    assert texts != sorted(texts)
    assert len(set(texts)) == 20


async def test_what_is_dropped_never_arrives(world: "World") -> None:
    await world.http.put("/api/faults/whatsapp", json={"drop": 1})
    await world.customer("dewi", text="Halo")
    await world.http.delete("/api/faults/whatsapp")
    await world.customer("dewi", text="Halo lagi")
    await world.simulator.settle()
    assert [m["text"]["body"] for m in world.product.messages()] == ["Halo lagi"]


@pytest.mark.parametrize(
    ("code", "status"), [(131049, 400), (130429, 429), (131016, 500), (190, 401)]
)
async def test_the_next_sends_fail_with_the_chosen_code(
    world: "World", code: int, status: int
) -> None:
    await world.customer("dewi", text="Halo")
    await world.http.put("/api/faults/whatsapp", json={"fail": {"code": code, "times": 2}})
    answers = [await world.send("text", {"body": "Halo"}) for _ in range(3)]
    assert [a.status_code for a in answers] == [status, status, 200]
    assert answers[0].json()["error"]["code"] == code


async def test_a_late_failure_comes_as_a_status_after_the_message_was_accepted(
    world: "World",
) -> None:
    await world.customer("dewi", text="Halo")
    await world.http.put("/api/faults/whatsapp", json={"late": True, "fail": {"code": 131026}})
    answer = await world.send("text", {"body": "Halo"}, biz_opaque_callback_data="pesan-9")
    assert answer.status_code == 200
    await world.simulator.settle()
    [sent, failed] = [s for v in world.product.values() for s in v.get("statuses", [])]
    assert (sent["status"], failed["status"]) == ("sent", "failed")
    assert failed["errors"][0]["code"] == 131026
    assert failed["biz_opaque_callback_data"] == "pesan-9"
    assert "recipient_user_id" not in failed


async def test_silence_comes_after_the_message_took_effect(world: "World") -> None:
    await world.customer("dewi", text="Halo")
    await world.http.put("/api/faults/whatsapp", json={"silent": 1})
    world.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        await world.send("text", {"body": "Sampai?"})
    await world.simulator.settle()
    assert [state for _, state in world.product.statuses()] == ["sent", "delivered"]
    shown = (await world.http.get("/api/people/dewi/chats")).json()["items"]
    assert shown[-1]["content"] == {"body": "Sampai?"}


async def test_an_unknown_switch_is_refused(world: "World") -> None:
    assert (await world.http.put("/api/faults/whatsapp", json={"gremlins": 1})).status_code == 422
    assert (await world.http.put("/api/faults/fax", json={})).status_code == 404
