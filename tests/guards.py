"""The faults that can be planted: the guard that each takes out, and the walls behind it (sabotage.py plants them)."""

from dataclasses import dataclass
from enum import StrEnum

PLACE = "orders/migrations/place_within_caps.sql"
MARK_BESIDE = "orders/migrations/place_beside_others.sql"


class Switch(StrEnum):
    """The faults that can be planted."""

    SKIP_BALANCE_LOCK = "skip-balance-lock"
    IGNORE_REQUEST_ID = "ignore-request-id"
    ALLOW_SECOND_ACTIVE = "allow-second-active"
    IGNORE_NOTICES = "ignore-notices"
    ACCEPT_AGAIN = "accept-again"
    SELL_ON_CREDIT = "sell-on-credit"
    FORGET_THE_HOLD = "forget-the-hold"
    FORGET_THE_MESSAGE = "forget-the-message"
    REFUND_TWICE = "refund-twice"
    DROP_A_SETTLEMENT = "drop-a-settlement"
    RESEND_BLINDLY = "resend-blindly"
    IGNORE_LATE_ANSWERS = "ignore-late-answers"
    TEST_FOR_DUPLICATES_LATE = "test-for-duplicates-late"
    BELIEVE_CANCELS = "believe-cancels"
    FORGET_LEASES = "forget-leases"
    IGNORE_THE_STOP = "ignore-the-stop"
    SEE_NO_BREACH = "see-no-breach"
    RETURN_EVERYTHING = "return-everything"
    RETURN_MORE_FOR_MORE = "return-more-for-more"
    LET_NOTICES_REACH_BACK = "let-notices-reach-back"
    FORGET_NOTICES_OF_DECISIONS = "forget-notices-of-decisions"
    SHARE_CLAIMS = "share-claims"
    CREDIT_AGAIN = "credit-again"
    LOCK_NO_ORDER = "lock-no-order"
    SHRUG_AT_FAULTS = "shrug-at-faults"
    CALL_INSIDE = "call-inside"
    KEEP_CALLING = "keep-calling"
    TRUST_ANY_ANSWER = "trust-any-answer"
    MERGE_IDS = "merge-ids"
    REOPEN = "reopen"
    GUESS_WORDS = "guess-words"
    BELIEVE_REMAINS = "believe-remains"
    COUNT_FROM_START = "count-from-start"
    SKIP_THE_MARGIN = "skip-the-margin"
    TAKE_ANY_ROW = "take-any-row"
    IGNORE_CURRENCY = "ignore-currency"
    READ_LOOSELY = "read-loosely"
    BELIEVE_SHORT_CATALOGUES = "believe-short-catalogues"
    PRICE_AS_ASKED = "price-as-asked"
    ROUND_DOWN = "round-down"
    COUNT_SINCE_LAST = "count-since-last"
    IGNORE_FENCES = "ignore-fences"
    PLAY_DONE = "play-done"
    TAKE_A_SECOND_CONNECTION = "take-a-second-connection"
    MISNAME_STATUS = "misname-status"
    HANG_UP_AT_ONCE = "hang-up-at-once"
    STOP_AT_ONCE = "stop-at-once"
    SPEND_CODES_AGAIN = "spend-codes-again"
    IGNORE_CAPS = "ignore-caps"
    ERASE_UNLOCKED = "erase-unlocked"
    WRITE_FOR_THE_ERASED = "write-for-the-erased"
    RESEND_LETTERS = "resend-letters"
    ACKNOWLEDGE_EARLY = "acknowledge-early"


Change = tuple[str, str]
"""What stands in a text exactly once, and what is put in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a switch does.

    :param file: the SQL file of the guarded function, below the package.
    :param functions: guarded functions of the product, as "module:name", with the changes to their sources.
    :param walls: the constraints and unique indexes behind the guard, with their tables.
    """

    file: str = ""
    changes: tuple[Change, ...] = ()
    functions: tuple[tuple[str, tuple[Change, ...]], ...] = ()
    walls: tuple[tuple[str, str], ...] = ()


def _in(function: str, guard: str, hole: str) -> Fault:
    """A fault in one function of the product."""
    return Fault(functions=((function, ((guard, hole),)),))


