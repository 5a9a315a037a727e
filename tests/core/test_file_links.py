"""Links to files are signed, end, and stay the same for a day."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest

from sambung.core import file_links
from sambung.core.file_links import Link, LinkEnded
from sambung.kit import clock

ACCOUNT, FILE = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_a_link_allows_its_file_for_some_days() -> None:
    with clock.at(NOON):
        url = file_links.url(ACCOUNT, FILE)
        small = file_links.url(ACCOUNT, FILE, small=True)
        assert file_links.read(FILE, query(url)) == Link(ACCOUNT, FILE, small=False)
        assert file_links.read(FILE, query(small)) == Link(ACCOUNT, FILE, small=True)
    with clock.at(NOON + timedelta(hours=12)):
        assert file_links.url(ACCOUNT, FILE) == url
    with clock.at(NOON + timedelta(days=9)), pytest.raises(LinkEnded):
        file_links.read(FILE, query(url))


@pytest.mark.parametrize(
    "change",
    [{"account": str(UUID(int=9))}, {"until": "99999999"}, {"size": "small"}, {"until": "x"}],
)
def test_a_changed_link_allows_nothing(change: dict[str, str]) -> None:
    with clock.at(NOON):
        forged = query(file_links.url(ACCOUNT, FILE)) | change
        with pytest.raises(LinkEnded):
            file_links.read(FILE, forged)
        with pytest.raises(LinkEnded):
            file_links.read(UUID(int=3), query(file_links.url(ACCOUNT, FILE)))
