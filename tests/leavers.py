"""Somebody about whom the desk keeps something of every kind, with a mark in every word, and who wants to leave."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from tests import byhand
from tests.shop import NOON, Person, accept, add_service, deposit, make_key

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import KeyKind, Role, SecurityNews
from sevenpanel.catalog.domain import ServiceType
from sevenpanel.deposits import commands as deposits
from sevenpanel.exports import commands as exports
from sevenpanel.kernel import db
from sevenpanel.kernel.media import media_folder
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands.dispatching import DispatchResult
from sevenpanel.orders.domain import Dispatch, OrderLine, Placed, Report, Status
from sevenpanel.orders.queries import Wanted
from sevenpanel.rehearsal import commands as rehearsal
from sevenpanel.shortlinks import commands as shortlinks
from sevenpanel.support import commands as support
from sevenpanel.support.domain import Topic, Upload
from sevenpanel.terms import DataKind, LinkFinding
from sevenpanel.webhooks import commands as webhooks

# Tests that run beside these put their files into the same folder.
MARK = f"zq7marker{os.environ.get('PYTEST_XDIST_WORKER', '')}"
PAGE = f"https://t.me/{MARK}_news"
THEN = NOON + timedelta(hours=1)

# Every column of the database that can hold words.
_COLUMNS = """
SELECT quote_ident(c.relname), quote_ident(a.attname), format_type(a.atttypid, NULL)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0
   AND NOT a.attisdropped
   AND format_type(a.atttypid, NULL) IN ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'text[]',
                                         'character varying[]', 'jsonb[]', 'inet', 'xml')
