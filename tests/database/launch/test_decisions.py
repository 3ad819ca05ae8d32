"""`sevenpanel decisions replay`: silent about what stays the same, and plain about what would change."""

from pathlib import Path

import pytest
from django.db import transaction
from tests.database.orders.test_decisions import LATE, asked, by_staff, running
from tests.shop import open_customer

from sevenpanel.kernel.db import rows
from sevenpanel.launch import decisions
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.orders import commands
from sevenpanel.orders.commands.decisions import RefuseByHand
from sevenpanel.terms import Kind, Message, Ticket

# The command reads in a snapshot of its own, which cannot be taken inside a test's transaction.
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stored(db: None) -> None:
    """A claim of an unanswered ticket, a refusal by the rules, and one that staff overruled."""
    alice = open_customer("Alice", balance="10")
    order_id = running(alice)
    by_staff(asked(alice, order_id), RefuseByHand(staff_id=9, reason="The count moved."))
    ticket = Ticket(
        ticket_id=1, order_ids=(order_id,), messages=(Message(at=LATE.replace(day=1), is_from_staff=False),)
    )
    for kind in (Kind.DROP, Kind.UNANSWERED):
        with transaction.atomic():
            commands.decide_by_rules(asked=asked(alice, order_id, kind, ticket=ticket), now=LATE)


@committed
def test_nothing_would_be_different(stored: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert decisions.main(["replay"]) == 0
    assert capsys.readouterr().out == "3 decided anew; 0 would be different.\n"


@committed
@pytest.mark.parametrize(
    ("name", "text"),
    [("figures.toml", "ticket_answer_hours = 2000\n"), ("figures.json", '{"ticket_answer_hours": 2000}')],
)
def test_other_figures_show_which_decisions_they_would_change(
    stored: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)

    assert decisions.main(["replay", "--policy", str(tmp_path / name)]) == 1

    told = capsys.readouterr().out
    assert "unanswered ticket: outcome: granted -> refused" in told
    assert "3 decided anew; 1 would be different." in told


@committed
@pytest.mark.parametrize("text", ["answer_hours = 2", "ticket_answer_hours = 'two'", "ticket_answer_hours ="])
def test_figures_that_make_no_sense_are_refused(stored: None, tmp_path: Path, text: str) -> None:
    (tmp_path / "figures.toml").write_text(text)

    with pytest.raises(UnableToLaunch):
        decisions.main(["replay", "--policy", str(tmp_path / "figures.toml")])


def test_a_decision_that_was_tampered_with_is_found(stored: None, capsys: pytest.CaptureFixture[str]) -> None:
    rows("ALTER TABLE orders_decision DISABLE TRIGGER USER")
    rows("GRANT UPDATE ON orders_decision TO CURRENT_USER")
    rows("UPDATE orders_decision SET decision = jsonb_set(decision, '{refund_micros}', '7') WHERE kind = 'drop'")

    assert decisions.report({}) == 1
    assert "nobody overruled them" in capsys.readouterr().out
