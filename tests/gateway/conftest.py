from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.gateway.world import Shop

from sambung.kit.blobs import OnDisk
from sambung.kit.db import Store


@pytest.fixture
async def shop(store: Store, tmp_path: Path) -> AsyncIterator[Shop]:
    made = Shop(store, OnDisk(tmp_path / "files"))
    yield made
    await made.http.aclose()
    await made.graph.net.http.aclose()
