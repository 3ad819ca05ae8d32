"""What the page says of a link and a quantity is what the placing statement decides (ADR 8).

Both rules stand twice: in SQL, where thousands of lines are judged at once, and in Python, where a page answers while
somebody types. Nothing but these tests holds the two together.
"""

from collections.abc import Collection, Sequence
from itertools import product

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.guards import PLACE
from tests.sabotage import PACKAGE
from tests.shop import NOON, add_service, open_customer

from sevenpanel import links
from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import COMMENTS_MAX, QUANTITY_MAX, ServiceType
from sevenpanel.kernel import db
from sevenpanel.links import Link, read_link
from sevenpanel.orders import commands
from sevenpanel.orders.domain import OrderLine, RefusalCode, Refused
from sevenpanel.web import quoting

pytestmark = pytest.mark.django_db

WRITTEN = [*links.EXAMPLES.values(), "https://example.com/?a=1", "https://t.me/+AbCdEfGhIjKlMnOp", "@northwind_news"]
READ = [link for text in WRITTEN if isinstance(link := read_link(text), Link)]


def judged(lines: Sequence[OrderLine]) -> list[RefusalCode | None]:
    """How the statement judges lines that nobody has the money for; None when a line was placed."""
    found: list[RefusalCode | None] = []
    for start in range(0, len(lines), 5_000):
        outcomes = commands.place(lines=lines[start : start + 5_000], now=NOON)
        found += [outcome.code if isinstance(outcome, Refused) else None for outcome in outcomes]
    return found


def disagreements(service_lists: Collection[Collection[str]], service_ids: Sequence[int]) -> list[tuple[object, ...]]:
    """Where page and statement disagree about a link, for each of these services and every kind of link."""
    alice = open_customer("Alice")
    cases = list(product(zip(service_lists, service_ids, strict=True), READ))
    # Too few of them, so that a link that is taken ends in another refusal and nothing is ever placed.
    lines = [
        OrderLine(customer_id=alice.customer_id, service_id=service_id, link=link.address, quantity=0)
        for (_, service_id), link in cases
    ]
    return [
        (tuple(accepted), link.tag, code)
        for ((accepted, _), link), code in zip(cases, judged(lines), strict=True)
        if (code is not RefusalCode.WRONG_LINK) is not links.accepts(accepted, link)
    ]


def test_every_kind_of_link_is_taken_by_the_same_services() -> None:
    assert {link.tag for link in READ} == links.TAGS
    tags = sorted(links.ACCEPTABLE)
    template = add_service()
    copies = [_copy(template, [tag]) for tag in tags]

    assert disagreements([[tag] for tag in tags], copies) == []


@pytest.mark.parametrize(
    ("rule", "hole"),
    [
        ("AND '*/*' <> ALL (line.accepts)", ""),
        ("AND split_part(line.tag, '/', 1) || '/*' <> ALL (line.accepts)", ""),
        ("WHEN line.tag <> ALL (line.accepts)", "WHEN true"),
    ],
)
def test_a_rule_that_is_changed_on_one_side_only_is_noticed(rule: str, hole: str) -> None:
    text = (PACKAGE / PLACE).read_text()
    assert text.count(rule) == 1
    db.rows(text.replace(rule, hole).replace("%", "%%"))
    template = add_service()

    accepted = [["*/*"], ["telegram/*"], ["telegram/channel"]]
    assert disagreements(accepted, [_copy(template, each) for each in accepted])


def _copy(service_id: int, accepts: Collection[str]) -> int:
    """The same service, but for other links."""
    columns = [name for (name,) in db.rows(_COLUMNS)]
    taken = ", ".join("%s::text[]" if name == "accepts" else name for name in columns)
    statement = f"INSERT INTO catalog_service ({', '.join(columns)}) SELECT {taken} FROM catalog_service WHERE id = %s"
    return int(db.rows(f"{statement} RETURNING id", [list(accepts), service_id])[0][0])


_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
    " AND table_name = 'catalog_service' AND column_name <> 'id'"
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.frozensets(st.sampled_from(sorted(links.ACCEPTABLE)), max_size=4))
def test_lists_of_several_kinds_take_the_same_links(accepts: frozenset[str]) -> None:
    assert disagreements([accepts], [_copy(add_service(), accepts)]) == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(ServiceType.DEFAULT, 1, QUANTITY_MAX, QUANTITY_MAX + 1)
@example(ServiceType.DEFAULT, 10, 10, 0)
@example(ServiceType.DEFAULT, 10, 10, 10**18)
@example(ServiceType.PACKAGE, 10, 10, 10**18)
@given(
    st.sampled_from(list(ServiceType)),
    st.integers(1, 60),
    st.integers(0, 60),
    st.one_of(st.integers(0, 130), st.integers(0, 10**20)),
)
def test_too_few_and_too_many_are_the_same_on_the_page_and_in_the_statement(
    kind: ServiceType, least: int, more: int, units: int
) -> None:
    alice = open_customer("Alice")
    most = min(least + more, QUANTITY_MAX)
    service_id = add_service(service_type=kind, quantity_min=least, quantity_max=most)
    row = catalog.service(service_id=service_id, customer_id=None)
    assert row is not None
    comments = ("good",) * min(units, COMMENTS_MAX) if kind is ServiceType.CUSTOM_COMMENTS else ()
    line = OrderLine(
        customer_id=alice.customer_id,
        service_id=service_id,
        link="t.me/northwind_news",
        quantity=None if comments else units,
        comments=comments,
    )

    (code,) = judged([line])

    counted, trouble = quoting.units_of(row, str(units), comments)
    # What is too large to be read as a quantity at all is too many, too.
    is_out = bool(trouble) or (counted is not None and quoting.out_of_bounds(row, counted))
    assert (code in (RefusalCode.BELOW_MIN, RefusalCode.ABOVE_MAX)) is is_out
