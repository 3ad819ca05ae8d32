"""The figures of the Terms; clause 5's bands; clause 7; and how figures are written."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.pure.terms.ordinary import ORDER, PLACED, POLICY

from sevenpanel.catalog import domain as catalog
from sevenpanel.orders import domain as orders
from sevenpanel.terms import (
    FIGURES,
    TREATMENT,
    AtDoor,
    Correction,
    DataKind,
    Dispatch,
    DropBand,
    DropFigure,
    Erasure,
    NotAPolicy,
    Policy,
    Status,
    band_of,
    band_words,
    drop_sentences,
    erasure_preview,
    read_policy,
    with_figures,
)  # fmt: skip
from sevenpanel.terms.facts import OrderFacts
from sevenpanel.terms.refunds import kept_micros, undelivered_micros
from sevenpanel.terms.sentences import amount, instant, listed, money, span

ALL = {name: getattr(POLICY, name) for name in FIGURES}


def test_a_policy_is_read_from_all_of_its_figures_and_no_others() -> None:
    assert read_policy(ALL, version="1") == POLICY
    assert read_policy({**ALL, "wrong_link_at_door": "complete"}, version="1").wrong_link_at_door is AtDoor.COMPLETE
    with pytest.raises(NotAPolicy, match="These figures are missing: appeals_max, unanswered_refund"):
        read_policy({n: v for n, v in ALL.items() if n not in {"appeals_max", "unanswered_refund"}}, version="1")
    with pytest.raises(NotAPolicy, match="no figures named hours, version; known are ticket_answer_hours, "):
        read_policy({**ALL, "hours": 1, "version": "1"}, version="1")


def test_other_figures_can_be_tried_and_have_a_version_of_their_own() -> None:
    tried = with_figures(POLICY, {"ticket_answer_hours": 48})

    assert tried == replace(POLICY, ticket_answer_hours=48, version="1 with other figures")
    assert with_figures(POLICY, {}) == POLICY
    with pytest.raises(NotAPolicy, match="no figures named ticket_hours"):
        with_figures(POLICY, {"ticket_hours": 48})


@pytest.mark.parametrize(
    "changed",
    [
        {"ticket_answer_hours": 0},
        {"ticket_answer_hours": "24"},
        {"ticket_answer_hours": True},
        {"ticket_answer_hours": 24.5},
        {"api_grace_days": -1},
        {"appeals_max": -1},
        {"wrong_link_at_door": "shrug"},
        {"wrong_spec_refund": "refuse"},
        {"drop_low_percent": 0},
        {"drop_low_percent": 20},
        {"drop_medium_percent": 50},
        {"drop_excessive_percent": 100},
    ],
)
def test_a_figure_that_makes_no_sense_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(NotAPolicy):
        with_figures(POLICY, changed)


def test_the_least_figures_that_make_sense_are_taken() -> None:
    least = {"ticket_answer_hours": 1, "api_grace_days": 0, "appeals_max": 0, "drop_low_percent": 1}

    assert with_figures(POLICY, least | {"drop_excessive_percent": 99}).ticket_answer_hours == 1
    with pytest.raises(NotAPolicy, match="needs a version"):
        read_policy(ALL, version="")


# 5


@pytest.mark.parametrize(
    ("dropped", "band"),
    [
        (0, DropBand.MINIMAL),
        (49, DropBand.MINIMAL),
        (50, DropBand.LOW),
        (199, DropBand.LOW),
        (200, DropBand.MEDIUM),
        (499, DropBand.MEDIUM),
        (500, DropBand.EXCESSIVE),
        (1_000, DropBand.EXCESSIVE),
    ],
)
def test_5_low_is_5_to_20_percent_medium_20_to_50_excessive_50_to_100(dropped: int, band: DropBand) -> None:
    assert band_of(dropped=dropped, delivered=1_000, policy=POLICY) is band


@pytest.mark.parametrize(("dropped", "delivered"), [(-1, 10), (11, 10), (0, 0)])
def test_5_counts_that_cannot_be_have_no_band(dropped: int, delivered: int) -> None:
    with pytest.raises(ValueError, match="What dropped lies between 0"):
        band_of(dropped=dropped, delivered=delivered, policy=POLICY)


def test_5_bands_are_written_as_the_catalogue_writes_them() -> None:
    assert {band.value: band_words(band, POLICY) for band in DropBand} == catalog.DROP_BAND_WORDS


def test_5_an_estimate_says_how_it_was_found_and_that_it_is_one() -> None:
    declared = DropFigure(band=DropBand.LOW, as_of=PLACED)
    measured = DropFigure(band=DropBand.MEDIUM, orders=1, low_permille=203, high_permille=310, as_of=PLACED)
    disclaimed = "It is an estimate from past orders, differs between channels and networks, and gives no refund."

    assert drop_sentences(declared, POLICY) == (
        "Drop is low, 5 to 20 %, declared by the operator.", disclaimed,
    )  # fmt: skip
    assert drop_sentences(measured, POLICY) == (
        "Drop is medium, 20 to 50 %, measured over 1 order until 3 May 2027, 12:00 UTC.",
        "It lies between 20.3 % and 31 %.",
        disclaimed,
    )
    assert len(drop_sentences(replace(measured, high_permille=None), POLICY)) == 2
    assert len(drop_sentences(replace(measured, low_permille=None), POLICY)) == 2
    with pytest.raises(ValueError, match="no time zone"):
        replace(declared, as_of=datetime(2027, 1, 1))  # noqa: DTZ001 - the point of the test


# 7


def test_7_everything_about_a_person_is_exported_but_the_log_of_staff() -> None:
    assert {kind for kind, each in TREATMENT.items() if not each.is_exported} == {DataKind.AUDIT}


def test_7_books_and_evidence_stay_without_the_person_and_the_rest_goes() -> None:
    stays = {kind for kind, each in TREATMENT.items() if each.on_erasure is Erasure.UNLINKED}

    assert stays == {
        DataKind.ACCEPTANCES, DataKind.ORDERS, DataKind.DECISIONS, DataKind.LEDGER, DataKind.DEPOSITS, DataKind.AUDIT,
    }  # fmt: skip
    assert {kind for kind, each in TREATMENT.items() if not each.is_exported} == {DataKind.AUDIT}


def test_7_before_an_erasure_each_kind_of_data_is_told_with_its_reason() -> None:
    told = erasure_preview()

    assert len(told) == len(DataKind)
    assert told[0] == (
        "account: name, mail, password hash, second factor: deleted. Only needed while the account exists."
    )
    assert "ledger entries: kept without the person. Books are never changed; " in told[7]


# Words and sums that other rooms have too.


def test_words_are_those_of_the_other_rooms() -> None:
    assert [each.value for each in Status] == [each.value for each in orders.Status]
    assert [each.value for each in Dispatch] == [each.value for each in orders.Dispatch]
    assert [each.value for each in DropBand] == [each.value for each in catalog.DropBand]


@pytest.mark.parametrize("delivered", [0, 1, 2, 333, 999, 1_000])
def test_a_charge_is_divided_as_orders_divide_it(delivered: int) -> None:
    facts = ordinary(delivered)
    divided = orders.divide(charge_micros=facts.charge_micros, quantity=facts.quantity, delivered=delivered)

    assert (kept_micros(facts), undelivered_micros(facts)) == (divided.earned_micros, divided.returned_micros)


@pytest.mark.parametrize(
    "changed",
    [
        {"reported_delivered": -1},
        {"reported_delivered": 1_001},
        {"quantity": 0, "charge_micros": 0},
        {"correction": Correction(delivered=-1, reason="Odd.", by="ada")},
        {"correction": Correction(delivered=1_001, reason="Odd.", by="ada")},
        {"returned_micros": -1},
        {"returned_micros": 777_778},
    ],
)
def test_facts_that_cannot_be_those_of_an_order_are_refused(changed: dict[str, Any]) -> None:
    words = "lies between" if changed.keys() & {"reported_delivered", "correction"} else "no more than its charge"
    with pytest.raises(ValueError, match=words):
        replace(ordinary(0), **changed)
    assert replace(ordinary(1_000), returned_micros=777_777)
    assert replace(ordinary(0), correction=Correction(delivered=1_000, reason="All there.", by="ada"))
    assert replace(ordinary(0), quantity=1)


def ordinary(delivered: int) -> OrderFacts:
    known = {field.name: getattr(ORDER, field.name) for field in fields(OrderFacts)}
    return OrderFacts(**(known | {"charge_micros": 777_777, "reported_delivered": delivered}))


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=47, minutes=59, seconds=59), "47 hours 59 minutes 59 seconds"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=2, hours=23, minutes=59, seconds=59), "2 days 23 hours 59 minutes 59 seconds"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(minutes=1, seconds=1), "1 minute 1 second"),
        (timedelta(hours=1, seconds=59), "1 hour 59 seconds"),
        (timedelta(days=2, hours=3, minutes=1, seconds=1), "2 days 3 hours 1 minute 1 second"),
        (timedelta(0), "no time"),
    ],
)
def test_spans_are_written_exactly(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_instants_amounts_sums_and_lists_are_written_one_way() -> None:
    assert [instant(datetime(2027, month, 1, 9, 5, tzinfo=UTC)).split()[1][:3] for month in range(1, 13)] == [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]  # fmt: skip
    assert instant(datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))) == "31 December 2026, 23:30 UTC"
    assert instant(datetime(2027, 1, 1, 9, 5, 7, 1, tzinfo=UTC)) == "1 January 2027, 09:05:07 UTC"
    assert (amount(1, "day"), amount(0, "day"), amount(1_000, "day")) == ("1 day", "0 days", "1,000 days")
    assert money(1_500_000, "EUR") == "1.50 EUR"
    assert (listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])) == ("a", "a and b", "a, b and c")
    assert isinstance(POLICY, Policy)
