"""The public status page, its feed and its files (U-18): what was interrupted and when, and nobody's secrets."""

import re
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone
from tests.journeys.web.test_pages import assert_nothing_inline
from tests.journeys.web.visitor import Visitor, text
from tests.shop import add_service

from sevenpanel.catalog.domain import ServiceState
from sevenpanel.cli import COMMANDS
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts, resolve_alerts
from sevenpanel.fulfilment.domain import AlertKind
from sevenpanel.launch import status_files
from sevenpanel.notices import commands as notices
from sevenpanel.notices.domain import Draft
from sevenpanel.terms import NoticeKind, Scope

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_kept(db: None) -> None:
    cache.clear()


def status() -> str:
    cache.clear()
    return text(Visitor().get("/status/"))


def listed_since(days: int) -> int:
    """A service of which the first notice is so many days old."""
    service = add_service()
    announce(NoticeKind.GENERAL, Scope.ALL, None, "We have opened.", timezone.now() - days * DAY)
    return service


def announce(
    kind: NoticeKind, scope: Scope, subject: int | str | None, words: str, at: datetime, until: datetime | None = None
) -> None:
    draft = Draft(kind=kind, scope=scope, subject=subject, text=words, in_force_until=until)
    notices.publish(draft=draft, written_by="operator", now=at)


def test_everything_works_and_days_before_the_first_are_not_claimed() -> None:
    listed_since(9)

    page = status()

    assert "Everything works." in page
    assert "Days known: 10 of 90. Without trouble: 10; with delays or pauses: 0; stopped: 0." in page
    assert "Nothing was interrupted in the last 90 days." in page
    assert "1 service on sale" in page


def test_a_pause_is_told_from_its_beginning_to_its_end() -> None:
    paused, _other = listed_since(20), add_service("Another")
    now = timezone.now()
    notices.change_state(service_id=paused, state=ServiceState.PAUSED, changed_by="operator", now=now - 3 * DAY)
    assert "Orders are taken; some services are paused or delayed." in status()
    assert "still lasts" in status()

    notices.change_state(service_id=paused, state=ServiceState.LISTED, changed_by="operator", now=now - 2 * DAY)

    assert "Everything works." in status()
    assert "with delays or pauses: 2" in status()
    assert "still lasts" not in status()


def test_a_delay_ends_when_its_period_does() -> None:
    listed_since(20)
    now = timezone.now()
    announce(NoticeKind.DELAY, Scope.NETWORK, "telegram", "Slow for a while.", now - DAY, until=now - HOUR)
    announce(NoticeKind.DELAY, Scope.NETWORK, "telegram", "Slow once more.", now - HOUR, until=now + HOUR)

    page = status()

    assert "some services are paused or delayed" in page
    assert page.index("Slow once more.") < page.index("The last 90 days") < page.index("Slow for a while.")


def test_what_only_an_operator_should_know_is_not_told(alice: Visitor, service: int) -> None:
    now = timezone.now()
    alice.order(service)
    for kind, subject in ((AlertKind.PROVIDER_WAITS, "provider/1"), (AlertKind.MARGIN, "service/1")):
        raise_alerts([News(kind=kind, subject=subject, sentence="Northwind Supplies is out of money.")], now - HOUR)
    resolve_alerts(kinds=[AlertKind.MARGIN], subjects=["service/1"], now=now)

    answer = Visitor().get("/status/")

    assert alice.person is not None
    for secret in ("Northwind", "out of money", "provider/1", alice.person.email, "t.me/northwind_news"):
        assert secret not in answer.content.decode()
    assert_nothing_inline(re.sub(r'href="http://[^"]+/" rel="noopener"', "", answer.content.decode()))


def test_the_page_asks_nobody_who_they_are_and_may_be_kept_for_a_minute(alice: Visitor) -> None:
    mine, nobodys = alice.get("/status/"), Visitor().get("/status/")

    assert mine.content == nobodys.content
    assert nobodys["Cache-Control"] == "public, max-age=60"
    assert not nobodys.cookies
    assert not mine.cookies


def test_the_feed_tells_the_same_incidents() -> None:
    listed_since(20)
    announce(NoticeKind.DELAY, Scope.ALL, None, "Slow everywhere & <b>.", timezone.now() - DAY)

    feed = ET.fromstring(Visitor().get("/status/feed/").content)  # noqa: S314 - our own feed

    (item,) = feed.iter("item")
    assert (item.findtext("title") or "").endswith(": All services")
    assert "still lasts" in (item.findtext("description") or "")
    assert (item.findtext("link") or "").rpartition("#")[2] in Visitor().get("/status/").content.decode()


def test_the_files_stand_by_themselves_and_can_be_read_by_a_web_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed_since(20)
    folder = tmp_path / "status"

    assert COMMANDS["status-page"].target == "sevenpanel.launch.status_files:main"
    assert status_files.main(["--out", str(folder), "--url", "https://status.example.org/"]) == 0

    assert "The status page is in" in capsys.readouterr().out
    page = (folder / "index.html").read_text()
    needed = re.findall(r'<link [^>]*href="([^"]+)"', page)
    assert {"site.css", "components.css", "status.css", "favicon.svg", "status.xml"} == set(needed)
    assert all((folder / name).stat().st_mode & 0o777 == 0o644 for name in (*needed, "index.html"))
    assert "https://status.example.org/" in (folder / "status.xml").read_text()
    assert "Everything works." in page


def test_a_folder_that_cannot_be_written_to_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(status_files.UnableToWrite, match="cannot be written to"):
        status_files.main(["--out", str(tmp_path / "file")])
