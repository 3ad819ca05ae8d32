"""What staff do: decide what is unknown, answer tickets, judge requests, change prices, publish notices, pause."""

from datetime import timedelta

from django.db import transaction

from sevenpanel.catalog import queries as catalog
from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment import queries as supply
from sevenpanel.fulfilment.domain import Action, Verdict
from sevenpanel.fulfilment.providers.interface import ProviderStatus
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.launch.simulation.oddities import DONE
from sevenpanel.launch.simulation.world import World
from sevenpanel.notices import commands as notices
from sevenpanel.notices.domain import Draft
from sevenpanel.terms import NoticeKind, Overrides, Scope

OPERATOR = "operator@example.org"


def decide_unknown(world: World, *, everything: bool = False) -> None:
    """Look at the provider's own list, and say what became of orders that the desk cannot find out about."""
    for row in supply.unknown_dispatches():
        if row.action is Action.OPERATOR and (everything or world.chance.happens(500)):
            _decide(world, row.order_id, row.provider_id)


def _decide(world: World, order_id: int, provider_id: int) -> None:
    there = world.panels[provider_id].taken_for(order_id)
    verdict = Verdict.FOUND if there else world.chance.one_of((Verdict.ABSENT_RESEND, Verdict.REFUND))
    try:
        fulfilment.decide_unknown(
            order_id=order_id,
            verdict=verdict,
            decided_by=OPERATOR,
            now=world.now,
            provider_order_id=there[0] if there else None,
        )
    except Refusal as refusal:
        world.note(f"staff: order {order_id} {verdict}: {refusal.sentence}")
    else:
        world.note(f"staff: order {order_id} {verdict}")


def change_price(world: World) -> None:
    """Set another price for everybody."""
    id_ = world.chance.one_of(world.services)
    row = catalog.service(service_id=id_, customer_id=None)
    assert row is not None
    rate = max(1, row.rate_micros * world.chance.randint(80, 130) // 100)
    with transaction.atomic():
        notices.change_price(service_id=id_, rate_micros=rate, changed_by=OPERATOR, now=world.now)
    world.note(f"staff: service {id_} costs {rate}")


def publish(world: World) -> None:
    """Publish a notice: a delay, a pause, the end of a pause, other bounds."""
    id_ = world.chance.one_of(world.services)
    kind = world.chance.one_of((NoticeKind.DELAY, NoticeKind.PAUSED, NoticeKind.BACK, NoticeKind.GENERAL))
    until = world.now + timedelta(hours=world.chance.randint(1, 48))
    overrides = Overrides(complete_within=timedelta(days=3)) if kind is NoticeKind.DELAY else Overrides()
    draft = Draft(kind=kind, scope=Scope.SERVICE, subject=id_, text="News.", in_force_until=until, overrides=overrides)
    notices.publish(draft=draft, written_by=OPERATOR, now=world.now)
    world.note(f"staff: notice {kind} about service {id_}")


def pause_provider(world: World) -> None:
    """Stop sending to a provider, or begin again."""
    id_ = world.chance.one_of(list(world.panels))
    is_paused = world.chance.happens(400)
    fulfilment.pause_provider(provider_id=id_, is_paused=is_paused, now=world.now)
    world.note(f"staff: provider {id_} {'paused' if is_paused else 'goes on'}")


def learn_words(world: World) -> None:
    """Say once what strange status words mean."""
    for id_ in world.panels:
        words = {DONE: ProviderStatus.COMPLETED, "AWAITING_MODERATION": ProviderStatus.PENDING}
        fulfilment.update_provider(provider_id=id_, status_words=words, now=world.now)
    world.note("staff: status words explained")


def see_to_alerts(world: World) -> None:
    """Close alerts, after looking at them."""
    for row in supply.alerts():
        if world.chance.happens(500):
            fulfilment.close_alert(alert_id=row.id, now=world.now)
