"""A post of the channel as somebody wrote it: which services it tags, and what it is about."""

import re
from dataclasses import dataclass

from sevenpanel.terms import NoticeKind

SERVICES_MAX = 50
_SERVICE = re.compile(r"(?<![\w#])#([1-9][0-9]{0,17})(?!\w)", re.ASCII)
_TAG = re.compile(r"(?<![\w#])#([a-z]+)(?!\w)", re.ASCII | re.IGNORECASE)
# A tag says it; of a delay a plain word is enough, since customers read it as one too.
_KINDS = {"paused": NoticeKind.PAUSED, "back": NoticeKind.BACK, "delay": NoticeKind.DELAY}
_DELAY = re.compile(r"\b(delay|delays|delayed|slow|slower|late)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a post says.

    :param service_ids: the tagged services, in their order; empty for a general post.
    """

    service_ids: tuple[int, ...]
    kind: NoticeKind


def read_post(text: str) -> Reading:
    """Read a post. Without a tagged service it is general, whatever its words: it changes no single service."""
    services = tuple(dict.fromkeys(int(number) for number in _SERVICE.findall(text)))[:SERVICES_MAX]
    return Reading(service_ids=services, kind=_kind(text) if services else NoticeKind.GENERAL)


def _kind(text: str) -> NoticeKind:
    for tag in _TAG.findall(text):
        if tag.lower() in _KINDS:
            return _KINDS[tag.lower()]
    return NoticeKind.DELAY if _DELAY.search(text) else NoticeKind.DESCRIPTION
