"""Notices as a post of the channel: Telegram's HTML, in which everything that somebody wrote is escaped (S-7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# Telegram counts UTF-16 units of the text after its markup is read.
UNITS_MAX = 4096
GAP = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a post says of one notice."""

    kind: str
    about: str
    text: str


def post_of(told: Told) -> str:
    """A post of its own: what it is about in bold, then the words. Too long a text is cut between characters.

    Only our own `<b>` is markup. A name or a text can add no tag and no hidden link.
    """
    return _written(told, UNITS_MAX, GAP)


def fits(told: Sequence[Told]) -> bool:
    """Whether one post holds all of these uncut."""
    return sum(units(f"{_head(each)}\n{_words(each)}{GAP}") for each in told) - len(GAP) <= UNITS_MAX


def list_of(told: Sequence[Told]) -> str:
    """A post for several notices, one below the other. Where words were changed and do not fit now, all are cut."""
    share = UNITS_MAX if fits(told) else UNITS_MAX // len(told) - len(GAP)
    return GAP.join(_written(each, share, "\n") for each in told)


def _written(told: Told, most: int, gap: str) -> str:
    head = cut(_head(told), most // 4 if gap == GAP else most // 2)
    body = cut(told.text if gap == GAP else _words(told), most - units(head) - len(gap))
    return f"<b>{escape(head, quote=False)}</b>{gap}{escape(body, quote=False)}"


def _head(told: Told) -> str:
    return f"{told.kind}: {told.about}"


def _words(told: Told) -> str:
    """The catalogue's own words begin with the service's name, which stands above them already."""
    return told.text.removeprefix(f"{told.about}: ")


def units(text: str) -> int:
    """How many UTF-16 units a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """The text, or its beginning with a mark, in at most so many units."""
    if units(text) <= most:
        return text
    left, kept = most - 1, []
    for sign in text:
        left -= 2 if ord(sign) > 0xFFFF else 1
        if left < 0:
            break
        kept.append(sign)
    return "".join(kept) + "…"
