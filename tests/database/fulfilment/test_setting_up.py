"""Providers as the operator sets them up: keys sealed, catalogues believed only when whole, money in one currency."""

from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.db import transaction
from tests.panel import Desk, MemoryPanel, open_desk
from tests.shop import NOON, add_service, open_customer

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.commands import UnableToReadProvider, UnableToSetUpProvider
from sevenpanel.fulfilment.commands.sealing import UnableToUnsealKey, seal, unseal
from sevenpanel.fulfilment.domain import AlertKind
from sevenpanel.kernel import db
from sevenpanel.kernel.invariants import Breach

pytestmark = pytest.mark.django_db(transaction=True)


def listed(desk: Desk) -> list[str]:
    return [offer.service for offer in queries.offers(provider_id=desk.provider_id) if offer.gone_at is None]


def refresh(desk: Desk, *services: str) -> int:
    desk.panel.services_listed = services
    return commands.refresh_catalogue(provider_id=desk.provider_id, now=desk.now, adapter_for=desk.adapter_for)


def test_a_key_is_stored_sealed_and_no_row_shows_it(desk: Desk) -> None:
    ((sealed,),) = db.rows("SELECT key_sealed FROM fulfilment_provider")

    assert "0123456789abcdef" not in sealed
    assert unseal(sealed) == "0123456789abcdef"
    assert "0123456789abcdef" not in repr(queries.providers())


def test_a_key_outlives_the_change_of_the_secret(settings: LazySettings) -> None:
    sealed = seal("0123456789abcdef")
    old = settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [old]
    assert unseal(sealed) == "0123456789abcdef"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(UnableToUnsealKey):
        unseal(sealed)
    with pytest.raises(UnableToUnsealKey):
        unseal(Fernet(Fernet.generate_key()).encrypt(b"x").decode())


def test_a_desk_whose_secret_was_lost_keeps_its_orders_and_says_why(settings: LazySettings, desk: Desk) -> None:
    settings.SECRET_KEY = "n" * 50

    desk.place(open_customer("Alice", balance="10"))
    desk.dispatch_all()

    assert desk.panel.added == []
    assert [alert.kind for alert in queries.alerts()] == [AlertKind.PROVIDER_WAITS]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "carrier pigeon"},
        {"url": "ftp://panel.example.org"},
        {"url": "https://user:pass@panel.example.org/api"},
        {"url": "not an address"},
        {"exchange_rate": Decimal(0)},
        {"exchange_rate": Decimal("NaN")},
        {"exchange_rate": 1.5},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    right = {"name": "N", "kind": "apiv2", "url": "https://panel.example.org/api/v2", "key": "k", "currency": "USD"}

    with pytest.raises(UnableToSetUpProvider):
        commands.register_provider(**(right | wrong), now=NOON)  # type: ignore[arg-type]

    assert queries.providers() == []


def test_a_desk_can_be_set_up_in_one_transaction() -> None:
    with transaction.atomic():
        open_route = {"provider_service": "77", "now": NOON}
        provider_id = commands.register_provider(
            name="N", kind="apiv2", url="https://panel.example.org/api/v2", key="k", currency="USD", now=NOON
        )
        service_id = add_service()
        commands.set_route(service_id=service_id, provider_id=provider_id, **open_route)  # type: ignore[arg-type]

    (route,) = queries.routes(service_id=service_id)
    assert (route.provider_id, route.provider_service, route.is_active) == (provider_id, "77", True)


def test_setting_a_route_again_changes_it(desk: Desk) -> None:
    commands.set_route(
        service_id=desk.service_id, provider_id=desk.provider_id, provider_service="78", priority=3, is_active=False
    )

    (route,) = queries.routes(service_id=desk.service_id)
    assert (route.provider_service, route.priority, route.is_active) == ("78", 3, False)


def test_an_empty_or_short_catalogue_is_a_fault_and_takes_nothing_away(desk: Desk) -> None:
    """Trap 15."""
    many = tuple(str(number) for number in range(1, 41))
    assert refresh(desk, *many, "77") == 41

    for short in ((), many[:5]):
        with pytest.raises(UnableToReadProvider):
            refresh(desk, *short)
        assert len(listed(desk)) == 41

    (alert,) = queries.alerts()
    assert (alert.kind, alert.count) == (AlertKind.CATALOGUE, 2)
    assert refresh(desk, *many[:30]) == 30
    assert len(listed(desk)) == 30
    assert queries.alerts() == []


def test_an_offer_that_comes_back_is_offered_again(desk: Desk) -> None:
    refresh(desk, "78")
    assert listed(desk) == ["78"]

    refresh(desk, "77", "78")

    assert listed(desk) == ["77", "78"]


def test_a_provider_that_does_not_answer_leaves_its_catalogue_as_it_was(desk: Desk) -> None:
    desk.panel.is_down = True

    with pytest.raises(UnableToReadProvider):
        refresh(desk, "77")
    with pytest.raises(UnableToReadProvider):
        commands.refresh_balance(provider_id=desk.provider_id, now=desk.now, adapter_for=desk.adapter_for)

    assert listed(desk) == ["77"]


def test_the_balance_is_kept_with_the_time_it_was_read(desk: Desk) -> None:
    desk.panel.balance_left = Decimal("12.345678901")

    commands.refresh_balance(provider_id=desk.provider_id, now=desk.now, adapter_for=desk.adapter_for)

    (provider,) = queries.providers()
    assert (provider.balance, provider.balance_at) == (Decimal("12.345678901"), desk.now)


def test_a_balance_in_another_currency_pauses_the_provider() -> None:
    """P-14."""
    desk = open_desk(MemoryPanel(currency="VND"))

    with pytest.raises(UnableToReadProvider):
        commands.refresh_balance(provider_id=desk.provider_id, now=desk.now, adapter_for=desk.adapter_for)

    (provider,) = queries.providers()
    assert provider.is_paused
    assert [alert.kind for alert in queries.alerts()] == [AlertKind.CURRENCY]


def test_an_alert_is_counted_while_open_and_raised_anew_when_it_comes_back(desk: Desk) -> None:
    breach = Breach(invariant="I1", sentence="The sum is not zero.", ids=("USD",))
    for _ in range(3):
        commands.report_breaches(breaches=[breach], now=desk.now)
    (alert,) = queries.alerts()
    assert alert.count == 3

    commands.close_alert(alert_id=alert.id, now=desk.now)
    assert queries.alerts() == []
    commands.report_breaches(breaches=[breach], now=desk.now)
    (again,) = queries.alerts()
    assert (again.count, again.id != alert.id) == (1, True)

    commands.report_breaches(breaches=[], now=desk.now)
    assert queries.alerts() == []
