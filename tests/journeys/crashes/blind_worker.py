"""A worker with a planted fault: what it does not know it sends again, as a desk does that "retries on error".

It exists to show that the check on double buying can turn red (design: trust, rule 1). The fault replaces what the
desk does with an order of unknown fate; everything else is the worker as it is.
"""

import os
import sys
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.production")
django.setup()

# Models can be imported only now.
from sevenpanel.fulfilment.commands import dispatching, leases, outcomes  # noqa: E402
from sevenpanel.fulfilment.models import Attempt, Task  # noqa: E402
from sevenpanel.fulfilment.providers.interface import Evidence  # noqa: E402
from sevenpanel.jobs import worker  # noqa: E402


def send_again(task: Task, attempt: Attempt, words: str, evidence: Evidence | None, now: datetime) -> None:
    """Take an answer that is missing for a "no"."""
    outcomes.mark_not_sent(task, attempt, None, words, evidence, now)


# Both places that find an order's fate unknown: a lost answer, and a worker that has gone.
for place in (dispatching, leases):
    assert place.mark_unknown is outcomes.mark_unknown  # type: ignore[attr-defined]
    place.mark_unknown = send_again  # type: ignore[attr-defined]

if __name__ == "__main__":
    sys.exit(worker.main([]))
