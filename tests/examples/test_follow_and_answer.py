"""The example is run as anybody would run it, beside a real server."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conftest import DATABASE
from tests.faults.product import Product, database

from sambung.bench import traffic

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[2] / "examples" / "follow_and_answer.py"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    with database(DATABASE, tmp_path) as url:
        product = Product(tmp_path, url)
        yield product
        product.stop()


def test_the_example_is_short() -> None:
    assert len(EXAMPLE.read_text().splitlines()) <= 30


async def test_whoever_asks_is_answered_once_and_others_are_not(product: Product) -> None:
    product.set_up()
    await product.start()
    environment = {**os.environ, "SAMBUNG_URL": product.url, "SAMBUNG_KEY": product.key}
    example = await asyncio.create_subprocess_exec(sys.executable, EXAMPLE, env=environment)
    headers = {"Authorization": f"Bearer {product.key}"}
    try:
        async with httpx.AsyncClient(base_url=product.url, headers=headers) as http:
            async with asyncio.timeout(30):
                # One of the five texts asks for the hours; ask until the example listens.
                while not (answers := await _answers(http)):
                    await _five_people_write(product, http)
            before = len(answers)
            await _five_people_write(product, http)
            async with asyncio.timeout(30):
                while len(answers) == before:
                    answers = await _answers(http)
            asked = [text for text in await _texts(http, "in") if "Jam buka" in text]
    finally:
        example.kill()
        await example.wait()
    assert all("08.00" in answer for answer in answers)
    assert len(answers) <= len(asked)


async def _five_people_write(product: Product, http: httpx.AsyncClient) -> None:
    for body, signed in traffic.hook(5, people=5):
        posted = await http.post(f"/hooks/{product.connection}", content=body, headers=signed)
        posted.raise_for_status()
    await asyncio.sleep(0.3)


async def _answers(http: httpx.AsyncClient) -> list[str]:
    return await _texts(http, "out")


async def _texts(http: httpx.AsyncClient, direction: str) -> list[str]:
    found = []
    for conversation in await _items(http, "/api/v1/conversations"):
        for message in await _items(http, f"/api/v1/conversations/{conversation['id']}/messages"):
            found += [message["text"]] if message["direction"] == direction else []
    return found


async def _items(http: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await http.get(path)).raise_for_status().json()["items"]
    return items
