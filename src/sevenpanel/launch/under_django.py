"""Calling a command that needs Django, and saying in a sentence when its database went away."""

from collections.abc import Sequence

import django
from django.db import Error, ProgrammingError, connection

from sevenpanel.kernel import db
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.launch.targets import resolve
from sevenpanel.terms.documents import NotADocument


def call(target: str, arguments: Sequence[str]) -> int:
    """Set Django up, then run the command.

    :param target: the command's function, `module:name`; it takes its arguments and returns its exit status.
    :raises UnableToLaunch: when the database is not there, or has no tables yet; or a version of the Terms that the
        operator wrote cannot be read.
    """
    django.setup()
    try:
        return resolve(target)(arguments) or 0
    except ProgrammingError as error:
        if connection.introspection.table_names():
            raise
        raise UnableToLaunch("The database has no tables yet. Make them with `sevenpanel migrate`.") from error
    except Error as error:
        if not db.is_away(error):
            raise
        raise UnableToLaunch(f"The database cannot be used: {error}".strip()) from error
    except NotADocument as error:
        raise UnableToLaunch(f"A document cannot be published: {error}") from error
