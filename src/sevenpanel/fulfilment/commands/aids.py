"""What a provider's answer says about an order of unknown fate, aid by aid. Every answer leaves evidence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts
from sevenpanel.fulfilment.commands.dispatching import NotTried, is_id_ours, note_late, raise_id_taken
from sevenpanel.fulfilment.commands.outcomes import end_attempt, find, lock, mark_absent, mark_found
from sevenpanel.fulfilment.domain import (
    AUTOMATIC_RESENDS_MAX,
    BALANCE_APART,
    Action,
    Aid,
    AlertKind,
    AttemptKind,
    AttemptState,
    BalanceReading,
    BalanceVerdict,
    FindingStep,
    weigh_balance,
)
from sevenpanel.fulfilment.providers.interface import (
    Answer,
    Balance,
    NotNow,
    ProviderStatus,
    RefusalReason,
    Refused,
    Sent,
    Unknown,
)
from sevenpanel.kernel import db
from sevenpanel.kernel.said import say

_PAUSE_FIRST = timedelta(seconds=5)
_PAUSE_MAX = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The provider could not be asked."""

    words: str


Heard = Answer | Balance | Silence | NotTried


@db.command
def record_heard(*, order_id: int, number: int, fence: int, aid: Aid, heard: Heard, now: datetime) -> None:
    """Record what a provider answered about an order of unknown fate, and act on what it proves.

    :param fence: of the claim; an answer under a lapsed claim is kept as evidence and changes nothing.
    """
    task, attempt = lock(order_id, number)
    if task.fence != fence or task.action != Action.RESOLVE:
        if not isinstance(heard, Balance | Silence | NotTried):
            note_late(attempt, heard, now)
        return
    task.lease_until, task.fence = None, task.fence + 1
    task.save(update_fields=["lease_until", "fence"])
    match heard:
        case NotTried() if aid is Aid.DUPLICATE_TEST:
            end_attempt(attempt, AttemptState.NOT_SENT, now=now, words=heard.words)
            _again_later(task, now)
        case Silence() | NotTried():
            _again_later(task, now)
        case Balance():
            _weigh(task, attempt, heard, now)
        case _ if aid is Aid.DUPLICATE_TEST:
            _judge_test(task, attempt, heard, now)
        case _:
            _judge_same_request(task, attempt, heard, now)


@db.step
def hand_over(task: models.Task, why: str, now: datetime) -> None:
    """Leave an order to the operator; until then, or until its deadline, it stays unknown."""
    assert task.decide_by is not None
    task.action, task.due_at = Action.OPERATOR, task.decide_by
    task.save(update_fields=["action", "due_at"])
    sentence = f"What became of order {task.order_id}? {why} Decide: found, absent, or refund."
    raise_alerts([News(kind=AlertKind.UNKNOWN_DISPATCH, subject=f"order/{task.order_id}", sentence=sentence)], now)


def _again_later(task: models.Task, now: datetime) -> None:
    task.due_at = now + min(_PAUSE_FIRST * (1 << min(task.tries, 10)), _PAUSE_MAX)
    task.tries += 1
    task.save(update_fields=["due_at", "tries"])


def _judge_same_request(task: models.Task, attempt: models.Attempt, heard: Answer, now: datetime) -> None:
    """Step 1: the provider promised that the same request id never makes a second order.

    What it promised is about taking, not about refusing: it may judge service, link, quantity or the links in use
    before it looks the request up, so no refusal proves that the first sending was not taken.
    """
    named = heard.provider_order_id if isinstance(heard, Sent) else None
    sentence = "Asked again under the same request id, the provider "
    sentence += f"named its order {named}." if isinstance(heard, Sent) else f"said “{heard.words}”."
    find(attempt, FindingStep.REQUEST_ID, sentence, now=now, evidence=heard.evidence, provider_order_id=named)
    match heard:
        case Sent() if is_id_ours(task, attempt, heard.provider_order_id):
            raise_id_taken(task, attempt, sentence, now)
            hand_over(task, "The provider named an order that is another one of ours.", now)
        case Sent():
            how = say("it named the order when asked again under the same request number")
            mark_found(task, attempt, heard.provider_order_id, how, now)
        case Refused():
            hand_over(task, f"Asked again, the provider said “{heard.words}”, which proves nothing.", now)
        case NotNow() | Unknown():
            _again_later(task, now)


