"""The operator's desk: what needs a person, and whether the books balance."""

import pytest
from tests.journeys.web.visitor import Visitor, text


def test_staff_land_on_the_desk_and_see_that_the_books_balance(operator: Visitor, alice: Visitor, service: int) -> None:
    alice.order(service)

    page = text(operator.client.get("/", follow=True))

    assert "Of every order it is known whether the provider has it." in page
    assert "No open alert." in page
    assert "held USD – 0.90" in page
    assert "total USD 10.00 10.00" in page


@pytest.mark.django_db(transaction=True)
def test_staff_check_every_invariant(operator: Visitor) -> None:
    assert "Every invariant holds." in text(operator.get("/desk/invariants/"))
