"""Letters about webhooks that were switched off, among them those that webhooks kept for themselves until now.

A worker of the release before this one that is still running neither writes nor sends letters of a kind that it does
not know of.
"""

from pathlib import Path

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from sevenpanel.kernel import sql

_KINDS = [
    "answers to tickets",
    "deposits",
    "new terms",
    "orders finished",
    "orders that ended short",
    "orders that need you",
    "security of the account",
    "services you use",
    "webhooks",
]
_NEWS = [
    "answered",
    "completed",
    "credited",
    "edition",
    "ended short",
    "link found wrong",
    "looked at",
    "notice",
    "safety",
    "several on one link",
    "switched off",
]
_BACK = Path(__file__).with_name("from_webhooks_back.sql").read_text()


def _known(model: str, name: str, field: str, words: list[str]) -> tuple[Operation, ...]:
    check = models.CheckConstraint(condition=models.Q((f"{field}__in", words)), name=name)
    return (
        migrations.RemoveConstraint(model_name=model, name=name),
        migrations.AddConstraint(model_name=model, constraint=check),
    )


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("webhooks", "0002_switched_off")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        # What is told is kept for a month: the checks take no longer than a look at that.
        *_known("letter", "letters_letter_kind_known", "kind", sorted([*_KINDS, "daily"])),
        *_known("told", "letters_told_kind_known", "kind", _KINDS),
        *_known("told", "letters_told_news_known", "news", _NEWS),
        sql.script(__file__, "from_webhooks.sql", reverse=_BACK),
    ]
