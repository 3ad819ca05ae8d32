"""Webhooks at the door: signed bytes only, stored with what was found, answered at once, and nothing moves by them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.fakebtcpay import SECRET, sign
from tests.shop import NOON, Person, open_customer
from tests.tills import BTCPAY, Till, balance, take_bitcoin, within

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.commands import deliveries
from sevenpanel.deposits.sources import asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    till = within(monkeypatch, Till())
    till.now = timezone.now()
    return till


@pytest.fixture
def alice(db: None) -> Person:
    return open_customer("Alice")


@pytest.fixture
def paid(till: Till, alice: Person) -> str:
    """An invoice that is paid and settled, and nobody has looked."""
    intent = till.open(alice, take_bitcoin())
    till.btcpay.pay(intent.reference, 100_000, till.now, status="Settled")
    return intent.reference


def test_a_genuine_webhook_is_stored_and_brings_the_look_forward_and_moves_nothing(
    till: Till, paid: str, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.Source.objects.update(due_at=till.now + timedelta(hours=1), looked_at=till.now - timedelta(minutes=1))
    body, signature = till.btcpay.delivery(paid)
    asked = list(till.btcpay.asked)

    answer = till.deliver(body, signature)

    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert till.btcpay.asked == asked  # nobody was asked anything while the processor waits for its answer
    row = models.Delivery.objects.get()
    assert (bytes(row.body), row.is_genuine, row.subject, row.words) == (body, True, paid, "")
    assert balance(alice) == 0
    assert models.Source.objects.get().due_at < till.now + timedelta(minutes=1)
    till.look()
    assert balance(alice) > 0


# What a server says that shuts down.
_AWAY = "DO $$ BEGIN RAISE EXCEPTION 'shutting down' USING ERRCODE = '57P01'; END $$"

FORGERIES = [
    ("no signature", None),
    ("an empty one", ""),
    ("another secret's", lambda body: sign(body, "another-secret")),
    ("another body's", lambda body: sign(body + b" ")),
    ("without its prefix", lambda body: sign(body).removeprefix("sha256=")),
    ("in capitals", lambda body: sign(body).upper()),
    ("cut short", lambda body: sign(body)[:-1]),
    ("not even text", lambda body: "sha256=\u00e9" + sign(body)[8:]),
]


@pytest.mark.parametrize("forge", [forge for _, forge in FORGERIES], ids=[name for name, _ in FORGERIES])
def test_a_forged_webhook_is_refused_kept_as_such_and_wakes_nobody(
    till: Till, paid: str, alice: Person, forge: object
) -> None:
    due = till.now + timedelta(hours=1)
    models.Source.objects.update(due_at=due)
    body, _ = till.btcpay.delivery(paid)
    signature = forge(body) if callable(forge) else forge

    answer = till.deliver(body, signature)

    assert answer.status_code == 401
    row = models.Delivery.objects.get()
    assert (row.is_genuine, row.subject) == (False, "")
    assert row.words
    assert models.Source.objects.get().due_at == due
    assert SECRET not in answer.content.decode()


def test_the_bytes_are_checked_and_not_what_they_mean(till: Till, paid: str) -> None:
    body, signature = till.btcpay.delivery(paid)
    assert till.deliver(body.replace(b": ", b":"), signature).status_code == 401
    assert till.deliver(b"\xff\xfe not JSON", sign(b"\xff\xfe not JSON")).status_code == 200
    assert models.Delivery.objects.latest("id").subject == ""


def test_who_calls_at_no_door_of_ours_leaves_nothing(till: Till, paid: str) -> None:
    body, signature = till.btcpay.delivery(paid)
    for source in ("btcpay:other", "evm:1", "paypal:main"):
        assert till.deliver(body, signature, source=source).status_code == 404
    assert till.client.get("/hooks/btcpay/main/").status_code == 405
    assert not models.Delivery.objects.exists()


def test_a_body_that_is_too_large_is_refused_before_it_is_looked_at(till: Till, paid: str) -> None:
    large = b" " * (deliveries.BODY_BYTES_MAX + 1)
    assert till.deliver(large, sign(large)).status_code == 413
    fits = large[:-1]
    assert till.deliver(fits, sign(fits)).status_code == 200


def test_a_secret_that_cannot_be_read_is_our_trouble_so_that_it_comes_again(till: Till, paid: str) -> None:
    models.Source.objects.update(sealed="sealed under another key")
    body, signature = till.btcpay.delivery(paid)

    assert till.deliver(body, signature).status_code == 503
    assert not models.Delivery.objects.exists()


def test_a_database_that_is_away_is_our_trouble_so_that_it_comes_again(
    till: Till, paid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "_STORE", _AWAY)
    body, signature = till.btcpay.delivery(paid)

    assert till.deliver(body, signature).status_code == 503


def test_a_flood_fills_no_disk(till: Till, paid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "FORGED_AN_HOUR", 3)
    monkeypatch.setattr(deliveries, "GENUINE_AN_HOUR", 2)
    body, signature = till.btcpay.delivery(paid)
    for _ in range(5):
        assert till.deliver(body + b" " * 9_000, "sha256=0").status_code == 401
        assert till.deliver(body, signature).status_code == 200

    assert models.Delivery.objects.filter(is_genuine=False).count() == 3
    assert models.Delivery.objects.filter(is_genuine=True).count() == 2
    kept = models.Delivery.objects.filter(is_genuine=False).values_list("body", flat=True)
    assert max(len(bytes(each)) for each in kept) <= deliveries.FORGED_BYTES_KEPT


def test_replays_cannot_hurry_the_desk_into_asking_all_the_time(till: Till, paid: str) -> None:
    body, signature = till.btcpay.delivery(paid)
    models.Source.objects.update(due_at=till.now + timedelta(hours=1), looked_at=till.now + timedelta(minutes=1))
    for _ in range(3):
        till.deliver(body, signature)

    assert models.Source.objects.get().due_at == till.now + timedelta(minutes=1) + deliveries.LOOK_GAP


def test_a_pause_after_failures_is_not_cut_short(till: Till, paid: str) -> None:
    due = till.now + timedelta(minutes=9)
    models.Source.objects.update(due_at=due, failed_since=till.now, failures=5)
    till.deliver(*till.btcpay.delivery(paid))

    assert models.Source.objects.get().due_at == due


def test_a_webhook_is_never_changed_and_forgotten_when_it_is_old(till: Till, paid: str) -> None:
    till.deliver(*till.btcpay.delivery(paid))
    till.deliver(b"{}", "wrong")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        models.Delivery.objects.update(is_genuine=True)

    assert commands.forget_deliveries(now=till.now + timedelta(days=29)) == 0
    assert commands.forget_deliveries(now=till.now + timedelta(days=31)) == 1
    assert commands.forget_deliveries(now=till.now + timedelta(days=91)) == 1


def test_nothing_of_the_door_is_asked_of_a_processor(till: Till, paid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant 8: the handler calls nobody."""

    def unheard_of(call: object) -> object:
        raise AssertionError("the door called somebody")

    monkeypatch.setattr(asking, "exchange", unheard_of)
    assert till.deliver(*till.btcpay.delivery(paid)).status_code == 200
    assert models.Delivery.objects.get().source == BTCPAY
    assert till.now > NOON
