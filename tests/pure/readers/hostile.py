"""What reads text that strangers wrote, and text of any length that was made to be slow to read (Z-5)."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from sevenpanel.api.fields import read_fields
from sevenpanel.api.refusals import IncorrectRequest
from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.domain.amounts import parse_rate, parse_raw
from sevenpanel.fulfilment.providers.apiv2 import parse, rows, vocabulary, wire
from sevenpanel.fulfilment.providers.apiv2.catalogue import read_catalogue
from sevenpanel.fulfilment.providers.http import Heard
from sevenpanel.fulfilment.providers.interface import Evidence, ProviderAccess
from sevenpanel.kernel import spreadsheets
from sevenpanel.kernel.money import NotAnAmount, parse_amount
from sevenpanel.links import read_link
from sevenpanel.notices.channel import wording
from sevenpanel.notices.channel.reading import read_post
from sevenpanel.shortlinks.domain import token_in
from sevenpanel.web.mass_lines import TooManyLines, as_text, fingerprint, read_lines

KEY = "0123456789abcdef"
COIN = Asset(symbol="USDT", place="testchain", decimals=18)
PANEL = ProviderAccess(provider_id=1, url="https://panel.example.org/api/v2", key=KEY, currency="USD")


def _mass_order(text: str) -> None:
    with suppress(TooManyLines):
        lines = read_lines(text)
        fingerprint(lines)
        read_lines(as_text(lines))


def _links(text: str) -> None:
    read_link(text)
    for line in text.split("\n"):
        read_link(line)
        token_in(line, "https://panel.example")


def _amounts(text: str) -> None:
    for read in (parse_amount, parse_rate, lambda each: parse_raw(each, COIN)):
        with suppress(NotAnAmount):
            read(text)
    wire.amount(text)
    wire.whole(text)
    wire.order_id(wire.Number(text))


def _api(text: str) -> None:
    body = text.encode("utf-8", "surrogatepass")
    for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"):
        with suppress(IncorrectRequest):
            fields = read_fields(query=body[:2000], body=body, content_type=kind)
            fields.items("orders", "order")
            fields.lines("comments")


def _provider(text: str) -> None:
    body = text.encode("utf-8", "surrogatepass")
    heard = Heard(status=200, headers={"retry-after": text[:200]}, body=wire.without_key(body, KEY), elapsed_ms=1)
    parse.read_add(heard, PANEL, Evidence(http_status=200, answer=wire.evidence_text(body, KEY)))
    document: object = text
    with suppress(wire.NotJsonError):
        document = wire.read_json(body)
    for read in (lambda each: rows.read_statuses(each, ["1", "2"]), rows.read_balance, read_catalogue):
        with suppress(parse.CallFailed):
            read(document)
    vocabulary.verdict(text, ())
    vocabulary.status(text)
    vocabulary.link_finding(text)


def _channel(text: str) -> None:
    read_post(text)
    told = wording.Told(kind="Delay", about=text, text=text)
    wording.fits([told, told])
    assert wording.units(wording.post_of(told)) <= 6 * wording.UNITS_MAX
    wording.list_of([told, told, told])


def _tables(text: str) -> None:
    for _line in spreadsheets.lines(["text"], [[text], text.split("\n")]):
        pass


READERS: Mapping[str, Callable[[str], None]] = {
    "mass orders": _mass_order,
    "links": _links,
    "amounts and rates": _amounts,
    "requests to the API": _api,
    "providers' answers": _provider,
    "posts of the channel": _channel,
    "tables for spreadsheets": _tables,
}

# What is repeated until a text is as long as it has to be, between a beginning and an end that do not fit it.
_REPEATED: Iterable[tuple[str, str, str]] = (
    ("1", "1", "x"),
    ("1.", "0", "x"),
    ("-", "9", "."),
    ("", " ", "x"),
    ("1 ", "; ", "x y"),
    ("1", " 1", " x"),
    ("1 ", ";a", " x y"),
    ("1 | ", "|", ""),
    ("1", "\u3000", "x"),
    ("", "\t", "x"),
    ("", "\n", "x"),
    ("", "\r\n", "#"),
    ("", "#", "1"),
    ("#", "1 #", "x"),
    ("", "#a", "#"),
    ("", "slow ", "#1"),
    ("1 | https://t.me/", "%25", " | 10"),
    ("https://t.me/", "%", ""),
    ("https://vk.com", "/a", "!"),
    ("https://", "a.", ":x"),
    ("https://example.com/?", "a=1&", "="),
    ("https://example.com/", "../", ""),
    ("https://", "@", "t.me"),
    ("http://[", ":", "]"),
    ("", "xn--", ".com"),
    ("", "\u0301", ""),
    ("", "\U0001f375", ""),
    ("", "\u202e", "t.me"),
    ("", "<b>", "</b>"),
    ("", "&amp;", "<"),
    ("", "&", ""),
    ("", "a&", "="),
    ("orders", "[", "]=1"),
    ("", "a[]=1&", "b[=2"),
    ("", "[", ""),
    ("", '{"a":', "1"),
    ('{"order":', "1", "}"),
    ('{"error":"', "Not enough ", '"}'),
    ('{"a":1', ',"a":1', "}"),
    ("[1", ",1", "]"),
    ('"', "\\u0000", '"'),
    ('"', '""', ""),
    ("=", '",', "x"),
    ("--x\r\n", "a: b\r\n", "\r\n--x--"),
    ("", "--x\r\n", "--x--"),
    (KEY, KEY, ""),
    ("1 | t.me/aaaaaa | 10\n", "1 | t.me/aaaaaa | 10\n", ""),
    ("1, t.me/aaaaaa, 10\n", "1, t.me/aaaaaa, 10\n", "x"),
)


def shapes(size: int) -> list[str]:
    """Texts of about this many characters, each slow to read in some way of its own."""
    return [_filled(*each, size) for each in _REPEATED]


def _filled(begin: str, piece: str, end: str, size: int) -> str:
    return begin + piece * ((size - len(begin) - len(end)) // len(piece)) + end
