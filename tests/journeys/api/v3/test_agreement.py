"""What version 2 refuses, version 3 refuses for the same reason: generated requests at both, over HTTP."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.served import Served
from tests.shop import Person, add_service, make_key, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.api import wording
from sevenpanel.catalog.domain import ServiceState, ServiceType
from sevenpanel.orders.domain import RefusalCode

pytestmark = pytest.mark.django_db(transaction=True)

LINKS = ("t.me/northwind_news", "https://t.me/Northwind_News", "t.me/another_one", "https://example.com/", "nonsense")
QUANTITIES = (None, 0, 9, 10, 100, 10_000, 10_001, 10**12)
# The number of a service, the link, the quantity, how many comments, and the id of the request.
Asked = tuple[int, str, int | None, int, str | None]

REQUESTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(LINKS),
        st.sampled_from(QUANTITIES),
        st.integers(0, 4),
        st.sampled_from((None, None, "a", "b")),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def services(transactional_db: Any) -> list[int]:
    """One of each kind that is judged differently."""
    plain = add_service()
    return [
        plain,
        add_service(rate="80000"),
        add_service(service_type=ServiceType.PACKAGE, rate="2", quantity_min=3, quantity_max=7),
        add_service(service_type=ServiceType.CUSTOM_COMMENTS, rate="90", quantity_min=2, quantity_max=3),
        add_service(accepts=("*/*",), state=ServiceState.PAUSED),
        plain + 10_000,
    ]


def of_two(door: Served, person: Person, service: int, asked: Asked) -> str:
    """What version 2 says: the charge, or the words before the first value of its error."""
    _, link, quantity, comments, once = asked
    client = door.client(make_key(person))
    sent = {"service": service, "link": link, "quantity": quantity, "request_id": once}
    answer = client("add", comments="\n".join(["good"] * comments), **{k: v for k, v in sent.items() if v is not None})
    return str(client("status", order=answer["order"])["charge"]) if "order" in answer else str(answer["error"])


def of_three(door: Served, person: Person, service: int, asked: Asked) -> tuple[str, str]:
    """What version 3 says: the charge, or the beginning of the words of version 2 for its code; and the code."""
    _, link, quantity, comments, once = asked
    headers = {"Authorization": f"Bearer {make_key(person)}"} | ({"Idempotency-Key": once} if once else {})
    body = {"service": service, "link": link, "quantity": quantity, "comments": ["good"] * comments}
    answer = httpx.post(f"{door.site}/api/v3/orders", json=body, headers=headers, timeout=60, trust_env=False)
    found = answer.json()
    if answer.status_code < 300:
        return found["charge"], ""
    return wording.REFUSED[RefusalCode(found["code"])].partition("{")[0], found["code"]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=REQUESTS, is_suspended=st.integers(0, 9).map(lambda n: n == 0))
def test_the_same_requests_are_refused_for_the_same_reasons(
    door: Served, services: list[int], asked: list[Asked], is_suspended: bool
) -> None:
    two, three = (open_customer(name, balance="100") for name in ("Two", "Three"))
    for person in (two, three):
        accounts.suspend_customer(customer_id=person.customer_id, is_suspended=is_suspended)
    for one in asked:
        service = services[one[0]]
        said, (expected, code) = of_two(door, two, service, one), of_three(door, three, service, one)
        assert said.startswith(expected), (one, said, expected, code)
        assert code or said == expected, (one, said)
