"""The Terms and the privacy policy: open to everybody, every version at its address, each clause at its anchor."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.editions import write
from tests.journeys.web.test_pages import assert_nothing_inline
from tests.journeys.web.visitor import Visitor, text
from tests.pure.terms.test_terms_documents import CLAUSES

from sevenpanel.accounts.queries import shelf
from sevenpanel.terms.documents import DocumentName, edition_of, figures_of

TERMS, PRIVACY = DocumentName.TERMS, DocumentName.PRIVACY
ADDRESSES = (
    "/terms/", "/terms/1/", "/terms/2/", "/terms/3/", "/terms/1/changes/2/", "/terms/2/changes/3/",
    "/terms/2/changes/1/", "/terms/1/changes/1/", "/terms/versions/", "/privacy/", "/privacy/1/",
    "/privacy/1/changes/1/",
)  # fmt: skip


@pytest.fixture
def versions(settings: Any, tmp_path: Path) -> None:
    """A second version of the Terms since yesterday, and a third that is announced for 2087."""
    settings.TERMS_FOLDER = tmp_path
    yesterday = datetime.now(UTC) - timedelta(days=1)
    changed = {
        "ticket_answer_hours = 24": "ticket_answer_hours = 48",
        "order of the same service": "order of a service",
    }
    write(tmp_path, "2", yesterday, changed=changed)
    write(tmp_path, "3", datetime(2087, 3, 1, tzinfo=UTC), is_material=False, changed=changed)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_reads_every_page_of_the_documents(db: None, versions: None, address: str) -> None:
    page = Visitor().get(address)

    assert page.status_code == 200
    assert_nothing_inline(page.content.decode())
    ids = re.findall(r'\sid="([^"]+)"', page.content.decode())
    assert len(ids) == len(set(ids))
    assert re.findall(r"<h1>", page.content.decode()) == ["<h1>"]


def test_each_clause_stands_at_its_anchor_with_its_words(db: None) -> None:
    page = Visitor().get("/terms/1/")
    first = edition_of(shelf(), TERMS, "1")

    assert re.findall(r'<section id="clause-([\d.]+)"', page.content.decode()) == CLAUSES
    for section in first.sections:
        assert f"{section.clause} {section.heading} {' '.join(section.paragraphs)}" in text(page)
        assert f'href="#clause-{section.clause}"' in page.content.decode()


def test_figures_dates_and_hash_are_shown(db: None) -> None:
    first = edition_of(shelf(), TERMS, "1")
    page = text(Visitor().get("/terms/"))

    assert first.policy is not None
    assert "Version 1. In force since 1 November 2026, 00:00 UTC." in page
    assert first.sha256 in page
    for figure in figures_of(first.policy):
        assert f"{figure.label} {figure.clause} {figure.words}" in page


@pytest.mark.parametrize("document", DocumentName)
def test_the_hash_is_that_of_the_plain_text_byte_for_byte(db: None, document: DocumentName) -> None:
    answer = Visitor().get(f"/{document}/1/text/")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert hashlib.sha256(answer.content).hexdigest() in text(Visitor().get(f"/{document}/1/"))


def test_the_version_in_force_stands_at_the_short_address_and_the_next_one_is_announced(
    db: None, versions: None
) -> None:
    current, old, later = (text(Visitor().get(f"/terms/{which}")) for which in ("", "1/", "3/"))

    assert "Version 2. In force since" in current
    assert "answers for more than 48 hours" in current
    assert "Version 3 comes into force on 1 March 2087, 00:00 UTC." in current
    assert "This is not the version in force." in old
    assert "Version 1. It was in force from 1 November 2026, 00:00 UTC until" in old
    assert "answers for more than 24 hours" in old
    assert "Version 3. Announced. It comes into force on 1 March 2087, 00:00 UTC." in later
    assert "What changes" not in old


def test_all_versions_are_listed_newest_first_with_their_dates_and_hashes(db: None, versions: None) -> None:
    page = text(Visitor().get("/terms/versions/"))

    places = [page.index(f"SHA-256 {edition_of(shelf(), TERMS, version).sha256}") for version in ("3", "2", "1")]
    assert places == sorted(places)
    assert edition_of(shelf(), PRIVACY, "1").sha256 in page
    assert "Announced. It comes into force on 1 March 2087" in page
    assert page.count("in force since") + page.count("In force since") == 2
    assert "You accepted" not in page


def test_the_list_says_when_its_reader_accepted_which(alice: Visitor, versions: None) -> None:
    page = text(alice.get("/terms/versions/"))

    assert page.count("You accepted it on 4 May 2026, 12:00 UTC") == 2  # Terms 1 and privacy 1


def test_what_changed_is_told_word_by_word_and_figure_by_figure(db: None, versions: None) -> None:
    page = Visitor().get("/terms/1/changes/2/")
    words, told = page.content.decode(), text(page)

    assert "What changed from version 1 to version 2" in told
    assert "<del>24</del> <ins>48</ins>" in words
    assert "<del>the same</del> <ins>a</ins>" in words
    assert "Hours that staff have to answer a ticket about an order 4.4 24 48" in told
    assert "It asks to be accepted." in told
    assert re.findall(r'id="clause-([\d.]+)"', words) == ["4.4", "4.6"]
    assert "As they were: clauses 0.1, 0.2, 1," in told


def test_a_version_that_changes_no_words_says_so(db: None, versions: None) -> None:
    told = text(Visitor().get("/terms/2/changes/3/"))

    assert "No words changed." in told
    assert "It changes nothing that has to be accepted anew." in told


@pytest.mark.parametrize(
    "address",
    [
        "/terms/9/",
        "/privacy/2/",
        "/terms/1/changes/9/",
        "/terms/9/changes/1/",
        "/terms/9/text/",
        "/terms/no/",
        "/menu/1/",
    ],
)
def test_a_version_that_is_not_there_is_a_page_that_is_not_there(db: None, versions: None, address: str) -> None:
    assert Visitor().get(address).status_code == 404


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/nothing/", "/terms/"])
def test_7_every_page_leads_to_both_documents(db: None, address: str) -> None:
    page = Visitor().get(address).content.decode()

    for link in ("/terms/", "/privacy/", "/terms/versions/"):
        assert f'href="{link}"' in page


def test_pages_behind_the_door_lead_there_too(alice: Visitor) -> None:
    assert 'href="/terms/"' in alice.get("/").content.decode()


def test_crawlers_may_read_the_documents(db: None) -> None:
    assert "Allow: /terms/\nAllow: /privacy/\n" in Visitor().get("/robots.txt").content.decode()
