"""Reading an address of a known network: which network, which shape, which words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sevenpanel.kernel.said import say
from sevenpanel.links.address import Address
from sevenpanel.links.kinds import NETWORK_NAMES
from sevenpanel.links.link import Link, LinkError, UnreadableReason
from sevenpanel.links.networks import RULES
from sevenpanel.links.shapes import NetworkRules, Shape, compile_path, fill, path_of

COUNTRY = re.compile(r"[a-z]{2}(?:-[a-z]{2})?")


@dataclass(frozen=True, slots=True)
class Reader:
    """A network's rules with their paths compiled once."""

    rules: NetworkRules
    shapes: tuple[tuple[re.Pattern[str], Shape], ...]
    dead_ends: tuple[tuple[re.Pattern[str], str], ...]


def _reader(rules: NetworkRules) -> Reader:
    return Reader(
        rules=rules,
        shapes=tuple((compile_path(shape.path, rules.words), shape) for shape in rules.shapes),
        dead_ends=tuple((compile_path(end.path, rules.words), end.sentence) for end in rules.dead_ends),
    )


READERS = tuple(_reader(rules) for rules in RULES.values())
OWNERS: dict[str, Reader] = {
    host: reader for reader in READERS for host in (*reader.rules.hosts, *reader.rules.side_hosts)
}


def owner_of(host: str) -> Reader | None:
    """This function finds the network whose host this is or lies below, or None for any other site."""
    labels = host.split(".")
    parents = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((OWNERS[parent] for parent in parents if parent in OWNERS), None)


def read_network_link(reader: Reader, typed: Address) -> Link:
    """This function reads an address of a network by the first shape that fits.

    :raises LinkError: no shape fits, or the port is not the network's
    """
    rules = reader.rules
    if typed.port is not None:
        raise LinkError(UnreadableReason.PORT)
    address = rules.rewrite(replace(typed, host=typed.host.removeprefix("www.")))
    path = path_of(_face(rules, address.host), address)
    for regex, sentence in reader.dead_ends:
        if regex.fullmatch(path):
            raise LinkError(UnreadableReason.NOT_ORDERABLE, sentence)
    parameters = _single(address.parameters)
    for regex, shape in reader.shapes:
        link = _fit(rules, shape, regex.fullmatch(path), parameters)
        if link is not None:
            return link
    raise LinkError(UnreadableReason.NOT_ORDERABLE, nothing_to_order(rules))


def nothing_to_order(rules: NetworkRules) -> str:
    """This function says what to send instead of an address that leads to nothing orderable."""
    sample = next(iter(rules.kinds.values()))
    name = NETWORK_NAMES[rules.network]
    return say(
        "This %(network)s address leads to nothing that can be ordered for. "
        "Paste the address of %(kind)s, for example %(example)s.",
        network=name, kind=sample.name, example=sample.example,
    )  # fmt: skip


def _face(rules: NetworkRules, host: str) -> str:
    """The empty face is the main one; a host that is none of the network's faces fits no shape."""
    if host in rules.hosts:
        return ""
    prefix, _, parent = host.partition(".")
    if rules.countries and parent in rules.hosts and COUNTRY.fullmatch(prefix):
        return ""
    return host


def _single(parameters: list[tuple[str, str]]) -> dict[str, str]:
    """A parameter given twice with two values points at two things: it is left out, and points at none."""
    values: dict[str, set[str]] = {}
    for name, value in parameters:
        values.setdefault(name, set()).add(value)
    return {name: found.pop() for name, found in values.items() if len(found) == 1}


def _fit(rules: NetworkRules, shape: Shape, match: re.Match[str] | None, parameters: Mapping[str, str]) -> Link | None:
    if match is None or not shape.query.keys() <= parameters.keys():
        return None
    in_path = {word: text for word, text in match.groupdict().items() if text is not None}
    raw = in_path | {word: parameters[name] for name, word in shape.query.items()}
    shown: dict[str, str] = {}
    told: dict[str, str] = {}
    for name, text in raw.items():
        read = rules.words[name].read(text)
        if read is None:
            return None
        shown[name], told[name] = read
    return Link(
        network=rules.network,
        kind=shape.kind,
        target=fill(shape.target, told),
        is_private=shape.is_private,
        address=fill(shape.address or shape.target, shown),
    )
