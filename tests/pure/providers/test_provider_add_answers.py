"""What an answer to `add` means: a table for every deviation that providers have shown (P-2, P-3, P-10, P-11)."""

import pytest

from sevenpanel.fulfilment.providers.apiv2 import vocabulary
from sevenpanel.fulfilment.providers.apiv2.parse import read_add, retry_after
from sevenpanel.fulfilment.providers.http import Heard
from sevenpanel.fulfilment.providers.interface import (
    Answer,
    Evidence,
    NotNow,
    NotNowReason,
    ProviderAccess,
    RefusalReason,
    Refused,
    Sent,
    Unknown,
    UnknownReason,
)

ACCESS = ProviderAccess(
    provider_id=1, url="https://example.com", key="k" * 32, currency="USD", refusal_words=("bakım modu",)
)


def judged(body: str | bytes, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    heard = Heard(status=status, headers=headers or {}, body=raw, elapsed_ms=1)
    return read_add(heard, ACCESS, Evidence(http_status=status, bytes_left=True))


@pytest.mark.parametrize(
    ("body", "order"),
    [
        ('{"order":23501}', "23501"),
        ('{"order":"23501"}', "23501"),
        ('{"order":"ord_01HG"}', "ord_01HG"),
        ('{"order":"MM1030"}', "MM1030"),
        ('{"order":23501,"status":"success"}', "23501"),
        ('{"status":100,"order":23501,"balance":"4.2"}', "23501"),
        ('{"status":"Success","order":23501}', "23501"),
        ('{"order":23501,"error":null}', "23501"),
        ('{"order":23501,"error":""}', "23501"),
        ('{"order":23501,"error":false}', "23501"),
        ('{"order":23501,"unheard":{"of":[1,2]}}', "23501"),
        ('\ufeff{"order":23501}', "23501"),
        ('  {"order" : 23501 }\n', "23501"),
    ],
)
def test_an_order_id_alone_is_a_taken_order(body: str, order: str) -> None:
    answer = judged(body)
    assert isinstance(answer, Sent)
    assert answer.provider_order_id == order


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"error":"You have active order with this link. Please wait until order being completed."}', "link"),
        ('{"error":"neworder.error.link_duplicate"}', "link"),
        ('{"error":"An identical order was just placed"}', "link"),
        ('{"error":"neworder.error.link"}', "bad_link"),
        ('{"error":"Bad Link"}', "bad_link"),
        ('{"error":"Quantity less than minimal 200"}', "quantity"),
        ('{"error":"Quantity more than maximum 1000"}', "quantity"),
        ('{"error":"Quantity less than maximum 1000"}', "quantity"),
        ('{"error":"neworder.error.min_quantity"}', "quantity"),
        ('{"error":"You did not meet the minimum number.","status":108}', "quantity"),
        ('{"error":"Incorrect service ID"}', "service"),
        ('{"error":"error.incorrect_service_id"}', "service"),
        ('{"error":"Disabled service ID"}', "service"),
        ('{"error":"Incorrect request"}', "other"),
        ('{"error":"Bakım Modu nedeniyle kapalı"}', "other"),
        ('{"error":{"code":7,"message":"Incorrect service ID"},"data":null}', "service"),
        ('{"status":"error","message":"Quantity less than minimal 200"}', "quantity"),
        ('{"status":"error","msg":"Bad link"}', "bad_link"),
        ('{"error":"Bad link","order":null}', "bad_link"),
        ('{"error":"Bad link","order":0}', "bad_link"),
    ],
)
def test_a_known_error_is_a_refusal(body: str, reason: str) -> None:
    expected = {
        "link": RefusalReason.ACTIVE_ORDER_WITH_LINK,
        "bad_link": RefusalReason.BAD_LINK,
        "quantity": RefusalReason.BAD_QUANTITY,
        "service": RefusalReason.BAD_SERVICE,
        "other": RefusalReason.OTHER_KNOWN,
    }
    answer = judged(body)
    assert isinstance(answer, Refused)
    assert answer.reason is expected[reason]
    assert answer.words


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ('{"error":"Not enough funds on balance"}', 200, NotNowReason.NO_FUNDS),
        ('{"error":"neworder.error.not_enough_funds"}', 200, NotNowReason.NO_FUNDS),
        ('{"error":"You have insufficient balance","status":"113"}', 200, NotNowReason.NO_FUNDS),
        ('{"error":"Rate limit exceeded. Slow down."}', 200, NotNowReason.RATE_LIMITED),
        ('{"error":"Too Many Requests"}', 429, NotNowReason.RATE_LIMITED),
        ("<html>slow down</html>", 429, NotNowReason.RATE_LIMITED),
        ("", 429, NotNowReason.RATE_LIMITED),
        ("[]", 429, NotNowReason.RATE_LIMITED),
        ('{"error":"words that nobody knows"}', 429, NotNowReason.RATE_LIMITED),
        ('{"error":"Invalid API key"}', 200, NotNowReason.ACCOUNT_REFUSED),
        ('{"error":"API key hatalı"}', 200, NotNowReason.ACCOUNT_REFUSED),
        ('{"error":"user_inactive"}', 400, NotNowReason.ACCOUNT_REFUSED),
    ],
)
def test_what_speaks_of_the_account_lets_the_order_wait(body: str, status: int, reason: NotNowReason) -> None:
    answer = judged(body, status, {"retry-after": "17"})
    assert isinstance(answer, NotNow)
    assert answer.reason is reason
    assert answer.retry_after_seconds == 17


