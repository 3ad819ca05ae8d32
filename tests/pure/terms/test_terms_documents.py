"""The versioned documents: what is read from their files, which is in force, and what changed between two."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.pure.terms.ordinary import POLICY, TICK

from sevenpanel.terms import FIGURES, PRECEDENCE, AtDoor, Extent, Reach
from sevenpanel.terms.documents import (
    DocumentName,
    Edition,
    Mark,
    NotADocument,
    asked_for,
    difference,
    edition_of,
    editions,
    figures_changed,
    figures_of,
    in_force,
    policy_of,
    published,
    read_edition,
    versions,
)  # fmt: skip

# A published text is never edited. A change is a new file, and a new line here.
PINNED = {
    ("privacy", "1", "en"): "0f2733e371acf04378e6f6fb0a7302c57268df8d7e9bb57675327dba232ced87",
    ("terms", "1", "en"): "e61d1b096b0c78ee1cc5d60aa5043a17f15df75dfbb19a8b27ac24cca6b23a64",
}
CLAUSES = ["0.1", "0.2", "1", "2", "3", *(f"4.{n}" for n in range(1, 10)), "5", "6.1", "6.2", "7"]

FIGURES_TEXT = """
ticket_answer_hours = 24
wrong_link_at_door = "refuse"
wrong_spec_refund = "full"
unanswered_refund = "full"
untracked_reach = "metric"
appeals_max = 1
api_grace_days = 14
drop_low_percent = 5
drop_medium_percent = 20
drop_excessive_percent = 50
"""
FILE = f"""+++
document = "terms"
version = "1"
language = "en"
title = "Terms"
effective = 2027-01-01T00:00:00Z
is_material = true
[policy]{FIGURES_TEXT}+++
[1] One thing

First words, over
two lines.

Within {{ticket_answer_hours}} hours.

[4.2] Another

