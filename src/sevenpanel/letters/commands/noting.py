"""Noting what happened since the last round, for whom it concerns and who wants to hear of it.

The mark moves in the transaction that writes the rows, and a row is there once by its key: a round that is killed or
repeated tells nothing twice and forgets nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sevenpanel.accounts import queries as accounts
from sevenpanel.kernel import chaos, db, tides
from sevenpanel.letters import models
from sevenpanel.letters.commands.sources import SOURCES, Source
from sevenpanel.letters.domain import DEFAULTS, TOLD_WITHIN, Happening, LetterKind, News
from sevenpanel.terms.documents import DocumentName, asked_for

ROWS_A_STEP = 5_000
STEPS_A_ROUND = 40

_NOTE = """
INSERT INTO letters_told (user_id, kind, news, key, subject_id, micros, currency, manner, happened_at, noted_at)
SELECT u.id, h.kind, h.news, h.key, h.subject, h.micros, h.currency, coalesce(c.manner, d.manner), h.at, %(now)s
  FROM unnest(%(owners)s::bigint[], %(kinds)s::text[], %(news)s::text[], %(keys)s::text[], %(subjects)s::bigint[],
              %(micros)s::bigint[], %(currencies)s::text[], %(ats)s::timestamptz[])
       AS h(owner, kind, news, key, subject, micros, currency, at)
  JOIN unnest(%(all_kinds)s::text[], %(defaults)s::text[]) AS d(kind, manner) ON d.kind = h.kind
  JOIN accounts_user u ON u.{owner} = h.owner AND u.is_active
  LEFT JOIN letters_choice c ON c.user_id = u.id AND c.kind = h.kind
 WHERE coalesce(c.manner, d.manner) <> 'not at all'
 ORDER BY u.id, h.kind, h.key
    ON CONFLICT (user_id, kind, key) DO NOTHING
"""
_TO_CUSTOMERS, _TO_PEOPLE = _NOTE.format(owner="customer_id"), _NOTE.format(owner="id")


def note_happenings(*, now: datetime, rows_a_step: int = ROWS_A_STEP) -> int:
    """Read every source on as far as it is certain. Several rounds at once take turns.

    :returns: how many happenings were read that somebody may want to hear of.
    """
    return sum(_read_on(name, source, now, rows_a_step) for name, source in SOURCES.items())


def _read_on(name: str, source: Source, now: datetime, rows_a_step: int) -> int:
    read = 0
    for _ in range(STEPS_A_ROUND):
        some, has_more = _read_some(name, source, now, rows_a_step)
        read += some
        if not has_more:
            break
    return read


@db.command
def _read_some(name: str, source: Source, now: datetime, rows_a_step: int) -> tuple[int, bool]:
    # In this order: a look from before somebody else's mark would not know who was writing then.
    mark = _locked(name)
    look = tides.tide(table=source.table)
    if mark.seen == mark.read_upto:
        mark.seen, mark.writing = look.last, sorted(look.writing)
    is_certain = look.writing.isdisjoint(mark.writing)
    happened: Sequence[Happening] = ()
    if mark.seen > mark.read_upto and is_certain:
        mark.read_upto, happened = source.between(mark.read_upto, mark.seen, rows_a_step)
        note(happened, to_people=source.to_people, now=now)
    mark.save(update_fields=["read_upto", "seen", "writing"])
    chaos.point("letters.before_mark")
    return len(happened), is_certain and mark.seen > mark.read_upto


def _locked(name: str) -> models.Mark:
    models.Mark.objects.bulk_create([models.Mark(source=name)], ignore_conflicts=True)
    return models.Mark.objects.select_for_update().get(source=name)


@db.step
def note(happened: Collection[Happening], *, to_people: bool, now: datetime) -> None:
    """Put down what happened lately for everybody whom it concerns and who wants to hear of it, once each."""
    lately = [each for each in happened if each.at > now - TOLD_WITHIN]
    if not lately:
        return
    rows = [
        (each.owner, each.kind.value, each.news.value, each.key, each.subject, each.micros, each.currency, each.at)
        for each in lately
    ]
    names = ("owners", "kinds", "news", "keys", "subjects", "micros", "currencies", "ats")
    asked = dict(zip(names, db.columns(rows, len(names)), strict=True))
    asked["all_kinds"] = [kind.value for kind in DEFAULTS]
    asked["defaults"] = [manner.value for manner in DEFAULTS.values()]
    db.rows(_TO_PEOPLE if to_people else _TO_CUSTOMERS, {**asked, "now": now})


def note_editions(*, now: datetime) -> int:
    """Put down for whoever accepted another version of a document that one counts which they have not accepted.

    Such rows are kept for good, so that a version is told of once.

    :returns: how many people were looked at.
    """
    shelf = accounts.shelf()
    return sum(_note_edition(document, asked_for(shelf, document, now).version, now) for document in DocumentName)


@db.command
def _note_edition(document: DocumentName, version: str, now: datetime) -> int:
    people = accounts.accepted_another(document=document, version=version)
    key = f"{document.value}/{version}"
    note(
        [
            Happening(owner=each, kind=LetterKind.TERMS, news=News.EDITION, key=key, subject=None, at=now)
            for each in people
        ],
        to_people=True,
        now=now,
    )
    return len(people)