_SECOND_ACTIVE = (
    "WHEN line.active_order IS NOT NULL OR v_taken[line.lane] IS NOT NULL THEN 'active_order'",
    "WHEN false THEN 'active_order'",
)
_ACTIVE_WALL = ("orders_order", "orders_one_active_per_target")
_FULFILMENT = "sevenpanel.fulfilment.commands"
_DEPOSITS = "sevenpanel.deposits.commands"
_SETTLING = "sevenpanel.orders.commands.settling"
_POST = "ledger.post(transfers=transfers, now=now)"
_RETURNED_AGAIN = "[replace(t, key=t.key + '/again') for t in transfers if t.key.endswith('returned')]"
_ALL_PLACED = "unnest(v_ids, v_ords, v_charges)"
_BUT_THE_FIRST = "unnest(v_ids[2:], v_ords[2:], v_charges[2:])"
_CHARGED = f"array_agg(''::text ORDER BY a.id), p_now)\n      FROM {_ALL_PLACED}"
_HANDED_ON = "'order.placed', l.customer_id, a.id, p_now\n      FROM unnest(v_ids, v_ords)"
_REFUNDS = "sevenpanel.terms.refunds"
_WITHOUT_NOTICES = (
    "to_data(replace(made.record, facts=replace(made.record.facts, order=replace(made.order, notices=()))))"
)