A link {{wrong_link_at_door}}.
"""


def changed(*pairs: tuple[str, str]) -> str:
    text = FILE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_published_texts_are_never_edited() -> None:
    assert {(e.document, e.version, e.language): e.sha256 for e in published()} == PINNED


def test_the_first_version_has_every_clause_once_with_its_anchor() -> None:
    first = published_terms()

    assert [section.clause for section in first.sections] == CLAUSES
    assert first.section("4.1").anchor == "clause-4.1"
    assert {clause for rule in PRECEDENCE for clause in rule.clauses} <= set(CLAUSES)
    assert all(section.paragraphs and all(section.paragraphs) for section in first.sections)
    assert "{" not in first.text


def test_the_figures_of_the_first_version_are_those_of_the_design() -> None:
    assert policy_of(published(), "1") == POLICY
    assert [getattr(POLICY, name) for name in FIGURES] == [
        24, AtDoor.REFUSE, Extent.FULL, Extent.FULL, Reach.METRIC, 1, 14, 5, 20, 50,
    ]  # fmt: skip


def test_the_privacy_policy_has_no_figures_and_sections_below_clause_7() -> None:
    privacy = in_force(published(), DocumentName.PRIVACY, datetime(2027, 1, 1, tzinfo=UTC))

    assert privacy.policy is None
    assert all(section.clause.startswith("7.") for section in privacy.sections)


def test_a_file_is_read_with_its_figures_written_into_the_words() -> None:
    edition = read_edition(FILE)

    assert edition.text == (
        "Terms\nVersion 1, in force from 1 January 2027, 00:00 UTC\n\n"
        "1 One thing\n\nFirst words, over two lines.\n\nWithin 24 hours.\n\n"
        "4.2 Another\n\nA link is refused before anything is charged.\n"
    )
    assert (edition.document, edition.version, edition.language) == (DocumentName.TERMS, "1", "en")
    assert (edition.title, edition.is_material) == ("Terms", True)
    assert edition.effective_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert read_edition(FILE.replace("\n", "\r\n")) == edition
    assert not read_edition(changed(("is_material = true", "is_material = false"))).is_material


def test_the_hash_is_that_of_the_words_that_are_read() -> None:
    first = read_edition(FILE)

    assert len(first.sha256) == 64
    assert read_edition(changed(("words, over\ntwo", "words,\nover two"))).sha256 == first.sha256
    assert read_edition(changed(("First words", "Other words"))).sha256 != first.sha256
    assert read_edition(changed(("hours = 24", "hours = 25"))).sha256 != first.sha256


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("+++\ndocument", "document")], "header between two lines"),
        ([('title = "Terms"\n', "")], "exactly these names"),
        ([('title = "Terms"', 'title = "Terms"\nmore = 1')], "exactly these names"),
        ([('title = "Terms"', "title = 1")], "no title"),
        ([('title = "Terms"', 'title = ""')], "no title"),
        ([('version = "1"', "version = 1")], "no version"),
        ([('"terms"', '"menu"')], "no known document"),
        ([("2027-01-01T00:00:00Z", '"soon"')], "no instant"),
        ([("2027-01-01T00:00:00Z", "2027-01-01T00:00:00")], "no time zone"),
        ([("2027-01-01T00:00:00Z", "2027-01-32")], "."),
        ([("hours = 24", "hours = 0")], "cannot be negative"),
        ([("appeals_max", "appeals_maximum")], "are missing: appeals_max"),
        ([("{ticket_answer_hours}", "{ticket_hours}")], "ticket_hours, which is no figure"),
        ([("[1] One thing", "One thing")], "consists of sections"),
        ([("[1] One thing", "One thing"), ("[4.2] Another", "Another")], "consists of sections"),
        ([("[4.2]", "[1]")], "same id"),
    ],
)
def test_what_is_no_document_is_refused_with_the_reason(pairs: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(NotADocument, match=words):
        read_edition(changed(*pairs))


@pytest.mark.parametrize("body", ["", "\n\n"])
def test_a_document_without_a_word_is_none(body: str) -> None:
    head, _, _ = changed().partition("[1]")

    with pytest.raises(NotADocument, match="consists of sections"):
        read_edition(head.rstrip("\n") + "\n" + body)


def test_a_document_without_figures_cannot_speak_of_any() -> None:
    with pytest.raises(NotADocument, match="which is no figure of its header"):
        read_edition(changed((f"[policy]{FIGURES_TEXT}", "")))


def test_a_version_is_in_force_from_its_instant_until_the_next() -> None:
    second = changed(('version = "1"', 'version = "2"'), ("2027-01-01", "2027-03-01"))
    shelf = editions([second, FILE])
    march = datetime(2027, 3, 1, tzinfo=UTC)

    assert [edition.version for edition in shelf] == ["1", "2"]
    assert in_force(shelf, DocumentName.TERMS, march - TICK).version == "1"
    assert in_force(shelf, DocumentName.TERMS, march).version == "2"
    assert in_force(tuple(reversed(shelf)), DocumentName.TERMS, march + timedelta(days=1)).version == "2"
    for document, at, language in (
        (DocumentName.TERMS, datetime(2026, 12, 31, tzinfo=UTC), "en"),
        (DocumentName.PRIVACY, march, "en"),
        (DocumentName.TERMS, march, "de"),
    ):
        with pytest.raises(LookupError, match=f"No version of the {document} in {language} is in force yet"):
            in_force(shelf, document, at, language=language)


def test_an_order_is_judged_by_the_figures_of_the_version_it_was_placed_under() -> None:
    second = changed(('version = "1"', 'version = "2"'), ("hours = 24", "hours = 48"), ("2027-01-01", "2027-03-01"))
    shelf = editions([FILE, second])

    assert [policy_of(shelf, version).ticket_answer_hours for version in ("1", "2")] == [24, 48]
    with pytest.raises(LookupError):
        policy_of(shelf, "3")
    with pytest.raises(LookupError, match="has no figures"):
        policy_of((replace(shelf[0], policy=None),), "1")
    privacy = replace(shelf[0], document=DocumentName.PRIVACY, version="9")
    with pytest.raises(LookupError):
        policy_of((privacy,), "9")


def test_no_two_texts_are_the_same_version() -> None:
    with pytest.raises(NotADocument, match="same version"):
        editions([FILE, changed(("First", "Other"))])
    assert len(editions([FILE, changed(('"en"', '"de"'))])) == 2


OWN = """+++
document = "terms"
version = "2"
language = "en"
title = "Terms"
effective = 2027-03-01T00:00:00Z
is_material = true
[policy]{figures}+++
{body}"""


def own(*pairs: tuple[str, str]) -> str:
    """A second version as an operator writes it: every clause, every figure."""
    body = "".join(f"[{clause}] A clause\n\nIts words.\n\n" for clause in CLAUSES)
    said = "Figures: " + ", ".join(f"{{{name}}}" for name in FIGURES) + ".\n"
    text = OWN.format(figures=FIGURES_TEXT, body=body + said)
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_an_operators_versions_stand_in_a_folder_of_his_beside_those_of_the_product(tmp_path: Path) -> None:
    (tmp_path / "terms-2.en.txt").write_text(own())
    (tmp_path / "notes.md").write_text("no document")

    shelf = published(tmp_path)

    assert [each.version for each in versions(shelf, DocumentName.TERMS)] == ["1", "2"]
    assert [each.version for each in versions(shelf, DocumentName.PRIVACY)] == ["1"]
    assert in_force(shelf, DocumentName.TERMS, datetime(2027, 3, 1, tzinfo=UTC)).version == "2"
    assert edition_of(shelf, DocumentName.TERMS, "2").title == "Terms"
    assert published(tmp_path / "absent") == published()
    with pytest.raises(LookupError):
        edition_of(shelf, DocumentName.PRIVACY, "2")


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("+++\ndocument", "document")], "own.txt: .*header between two lines"),
        ([('version = "2"', 'version = "changes"')], "own.txt: .*begins with a digit"),
        ([('version = "2"', 'version = "2/"')], "begins with a digit"),
        ([('version = "2"', 'version = "1"')], "same version"),
        ([("2027-03-01", "2026-11-01")], "same instant"),
        ([("{appeals_max}, ", "")], "own.txt: .*say nothing of these figures: appeals_max"),
        ([(f"[policy]{FIGURES_TEXT}", ""), *((f"{{{name}}}", name) for name in FIGURES)], "The Terms have figures"),
        ([("[4.9] A clause", "[4.10] A clause"), ("[5] A clause", "[50] A clause")], "lacks the clauses 4.9, 5"),
        ([("[4.9] A clause", "[4.10] A clause"), ("2027-03-01", "2020-03-01")], "lacks the clauses 4.9"),
    ],
)
def test_an_operators_version_that_decisions_could_not_cite_is_refused(
    tmp_path: Path, pairs: list[tuple[str, str]], words: str
) -> None:
    (tmp_path / "own.txt").write_text(own(*pairs))

    with pytest.raises(NotADocument, match=words):
        published(tmp_path)


def test_before_any_version_is_in_force_the_first_one_is_accepted() -> None:
    second = changed(('version = "1"', 'version = "2"'), ("2027-01-01", "2027-03-01"))
    shelf = editions([second, FILE])
    march = datetime(2027, 3, 1, tzinfo=UTC)

    asked = [asked_for(shelf, DocumentName.TERMS, at) for at in (march - timedelta(days=400), march - TICK, march)]

    assert [each.version for each in asked] == ["1", "1", "2"]


def test_every_figure_is_told_with_its_clause_and_its_words() -> None:
    told = figures_of(POLICY)

    assert sorted(each.name for each in told) == sorted(FIGURES)
    assert [each.clause for each in told] == ["0.1", "1", "2", "4.3", "4.4", "4.4", "4.9", "5", "5", "5"]
    assert {each.clause for each in told} <= set(CLAUSES)
    assert {each.name: each.words for each in told} == {
        "api_grace_days": "14",
        "untracked_reach": "another of your open orders on the same link counts the same thing",
        "wrong_link_at_door": "is refused before anything is charged",
        "wrong_spec_refund": "the whole charge",
        "ticket_answer_hours": "24",
        "unanswered_refund": "the whole charge",
        "appeals_max": "1",
        "drop_low_percent": "5",
        "drop_medium_percent": "20",
        "drop_excessive_percent": "50",
    }
    assert all(each.label for each in told)


def test_a_section_that_is_not_there_is_not_invented() -> None:
    with pytest.raises(KeyError):
        read_edition(FILE).section("9")


def test_what_changed_between_two_versions_is_told_section_by_section_and_word_by_word() -> None:
    old = read_edition(FILE)
    new = read_edition(changed(("First words", "The first words"), ("[4.2] Another", "[4.3] Another")))

    told = difference(old, new)

    assert [(each.clause, each.mark) for each in told] == [
        ("1", Mark.CHANGED),
        ("4.3", Mark.ADDED),
        ("4.2", Mark.REMOVED),
    ]
    assert told[0].heading == ((Mark.SAME, "One thing"),)
    assert told[0].paragraphs == (
        ((Mark.REMOVED, "First"), (Mark.ADDED, "The first"), (Mark.SAME, "words, over two lines.")),
        ((Mark.SAME, "Within 24 hours."),),
    )
    assert (told[1].heading, told[2].heading) == (((Mark.ADDED, "Another"),), ((Mark.REMOVED, "Another"),))
    assert told[1].paragraphs == (((Mark.ADDED, "A link is refused before anything is charged."),),)
    assert told[2].paragraphs == (((Mark.REMOVED, "A link is refused before anything is charged."),),)
    assert [(each.mark, each.heading[0][0]) for each in difference(old, old)] == [(Mark.SAME, Mark.SAME)] * 2


def test_paragraphs_that_came_went_or_were_joined_are_told_as_such() -> None:
    old = read_edition(FILE)
    joined = read_edition(changed(("lines.\n\nWithin", "lines.\nWithin")))
    more = read_edition(changed(("hours.\n", "hours.\n\nAnd more.\n"), ("One thing", "One other thing")))

    assert difference(old, joined)[0].paragraphs == (
        ((Mark.SAME, "First words, over two lines."),),
        ((Mark.SAME, "Within 24 hours."),),
    )
    assert difference(old, joined)[0].mark is Mark.CHANGED
    assert difference(old, more)[0].paragraphs[1:] == (((Mark.SAME, "Within 24 hours."),), ((Mark.ADDED, "And more."),))
    assert difference(old, more)[0].heading == ((Mark.SAME, "One"), (Mark.ADDED, "other"), (Mark.SAME, "thing"))


def test_what_stays_is_told_as_such_in_a_long_text_of_few_words_too() -> None:
    words = "one and the other " * 100
    old, new = (read_edition(changed(("First words", f"{n} {words}{n}"))) for n in ("This", "That"))

    told = [(mark, len(text.split())) for mark, text in difference(old, new)[0].paragraphs[0]]
    assert told == [
        (Mark.REMOVED, 1), (Mark.ADDED, 1), (Mark.SAME, 400), (Mark.REMOVED, 1), (Mark.ADDED, 1), (Mark.SAME, 3),
    ]  # fmt: skip


def test_figures_that_changed_are_told_by_name() -> None:
    old = read_edition(FILE)
    new = read_edition(changed(("hours = 24", "hours = 12"), ('door = "refuse"', 'door = "complete"')))

    assert [(each.name, each.old, each.new) for each in figures_changed(old, new)] == [
        ("ticket_answer_hours", 24, 12),
        ("wrong_link_at_door", AtDoor.REFUSE, AtDoor.COMPLETE),
    ]
    assert figures_changed(old, old) == ()


def published_terms() -> Edition:
    return in_force(published(), DocumentName.TERMS, datetime(2027, 1, 1, tzinfo=UTC))
