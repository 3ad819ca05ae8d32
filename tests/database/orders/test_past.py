"""Whatever happened to orders, notices, tickets and clocks: what the Terms guarantee holds of the stored decisions.

Nothing here asks the rules whether they are right: refunds are reckoned anew, what could be asked for is compared from
one instant to the same one, and the real command decides everything again. A planted fault turns each of them red.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.books import books_are_right
from tests.database.orders.past import WEIGHTS, Past, Step
from tests.sabotage import Switch, planted

from sevenpanel.launch import decisions
from sevenpanel.orders.domain import Effect

pytestmark = pytest.mark.django_db(transaction=True)

# Some of the order arrives, and after more than the day within which all of it is promised the customer asks.
LATE: list[Step] = [("deliver", 301, 1), ("deliver", 301, 25), ("ask", 1, 5)]
# A delay without an end, announced when the promise is broken, and before that.
TOO_LATE: list[Step] = [("deliver", 301, 1), ("publish", 26, 25), ("ask", 1, 5)]
IN_TIME: list[Step] = [("deliver", 301, 1), ("publish", 26, 2), ("ask", 1, 30)]

steps = st.lists(
    st.tuples(st.sampled_from(WEIGHTS), st.integers(0, 9_999), st.sampled_from([0, 0, 1, 5, 24, 30])),
    min_size=12,
    max_size=24,
)


def test_in_any_past_refunds_are_bounded_rights_stay_and_every_decision_is_made_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    met: Counter[object] = Counter()

    @settings(max_examples=12, database=None, suppress_health_check=list(HealthCheck))
    @example(LATE)
    @example(IN_TIME)
    @given(steps)
    def live(past_steps: list[Step]) -> None:
        past = Past().run(past_steps)
        met.update(key for row in past.decisions() for key in (row.decision.clause, row.effect))
        assert past.wrong == []

    live()
    books_are_right()
    assert met[Effect.ENDED]
    assert decisions.main(["replay"]) == 0
    assert capsys.readouterr().out.endswith(" decided anew; 0 would be different.\n")


@pytest.mark.parametrize(
    ("switch", "past_steps"),
    [
        (Switch.RETURN_EVERYTHING, LATE),
        (Switch.RETURN_MORE_FOR_MORE, LATE),
        (Switch.LET_NOTICES_REACH_BACK, TOO_LATE),
    ],
)
def test_a_planted_fault_is_seen_in_what_happened(switch: Switch, past_steps: list[Step]) -> None:
    assert Past().run(past_steps).wrong == []

    with planted(switch):
        assert Past().run(past_steps).wrong != []


def test_a_decision_that_was_stored_without_what_it_rests_on_is_seen_when_it_is_made_again() -> None:
    Past().run(IN_TIME)
    assert decisions.main(["replay"]) == 0

    with planted(Switch.FORGET_NOTICES_OF_DECISIONS):
        Past().run(IN_TIME)
    assert decisions.main(["replay"]) == 1


def test_a_rule_that_changed_is_seen_when_decisions_are_made_again() -> None:
    Past().run(LATE)

    with planted(Switch.RETURN_EVERYTHING):
        assert decisions.main(["replay"]) == 1
