"""Reading a request: every notation of the field's clients, and no bytes that break it (Z-2)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.api.fields import FIELDS_MAX, Fields, read_fields, whole_number
from sevenpanel.api.refusals import IncorrectRequest

MULTIPART = "multipart/form-data; boundary=edge"


def form(body: str, query: str = "") -> Fields:
    return read_fields(body=body.encode(), query=query.encode(), content_type="application/x-www-form-urlencoded")


def part(name: str, value: bytes, *, file: str = "") -> bytes:
    more = f'; filename="{file}"\r\nContent-Type: text/plain' if file else ""
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("key=k&action=add", "add"),
        ("action=%61dd", "add"),
        ("action=add&action=status", "status"),
        (" action = add ", None),
        ("action=+add+", "add"),
        ("action=", None),
        ("action=undefined", None),
        ("action=null", None),
        ("", None),
        ("action", None),
        ("&&&action=add&&", "add"),
        ("action=a%2Bb%26c", "a+b&c"),
        ("action=%E2%82%AC", "€"),
        ("action=€", "€"),
        ('{"action": "add"}', "add"),
        ('\ufeff {"action": "add"} \n', "add"),
        ('{"action": "add", "action": "status"}', "status"),
        ('{"action": null}', None),
        ('{"action": 7}', "7"),
        ('{"action": 7.0}', "7"),
        ('{"action": 7.5}', "7.5"),
        ('{"action": true}', "True"),
        ('{"action": {"a": 1}}', None),
        ('{"action": "\\u20ac"}', "€"),
    ],
)
def test_a_text_is_read_from_any_notation(body: str, expected: str | None) -> None:
    assert form(body).text("action") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("orders=1,10,100", ["1", "10", "100"]),
        ("orders=1, 10 ,,100,", ["1", "10", "100"]),
        ("orders[0]=1&orders[1]=10", ["1", "10"]),
        ("orders%5B0%5D=1&orders%5B1%5D=10", ["1", "10"]),
        ("orders[]=1&orders[]=10", ["1", "10"]),
        ("orders[0]=1&orders[0]=10", ["10"]),
        ("orders[]=1,2&orders[x]=10", ["1", "2", "10"]),
        ("order=1,10", ["1", "10"]),
        ("order=1&orders=", ["1"]),
        ("order=1&orders=undefined", ["1"]),
        ("orders=7&order=1", ["7"]),
        ('{"orders": [1, 10]}', ["1", "10"]),
        ('{"orders": ["1", 10.0]}', ["1", "10"]),
        ('{"orders": "1,10"}', ["1", "10"]),
        ('{"orders": {"0": 1, "1": 10}}', ["1", "10"]),
        ('{"order": 1}', ["1"]),
        ('{"orders": [[1], null]}', []),
        ("", []),
    ],
)
def test_a_list_of_ids_is_read_from_any_notation(body: str, expected: list[str]) -> None:
    assert form(body).items("orders", "order") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("order=1", False),
        ("order=1,10", True),
        ("order[]=1", True),
        ("orders=1", True),
        ("orders=undefined&order=1", False),
        ('{"orders": [1]}', True),
    ],
)
def test_one_and_many_are_told_apart_by_what_the_caller_wrote(body: str, expected: bool) -> None:
    assert form(body).is_plural(one="order", many="orders") is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("comments=good%0D%0Apic%0A%0Agreat", ("good", "pic", "great")),
        ("comments=+one+%0D", ("one",)),
        ("comments[]=one&comments[]=two%0Athree", ("one", "two", "three")),
        ('{"comments": "one\\ntwo"}', ("one", "two")),
        ('{"comments": ["one", "two"]}', ("one", "two")),
        # A line separator of Unicode belongs to a comment.
        ("comments=a%E2%80%A8b", ("a\u2028b",)),
        ("comments=undefined", ()),
        ("comments=%0A%0D%0A+", ()),
        ("", ()),
    ],
)
def test_comments_are_one_a_line_without_the_empty_ones(body: str, expected: tuple[str, ...]) -> None:
    assert form(body).lines("comments") == expected


def test_the_body_wins_over_the_query() -> None:
    fields = form("action=add", query="action=status&key=k")
    assert (fields.text("action"), fields.text("key")) == ("add", "k")


def test_a_multipart_form_is_read_and_a_file_counts_as_its_text() -> None:
    body = part("action", b"add") + part("comments", "schön\nfein".encode(), file="c.txt") + b"--edge--\r\n"
    fields = read_fields(body=body, content_type=MULTIPART)
    assert (fields.text("action"), fields.lines("comments")) == ("add", ("schön", "fein"))


@pytest.mark.parametrize("declared", ["", "text/plain", "application/json", "application/octet-stream", "\x00;;;"])
def test_what_is_declared_does_not_matter_where_the_text_speaks_for_itself(declared: str) -> None:
    assert read_fields(body=b"action=add", content_type=declared).text("action") == "add"
    assert read_fields(body=b'{"action":"add"}', content_type=declared).text("action") == "add"


@pytest.mark.parametrize(
    ("body", "declared", "expected"),
    [
        (b"action=\xff", "", "not valid UTF-8"),
        (b"action=%FF", "", "not valid UTF-8"),
        (b"action=%ED%A0%80", "", "not valid UTF-8"),
        (b"action=%00", "", "NUL byte"),
        (b"a\x00=1", "", "NUL byte"),
        (b'{"action": "\\u0000"}', "", "NUL byte"),
        (b'{"action": "\\ud800"}', "", "the JSON is broken"),
        (b'{"action": ', "", "the JSON is broken"),
        (b'{"action": NaN}', "", "the JSON is broken"),
        (b"[" * 100_000, "", "the JSON is broken"),
        (b'{"a":' * 50_000, "", "the JSON is broken"),
        (b"[1]", "", "send one JSON object"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "", "the JSON is broken"),
        (b"&" * FIELDS_MAX, "", "more than"),
        (b"{%s}" % b",".join(b'"%d":1' % n for n in range(FIELDS_MAX + 1)), "", "more than"),
        (b"action=add", "multipart/form-data", "multipart form is"),
        (b"action=add", MULTIPART, "multipart form is broken"),
        (b"", MULTIPART, "multipart form is not complete"),
        (part("action", b"add"), MULTIPART, "multipart form is not complete"),
        (part("action", b"\xff") + b"--edge--\r\n", MULTIPART, "not valid UTF-8"),
        (part("action", b"\0") + b"--edge--\r\n", MULTIPART, "NUL byte"),
        (part("a", b"1") * 1001 + b"--edge--\r\n", MULTIPART, "more than"),
        (b"action=add", "multipart/form-data; boundary=" + "x" * 5000, "multipart form is broken"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(body: bytes, declared: str, expected: str) -> None:
    with pytest.raises(IncorrectRequest, match=re.escape(expected)) as refusal:
        read_fields(body=body, content_type=declared)
    assert refusal.value.sentence.startswith("Incorrect request: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("100", 100),
        ("007", 7),
        ("-5", -5),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        *((text, None) for text in ("", "1.0", "1e3", "1,000", "1 000", "+5", "1_0", "٣", "0x1", "--1", "²", "1\n")),
        (None, None),
    ],
)
def test_a_whole_number_is_digits_and_nothing_else(text: str | None, expected: int | None) -> None:
    assert whole_number(text) == expected


@given(
    body=st.binary(max_size=400),
    query=st.binary(max_size=100),
    declared=st.sampled_from(["", "application/json", MULTIPART, "multipart/mixed", "multipart/form-data; boundary="])
    | st.text(max_size=60),
)
def test_no_bytes_are_too_strange_to_be_read_or_refused(body: bytes, query: bytes, declared: str) -> None:
    _read_everything(body, query, declared)


_NAMES = st.sampled_from(["key", "action", "orders", "order", "orders[]", "orders[0]", "a[0][b]", "[", "comments", "é"])
_PAIRS = st.lists(st.tuples(_NAMES, st.text(max_size=30)), max_size=8)


@given(pairs=_PAIRS, edge=st.sampled_from([b"--edge--\r\n", b"--edge--", b"--edge", b""]), cut=st.integers(0, 80))
def test_no_multipart_form_is_too_broken(pairs: list[tuple[str, str]], edge: bytes, cut: int) -> None:
    body = b"".join(part(name, value.encode("utf-8", "surrogatepass")) for name, value in pairs) + edge
    _read_everything(body[cut:], b"", MULTIPART)


def _read_everything(body: bytes, query: bytes, declared: str) -> None:
    try:
        fields = read_fields(body=body, query=query, content_type=declared)
    except IncorrectRequest:
        return
    for name in {*fields.texts, *fields.arrays}:
        fields.text(name)
        fields.items(name)
        assert all(line and "\0" not in line for line in fields.lines(name))
        assert whole_number(fields.text(name)) is None or fields.text(name)
