"""The table of links: each row reads as it says, and the table itself is what it claims to be."""

from __future__ import annotations

from collections import defaultdict

import pytest
from tests.pure.links.link_cases import CASES, READABLE, REFUSED, Case

from sevenpanel.links import TAGS, Link, Unreadable, UnreadableReason, read_link


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_a_link_reads_as_the_table_says(case: Case) -> None:
    assert read_link(case.text, case.hint) == case.expected


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_text_that_is_no_link_is_refused_with_its_reason_and_a_sentence(case: Case) -> None:
    refusal = read_link(case.text, case.hint)
    assert isinstance(refusal, Unreadable)
    assert refusal.reason == case.expected
    assert refusal.sentence.endswith(".")
    assert "for example https://" in refusal.sentence


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_the_address_of_a_link_reads_as_the_same_link(case: Case) -> None:
    link = case.expected
    assert isinstance(link, Link)
    assert read_link(link.address) == link


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_the_target_of_a_link_is_its_own_target(case: Case) -> None:
    link = case.expected
    assert isinstance(link, Link)
    again = read_link(link.target)
    assert isinstance(again, Link)
    assert (again.network, again.target) == (link.network, link.target)


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_only_claims_beyond_the_target_are_lost_when_the_target_is_read_again(case: Case) -> None:
    """A Short is known to be one only by its address: its target is the video that it is."""
    link = case.expected
    assert isinstance(link, Link)
    assert read_link(link.target) == link or link.address != link.target


def test_the_table_has_hundreds_of_rows_each_written_once() -> None:
    assert len(CASES) >= 330
    assert len({(case.text, case.hint) for case in CASES}) == len(CASES)


def test_the_table_covers_every_kind_of_every_network_and_every_reason_but_length() -> None:
    assert {link.tag for case in READABLE if isinstance(link := case.expected, Link)} == TAGS
    assert {case.expected for case in REFUSED} == set(UnreadableReason) - {UnreadableReason.TOO_LONG}


def test_most_kinds_are_written_in_more_than_one_way() -> None:
    spellings: dict[str, set[str]] = defaultdict(set)
    for case in READABLE:
        if isinstance(case.expected, Link):
            spellings[case.expected.tag].add(case.text)
    assert sum(len(texts) > 1 for texts in spellings.values()) > len(TAGS) / 2
