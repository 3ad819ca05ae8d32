"""Clauses 0.1 and 0.2: nothing but reading, signing out and exporting before acceptance; and its evidence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.pure.terms.ordinary import POLICY, TICK

from sevenpanel.terms import (
    Acceptance,
    Access,
    Act,
    Door,
    access,
    access_under,
    missing_evidence,
    sign_up_statements,
    wanting,
)
from sevenpanel.terms.documents import DocumentName, Edition, in_force, published

START = datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = START + 300 * DAY
FIRST = in_force(published(), DocumentName.TERMS, datetime(2027, 1, 1, tzinfo=UTC))


def version(name: str, day: int, *, is_material: bool = True) -> Edition:
    return replace(FIRST, version=name, effective_at=START + day * DAY, is_material=is_material)


TWO = (version("2", 100), version("1", 0))


def may(act: Act = Act.ANYTHING_ELSE, door: Door = Door.SITE, **changed: Any) -> Access:
    known: dict[str, Any] = {"editions": TWO, "accepted": {"2"}, "policy": POLICY, "now": NOW}
    return access(act=act, door=door, **(known | changed))


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("door", Door)
def test_0_1_with_the_current_version_accepted_everything_is_allowed(act: Act, door: Door) -> None:
    answer = may(act, door)

    assert (answer.is_allowed, answer.clause, answer.needs) == (True, "0.1", None)
    assert answer.sentence == "The current Terms are accepted."
    assert may(act, door, editions=(PRIVATE,), accepted={"1"}).sentence == "The current privacy policy is accepted."


@pytest.mark.parametrize("door", Door)
@pytest.mark.parametrize(
    ("act", "is_allowed"),
    [
        (Act.READ_TERMS, True),
        (Act.ACCEPT_TERMS, True),
        (Act.SIGN_OUT, True),
        (Act.EXPORT_DATA, True),
        (Act.ANYTHING_ELSE, False),
    ],
)
def test_0_1_without_acceptance_only_reading_signing_out_and_exporting(door: Door, act: Act, is_allowed: bool) -> None:
    answer = may(act, door, accepted=set())

    assert (answer.is_allowed, answer.needs, answer.until) == (is_allowed, "2", None)
    assert answer.sentence == (
        "This needs no acceptance."
        if is_allowed
        else "Accept the current Terms first. Until then you can read them, sign out and export your data."
    )


def test_0_1_a_new_version_asks_again_before_anything_else_at_the_instant_it_comes_into_force() -> None:
    assert may(accepted={"1"}, now=START + 100 * DAY - TICK).is_allowed
    assert not may(accepted={"1"}, now=START + 100 * DAY).is_allowed
    assert may(accepted={"1", "2"}, now=START + 100 * DAY).is_allowed
    assert may(accepted={"2"}, now=START + 50 * DAY).is_allowed


def test_0_1_before_any_version_is_in_force_there_is_nothing_to_accept() -> None:
    assert may(accepted=set(), now=START - TICK).is_allowed
    assert not may(accepted=set(), now=START).is_allowed


@pytest.mark.parametrize(
    ("days", "is_allowed"),
    [(0 * DAY, True), (14 * DAY - TICK, True), (14 * DAY, False), (50 * DAY, False)],
)
def test_0_1_the_api_goes_on_for_14_days_after_an_unaccepted_change(days: timedelta, is_allowed: bool) -> None:
    answer = may(door=Door.API, accepted={"1"}, now=START + 100 * DAY + days)

    assert (answer.is_allowed, answer.needs) == (is_allowed, "2")
    assert answer.until == START + 114 * DAY
    changed = "The Terms changed on 11 April 2027, 00:00 UTC"
    assert answer.sentence == (
        f"{changed}. Accept them on the site by 25 April 2027, 00:00 UTC."
        if is_allowed
        else f"{changed}, and 14 days have passed. Accept them on the site first."
    )


def test_0_1_the_grace_counts_from_the_first_change_that_was_not_accepted() -> None:
    three = (*TWO, version("3", 110))

    answer = may(door=Door.API, editions=three, accepted={"1"}, now=START + 112 * DAY)
    assert (answer.is_allowed, answer.needs, answer.until) == (True, "3", START + 114 * DAY)
    assert not may(door=Door.API, editions=three, accepted={"1"}, now=START + 114 * DAY).is_allowed
    assert may(door=Door.API, editions=three, accepted={"2"}, now=START + 114 * DAY).is_allowed


def test_0_1_an_account_that_never_accepted_has_no_grace() -> None:
    assert not may(door=Door.API, accepted=set(), now=START + 100 * DAY).is_allowed
    assert not may(door=Door.API, accepted={"of another document"}, now=START + 100 * DAY).is_allowed


def test_0_1_a_corrected_spelling_asks_nobody_again_but_is_what_newcomers_accept() -> None:
    corrected = (*TWO, version("2a", 110, is_material=False))

    assert may(editions=corrected, accepted={"2"}).is_allowed
    answer = may(editions=corrected, accepted=set())
    assert (answer.is_allowed, answer.needs) == (False, "2a")
    assert not may(editions=corrected, accepted={"1"}).is_allowed
    assert may(editions=(version("1", 0), version("1a", 10, is_material=False)), accepted={"1"}).is_allowed


TERMS, PRIVACY = DocumentName.TERMS, DocumentName.PRIVACY
PRIVATE = replace(in_force(published(), PRIVACY, START), version="1", effective_at=START, is_material=True)
SHELF = (*TWO, PRIVATE, replace(PRIVATE, version="2", effective_at=START + 200 * DAY))


def may_under(
    accepted: set[tuple[DocumentName, str]], day: int, *, door: Door = Door.SITE, act: Act = Act.ANYTHING_ELSE
) -> Access:
    return access_under(shelf=SHELF, accepted=accepted, act=act, door=door, now=START + day * DAY)


@pytest.mark.parametrize(
    ("accepted", "day", "versions"),
    [
        (set(), -1, ()),
        (set(), 0, ((TERMS, "1"), (PRIVACY, "1"))),
        ({(TERMS, "1")}, 0, ((PRIVACY, "1"),)),
        ({(PRIVACY, "1")}, 0, ((TERMS, "1"),)),
        ({(TERMS, "1"), (PRIVACY, "1")}, 0, ()),
        ({(TERMS, "1"), (PRIVACY, "1")}, 100, ((TERMS, "2"),)),
        ({(TERMS, "2"), (PRIVACY, "1")}, 199, ()),
        ({(TERMS, "2"), (PRIVACY, "1")}, 200, ((PRIVACY, "2"),)),
        ({(TERMS, "1"), (PRIVACY, "2")}, 200, ((TERMS, "2"),)),
        ({(PRIVACY, "2")}, 200, ((TERMS, "2"),)),
        (set(), 200, ((TERMS, "2"), (PRIVACY, "2"))),
    ],
)
def test_0_1_of_each_document_the_version_in_force_is_asked_for_and_nothing_else_is_open_before(
    accepted: set[tuple[DocumentName, str]], day: int, versions: tuple[tuple[DocumentName, str], ...]
) -> None:
    asked = wanting(shelf=SHELF, accepted=accepted, now=START + day * DAY)

    assert tuple((each.document, each.version) for each in asked) == versions
    assert may_under(accepted, day).is_allowed == (not versions)
    assert may_under(accepted, day, act=Act.EXPORT_DATA).is_allowed


def test_0_1_what_is_asked_for_is_the_version_in_force_though_its_change_asks_nobody() -> None:
    shelf = (*SHELF, version("2a", 110, is_material=False))

    (asked,) = wanting(shelf=shelf, accepted={(TERMS, "1"), (PRIVACY, "1")}, now=START + 110 * DAY)

    assert asked.version == "2a"


def test_0_1_each_document_has_a_grace_of_its_own_at_the_api() -> None:
    both = {(TERMS, "2"), (PRIVACY, "1")}

    known = may_under(both, 213, door=Door.API)
    assert (known.is_allowed, known.needs, known.until) == (True, "2", START + 214 * DAY)
    assert known.sentence == (
        "The privacy policy changed on 20 July 2027, 00:00 UTC. Accept it on the site by 3 August 2027, 00:00 UTC."
    )
    assert not may_under(both, 214, door=Door.API).is_allowed
    assert not may_under({(TERMS, "1"), (PRIVACY, "2")}, 114, door=Door.API).is_allowed
    assert not may_under({(TERMS, "2")}, 113, door=Door.API).is_allowed
    assert may_under({(TERMS, "2"), (PRIVACY, "2")}, 300, door=Door.API).needs is None
    assert may_under(set(), 300).sentence.startswith("Accept the current Terms first.")
    assert may_under({(TERMS, "2")}, 300).sentence == (
        "Accept the current privacy policy first. Until then you can read it, sign out and export your data."
    )


def test_0_1_the_days_of_grace_are_those_of_the_terms_in_force() -> None:
    short = replace(version("2", 100), policy=replace(POLICY, api_grace_days=3))

    for day, is_allowed in ((102, True), (103, False)):
        answer = access_under(
            shelf=(version("1", 0), short, PRIVATE),
            accepted={(TERMS, "1"), (PRIVACY, "1")},
            act=Act.ANYTHING_ELSE,
            door=Door.API,
            now=START + day * DAY,
        )
        assert answer.is_allowed is is_allowed


HOLDS = Acceptance(
    user_id=1,
    document=TERMS,
    version="1",
    text_sha256=FIRST.sha256,
    language="en",
    accepted_at=NOW,
    statements=("0.1", "0.2"),
    button_words="I accept the Terms",
    address="192.0.2.1",
    agent="a browser",
    request_id="01J",
)


def test_0_2_the_risks_and_the_arbitration_notice_stand_above_the_button() -> None:
    stated = sign_up_statements(FIRST)

    assert [clause for clause, _ in stated] == ["0.1", "0.2"]
    assert "risks" in stated[0][1]
    assert "arbitration" in stated[1][1]


def test_0_1_whoever_accepts_has_said_that_the_risks_are_known_and_borne() -> None:
    (known, borne, *_), words = FIRST.section("0.1").paragraphs[0].split(". "), dict(sign_up_statements(FIRST))["0.1"]

    assert "can go wrong" in known
    assert "know this" in borne
    assert "bear the risks" in borne
    assert words.startswith(FIRST.section("0.1").paragraphs[0])
    assert missing_evidence(HOLDS, FIRST) == ()
    assert missing_evidence(replace(HOLDS, statements=("0.2",)), FIRST) != ()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ()),
        ({"document": PRIVACY}, ("it names another document",)),
        ({"version": "2"}, ("it names another version",)),
        ({"language": "de"}, ("it names another language",)),
        ({"text_sha256": "0" * 64}, ("its hash is that of another text",)),
        ({"statements": ("0.1",)}, ("the risks and the arbitration notice were not both stated",)),
        ({"statements": ("0.2",)}, ("the risks and the arbitration notice were not both stated",)),
        ({"statements": ("0.2", "0.1", "5")}, ()),
        ({"was_ticked_before": True}, ("the box was ticked beforehand",)),
        ({"button_words": ""}, ("the words of the button are missing",)),
        ({"address": ""}, ("the address it came from is missing",)),
        ({"agent": ""}, ()),
        ({"request_id": ""}, ("the request it came by is missing",)),
    ],
)
def test_0_2_an_acceptance_holds_only_with_all_of_its_evidence(changed: dict[str, Any], words: tuple[str, ...]) -> None:
    assert missing_evidence(replace(HOLDS, **changed), FIRST) == words


def test_0_1_an_acceptance_has_an_instant_with_a_time_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        replace(HOLDS, accepted_at=datetime(2027, 1, 1))  # noqa: DTZ001 - the point of the test