def _judge_test(task: models.Task, test: models.Attempt, heard: Answer, now: datetime) -> None:
    """Step 2: a provider that refuses a second active order for a link was sent the order a second time, once."""
    match heard:
        case Sent() if is_id_ours(task, test, heard.provider_order_id):
            end_attempt(
                test, AttemptState.UNKNOWN, now=now, words="It named another order of ours.", evidence=heard.evidence
            )
            raise_id_taken(task, test, test.words, now)
            hand_over(task, "The provider named an order that is another one of ours.", now)
        case Sent():
            how = say("it did not have the order before, and took it now")
            mark_found(task, test, heard.provider_order_id, how, now, evidence=heard.evidence)
        case Refused() if heard.reason is RefusalReason.ACTIVE_ORDER_WITH_LINK:
            end_attempt(test, AttemptState.REFUSED, now=now, words=heard.words, evidence=heard.evidence)
            sentence = "The provider refuses a second order for this link, so it took the first."
            find(_origin_of(test), FindingStep.DUPLICATE_TEST, sentence, now=now, evidence=heard.evidence)
            hand_over(task, "The provider has it and did not say under which id.", now)
        case Refused():
            end_attempt(test, AttemptState.REFUSED, now=now, words=heard.words, evidence=heard.evidence)
            sentence = (
                f"The provider refused a second sending for another reason: “{heard.words}”. That proves nothing."
            )
            find(_origin_of(test), FindingStep.DUPLICATE_TEST, sentence, now=now, evidence=heard.evidence)
        case NotNow():
            end_attempt(test, AttemptState.NOT_SENT, now=now, words=heard.words, evidence=heard.evidence)
            _again_later(task, now)
        case Unknown():
            end_attempt(test, AttemptState.UNKNOWN, now=now, words=heard.words, evidence=heard.evidence)
            sentence = "The answer to the second sending was lost, too. It is not sent a third time."
            find(_origin_of(test), FindingStep.DUPLICATE_TEST, sentence, now=now, evidence=heard.evidence)


def _origin_of(test: models.Attempt) -> models.Attempt:
    before = models.Attempt.objects.filter(order_id=test.order_id, number__lt=test.number, kind=AttemptKind.FIRST)
    return before.latest("number")


def _weigh(task: models.Task, attempt: models.Attempt, heard: Balance, now: datetime) -> None:
    """Step 3: nobody else uses this account, so its balance tells whether the order was charged."""
    verdict = _verdict(attempt, heard, now)
    find(
        attempt,
        FindingStep.BALANCE,
        f"The balance is {heard.amount}: {verdict}.",
        now=now,
        balance=heard.amount,
        is_no_drop=verdict is BalanceVerdict.NOT_YET,
    )
    match verdict:
        case BalanceVerdict.NOT_YET:
            task.due_at = now + BALANCE_APART
            task.save(update_fields=["due_at"])
        case BalanceVerdict.ABSENT if task.resends < AUTOMATIC_RESENDS_MAX:
            mark_absent(task, say("it did not charge for it"), now)
        case BalanceVerdict.ABSENT:
            hand_over(task, "The provider does not have it, and sending it again has not helped so far.", now)
        case BalanceVerdict.TAKEN | BalanceVerdict.INCONCLUSIVE:
            # The next round sees that the balance has said all it can, and goes on to the next aid.
            task.is_balance_spent = True
            task.save(update_fields=["is_balance_spent"])


def _verdict(attempt: models.Attempt, heard: Balance, now: datetime) -> BalanceVerdict:
    provider = models.Provider.objects.get(id=attempt.provider_id)
    is_same_money = heard.currency is None or heard.currency == provider.currency
    if attempt.balance_before is None or attempt.expected_cost is None or not is_same_money:
        return BalanceVerdict.INCONCLUSIVE
    quiet = models.Finding.objects.filter(attempt=attempt, step=FindingStep.BALANCE, is_no_drop=True)
    first = quiet.order_by("id").first()
    spent, is_disturbed = _moved_since(attempt)
    return weigh_balance(
        before=attempt.balance_before,
        price=attempt.expected_cost,
        reading=BalanceReading(at=now, amount=heard.amount, spent=spent, is_disturbed=is_disturbed),
        quiet_since=first.found_at if first is not None else None,
    )


def _moved_since(attempt: models.Attempt) -> tuple[Decimal, bool]:
    """What else moved the balance since this attempt: the cost of other orders, and whether anything unknown did."""
    others = models.Attempt.objects.filter(provider_id=attempt.provider_id, begun_at__gte=attempt.begun_at).exclude(
        id=attempt.id
    )
    sent = others.filter(state=AttemptState.SENT)
    spent = sent.aggregate(total=Sum("expected_cost"))["total"] or Decimal(0)
    unclear = Q(state__in=[AttemptState.SENDING, AttemptState.UNKNOWN, AttemptState.WRITTEN_OFF])
    unpriced = Q(state=AttemptState.SENT, expected_cost__isnull=True)
    returned = models.Task.objects.filter(
        provider_id=attempt.provider_id, provider_order_id__isnull=False, ended_at__gte=attempt.begun_at
    ).exclude(last_word=ProviderStatus.COMPLETED)
    return spent, others.filter(unclear | unpriced).exists() or returned.exists()
