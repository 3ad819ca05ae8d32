"""A worker with a planted fault: it keeps how far it has looked before it has booked what it saw.

It exists to show that the check on lost deposits can turn red (design: trust, rule 1). Everything else is the worker as
it is.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.production")
django.setup()

# Models can be imported only now.
from sevenpanel.deposits.commands import looking  # noqa: E402
from sevenpanel.deposits.models import Source as SourceRow  # noqa: E402
from sevenpanel.deposits.queries.known import known_receipts  # noqa: E402
from sevenpanel.deposits.sources.interface import Source  # noqa: E402
from sevenpanel.jobs import worker  # noqa: E402
from sevenpanel.kernel import chaos  # noqa: E402


def look_with(source: Source, *, mark: str, now: datetime, clock: Callable[[], datetime]) -> tuple[str, bool]:
    """Look, keep the mark, and only then book."""
    look = source.observe(known=known_receipts(source=source.name, now=now), mark=mark, now=now)
    SourceRow.objects.filter(name=source.name).update(mark=look.mark)
    chaos.point("deposits.after_look")
    looking.book(source, look, now=clock())
    return look.mark, look.has_more


looking.look_with = look_with

if __name__ == "__main__":
    sys.exit(worker.main([]))
