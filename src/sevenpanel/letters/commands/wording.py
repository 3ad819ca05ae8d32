"""What a letter says, as sentences that are told in the language of whoever reads it; made when it is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import SecurityNews
from sevenpanel.accounts.queries import SecurityRow
from sevenpanel.kernel.money import Sum
from sevenpanel.kernel.said import Count, Phrase, say, say_many
from sevenpanel.letters import models
from sevenpanel.letters.domain import ABOUT, DAILY, LINES_MAX, TITLES, LetterKind, News
from sevenpanel.notices import queries as notices
from sevenpanel.notices.domain import said_again
from sevenpanel.support.queries import happened as support
from sevenpanel.webhooks import queries as webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened.

    :param words: somebody's own words, as they were written: an answer of the desk.
    :param path: where there is more about it.
    :param also_to: addresses that were the account's before.
    """

    sentence: str
    at: datetime
    path: str
    words: str = ""
    also_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What is told about one kind: how much happened, and of that the newest.

    :param path: where all of it stands.
    """

    kind: LetterKind
    count: int
    lines: tuple[Line, ...]
    path: str


PLACES: Mapping[LetterKind, str] = {
    LetterKind.FINISHED: "/orders/",
    LetterKind.SHORT: "/orders/",
    LetterKind.TROUBLE: "/orders/",
    LetterKind.TICKETS: "/tickets/",
    LetterKind.DEPOSITS: "/funds/history/",
    LetterKind.SERVICES: "/updates/",
    LetterKind.TERMS: "/terms/accept/",
    LetterKind.WEBHOOKS: "/keys/webhooks/",
    LetterKind.SECURITY: "/account/",
}
assert PLACES.keys() == set(LetterKind)


def sections(letter_id: int) -> list[Section]:
    """Everything that a letter tells, in the order of the kinds."""
    rows = models.Told.objects.filter(letter_id=letter_id)
    found = []
    for kind in LetterKind:
        of_kind = rows.filter(kind=kind.value)
        count = of_kind.count()
        newest = list(of_kind.order_by("-happened_at", "-id")[:LINES_MAX])
        lines = _lines(newest)
        if lines:
            gone = len(newest) - len(lines)
            found.append(Section(kind=kind, count=count - gone, lines=lines, path=PLACES[kind]))
    return found


def subject(kind: str, parts: Sequence[Section]) -> Phrase:
    """What stands above a letter; never a word of somebody's."""
    if kind == DAILY:
        return say("Your day at the desk")
    count = parts[0].count
    title = TITLES[LetterKind(kind)]
    return title if count == 1 else say("%(title)s (%(n)s)", title=title, n=Count(count))


def heading(part: Section) -> Phrase:
    """What stands above a part of the letter of the day."""
    return say("%(title)s (%(n)s)", title=TITLES[part.kind], n=Count(part.count))


def lead(kind: LetterKind) -> Phrase:
    """What a kind of letter is about."""
    return ABOUT[kind]


def more(part: Section) -> Phrase | None:
    """That there is more than is told."""
    left = part.count - len(part.lines)
    return say_many("And %(n)s more.", "And %(n)s more.", n=left) if left > 0 else None


def _lines(rows: Sequence[models.Told]) -> tuple[Line, ...]:
    answers = support.answers(message_ids=_subjects(rows, News.ANSWERED))
    texts = notices.versions(notice_ids=_subjects(rows, News.NOTICE))
    urls = webhooks.urls(webhook_ids=_subjects(rows, News.SWITCHED_OFF))
    events = accounts.security_events(ids=_subjects(rows, News.SAFETY))
    found: list[Line] = []
    for row in rows:
        subject_id = row.subject_id or 0
        match News(row.news):
            case News.ANSWERED if subject_id in answers:
                found.append(_answered(row, *answers[subject_id]))
            case News.NOTICE if subject_id in texts:
                path = f"/updates/{texts[subject_id].root_id}/"
                sentence = said_again(texts[subject_id].row.notice.text)
                found.append(Line(sentence=sentence, at=row.happened_at, path=path))
            case News.SWITCHED_OFF if subject_id in urls:
                found.append(_switched_off(row, urls[subject_id]))
            case News.SAFETY if subject_id in events:
                found.append(_safety(events[subject_id]))
            case News() as news if news in _PLAIN:
                path, sentence = _PLAIN[news](row)
                found.append(Line(sentence=sentence, at=row.happened_at, path=path))
            case _:  # what it was about is gone
                pass
    return tuple(found)


def _subjects(rows: Sequence[models.Told], news: News) -> list[int]:
    return [row.subject_id for row in rows if row.news == news and row.subject_id is not None]


