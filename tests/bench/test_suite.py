"""Every benchmark still runs: a small amount of each, whatever the figures."""

import pytest
from tests.conftest import DATABASE

from sambung.bench import figures
from sambung.bench.ground import on_postgres, on_sqlite
from sambung.bench.suite import BENCHES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", BENCHES)
def test_a_benchmark_runs_and_prints_its_figures(name: str) -> None:
    with on_sqlite() if DATABASE.startswith("sqlite") else on_postgres(DATABASE) as ground:
        found = BENCHES[name](ground, 0.01)
    said: list[str] = []
    figures.show({ground.engine: found}, said.append)
    assert len(said) == len(found) + 1
    assert ground.engine in said[0]
