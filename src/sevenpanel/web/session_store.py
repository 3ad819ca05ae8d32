"""Sessions in the database: kept without waiting for its disk, and a database that is away is called so.

What a page remembers in its session can be found out again, and whoever signed in in the last second before a crash
signs in once more. Ending a session waits for the disk as ever.
"""

from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.db import connection, transaction

from sevenpanel.kernel import db


class SessionStore(InDatabase):
    """Django finds this class by its name (`SESSION_ENGINE`)."""

    def save(self, must_create: bool = False) -> None:
        """Keep the session.

        :raises UpdateError: when it was ended meanwhile; Django says so for any trouble of the database, too.
        :raises django.db.Error: when the database could not be asked, or takes no writes.
        """
        try:
            self._save(must_create)
        except UpdateError as gone:
            fault = gone.__context__
            if fault is not None and db.is_away(fault):
                raise fault from fault.__cause__
            raise

    def _save(self, *given: Any) -> None:
        if connection.in_atomic_block:  # whoever has begun this says how it is kept
            super().save(*given)
            return
        with transaction.atomic():
            db.let_go_in_a_crash()
            super().save(*given)