UNCLEAR = [
    ("", 200),
    ("null", 200),
    ("true", 200),
    ("23501", 200),
    ("[]", 200),
    ('[{"order":23501}]', 200),
    ("{}", 200),
    ('"Not enough funds on balance"', 200),
    ("<!DOCTYPE html><title>Just a moment...</title>", 200),
    ('<br />Notice: undefined index<br />{"order":23501}', 200),
    ('{"order":23501}{"order":23502}', 200),
    ('{"order":23501', 200),
    ('{"order":}', 200),
    ("{'order':23501}", 200),
    ('{"order":0}', 200),
    ('{"order":"0"}', 200),
    ('{"order":null}', 200),
    ('{"order":""}', 200),
    ('{"order":-5}', 200),
    ('{"order":23501.0}', 200),
    ('{"order":2.35e4}', 200),
    ('{"order":"23501.5"}', 200),
    ('{"order":1000000000000000000000000000000}', 200),
    ('{"order":' + "9" * 5_000 + "}", 200),
    ('{"order":NaN}', 200),
    ('{"order":Infinity}', 200),
    ('{"order":"NaN"}', 200),
    ('{"order":"null"}', 200),
    ('{"order":"undefined"}', 200),
    ('{"order":true}', 200),
    ('{"order":{"id":23501}}', 200),
    ('{"order":[23501]}', 200),
    ('{"order":"23 501"}', 200),
    ('{"order":"٢٣٥٠١"}', 200),
    ('{"order":23501,"order":23502}', 200),
    ('{"order":23501,"order":23501}', 200),
    ('{"error":"Bad link","error":"Bad link"}', 200),
    ('{"order":23501,"error":"Bad link"}', 200),
    ('{"order":23501,"status":"error"}', 200),
    ('{"order":23501,"success":false}', 200),
    ('{"order":' + "[" * 100_000 + "}", 200),
    ('{"error":"Something went wrong"}', 200),
    ('{"error":"Bad link ' + "and so on " * 40 + '"}', 200),
    ('{"error":{"code":7}}', 200),
    ('{"error":{"error":{"error":"Bad link"}}}', 200),
    ('{"error":["Bad link"]}', 200),
    ('{"error":true}', 200),
    ('{"error":113}', 200),
    ('{"status":"error"}', 200),
    ('{"status":"error","msg":"maintenance"}', 200),
    ('{"status":"success","data":"Empty Data"}', 200),
    ('{"data":null}', 200),
    ('{"order":23501}', 500),
    ('{"order":23501}', 301),
    ('{"order":23501}', 404),
    ('{"order":23501}', 429),
    ('{"order":23501}', 100),
    ('{"error":"Bad link"}', 500),
    ('{"error":"Not enough funds on balance"}', 503),
    ('{"error":"words that nobody knows"}', 400),
    ("<html>Forbidden</html>", 403),
    ("", 502),
]


@pytest.mark.parametrize(("body", "status"), UNCLEAR, ids=lambda value: str(value)[:40])
def test_whatever_is_not_clear_is_unknown(body: str, status: int) -> None:
    """P-3."""
    assert isinstance(judged(body, status), Unknown)


def test_bytes_that_are_no_text_are_unknown() -> None:
    answer = judged(b"\xff\xfe\x00{\x00")
    assert isinstance(answer, Unknown)
    assert answer.reason is UnknownReason.NOT_JSON


def test_a_reader_that_trusts_every_error_turns_the_table_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "verdict", lambda said, own: RefusalReason.OTHER_KNOWN)
    wrong = [body for body, status in UNCLEAR if isinstance(judged(body, status), Refused)]
    assert '{"error":"Something went wrong"}' in wrong


def test_words_of_an_error_are_fit_to_be_stored() -> None:
    answer = judged('{"error":"Bad link\\u0000\\ud800\\n' + "x" * 100 + '"}')
    assert isinstance(answer, Refused)
    assert answer.words == "Bad link " + "x" * 100


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("17", 17),
        ("0", 0),
        ("999999999", 86_400),
        ("", None),
        ("-3", None),
        ("soon", None),
        ("1e3", None),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30),
        ("Wed, 21 Oct 2026 07:20:00 GMT", 0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(said: str, seconds: int | None) -> None:
    headers = {"retry-after": said, "date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert retry_after(headers) == seconds


def test_a_retry_date_without_a_date_to_count_from_is_no_wish() -> None:
    assert retry_after({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}) is None