"""


def leaver(*, email: str = f"{MARK}@example.org") -> Person:
    """A customer with something of every kind; nothing is open, and the balance is even."""
    with transaction.atomic():
        customer_id = accounts.open_customer(name=f"{MARK} Ltd", currency="USD", now=NOON)
        user_id = accounts.add_person(
            email=email, password=MARK * 2, name=MARK, role=Role.CUSTOMER, customer_id=customer_id, now=NOON
        )
    person = Person(user_id=user_id, customer_id=customer_id, email=email)
    accept(user_id, address=f"2001:db8::{MARK}", agent=f"{MARK}/1.0", request_id=MARK)
    for plant in PLANTED.values():
        plant(person)
    return person


def _account(person: Person) -> None:
    db.rows("INSERT INTO account_emailaddress (email, verified, \"primary\", user_id) VALUES (%s, true, true, %s)",
            [person.email, person.user_id])  # fmt: skip


def _sessions(person: Person) -> None:
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.user_id), settings.AUTHENTICATION_BACKENDS[0]
    session["marked"] = MARK
    session.create()
    db.rows(
        "INSERT INTO accounts_sessionseen (session_key, address, agent, began_at, seen_at, user_id)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        [session.session_key, MARK, MARK, NOON, NOON, person.user_id],
    )
    with transaction.atomic():
        accounts.tell_person(
            user_id=person.user_id, news=SecurityNews.EMAIL, address=MARK, agent=MARK, email=MARK, now=NOON
        )


def _keys(person: Person) -> None:
    make_key(person)
    accounts.make_key(customer_id=person.customer_id, name=MARK, now=NOON)
    _listens(person)


def _listens(person: Person) -> None:
    """An address that was told something, answered something, and was switched off."""
    webhook, _secret = webhooks.make_webhook(
        customer_id=person.customer_id, url=f"https://{MARK}.example/orders", kind=KeyKind.TEST, now=NOON
    )
    webhooks.send_trial(customer_id=person.customer_id, webhook_id=webhook, now=NOON)
    db.rows("UPDATE webhooks_delivery SET state = 'delivered', answer = %s, words = %s, events = %s",
            [MARK, MARK, json.dumps([{"id": MARK}])])  # fmt: skip
    db.rows("INSERT INTO webhooks_switchedoff (endpoint_id, at) VALUES (%s, %s)", [webhook, NOON])


def _acceptances(person: Person) -> None:
    """They were planted with the account: nobody goes on without them."""


def _orders(person: Person) -> None:
    """One that somebody commented on, and one that a short link of theirs leads to; both end, and the balance too."""
    deposit(person.customer_id, "0.0018")
    service_id = add_service(rate="0.90", service_type=ServiceType.CUSTOM_COMMENTS, quantity_min=1)
    order_id = _placed(person, service_id, comments=(MARK, f"more {MARK}"))
    _sent(order_id)
    said = Report(order_id=order_id, status=Status.COMPLETED, remains=0, start_count=None, words=f"done {PAGE}")
    with transaction.atomic():
        orders.apply_reports(reports=[said], now=THEN)
    _sent_to_a_provider(person, order_id)
    wanted = Wanted(customer_id=person.customer_id, text=MARK)
    exports.ask(user_id=person.user_id, wanted=wanted, has_mark=False, now=NOON)
    shortlinks.make_short_link(customer_id=person.customer_id, page=f"https://{MARK}.example/", now=NOON)
    _played(person, service_id)


def _played(person: Person, service_id: int) -> None:
    """A test order, which is placed like a real one and is none."""
    line = OrderLine(
        customer_id=person.customer_id, service_id=service_id, link=PAGE, comments=(MARK,), request_id=MARK
    )  # fmt: skip
    judged = orders.refuse_at_the_door(line)
    assert isinstance(judged, orders.Judged)
    assert isinstance(rehearsal.place(judged=judged, now=NOON), Placed)


def _placed(person: Person, service_id: int, *, comments: tuple[str, ...] = (), quantity: int | None = None) -> int:
    line = OrderLine(
        customer_id=person.customer_id, service_id=service_id, link=PAGE, quantity=quantity, comments=comments,
        request_id=MARK if comments else None,
    )  # fmt: skip
    (outcome,) = orders.place(lines=[line], now=NOON)
    assert isinstance(outcome, Placed), outcome
    return outcome.order_id


def _sent(order_id: int) -> None:
    with transaction.atomic():
        orders.begin_sending(order_ids=[order_id], now=NOON)
        orders.record_dispatch(results=[DispatchResult(order_id=order_id, dispatch=Dispatch.SENT)], now=NOON)


def _sent_to_a_provider(person: Person, order_id: int) -> None:
    """What fulfilment and insight know of an order, as their workers write it."""
    ((provider,),) = db.rows(
        "INSERT INTO fulfilment_provider (name, kind, url, key_sealed, currency, exchange_rate, method, body,"
        " refuses_duplicate_links, balance_is_ours, refusal_words, status_words, allow_private, is_paused, created_at,"
        " failures, sync_failures)"
        " VALUES ('p' || %s, 'apiv2', 'https://provider.example', '', 'USD', 1, 'POST', 'form',"
        " false, false, '{}', '{}', false, false, %s, 0, 0) RETURNING id",
        [order_id, NOON],
    )
    db.rows(
        "INSERT INTO fulfilment_task (order_id, customer_id, service_id, quantity, target, action, due_at, fence,"
        " created_at, provider_id, provider_order_id, attempts, tries, is_told, is_balance_spent, resends, sent_at,"
        " last_word, row_errors, cancel_tries, looks_after_end)"
        " SELECT id, customer_id, service_id, quantity, target, 'none', %s, 0, %s, %s, '17', 1, 0, false, false, 0, %s,"
        " %s, 0, 0, 0 FROM orders_order WHERE id = %s",
        [NOON, NOON, provider, NOON, MARK, order_id],
    )
    ((attempt,),) = db.rows(
        "INSERT INTO fulfilment_attempt (order_id, number, provider_id, kind, state, request_id, request, begun_at,"
        " words, answer) VALUES (%s, 1, %s, 'first', 'sent', 'r' || %s, %s, %s, %s, %s) RETURNING id",
        [order_id, provider, order_id, json.dumps({"link": PAGE}), NOON, MARK, f"link {PAGE} taken"],
    )
    db.rows(
        "INSERT INTO fulfilment_finding (attempt_id, step, sentence, answer, is_no_drop, found_at)"
        " VALUES (%s, 'late answer', %s, %s, false, %s)",
        [attempt, MARK, MARK, NOON],
    )
    db.rows(
        "INSERT INTO fulfilment_alert (kind, subject, sentence, count, raised_at, last_at)"
        " VALUES ('no way to send', %s, %s, 1, %s, %s)",
        [str(order_id), f"The provider speaks of {PAGE}.", NOON, NOON],
    )
    for moment, state in (("end", "taken"), ("7 days", "planned")):
        db.rows(
            "INSERT INTO insight_reading (order_id, service_id, counter, network, target, moment, planned_at, due_at,"
            " tries, state, taken_at, count, step, words)"
            " SELECT id, service_id, 'telegram members', 'telegram', target, %s, %s, %s, 0, %s, %s, %s, 1, %s"
            " FROM orders_order WHERE id = %s",
            [moment, NOON, NOON, state, NOON if state == "taken" else None, 5 if state == "taken" else None, MARK,
             order_id],
        )  # fmt: skip
    db.rows(
        "INSERT INTO insight_ontarget (order_id, target, placed_at, ended_at) SELECT id, target, %s, %s"
        " FROM orders_order WHERE id = %s",
        [NOON, NOON, order_id],
    )


def _tickets(person: Person) -> None:
    """A closed one, with a file, an answer and a letter about it."""
    file = Upload(name=f"{MARK}.txt", data=f"About {MARK}.".encode())
    ticket_id = support.open_ticket(
        customer_id=person.customer_id, person_id=person.user_id, topic=Topic.OTHER, kind=None, order_ids=(),
        subject=MARK, body=f"I am {MARK}.", uploads=[file], now=NOON,
    )  # fmt: skip
    staff_id = byhand.staff(role=Role.SUPPORT)
    support.answer(staff_id=staff_id, ticket_id=ticket_id, body=f"Dear {MARK}", is_internal=False, now=THEN)
    db.rows(
        "INSERT INTO support_mail (message_id, address, tries, due_at)"
        " SELECT max(id), %s, 0, %s FROM support_message WHERE ticket_id = %s",
        [person.email, THEN, ticket_id],
    )
    support.withdraw(customer_id=person.customer_id, ticket_id=ticket_id, now=THEN)


def _decisions(person: Person) -> None:
    """Staff found that a link was gone, and decided about it; before, they had corrected what was delivered."""
    deposit(person.customer_id, "0.90")
    order_id, staff_id = _placed(person, add_service(), quantity=1000), byhand.staff(role=Role.SUPPORT)
    _sent(order_id)
    orders.correct_delivered(order_id=order_id, delivered=1, reason=f"{MARK} says so", staff_id=staff_id, now=THEN)
    ticket_id = support.close_for_link(
        staff_id=staff_id, order_id=order_id, found=LinkFinding.GONE, evidence=f"{PAGE} answers 404.", uploads=[],
        now=THEN,
    )  # fmt: skip
    support.close(ticket_id=ticket_id, now=THEN)


def _ledger(person: Person) -> None:
    """It grew with the orders: the books name nobody."""


def _deposits(person: Person) -> None:
    """An announced payment by hand, with its slip, that came to nothing."""
    slip = deposits.Upload(name=f"{MARK}.txt", data=f"Slip {person.customer_id} of {MARK}.".encode())
    intent_id = deposits.open_intent(
        customer_id=person.customer_id, user_id=person.user_id, method_id=byhand.bank_transfer(), wanted_micros=None,
        currency="USD", request_id="r", now=NOON,
    )  # fmt: skip
    deposits.announce(
        customer_id=person.customer_id, user_id=person.user_id, intent_id=intent_id, note=f"From {MARK}.",
        uploads=[slip], now=NOON,
    )  # fmt: skip
    deposits.close_intent(customer_id=person.customer_id, intent_id=intent_id)


def _audit(person: Person) -> None:
    """What staff did above is in it: they are named, and the account by its number."""


PLANTED: Mapping[DataKind, Callable[[Person], None]] = {
    DataKind.ACCOUNT: _account,
    DataKind.SESSIONS: _sessions,
    DataKind.API_KEYS: _keys,
    DataKind.ACCEPTANCES: _acceptances,
    DataKind.ORDERS: _orders,
    DataKind.TICKETS: _tickets,
    DataKind.DECISIONS: _decisions,
    DataKind.LEDGER: _ledger,
    DataKind.DEPOSITS: _deposits,
    DataKind.AUDIT: _audit,
}
assert PLANTED.keys() == set(DataKind)


def marked() -> set[str]:
    """Every column, and the folders of files, in which the mark of a leaver is found; sessions are read as they are."""
    found = {f"{table}.{column}" for table, column, kind in db.rows(_COLUMNS) if _holds(table, column, kind)}
    files = [path for path in media_folder().rglob("*") if path.is_file() and MARK.encode() in path.read_bytes()]
    sessions = [each for each in Session.objects.all() if MARK in str(each.get_decoded())]
    return found | {"media" for _ in files} | {"django_session.session_data" for _ in sessions}


def _holds(table: str, column: str, kind: str) -> bool:
    words = f"encode({column}, 'escape')" if kind == "bytea" else f"{column}::text"
    return bool(db.rows(f"SELECT 1 FROM {table} WHERE position(%s IN {words}) > 0 LIMIT 1", [MARK]))
