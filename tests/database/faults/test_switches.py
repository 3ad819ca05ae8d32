"""Both colours: what is green elsewhere turns red when the guard that it tests is taken out (trust, RULE 1; faults.md).

Here stand the tests that need no more than a call; races, journeys and the simulator plant their faults themselves.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error
from tests.database.faults import test_own, test_statements
from tests.database.fulfilment import test_circuit, test_following, test_sending, test_setting_up
from tests.database.orders import test_life
from tests.panel import open_desk
from tests.pure.orders import test_following as test_reports
from tests.pure.providers import test_provider_add_answers, test_provider_rows
from tests.sabotage import Switch, planted
from tests.shop import open_customer

from sevenpanel.orders.domain import Status

pytestmark = pytest.mark.django_db(transaction=True)

Test = Callable[..., None]
# How a test says no: an assertion, a refusal that did not come, a wall of the database; in a group from Hypothesis.
RED = (AssertionError, pytest.fail.Exception, Error, ExceptionGroup)

# Each fault, a test that has to see it, and what that test is given besides a desk and customers.
DEAR = {"cost_per_thousand": "0.900001", "exchange_rate": "1", "is_sent": False}
SEEN_BY: list[tuple[Switch, Test, dict[str, Any]]] = [
    (
        Switch.SHRUG_AT_FAULTS,
        test_statements.test_k2_a_fault_at_any_statement_leaves_all_or_nothing,
        {"path": "follow"},
    ),
    (Switch.KEEP_CALLING, test_circuit.test_the_circuit_opens_after_five_failures_and_one_probe_closes_it, {}),
    (Switch.RESEND_BLINDLY, test_sending.test_an_unknown_order_is_never_sent_again_by_itself, {}),
    (
        Switch.TRUST_ANY_ANSWER,
        test_provider_add_answers.test_whatever_is_not_clear_is_unknown,
        {"body": '{"order":[23501]}', "status": 200},
    ),
    (Switch.MERGE_IDS, test_sending.test_an_id_that_is_ours_already_makes_the_order_unknown_and_merges_nothing, {}),
    (Switch.REOPEN, test_following.test_a_supplier_that_changes_its_mind_moves_no_money_and_is_reported, {}),
    (
        Switch.GUESS_WORDS,
        test_following.test_a_word_that_nobody_knows_changes_nothing_and_is_told_without_naming_the_provider,
        {},
    ),
    (
        Switch.BELIEVE_REMAINS,
        test_reports.test_each_report_moves_the_order_as_it_should,
        {
            "changed": {},
            "report": test_reports.said(Status.IN_PROGRESS, -5),
            "status": Status.IN_PROGRESS,
            "delivered": 300,
        },
    ),
    (Switch.COUNT_FROM_START, test_own.test_p8_no_money_follows_from_a_start_count, {"counts": (5, 5)}),
    (
        Switch.SKIP_THE_MARGIN,
        test_sending.test_an_order_that_costs_more_than_was_paid_is_held_and_the_price_stays,
        DEAR,
    ),
    (Switch.KEEP_CALLING, test_circuit.test_empty_pockets_are_probed_once_in_five_minutes_with_one_alert, {}),
    (Switch.KEEP_CALLING, test_sending.test_retry_after_is_obeyed_for_every_order_of_that_provider, {}),
    (Switch.TAKE_ANY_ROW, test_following.test_one_bad_row_and_one_missing_row_touch_only_themselves, {}),
    (
        Switch.BELIEVE_CANCELS,
        test_following.test_a_cancel_is_asked_for_and_money_moves_only_when_the_status_says_so,
        {},
    ),
    (Switch.IGNORE_CURRENCY, test_following.test_another_currency_stops_sending_to_that_provider, {}),
    (
        Switch.READ_LOOSELY,
        test_provider_rows.test_amounts_are_read_exactly_or_not_at_all,
        {"token": '"1,234.5"', "figure": None},
    ),
    (Switch.ROUND_DOWN, test_own.test_z4_a_price_grows_with_the_quantity_and_splitting_an_order_gains_nothing, {}),
    (
        Switch.IGNORE_REQUEST_ID,
        test_statements.test_k2_a_fault_at_any_statement_leaves_all_or_nothing,
        {"path": "place"},
    ),
    (Switch.IGNORE_FENCES, test_following.test_answers_under_a_lapsed_claim_change_nothing, {}),
    (Switch.PLAY_DONE, test_own.test_trap14_when_every_provider_fails_no_order_is_called_completed, {}),
    (Switch.TAKE_A_SECOND_CONNECTION, test_own.test_trap4_no_command_takes_a_second_connection, {}),
    (Switch.MISNAME_STATUS, test_own.test_trap16_every_action_has_the_name_that_the_field_knows, {}),
    (Switch.CALL_INSIDE, test_own.test_trap5_no_provider_is_called_inside_a_transaction, {}),
    (Switch.REFUND_TWICE, test_own.test_trap8_what_a_provider_refused_is_returned_once_whoever_asks_again, {}),
    (Switch.COUNT_SINCE_LAST, test_own.test_trap17_a_late_count_divides_the_original_charge, {}),
    (Switch.PRICE_AS_ASKED, test_own.test_trap18_the_server_prices_whatever_the_caller_says, {"asked": 10**12}),
    (
        Switch.BELIEVE_SHORT_CATALOGUES,
        test_setting_up.test_an_empty_or_short_catalogue_is_a_fault_and_takes_nothing_away,
        {},
    ),
    (Switch.IGNORE_LATE_ANSWERS, test_sending.test_a_sleepers_late_answer_is_evidence_and_changes_nothing_else, {}),
    (Switch.DROP_A_SETTLEMENT, test_sending.test_a_refusal_returns_the_money_in_the_same_transaction, {}),
    (Switch.REFUND_TWICE, test_life.test_what_the_provider_refused_comes_back_in_the_same_breath, {}),
]


@pytest.mark.parametrize(
    ("switch", "test", "given"), SEEN_BY, ids=lambda each: getattr(each, "__name__", str(each))[:60]
)
def test_a_guard_that_is_taken_out_is_missed(switch: Switch, test: Test, given: dict[str, Any]) -> None:
    names = test.__code__.co_varnames[: test.__code__.co_argcount]
    with planted(switch):
        makers: dict[str, Callable[[], object]] = {
            "desk": open_desk,
            "alice": lambda: open_customer("Alice", balance=MONEY.get(test.__module__, "1000")),
            "mallory": lambda: open_customer("Mallory", balance="1000"),
        }
        fixtures = {name: makers[name]() for name in names if name in makers}
        with pytest.raises(RED):
            test(**fixtures, **given)


# What the tests of a room give their customers, where it is not what those of fulfilment do.
MONEY = {test_life.__name__: "10"}
