"""The contract that all meters keep, each against a local server of its kind, and what is particular to one of them."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.countingapis import KEY, TOKEN, CountingApi, counting, telegram, youtube
from tests.panel import Desk, MemoryPanel, open_desk
from tests.shop import Person, open_customer

from sevenpanel.fulfilment.providers.interface import (
    Evidence,
    ProviderStatus,
    ProviderUnavailable,
    RowError,
    StatusReport,
)
from sevenpanel.insight.domain import Counter
from sevenpanel.insight.meters.interface import WORDS_MAX, Ask, Count, Meter, MeterUnavailable, NoCount
from sevenpanel.insight.meters.telegram import TelegramMeter
from sevenpanel.insight.meters.youtube import IDS_PER_CALL, YouTubeMeter
from sevenpanel.jobs.recounts import ProviderMeter

pytestmark = pytest.mark.django_db(transaction=True)

VIDEO = "https://www.youtube.com/watch?v={}"
CHANNEL = "https://www.youtube.com/channel/{}"


@dataclass
class Rig:
    """A meter with somebody to ask, and the ways to prepare what it finds there.

    :param there: puts so many on the n-th target, and returns what asks for it.
    :param missing: an ask about something that is not there.
    :param fail: lets the next call fail in a way.
    :param ways: the names of such ways; `wait` is the one that asks to be left alone for so many seconds.
    """

    meter: Meter
    there: Callable[[int, int], Ask]
    missing: Ask
    fail: Callable[[str], None]
    ways: tuple[str, ...]
    wait: int
    secrets: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


ANY_API = ("dead", "broken", "html", "list", "huge", "deep", "empty", "number", "redirect", "stumble", "locked out")
OF_TELEGRAM = ("wait nonsense", "no count", "negative", "float", "true", "enormous")


def telegram_rig(stack: ExitStack) -> Rig:
    api = stack.enter_context(counting(telegram))

    def there(n: int, count: int) -> Ask:
        api.counts[f"@northwind_{n}"] = count
        return Ask(order_id=n, counter=Counter.TELEGRAM_MEMBERS, target=f"https://t.me/northwind_{n}")

    return Rig(
        meter=TelegramMeter(token=TOKEN, api=api.url, allow_private=True),
        there=there,
        missing=Ask(order_id=99, counter=Counter.TELEGRAM_MEMBERS, target="https://t.me/nobody_here"),
        fail=api.faults.append,
        ways=(*ANY_API, *OF_TELEGRAM),
        wait=7,
        secrets=(TOKEN,),
        more={"api": api},
    )


def youtube_rig(counter: Counter) -> Callable[[ExitStack], Rig]:
    is_channel = counter is Counter.YOUTUBE_SUBSCRIBERS

    def ask(n: int) -> tuple[str, Ask]:
        id_ = f"UC{n:022}" if is_channel else f"{n:011}"
        target = (CHANNEL if is_channel else VIDEO).format(id_)
        return id_, Ask(order_id=n, counter=counter, target=target)

    def build(stack: ExitStack) -> Rig:
        api = stack.enter_context(counting(youtube))

        def there(n: int, count: int) -> Ask:
            id_, asking = ask(n)
            api.counts[id_] = count
            return asking

        return Rig(
            meter=YouTubeMeter(key=KEY, api=api.url, allow_private=True),
            there=there,
            missing=ask(99)[1],
            fail=api.faults.append,
            ways=(*ANY_API, "bad key", "items are a word", "error is a word"),
            wait=60,
            secrets=(KEY,),
            more={"api": api},
        )

    return build


@dataclass(slots=True)
class StumblingPanel(MemoryPanel):
    """A panel whose next status calls fail, each with the seconds for which it asks to be left alone."""

    faults: deque[int | None] = field(default_factory=deque)

    def statuses(self, ids: Sequence[str]) -> Mapping[str, StatusReport | RowError]:
        """Fail as told, else tell."""
        if self.faults:
            seconds = self.faults.popleft()
            raise ProviderUnavailable("Too many calls.", evidence=Evidence(), retry_after_seconds=seconds)
        return MemoryPanel.statuses(self, ids)


def provider_rig(stack: ExitStack) -> Rig:
    panel = StumblingPanel()
    desk, alice = open_desk(panel), open_customer("Alice", balance="1000")

    def there(n: int, count: int) -> Ask:
        order_id = _ended(desk, alice, n)
        (number,) = desk.panel.taken_for(order_id)
        desk.panel.end(number, ProviderStatus.COMPLETED, remains=1000 - count)
        return Ask(order_id=order_id, counter=Counter.PROVIDER_STATUS, target=f"https://t.me/northwind_{n}")

    gone = there(98, 1000)
    (number,) = desk.panel.taken_for(gone.order_id)
    desk.panel.orders[number].is_error = True
    return Rig(
        meter=ProviderMeter(clock=desk.clock, adapter_for=desk.adapter_for),
        there=there,
        missing=gone,
        fail=lambda way: panel.faults.append(30 if way == "wait" else None),
        ways=("down", "wait"),
        wait=30,
        more={"desk": desk},
    )


def _ended(desk: Desk, alice: Person, n: int) -> int:
    order_id = desk.place(alice, link=f"t.me/northwind_{n}")
    desk.dispatch_all()
    (number,) = desk.panel.taken_for(order_id)
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    desk.follow()
    return order_id


RIGS: dict[str, Callable[[ExitStack], Rig]] = {
    "telegram": telegram_rig,
    "youtube views": youtube_rig(Counter.YOUTUBE_VIEWS),
    "youtube likes": youtube_rig(Counter.YOUTUBE_LIKES),
    "youtube subscribers": youtube_rig(Counter.YOUTUBE_SUBSCRIBERS),
    "provider": provider_rig,
}


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with ExitStack() as stack:
        yield RIGS[request.param](stack)


def read(rig: Rig, *asks: Ask) -> dict[int, Count | NoCount]:
    """Ask until each was answered, as the desk does."""
    answers: dict[int, Count | NoCount] = {}
    left = list(asks)
    while left:
        answers |= rig.meter.read(left[: rig.meter.batch])
        before, left = left, [each for each in left if each.order_id not in answers]
        assert len(left) < len(before)
    return answers


def test_a_meter_tells_what_is_there(rig: Rig) -> None:
    asking = rig.there(1, 812)

    assert read(rig, asking) == {asking.order_id: Count(value=812)}


def test_each_target_gets_its_own_count(rig: Rig) -> None:
    asks = [rig.there(n, 100 * n) for n in range(1, 5)]

    assert read(rig, *asks) == {each.order_id: Count(value=100 * n) for n, each in enumerate(asks, start=1)}


def test_what_is_not_there_has_no_count_and_a_reason_and_keeps_nobody_else_from_theirs(rig: Rig) -> None:
    asking = rig.there(1, 812)

    answers = read(rig, rig.missing, asking)

    assert answers[asking.order_id] == Count(value=812)
    missing = answers[rig.missing.order_id]
    assert isinstance(missing, NoCount)
    assert 0 < len(missing.words) <= WORDS_MAX


def test_whatever_goes_wrong_nothing_is_counted_and_it_can_be_asked_again(rig: Rig) -> None:
    asking = rig.there(1, 812)
    for way in rig.ways:
        rig.fail(way)
        with pytest.raises(MeterUnavailable) as fault:
            rig.meter.read([asking])
        assert 0 < len(fault.value.words) <= WORDS_MAX, way
        assert not any(secret in repr(fault.value) or secret in fault.value.words for secret in rig.secrets), way
        assert read(rig, asking) == {asking.order_id: Count(value=812)}, way


def test_a_meter_that_has_to_wait_says_how_long(rig: Rig) -> None:
    asking = rig.there(1, 812)
    rig.fail("wait")

    with pytest.raises(MeterUnavailable) as fault:
        rig.meter.read([asking])

    assert fault.value.retry_after_seconds == rig.wait


def test_a_meter_shows_no_secret(rig: Rig) -> None:
    assert not any(secret in repr(rig.meter) for secret in rig.secrets)


@pytest.mark.parametrize("name", ["telegram", "youtube views"])
def test_nobody_listens_is_no_count(name: str) -> None:
    with ExitStack() as stack:
        rig = RIGS[name](stack)
        asking = rig.there(1, 812)
    with pytest.raises(MeterUnavailable, match="No answer"):
        rig.meter.read([asking])


@pytest.mark.parametrize("name", ["telegram", "youtube views"])
def test_an_address_that_is_not_public_is_not_called_unless_the_operator_named_it(name: str) -> None:
    """S-12: the desk's own networks' addresses are public; a name that leads inside is not asked."""
    with ExitStack() as stack:
        rig = RIGS[name](stack)
        asking = rig.there(1, 812)
        guarded = replace(rig.meter, allow_private=False)  # type: ignore[type-var]
        with pytest.raises(MeterUnavailable, match="address refused"):
            guarded.read([asking])  # type: ignore[attr-defined]
        assert rig.more["api"].asked == []


def test_a_chat_that_lets_nobody_count_is_no_fault_of_the_others() -> None:
    with ExitStack() as stack:
        rig = telegram_rig(stack)
        answers = rig.meter.read([rig.missing])

    assert answers[99] == NoCount(words="Telegram says: Bad Request: chat not found")


@pytest.mark.parametrize(
    "target", ["https://t.me/+AAAABBBBCCCC1234", "https://t.me/a/../b", "https://t.me/northwind_1/7", "", "x" * 5000]
)
def test_what_names_no_public_chat_is_never_asked_about(target: str) -> None:
    with ExitStack() as stack:
        rig = telegram_rig(stack)
        answers = rig.meter.read([Ask(order_id=1, counter=Counter.TELEGRAM_MEMBERS, target=target)])

        assert isinstance(answers[1], NoCount)
        assert rig.more["api"].asked == []


def test_fifty_videos_are_one_call_and_one_unit() -> None:
    with ExitStack() as stack:
        rig = youtube_rig(Counter.YOUTUBE_VIEWS)(stack)
        asks = [rig.there(n, n + 1) for n in range(IDS_PER_CALL)]
        twice = replace(asks[0], order_id=1000)  # another order on the same video

        answers = rig.meter.read([*asks[:-1], twice])

        assert len(answers) == IDS_PER_CALL
        assert answers[1000] == answers[0] == Count(value=1)
        (asked,) = rig.more["api"].asked
        assert len(asked.query["id"].split(",")) == IDS_PER_CALL - 1


def subscribers(api: CountingApi, target: str) -> Count | NoCount:
    meter = YouTubeMeter(key=KEY, api=api.url, allow_private=True)
    asking = Ask(order_id=1, counter=Counter.YOUTUBE_SUBSCRIBERS, target=target)
    return meter.read([asking])[1]


def test_a_channel_is_found_by_its_handle_and_by_its_user_name() -> None:
    with counting(youtube) as api:
        api.counts |= {"northwindtea": 812, "northwind.user": 50}

        assert subscribers(api, "https://www.youtube.com/@northwindtea") == Count(value=812)
        assert subscribers(api, "https://www.youtube.com/user/northwind.user") == Count(value=50)
        assert isinstance(subscribers(api, "https://www.youtube.com/@nobody"), NoCount)
        assert isinstance(subscribers(api, "https://www.youtube.com/c/northwind"), NoCount)
        assert [asked.query.get("forHandle") for asked in api.asked] == ["northwindtea", None, "nobody"]


@pytest.mark.parametrize(("count", "shown", "step"), [(999, 999, 1), (1234, 1230, 10), (1_234_567, 1_230_000, 10_000)])
def test_the_number_of_subscribers_is_as_coarse_as_it_is_shown(count: int, shown: int, step: int) -> None:
    with counting(youtube) as api:
        api.counts["northwindtea"] = count

        assert subscribers(api, "https://www.youtube.com/@northwindtea") == Count(value=shown, step=step)


def test_a_hidden_or_unreadable_number_is_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    for statistics in (
        {"hiddenSubscriberCount": True, "subscriberCount": "5"},
        {},
        {"subscriberCount": "5e3"},
        {"subscriberCount": "-5"},
        {"subscriberCount": None},
        {"subscriberCount": "9" * 40},
    ):
        monkeypatch.setattr(
            "tests.countingapis._item", lambda _api, name, _listing, s=statistics: {"id": name, "statistics": s}
        )
        with counting(youtube) as api:
            api.counts["northwindtea"] = 5
            assert isinstance(subscribers(api, "https://www.youtube.com/@northwindtea"), NoCount), statistics


def test_a_provider_that_says_something_else_than_done_gives_no_count() -> None:
    with ExitStack() as stack:
        rig = provider_rig(stack)
        desk: Desk = rig.more["desk"]
        for n, change in enumerate(
            (
                {"status": ProviderStatus.CANCELED, "remains": 1000},
                {"status": ProviderStatus.IN_PROGRESS, "remains": 3},
                {"word": "Refunded"},
                {"remains": None},
            )
        ):
            asking = rig.there(n, 800)
            (number,) = desk.panel.taken_for(asking.order_id)
            for name, value in change.items():
                setattr(desk.panel.orders[number], name, value)
            assert isinstance(rig.meter.read([asking])[asking.order_id], NoCount), change


def test_a_provider_that_is_left_alone_is_not_asked() -> None:
    with ExitStack() as stack:
        rig = provider_rig(stack)
        asking, desk = rig.there(1, 800), rig.more["desk"]
        desk.panel.is_down = True
        desk.place(open_customer("Mallory", balance="10"), link="t.me/another")
        desk.dispatch_all()
        desk.follow()
        desk.panel.is_down, before = False, len(desk.panel.asked)

        with pytest.raises(MeterUnavailable, match="left alone"):
            rig.meter.read([asking])
        assert len(desk.panel.asked) == before


def test_an_order_that_was_never_sent_has_no_count() -> None:
    desk, alice = open_desk(), open_customer("Alice", balance="10")
    order_id = desk.place(alice)
    meter = ProviderMeter(clock=desk.clock, adapter_for=desk.adapter_for)

    answers = meter.read([Ask(order_id=order_id, counter=Counter.PROVIDER_STATUS, target="")])

    assert answers == {order_id: NoCount(words="No provider has this order.")}
