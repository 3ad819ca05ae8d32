"""Notices published, corrected and withdrawn: what counts at which instant, and what is kept."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.shop import NOON, add_service, open_customer

from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import DropBand, ServiceRow, ServiceState
from sevenpanel.kernel import db
from sevenpanel.notices import commands, queries
from sevenpanel.notices.commands import UnableToPublish
from sevenpanel.notices.commands.publishing import publish_step
from sevenpanel.notices.domain import Change, Draft, Origin
from sevenpanel.notices.queries import EffectiveService
from sevenpanel.terms import DropBand as TermsDropBand
from sevenpanel.terms import NoticeKind, Overrides, Scope, effective

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
STAFF = "olga@example.org"


def about(service_id: int, **said: object) -> Draft:
    draft = Draft(kind=NoticeKind.DESCRIPTION, scope=Scope.SERVICE, subject=service_id, text="Read this.")
    return replace(draft, **said)  # type: ignore[arg-type]


def publish(draft: Draft, now: datetime = NOON) -> int:
    return commands.publish(draft=draft, written_by=STAFF, now=now)


def look(service_id: int, at: datetime = NOON) -> EffectiveService:
    found = queries.effective_service(service_id=service_id, customer_id=None, at=at)
    assert found is not None
    return found


def category_of(service_id: int) -> int:
    return look(service_id).base.category_id


def test_3_a_notice_counts_from_its_publication_and_not_before() -> None:
    service = add_service()
    publish(about(service, overrides=Overrides(complete_within=timedelta(days=3), quantity_max=500)))

    assert look(service, NOON - HOUR).service == look(service).base
    now = look(service)
    assert (now.service.complete_within, now.service.quantity_max) == (timedelta(days=3), 500)
    assert (now.base.complete_within, now.base.quantity_max) == (timedelta(days=1), 10_000)
    assert now.sources["complete_within"].published_at == NOON
    assert now.sources.keys() == {"complete_within", "quantity_max"}


def test_every_field_of_the_description_can_be_overridden() -> None:
    service = add_service(can_cancel=True)
    publish(
        about(
            service,
            overrides=Overrides(
                start_within=HOUR, complete_within=2 * HOUR, quantity_min=20, quantity_max=30,
                drop_band=TermsDropBand.MEDIUM, can_cancel=False, can_refill=True, text="Other words.",
            ),
        )
    )  # fmt: skip

    found: ServiceRow = look(service).service
    assert (found.start_within, found.complete_within, found.quantity_min, found.quantity_max) == (
        HOUR,
        2 * HOUR,
        20,
        30,
    )
    assert (found.drop_band, found.can_cancel, found.can_refill) == (DropBand.MEDIUM, False, True)
    assert found.description == "Other words."


def test_a_period_holds_its_beginning_and_not_its_end() -> None:
    service = add_service()
    publish(
        about(
            service,
            overrides=Overrides(quantity_max=500),
            in_force_from=NOON + HOUR,
            in_force_until=NOON + 2 * HOUR,
        )
    )

    at = {NOON: 10_000, NOON + HOUR: 500, NOON + 2 * HOUR - timedelta(microseconds=1): 500, NOON + 2 * HOUR: 10_000}
    assert {when: look(service, when).service.quantity_max for when in at} == at


@pytest.mark.parametrize("scope", list(Scope))
def test_a_notice_reaches_the_services_of_its_scope_and_no_others(scope: Scope) -> None:
    inside, outside = add_service(), add_service(network="instagram", accepts=("instagram/profile",))
    subject = {
        Scope.ALL: None,
        Scope.NETWORK: "telegram",
        Scope.CATEGORY: category_of(inside),
        Scope.SERVICE: inside,
    }[scope]
    publish(about(0, scope=scope, subject=subject, overrides=Overrides(quantity_max=77)))

    assert look(inside).service.quantity_max == 77
    reached = scope in (Scope.ALL, Scope.CATEGORY)
    assert (look(outside).service.quantity_max == 77) is reached


def test_the_later_of_two_notices_has_the_last_word_and_the_narrower_of_two_at_once() -> None:
    service = add_service()
    publish(about(service, overrides=Overrides(quantity_max=100)))
    publish(about(service, scope=Scope.ALL, subject=None, overrides=Overrides(quantity_max=200)))
    assert look(service).service.quantity_max == 100

    publish(about(service, scope=Scope.ALL, subject=None, overrides=Overrides(quantity_max=300)), NOON + HOUR)
    assert look(service, NOON + HOUR).service.quantity_max == 300


def test_a_pause_holds_until_a_later_notice_lifts_it() -> None:
    service = add_service()
    publish(about(service, kind=NoticeKind.PAUSED, scope=Scope.NETWORK, subject="telegram"))

    assert look(service).service.state is ServiceState.PAUSED
    assert look(service).paused_by is not None
    assert queries.on_sale(customer_id=None, at=NOON) == []

    publish(about(service, kind=NoticeKind.BACK), NOON + HOUR)
    assert look(service, NOON + HOUR).service.state is ServiceState.LISTED
    assert [row.id for row in queries.on_sale(customer_id=None, at=NOON + HOUR)] == [service]


def test_a_correction_is_a_further_version_and_the_first_stands_until_then() -> None:
    service = add_service()
    first = publish(about(service, overrides=Overrides(quantity_max=500)))
    second = commands.correct(
        notice_id=first,
        draft=about(service, text="It is 600.", overrides=Overrides(quantity_max=600)),
        written_by="max@example.org",
        why="A typing mistake",
        now=NOON + HOUR,
    )

    assert look(service, NOON).service.quantity_max == 500
    assert look(service, NOON + HOUR).service.quantity_max == 600
    old, new = queries.history(root_id=first)
    assert (old.id, old.written_by, old.notice.withdrawn_at) == (first, STAFF, NOON + HOUR)
    assert (new.id, new.root_id, new.written_by, new.why) == (second, first, "max@example.org", "A typing mistake")
    (shown,) = queries.updates()
    assert (shown.root_id, shown.row.id, shown.first_published_at) == (first, second, NOON)
    assert shown.is_corrected


def test_a_version_is_corrected_or_withdrawn_once() -> None:
    service = add_service()
    first = publish(about(service))
    commands.withdraw(notice_id=first, withdrawn_by=STAFF, why="Not so", now=NOON + HOUR)

    with pytest.raises(UnableToPublish, match="does not stand any more"):
        commands.withdraw(notice_id=first, withdrawn_by=STAFF, why="Again", now=NOON + 2 * HOUR)
    with pytest.raises(UnableToPublish, match="does not stand any more"):
        commands.correct(notice_id=first, draft=about(service), written_by=STAFF, why="Again", now=NOON + 2 * HOUR)
    assert [row.withdrawn_why for row in queries.history(root_id=first)] == ["Not so"]


def test_6_2_what_was_published_is_kept_by_the_database_itself() -> None:
    first = publish(about(add_service()))

    for change in ("UPDATE notices_notice SET text = 'never said'", "DELETE FROM notices_notice"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            db.rows(change)
    assert [row.notice.text for row in queries.history(root_id=first)] == ["Read this."]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": "  "}, "needs words"),
        ({"text": "x" * 4097}, "at most 4096"),
        ({"text": "a\0b"}, "control characters"),
        ({"text": "a\x1bb"}, "control characters"),
        ({"subject": 10**9}, "no such service"),
        ({"scope": Scope.CATEGORY, "subject": 10**9}, "no such category"),
        ({"scope": Scope.NETWORK, "subject": "nowhere"}, "no such network"),
        ({"in_force_until": NOON}, "ends after"),
        ({"in_force_from": NOON + HOUR, "in_force_until": NOON + HOUR}, "ends after"),
        ({"overrides": Overrides(quantity_min=0)}, "smallest quantity"),
        ({"overrides": Overrides(quantity_min=9, quantity_max=8)}, "smallest quantity"),
        ({"overrides": Overrides(quantity_max=10**9 + 1)}, "smallest quantity"),
        ({"overrides": Overrides(start_within=timedelta(0))}, "promised time"),
    ],
)
def test_a_notice_that_makes_no_sense_is_refused(changed: dict[str, object], sentence: str) -> None:
    service = add_service()

    with pytest.raises(UnableToPublish, match=sentence):
        publish(about(service, **changed))
    assert queries.updates() == []


def test_6_2_old_and_new_stand_side_by_side() -> None:
    service = add_service()
    publish(about(service, overrides=Overrides(quantity_max=500, complete_within=timedelta(days=3))))
    publish(about(service, kind=NoticeKind.PAUSED), NOON + HOUR)

    paused, described = queries.updates()
    assert described.row.changes == (
        Change(field="complete_within", old=86_400, new=259_200),
        Change(field="quantity_max", old=10_000, new=500),
    )
    assert paused.row.changes == (Change(field="is_paused", old=False, new=True),)
    assert described.about == "Channel promotion by paid ads"
    assert described.row.origin is Origin.DESK


def test_updates_are_found_by_kind_network_and_services_in_pages() -> None:
    telegram = add_service()
    instagram = add_service(network="instagram", accepts=("instagram/profile",))
    of_telegram = publish(about(telegram))
    of_instagram = publish(about(instagram, kind=NoticeKind.DELAY))
    of_all = publish(about(0, scope=Scope.ALL, subject=None, kind=NoticeKind.GENERAL))
    of_network = publish(about(0, scope=Scope.NETWORK, subject="telegram"))

    def found(**asked: object) -> list[int]:
        return [row.root_id for row in queries.updates(**asked)]  # type: ignore[arg-type]

    assert found() == [of_network, of_all, of_instagram, of_telegram]
    assert found(kind=NoticeKind.DELAY) == [of_instagram]
    assert found(network="telegram") == [of_network, of_all, of_telegram]
    assert found(service_ids=[instagram]) == [of_all, of_instagram]
    assert found(service_ids=[]) == [of_all]
    assert found(limit=2) == [of_network, of_all]
    assert found(before_id=of_all) == [of_instagram, of_telegram]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_service_and_the_whole_catalogue_say_the_same_as_the_terms(data: st.DataObject) -> None:
    with transaction.atomic():
        services = [add_service(network=network, accepts=("*/*",)) for network in ("telegram", "instagram")]
        subjects = {
            Scope.ALL: [None],
            Scope.NETWORK: ["telegram", "instagram"],
            Scope.CATEGORY: [category_of(services[0])],
            Scope.SERVICE: services,
        }
        for step in range(data.draw(st.integers(0, 6))):
            scope = data.draw(st.sampled_from(list(Scope)))
            most = data.draw(st.none() | st.integers(1, 50))
            draft = about(
                0,
                kind=data.draw(st.sampled_from(list(NoticeKind))),
                scope=scope,
                subject=data.draw(st.sampled_from(subjects[scope])),
                overrides=Overrides(quantity_max=most),
            )
            publish_step(draft=draft, origin=Origin.DESK, written_by=STAFF, now=NOON + step * HOUR)
        at = NOON + data.draw(st.integers(0, 6)) * HOUR
        many = {row.base.id: row for row in queries.effective_services(customer_id=None, at=at)}
        for service in services:
            one = look(service, at)
            by_rule = effective(
                queries.description_of(one.base), queries.notices_about(service_ids=[service])[service], at
            ).description
            assert many[service].service == one.service
            assert one.effective.description == by_rule
            alone = queries.effective_services(customer_id=None, at=at, service_ids=[service])
            assert [each.service for each in alone] == [one.service]
        sold = queries.on_sale(customer_id=None, at=at)
        assert [name.id for name in queries.names_on_sale(at=at)] == [row.id for row in sold]
        transaction.set_rollback(True)


def test_a_custom_rate_stays_the_customers_own() -> None:
    alice, service = open_customer("Alice"), add_service()
    publish(about(service, overrides=Overrides(quantity_max=500)))
    with transaction.atomic():
        from_catalogue = catalog.service(service_id=service, customer_id=alice.customer_id)

    found = queries.effective_service(service_id=service, customer_id=alice.customer_id, at=NOON)
    assert found is not None
    assert found.base == from_catalogue
