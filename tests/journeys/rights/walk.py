"""Every address of the site, asked one after the other, as if each question were the only one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """An address by its name, as it is written down."""

    name: str
    pattern: str


def places() -> list[Place]:
    """Every address of the site; one that stands twice, once under the name that leads to it."""
    by_pattern = {place.pattern: place for place in _places(get_resolver().url_patterns, "", "") if place.name}
    nameless = {place.pattern for place in _places(get_resolver().url_patterns, "", "")} - by_pattern.keys()
    assert not nameless, f"Give these addresses a name: {nameless}"
    return sorted(by_pattern.values())


def _places(patterns: Any, path: str, space: str) -> Iterator[Place]:
    for each in patterns:
        here = path + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _places(each.url_patterns, here, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            assert isinstance(each, URLPattern)
            yield Place(f"{space}{each.name}" if each.name else "", here)


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever happens inside, a session that ended among it."""
    block = transaction.atomic()
    # As the transaction of a test itself: a command that wants to be the outermost one takes it for none.
    block._from_testcase = True
    with block:
        yield
        connection.set_rollback(True)


def outcome(answer: Any) -> str:
    """What became of a request, in a word of the table."""
    if answer.status_code != 302:
        return str(answer.status_code)
    for page, word in (("/accounts/login/", ">login"), ("/terms/accept/", ">terms")):
        if answer.url.partition("?")[0] == page:
            return word
    return ">"