FAULTS = {
    Switch.SKIP_BALANCE_LOCK: Fault(
        file=PLACE,
        changes=(("FOR UPDATE; -- sabotage:skip-balance-lock", ";"),),
        walls=(("ledger_balance", "ledger_balance_not_overdrawn"),),
    ),
    Switch.ACKNOWLEDGE_EARLY: Fault(
        file=PLACE,
        changes=(
            ("v_stopped := EXISTS", "PERFORM set_config('synchronous_commit', 'off', true); v_stopped := EXISTS"),
        ),
    ),
    Switch.IGNORE_REQUEST_ID: Fault(
        file=PLACE,
        changes=(
            ("IF line.earlier_order IS NOT NULL THEN -- sabotage:ignore-request-id", "IF false THEN"),
            _SECOND_ACTIVE,
        ),
        walls=(("orders_request", "orders_request_once"), _ACTIVE_WALL),
    ),
    Switch.ALLOW_SECOND_ACTIVE: Fault(file=PLACE, changes=(_SECOND_ACTIVE,), walls=(_ACTIVE_WALL,)),
    Switch.IGNORE_NOTICES: Fault(
        file=PLACE,
        changes=(("FROM notices_in_force(p_service, p_now)", "FROM notices_in_force('{}', p_now)"),),
    ),
    Switch.ACCEPT_AGAIN: Fault(file=PLACE, walls=(("accounts_acceptance", "accounts_acceptance_once"),)),
    Switch.SELL_ON_CREDIT: Fault(
        file=PLACE,
        changes=(("coalesce(v_left[line.wallet], line.spendable) THEN 'not_enough_funds'", "NULL THEN ''"),),
        walls=(("ledger_balance", "ledger_balance_not_overdrawn"),),
    ),
    Switch.FORGET_THE_HOLD: Fault(file=PLACE, changes=((_CHARGED, _CHARGED.replace(_ALL_PLACED, _BUT_THE_FIRST)),)),
    Switch.FORGET_THE_MESSAGE: Fault(
        file=PLACE, changes=((_HANDED_ON, _HANDED_ON.replace("v_ids, v_ords", "v_ids[2:], v_ords[2:]")),)
    ),
    Switch.REFUND_TWICE: Fault(
        functions=((f"{_SETTLING}:settle", ((_POST, f"{_POST}; ledger.post(transfers={_RETURNED_AGAIN}, now=now)"),)),),
    ),
    Switch.DROP_A_SETTLEMENT: Fault(
        functions=((f"{_SETTLING}:settle", ((_POST, "ledger.post(transfers=transfers[1:], now=now)"),)),),
    ),
    Switch.RESEND_BLINDLY: Fault(
        functions=(
            (
                f"{_FULFILMENT}.outcomes:mark_unknown",
                (
                    (
                        "end_attempt(attempt, AttemptState.UNKNOWN, now=now, words=words, evidence=evidence)",
                        "return mark_not_sent(task, attempt, None, words, evidence, now)",
                    ),
                ),
            ),
        ),
    ),
    Switch.IGNORE_LATE_ANSWERS: Fault(
        functions=((f"{_FULFILMENT}.dispatching:note_late", (("if isinstance(answer, Sent) and", "return\n    if"),)),),
    ),
    Switch.TEST_FOR_DUPLICATES_LATE: Fault(
        functions=(
            (
                "sevenpanel.fulfilment.domain.evidence:_may_be_tested",
                ((" and timedelta(0) <= facts.age <= TEST_WITHIN", ""),),
            ),
        ),
    ),
    Switch.BELIEVE_CANCELS: Fault(
        functions=(("sevenpanel.terms.clauses.cancelling:cancel", (("if order.dispatch in NOT_SENT:", "if True:"),)),),
    ),
    Switch.FORGET_LEASES: Fault(
        functions=((f"{_FULFILMENT}.leases:_take_over", (("attempt = sending.first()", "return"),)),),
    ),
    Switch.IGNORE_THE_STOP: Fault(
        file=PLACE,
        changes=(("EXISTS (SELECT FROM orders_stop WHERE lifted_at IS NULL); -- sabotage:ignore-the-stop", "false;"),),
    ),
    Switch.SEE_NO_BREACH: _in("sevenpanel.jobs.books:watch", "breaches=breaches, now=now", "breaches=[], now=now"),
    Switch.IGNORE_CAPS: Fault(file=PLACE, changes=(("+ line.charge > line.cap THEN", "IS NULL AND false THEN"),)),
    Switch.SPEND_CODES_AGAIN: _in(
        "sevenpanel.accounts.commands.second_factor:_locked", "objects.select_for_update()", "objects.all()"
    ),
    Switch.SHARE_CLAIMS: _in(
        f"{_FULFILMENT}.claiming:claim_dispatch", "db.rows(_PICK,", 'db.rows(_PICK.partition("FOR UPDATE")[0],'
    ),
    # Three walls stand behind each other here; a fourth, the database's table of steps, is the test's to take down.
    Switch.CREDIT_AGAIN: Fault(
        functions=(
            (f"{_DEPOSITS}.locking:lock_customers", (("db.rows(_CUSTOMER, [customer_id])", "pass"),)),
            (f"{_DEPOSITS}.advancing:_write", ((".filter(id=receipt.id, state=before)", ".filter(id=receipt.id)"),)),
            (
                f"{_DEPOSITS}.posting:credit",
                (
                    (
                        "entry_key(receipt.key, books.generation(story))",
                        'f"{entry_key(receipt.key, books.generation(story))}/{id(receipt)}"',
                    ),
                ),
            ),
        ),
    ),
    Switch.LOCK_NO_ORDER: _in(
        "sevenpanel.orders.commands.decisions:_locked", "db.rows(_LOCK,", 'db.rows(_LOCK.partition("FOR UPDATE")[0],'
    ),
    Switch.SHRUG_AT_FAULTS: _in(
        f"{_SETTLING}:settle", _POST, f"try:\n        {_POST}\n    except Exception:\n        pass"
    ),
    Switch.CALL_INSIDE: _in(
        f"{_FULFILMENT}.dispatching:dispatch_next",
        "answer = _call(",
        "with db.transaction.atomic(): answer = _call(",
    ),
    Switch.KEEP_CALLING: _in(
        f"{_FULFILMENT}.health:note_trouble",
        "hold_of(wait, failures=row.failures, retry_after_seconds=retry_after_seconds)",
        "None",
    ),
    Switch.TRUST_ANY_ANSWER: _in(
        "sevenpanel.fulfilment.providers.apiv2.parse:_unknown",
        "return Unknown(reason=reason, words=said, evidence=evidence)",
        "return Refused(reason=RefusalReason.OTHER_KNOWN, words=said, evidence=evidence)",
    ),
    Switch.MERGE_IDS: _in(
        f"{_FULFILMENT}.dispatching:_apply",
        "if is_id_free and not is_id_ours(task, attempt, answer.provider_order_id):",
        ":",
    ),
    Switch.REOPEN: _in(
        f"{_SETTLING}:lock_open", "db.rows(_LOCK_OPEN,", 'db.rows(_LOCK_OPEN.replace("AND is_open", ""),'
    ),
    Switch.GUESS_WORDS: _in(
        f"{_FULFILMENT}.reading:_report", "is not None else None", "is not None else Status.COMPLETED"
    ),
    Switch.BELIEVE_REMAINS: _in("sevenpanel.orders.domain:counted", " or not 0 < said < order.quantity", ""),
    Switch.COUNT_FROM_START: _in(
        f"{_FULFILMENT}.reading:_report", "remains=_bounded(said.remains)", "remains=_bounded(said.start_count)"
    ),
    Switch.SKIP_THE_MARGIN: _in(
        f"{_FULFILMENT}.claiming:_cost",
        "return cost if is_margin_kept(cost=in_desk_money, charge_micros=shipment.charge_micros) else Wait.MARGIN",
        "return cost",
    ),
    Switch.TAKE_ANY_ROW: _in(
        f"{_FULFILMENT}.syncing:_ask_some",
        "heard.get(each.provider_order_id)",
        "heard.get(each.provider_order_id) or [*heard.values()][-1]",
    ),
    Switch.IGNORE_CURRENCY: _in(f"{_FULFILMENT}.reading:apply_news", "if foreign is not None:", "if False:"),
    Switch.READ_LOOSELY: _in(
        "sevenpanel.fulfilment.providers.apiv2.wire:amount",
        'text = value.strip(" ")',
        'value = text = Number(value.replace(",", ""))',
    ),
    Switch.IGNORE_FENCES: Fault(
        functions=(
            (f"{_FULFILMENT}.rounds:end_round", (("return bool(", "return True or bool("),)),
            (f"{_FULFILMENT}.rounds:hold_round", (("return bool(", "return True or bool("),)),
            (
                f"{_FULFILMENT}.reading:_locked",
                (("db.rows(_LOCK,", 'db.rows(_LOCK.replace("t.fence = c.fence AND", ""),'),),
            ),
        ),
    ),
    Switch.PLAY_DONE: _in(
        f"{_FULFILMENT}.dispatching:_apply",
        "wait = wait_for(answer.reason)",
        'return mark_sent(task, attempt, "played", answer.evidence, now)',
    ),
    Switch.TAKE_A_SECOND_CONNECTION: _in(
        f"{_SETTLING}:settle", _POST, f"db.connection.copy().ensure_connection(); {_POST}"
    ),
    Switch.MISNAME_STATUS: _in(
        "sevenpanel.fulfilment.providers.apiv2.adapter:ApiV2.statuses",
        '"action": "status"',
        '"action": "order_status"',
    ),
    Switch.HANG_UP_AT_ONCE: Fault(
        functions=(
            ("sevenpanel.launch.closing:has_news", (("return bool(look.poll(0))", "return False"),)),
            ("sevenpanel.launch.web_process:_taken_in", (("range(2)", "range(0)"),)),
            (
                "sevenpanel.launch.web_process:Wire._may_bring_another",
                (("return self.cycle is None or self.cycle.response_complete", "return False"),),
            ),
        ),
    ),
    Switch.STOP_AT_ONCE: _in("sevenpanel.jobs.worker:work", "time.monotonic() + PATIENCE_SECONDS", "time.monotonic()"),
    Switch.COUNT_SINCE_LAST: _in(
        "sevenpanel.orders.domain:_ended", "delivered=delivered,", "delivered=delivered - order.delivered,"
    ),
    Switch.ROUND_DOWN: _in("sevenpanel.kernel.money:divide_up", "-(-value // divisor)", "value // divisor"),
    Switch.BELIEVE_SHORT_CATALOGUES: _in(f"{_FULFILMENT}.catalogue:_keep", "if not offers or is_short:", "if False:"),
    Switch.PRICE_AS_ASKED: Fault(
        file=PLACE,
        changes=(
            (
                "orders_charge(a.type, a.rate, a.units) END AS charge",
                "coalesce(a.max_charge, orders_charge(a.type, a.rate, a.units)) END AS charge",
            ),
        ),
    ),
    Switch.RETURN_EVERYTHING: Fault(
        functions=((f"{_REFUNDS}:undelivered_micros", ((" - kept_micros(order) - ", " - "),)),),
    ),
    Switch.RETURN_MORE_FOR_MORE: Fault(
        functions=((f"{_REFUNDS}:kept_micros", (("* order.delivered,", "* (order.quantity - order.delivered),"),)),),
    ),
    Switch.LET_NOTICES_REACH_BACK: Fault(
        functions=(("sevenpanel.terms.promise:promise", (("(delays, until))", "(delays, max(until, known_at)))"),)),),
    ),
    Switch.FORGET_NOTICES_OF_DECISIONS: Fault(
        functions=(("sevenpanel.orders.commands.recording:_row", (("to_data(made.record)", _WITHOUT_NOTICES),)),),
    ),
    Switch.ERASE_UNLOCKED: _in(
        "sevenpanel.erasure.commands.carrying_out:_lock", "ledger.lock_balance(customer_id=customer_id)", "pass"
    ),
    Switch.WRITE_FOR_THE_ERASED: Fault(
        file="erasure/migrations/nothing_new.sql",
        changes=(("PERFORM FROM accounts_customer WHERE id = NEW.customer_id FOR KEY SHARE;", ""),),
    ),
    Switch.RESEND_LETTERS: _in(
        "sevenpanel.letters.commands.sending:_send", "return LetterState.UNKNOWN,", "return LetterState.WAITING,"
    ),
}
assert FAULTS.keys() == set(Switch)
