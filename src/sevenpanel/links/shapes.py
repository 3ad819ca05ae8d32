"""Shapes: how the addresses of a network are written, as data, and the matching of an address against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from sevenpanel.links.address import Address
from sevenpanel.links.kinds import LinkKind, Network


def as_written(text: str) -> str:
    """This function keeps the case: ids that a network made itself."""
    return text


def lower(text: str) -> str:
    """This function folds the case: names that a person chose."""
    return text.lower()


def number(text: str) -> str:
    """This function drops leading zeros, which no network counts."""
    return text.lstrip("0") or "0"


# Letters of any script, for names that people choose; what is no letter of any is refused by Word.read.
ANY_LETTER = r"[A-Za-z0-9_.\-\u00b7-\U0010ffff]"
# Characters without a picture that Unicode nevertheless counts as letters, marks or symbols.
BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


@dataclass(frozen=True, slots=True)
class Word:
    """A varying part of an address: what it may look like, how it is shown, and what of it tells targets apart."""

    pattern: str
    form: Callable[[str], str] = as_written
    key: Callable[[str], str] = as_written
    reserved: frozenset[str] = frozenset()

    def read(self, raw: str) -> tuple[str, str] | None:
        """This function gives the shown and the telling form, or None where the network knows no such word.

        The pattern is asked again after folding, since folding may turn one letter into several.
        """
        shown = self.form(raw)
        told = self.key(shown)
        if not shown.isprintable() or "\ufffd" in shown or BLANK.search(shown):
            return None
        if shown.lower() in self.reserved or told.lower() in self.reserved:
            return None
        readable = all(re.fullmatch(self.pattern, text) for text in (raw, shown, told))
        return (shown, told) if readable and self.form(shown) == shown else None


def exact(pattern: str) -> Word:
    """This function makes a word in which the case counts."""
    return Word(pattern)


def folded(pattern: str, reserved: str = "") -> Word:
    """This function makes a word in which the case does not count; the reserved ones are pages of the network."""
    return Word(pattern, form=lower, reserved=frozenset(reserved.split()))


def counted(most_digits: int) -> Word:
    """This function makes a whole number of at least 1."""
    return Word(rf"0{{0,9}}[1-9][0-9]{{0,{most_digits - 1}}}", form=number)


@dataclass(frozen=True, slots=True)
class Shape:
    """One way of writing one kind of address.

    `path` is a regular expression in which a dot is a dot, `{word}` stands for a word of the network and a last
    `*` for anything that may follow; it starts with "/" on the network's main hosts and with the host elsewhere.
    `query` names the parameters that must be there, with the word each must be. `target` and `address` are
    templates; where `address` is left out, the target serves.
    """

    kind: LinkKind
    path: str
    target: str
    address: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """A way of writing an address that is refused with a sentence of its own, in the manner of Shape."""

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Sample:
    """How a kind is called in a sentence, and an example with an invented name."""

    name: str
    example: str


def unchanged(address: Address) -> Address:
    """This function is the rewrite of networks that need none."""
    return address


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRules:
    """All that is known about one network.

    `hosts` share one set of paths, `side_hosts` have paths of their own; every other host below either belongs to
    the network and is nothing to order for. With `countries`, a two-letter or locale prefix is a main host too.
    `handle` is where a bare name leads, for networks in which names are unique.
    """

    network: Network
    hosts: tuple[str, ...]
    side_hosts: tuple[str, ...] = ()
    countries: bool = False
    handle: str | None = None
    words: Mapping[str, Word]
    kinds: Mapping[LinkKind, Sample]
    shapes: tuple[Shape, ...]
    dead_ends: tuple[DeadEnd, ...] = ()
    rewrite: Callable[[Address], Address] = unchanged


def compile_path(path: str, words: Mapping[str, Word]) -> re.Pattern[str]:
    """This function turns a shape's path into a regular expression with a group per word.

    What is fixed in a path may be typed in any case; whether the case of a word counts is the word's business.
    """
    body, rest = (path[:-2], r"(?:/.*)?") if path.endswith("/*") else (path, "")
    fixed_and_named = re.split(r"\{(\w+)\}", body)
    pieces = [
        f"(?P<{piece}>(?-i:{words[piece].pattern}))" if index % 2 else piece.replace(".", "[.]")
        for index, piece in enumerate(fixed_and_named)
    ]
    return re.compile("".join(pieces) + rest, re.IGNORECASE)


def path_of(face: str, address: Address) -> str:
    """This function gives what shapes are compared with: the face of the network and the decoded segments.

    An encoded slash stays encoded, because it separates nothing.
    """
    segments = [segment for segment in address.path.split("/") if segment]
    decoded = [unquote(segment).replace("/", "%2F") for segment in segments]
    return face + "/" + "/".join(decoded)


def fill(template: str, values: Mapping[str, str]) -> str:
    """This function puts words into a template, percent-encoded where they need it."""
    return template.format_map({name: quote(value, safe=":(),") for name, value in values.items()})
