"""What holds for every text, not only for those in the table."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests.pure.links.link_cases import CASES, READABLE, Case

from sevenpanel.links import EXAMPLES, Link, Network, Unreadable, UnreadableReason, read_link
from sevenpanel.links import address as door

HINTS = st.sampled_from([None, *Network])
FRAGMENTS = (
    *("https://", "http://", "//", "tg://resolve?domain=", "spotify:track:", "javascript:", "@", ":", ":443", "[", "]"),
    *("t.me", "instagram.com", "youtube.com", "youtu.be", "vk.com", "example.com", "facebook.com", "xn--", "127.0.0.1"),
    *("/", "//", "/../", "/./", "?", "#", "&", "=", "%", "%2F", "%2e", "%00", "%zz", "%E2%80%AE", "+", ".", "..", "|"),
    *("watch", "v=", "s", "c", "p", "reel", "joinchat", "northwind", "128", "utm_source=a", "fbclid=b", "w=wall-1_2"),
    *("\u202e", "\u200b", "\x00", "\ud800", "\u00df", "\u0130", "\u3002", "\uff0f", "\u0301", "\U0001f375", "-", "_"),
)
GLUED = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=14).map("".join)
ANY_TEXT = st.text(st.characters(), max_size=200) | GLUED

# Parameters that networks put on a link when it is shared, and noise that people add on purpose. The names are such
# that no network reads anything from them.
TRACKING = (
    *("igsh", "igshid", "si", "utm_source", "utm_medium", "utm_campaign", "fbclid", "gclid", "t", "s", "feature"),
    *("is_from_webapp", "ref", "ref_src", "mibextid", "_r", "_t", "trk", "xmt", "app", "rnd", "zzz"),
)
WORD = st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True)
JUNK = st.lists(st.tuples(st.sampled_from(TRACKING), WORD), min_size=1, max_size=5)


def _mangled_case(case: Case) -> st.SearchStrategy[str]:
    """A row of the table with something put in somewhere."""
    positions = st.integers(0, len(case.text))
    pieces = st.sampled_from(FRAGMENTS)
    return st.tuples(positions, pieces).map(lambda at: case.text[: at[0]] + at[1] + case.text[at[0] :])


MANGLED = st.sampled_from(CASES).flatmap(_mangled_case)


def check_link(link: Link) -> None:
    """What every link that was accepted must be."""
    for text in (link.target, link.address):
        assert len(text) <= door.MAX_LENGTH
        assert text.isascii()
        assert all(unicodedata.category(character) not in ("Cc", "Cf", "Zs") for character in text)
        host = re.split(r"[/?#]", text.partition("://")[2])[0]
        assert "@" not in host
        assert host == host.lower()
        assert "." in host
    assert link.target.startswith("https://")
    assert link.address.startswith("https://" if link.network != Network.WEBSITE else ("https://", "http://"))
    again = read_link(link.address)
    assert again == link
    settled = read_link(link.target)
    assert isinstance(settled, Link)
    assert (settled.network, settled.target) == (link.network, link.target)


@given(ANY_TEXT | MANGLED, HINTS)
@example("https://www.facebook.com/pho.tos", None)
@example("https://www.youtube.com/@\u0130stanbul", None)
@example("http://example.com:443", None)
@example("https://example.com/%%34", None)
@example("https://example.com/%2%35", None)
@example("https://example.com?=", None)
@example("\ud800", Network.TELEGRAM)
def test_any_text_reads_without_an_exception_and_a_link_is_stable(text: str, hint: Network | None) -> None:
    result = read_link(text, hint)
    if isinstance(result, Link):
        check_link(result)
    else:
        assert result.sentence


@given(st.sampled_from(READABLE), JUNK)
def test_parameters_added_to_a_link_of_a_network_make_no_new_target(case: Case, junk: list[tuple[str, str]]) -> None:
    link = case.expected
    assert isinstance(link, Link)
    assume(link.network != Network.WEBSITE)
    added = "&".join(f"{name}={value}" for name, value in junk)
    joint = "&" if "?" in link.address else "?"
    assert read_link(f"{link.address}{joint}{added}#{added}") == link


@given(st.sampled_from(READABLE))
def test_scheme_host_and_slashes_make_no_new_target(case: Case) -> None:
    link = case.expected
    assert isinstance(link, Link)
    bare = link.address.partition("://")[2]
    host, rest = re.fullmatch(r"([^/?#]*)(.*)", bare).groups()  # type: ignore[union-attr]
    for text in (bare, f"http://{bare}", f"HTTPS://{host.upper()}{rest}", f"  {bare}\n", f"//{bare}"):
        again = read_link(text)
        assert isinstance(again, Link)
        assert (again.tag, again.target) == (link.tag, link.target)


@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), min_size=1, max_size=6), max_size=4),
    st.lists(st.tuples(WORD, st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), max_size=6)), max_size=3),
)
def test_a_website_keeps_apart_what_its_path_and_parameters_keep_apart(
    path: list[str], query: list[tuple[str, str]]
) -> None:
    """Two pages whose decoded parts differ never share a target."""
    first = _page(path, query)
    for other in (_page([*path, "x"], query), _page(path, [*query, ("more", "")])):
        assert first.target != other.target


def _page(path: list[str], query: list[tuple[str, str]]) -> Link:
    dotless = [quote(segment, safe="") for segment in path if segment not in (".", "..")]
    parameters = "&".join(f"{name}={quote(value, safe='')}" for name, value in query)
    link = read_link(f"https://example.com/{'/'.join(dotless)}?{parameters}")
    assert isinstance(link, Link)
    return link


@given(st.sampled_from(READABLE), st.sampled_from('\x00\n\u202e\u200b\u2066\ud800 <\\"'), st.data())
def test_a_forbidden_character_anywhere_inside_refuses_the_link(case: Case, bad: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(case.text.strip()) - 1))
    text = case.text.strip()
    assert isinstance(read_link(text[:at] + bad + text[at:], case.hint), Unreadable)


HOSTILE = {
    "slashes": "https://example.com/" + "/" * 100_000,
    "dots": "https://" + "a." * 50_000,
    "one label": "https://" + "\u00e9" * 100_000 + ".com",
    "percents": "https://example.com/" + "%" * 100_000,
    "parameters": "https://t.me/northwind_news?" + "a=1&" * 25_000,
    "brackets": "https://" + "[" * 100_000,
    "spaces": " " * 100_000,
    "at signs": "@" * 100_000,
    "dot segments": "https://example.com" + "/.." * 33_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_over_long_text_is_refused_before_a_single_character_is_looked_at(text: str) -> None:
    unseen = _Unreadable(text)
    refusal = read_link(unseen)
    assert isinstance(refusal, Unreadable)
    assert refusal.reason == UnreadableReason.TOO_LONG


class _Unreadable(str):
    """A text that may be asked for its length and for nothing else."""

    __slots__ = ()

    def _forbidden(self, *_: object) -> object:
        raise AssertionError("the text was read before its length was known")

    strip = startswith = split = partition = __iter__ = __getitem__ = __contains__ = _forbidden  # type: ignore[assignment]


def test_the_limit_is_exact_and_holds_for_the_target_as_well() -> None:
    room = door.MAX_LENGTH - len("https://example.com/")
    assert isinstance(read_link("https://example.com/" + "a" * room), Link)
    for text in ("https://example.com/" + "a" * (room + 1), "https://example.com/" + "\u0447" * 1000):
        refusal = read_link(text)
        assert isinstance(refusal, Unreadable)
        assert refusal.reason == UnreadableReason.TOO_LONG


@pytest.mark.parametrize(("tag", "text"), EXAMPLES.items())
def test_every_example_is_what_it_is_an_example_of(tag: str, text: str) -> None:
    link = read_link(text)
    assert isinstance(link, Link)
    assert (link.tag, link.address) == (tag, text)
