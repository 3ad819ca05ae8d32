"""Every change of the catalogue that a customer could see is announced exactly once, by whichever door it is made."""

from collections.abc import Callable

import pytest
from django.db import transaction
from tests.shop import NOON, add_service, open_customer

from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog import queries as services
from sevenpanel.catalog.commands import UnableToListService, UnableToSetRate
from sevenpanel.catalog.domain import Declaration, ServiceState
from sevenpanel.launch.operate.main import main
from sevenpanel.notices import commands, queries
from sevenpanel.notices.domain import Change, Origin
from sevenpanel.notices.queries import UpdateRow
from sevenpanel.terms import NoticeKind

pytestmark = pytest.mark.django_db

BY = {"changed_by": "olga@example.org", "now": NOON}
D, L, P, R = ServiceState.DRAFT, ServiceState.LISTED, ServiceState.PAUSED, ServiceState.RETIRED


def change(act: Callable[..., object], **given: object) -> list[UpdateRow]:
    """Do it, and return the updates it wrote."""
    before = len(queries.updates())
    with transaction.atomic():
        act(**given)
    found = queries.updates()
    return found[: len(found) - before]


@pytest.mark.parametrize(("rate", "word"), [(1_200_000, "higher"), (700_000, "lower")])
def test_6_2_a_new_price_is_one_update_with_old_and_new(rate: int, word: str) -> None:
    service = add_service(rate="0.90")

    (told,) = change(commands.change_price, service_id=service, rate_micros=rate, **BY)

    assert (told.row.notice.kind, told.row.origin) == (NoticeKind.PRICE, Origin.CATALOGUE)
    assert told.row.changes == (Change(field="rate_micros", old=900_000, new=rate),)
    assert word in told.row.notice.text
    found = services.service(service_id=service, customer_id=None)
    assert found is not None
    assert found.rate_micros == rate


def test_the_same_price_again_and_a_refused_one_are_no_update() -> None:
    service = add_service(rate="0.90")

    assert change(commands.change_price, service_id=service, rate_micros=900_000, **BY) == []
    with pytest.raises(UnableToSetRate):
        change(commands.change_price, service_id=service, rate_micros=0, **BY)
    assert queries.updates() == []


def test_a_customers_own_rate_is_nobody_elses_business() -> None:
    alice, service = open_customer("Alice"), add_service()

    told = change(
        catalog.set_custom_rate, customer_id=alice.customer_id, service_id=service, rate_micros=500_000, now=NOON
    )

    assert told == []


def test_new_limits_are_one_update_with_each_figure_that_changed() -> None:
    service = add_service(quantity_min=10, quantity_max=10_000)

    (told,) = change(commands.change_limits, service_id=service, quantity_min=20, quantity_max=10_000, **BY)

    assert told.row.changes == (Change(field="quantity_min", old=10, new=20),)
    assert change(commands.change_limits, service_id=service, quantity_min=20, quantity_max=10_000, **BY) == []


def test_a_new_description_is_one_update() -> None:
    service = add_service()

    (told,) = change(commands.describe_service, service_id=service, text="Other words.", **BY)

    assert told.row.changes[0].new == "Other words."


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (D, L, NoticeKind.NEW), (L, P, NoticeKind.PAUSED), (P, L, NoticeKind.BACK), (L, R, NoticeKind.PAUSED),
        (P, R, NoticeKind.PAUSED), (R, L, NoticeKind.BACK), (D, R, None), (L, L, None), (L, D, NoticeKind.PAUSED),
    ],
)  # fmt: skip
def test_each_way_from_state_to_state(before: ServiceState, after: ServiceState, kind: NoticeKind | None) -> None:
    service = add_service(state=before)

    told = change(commands.change_state, service_id=service, state=after, **BY)

    assert [row.row.notice.kind for row in told] == ([kind] if kind else [])
    assert all(row.row.changes == (Change(field="state", old=before.value, new=after.value),) for row in told)


def test_a_service_that_was_sold_before_is_back_and_not_new() -> None:
    service = add_service()
    change(commands.change_state, service_id=service, state=D, **BY)

    (told,) = change(commands.change_state, service_id=service, state=L, **BY)

    assert told.row.notice.kind is NoticeKind.BACK


def test_a_service_that_nobody_can_see_changes_in_silence() -> None:
    service = add_service(state=D)

    assert change(commands.change_price, service_id=service, rate_micros=1, **BY) == []
    assert change(commands.change_limits, service_id=service, quantity_min=1, quantity_max=2, **BY) == []
    assert change(commands.describe_service, service_id=service, text="Draft.", **BY) == []


def test_an_unlawful_declaration_takes_the_service_off_the_list_and_says_so_once() -> None:
    service = add_service()
    declare = {"service_id": service, "declared_by": "olga@example.org", "now": NOON}

    (told,) = change(commands.declare_fulfilment, declaration=Declaration.AUTOMATED_ACCOUNTS, **declare)

    assert told.row.notice.kind is NoticeKind.PAUSED
    with pytest.raises(UnableToListService):
        change(commands.change_state, service_id=service, state=L, **BY)
    assert change(commands.declare_fulfilment, declaration=Declaration.PAID_ADS, **declare) == []


def test_the_catalogues_own_notice_of_a_pause_does_not_pause_by_itself() -> None:
    """The state is the service's own: listing it again by any way sells it again."""
    service = add_service()
    change(commands.change_state, service_id=service, state=P, **BY)
    change(catalog.change_state, service_id=service, state=L)

    assert [row.id for row in queries.on_sale(customer_id=None, at=NOON)] == [service]


def test_the_operators_verbs_announce_what_they_change(capsys: pytest.CaptureFixture[str]) -> None:
    service = str(add_service())

    for words in (
        ("set-price", service, "1.10"),
        ("set-limits", service, "5", "500"),
        ("set-state", service, "paused"),
        ("set-state", service, "listed"),
    ):
        assert main(words) == 0
    capsys.readouterr()

    kinds = [row.row.notice.kind for row in queries.updates()]
    assert kinds == [NoticeKind.BACK, NoticeKind.PAUSED, NoticeKind.DESCRIPTION, NoticeKind.PRICE]
    assert {row.row.written_by for row in queries.updates()} == {"operator"}