def _answered(row: models.Told, ticket_id: int, words: str) -> Line:
    said = say("The desk answered ticket %(id)s.", id=ticket_id)
    return Line(sentence=said, at=row.happened_at, path=f"/tickets/{ticket_id}/", words=words)


def _switched_off(row: models.Told, url: str) -> Line:
    said = say(
        "Every call to %(url)s has failed for days, so the desk stopped calling it. What happens to your orders "
        "meanwhile is not told there. See on its page what it answered, and switch it on again.",
        url=url,
    )
    return Line(sentence=said, at=row.happened_at, path=f"/keys/webhooks/{row.subject_id}/")


def _order(row: models.Told) -> str:
    return f"/orders/{row.subject_id}/"


def _completed(row: models.Told) -> tuple[str, str]:
    return _order(row), say("Order %(id)s is completed.", id=row.subject_id or 0)


def _ended_short(row: models.Told) -> tuple[str, str]:
    back = Sum(row.micros or 0, row.currency)
    return _order(row), say(
        "Order %(id)s ended early. %(back)s came back to your balance.", id=row.subject_id or 0, back=back
    )


def _link(row: models.Told) -> tuple[str, str]:
    return _order(row), say(
        "Order %(id)s ended because its link was found wrong. The order tells what was found and what you can do.",
        id=row.subject_id or 0,
    )


def _doubled(row: models.Told) -> tuple[str, str]:
    return _order(row), say(
        "Order %(id)s ended because several orders of the same service ran on its link at once.",
        id=row.subject_id or 0,
    )


def _credited(row: models.Told) -> tuple[str, str]:
    return f"/funds/receipts/{row.subject_id}/", say(
        "%(sum)s came to your balance.", sum=Sum(row.micros or 0, row.currency)
    )


def _looked_at(row: models.Told) -> tuple[str, str]:
    return f"/funds/receipts/{row.subject_id}/", say("A payment needs a look: its page tells why, and what comes next.")


def _edition(row: models.Told) -> tuple[str, str]:
    return PLACES[LetterKind.TERMS], say(
        "New versions of the Terms or of the privacy policy count now. Read them and accept them to go on ordering."
    )


# What is told by its row alone.
_PLAIN: Mapping[News, Callable[[models.Told], tuple[str, str]]] = {
    News.COMPLETED: _completed,
    News.ENDED_SHORT: _ended_short,
    News.LINK: _link,
    News.DOUBLED: _doubled,
    News.CREDITED: _credited,
    News.LOOKED_AT: _looked_at,
    News.EDITION: _edition,
}
assert _PLAIN.keys() | {News.ANSWERED, News.NOTICE, News.SWITCHED_OFF, News.SAFETY} == set(News)

_SAFETY_PATHS = {
    SecurityNews.SIGN_IN: "/account/sessions/",
    SecurityNews.PASSWORD: "/accounts/password/change/",
    SecurityNews.SECOND_FACTOR: "/accounts/two-factor/",
    SecurityNews.EMAIL: "/accounts/email/",
    SecurityNews.KEY_MADE: "/keys/",
    SecurityNews.KEY_CHANGED: "/keys/",
    SecurityNews.KEY_REVOKED: "/keys/",
}
assert _SAFETY_PATHS.keys() == set(SecurityNews)

_SAFETY: Mapping[SecurityNews, Callable[[SecurityRow], Phrase]] = {
    SecurityNews.SIGN_IN: lambda row: say(
        "Somebody signed in to your account on a new device, from %(address)s: %(device)s.",
        address=row.address, device=row.agent or say("an unnamed program"),
    ),
    SecurityNews.PASSWORD: lambda row: say("The password of your account was changed."),
    SecurityNews.SECOND_FACTOR: lambda row: say(
        "Two-factor sign-in was changed: an app, a passkey or the recovery codes."
    ),
    SecurityNews.EMAIL: lambda row: say("The e-mail addresses of your account were changed."),
    SecurityNews.KEY_MADE: lambda row: say("The API key “%(name)s” was made.", name=row.key_name),
    SecurityNews.KEY_CHANGED: lambda row: say("The API key “%(name)s” was changed or replaced.", name=row.key_name),
    SecurityNews.KEY_REVOKED: lambda row: say("The API key “%(name)s” was revoked.", name=row.key_name),
}  # fmt: skip
assert _SAFETY.keys() == set(SecurityNews)


def _safety(row: SecurityRow) -> Line:
    also_to = (row.email,) if row.email else ()
    return Line(sentence=_SAFETY[row.news](row), at=row.at, path=_SAFETY_PATHS[row.news], also_to=also_to)


IF_NOT_YOU = say("If it was not you, change your password, and end the sessions and keys that you do not know.")
