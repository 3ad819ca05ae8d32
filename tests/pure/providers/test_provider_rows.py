"""Rows of status and cancel answers, balances and catalogues, as providers really write them (P-5 to P-15)."""

import json
from decimal import Decimal

import pytest

from sevenpanel.fulfilment.providers.apiv2.catalogue import read_catalogue
from sevenpanel.fulfilment.providers.apiv2.parse import CallFailed, read_document
from sevenpanel.fulfilment.providers.apiv2.rows import read_balance, read_cancels, read_statuses
from sevenpanel.fulfilment.providers.apiv2.vocabulary import LINK_WORDS, link_finding, status
from sevenpanel.fulfilment.providers.apiv2.wire import amount, flag, read_json, whole
from sevenpanel.fulfilment.providers.http import Heard
from sevenpanel.fulfilment.providers.interface import (
    Balance,
    CancelAnswer,
    ProviderStatus,
    RowError,
    StatusReport,
)
from sevenpanel.terms import LinkFinding

GOOD = '{"charge":"0.27819","start_count":"3572","status":"Partial","remains":"157","currency":"USD"}'
REPORT = StatusReport(
    word="Partial",
    status=ProviderStatus.PARTIAL,
    remains=157,
    start_count=3572,
    charge=Decimal("0.27819"),
    currency="USD",
)


def document(text: str) -> object:
    return read_document(Heard(status=200, headers={}, body=text.encode(), elapsed_ms=1))


def statuses(text: str, *ids: str) -> dict[str, StatusReport | RowError]:
    return read_statuses(document(text), ids)


def cancels(text: str, *ids: str) -> dict[str, CancelAnswer]:
    return read_cancels(document(text), ids)


@pytest.mark.parametrize(
    "text",
    [
        '{"7":' + GOOD + "}",
        GOOD,
        "[" + GOOD.replace("{", '{"order":7,', 1) + "]",
        "[" + GOOD.replace("{", '{"order":"7",', 1) + "]",
        "[" + GOOD.replace("{", '{"id":7,', 1) + "]",
        '{"7":{"charge":0.27819,"start_count":3572,"status":"partial ","remains":157,"currency":"usd","x":1}}',
    ],
)
def test_a_status_is_read_from_every_shape(text: str) -> None:
    read = statuses(text, "7")["7"]
    assert isinstance(read, StatusReport)
    assert (read.status, read.remains, read.start_count) == (REPORT.status, 157, 3572)
    assert (read.charge, read.currency) == (REPORT.charge, "USD")


def test_each_row_is_judged_by_itself() -> None:
    text = '{"1":%s,"2":{"error":"Incorrect order ID"},"3":"Incorrect order ID","4":null,"5":[],"99":%s}'
    read = statuses(text % (GOOD, GOOD), "1", "2", "3", "4", "5", "6")
    assert read.keys() == {"1", "2", "3", "4", "5"}
    assert read["1"] == REPORT
    assert read["2"] == read["3"] == RowError(words="Incorrect order ID")
    assert isinstance(read["4"], RowError)
    assert isinstance(read["5"], RowError)


def test_an_order_that_stands_twice_is_a_row_error() -> None:
    assert isinstance(statuses('{"7":' + GOOD + ',"7":' + GOOD + "}", "7")["7"], RowError)
    twice = "[" + ",".join([GOOD.replace("{", '{"order":7,', 1)] * 2) + "]"
    assert isinstance(statuses(twice, "7")["7"], RowError)


def test_an_unknown_order_asked_for_alone_is_a_row_error() -> None:
    assert statuses('{"error":"Incorrect order ID"}', "7") == {"7": RowError(words="Incorrect order ID")}


def test_a_single_row_says_nothing_about_several_orders() -> None:
    assert statuses(GOOD, "7", "8") == {}


@pytest.mark.parametrize("text", ["{}", "[]", "[1,2]", '{"99":{"status":"Completed"}}'])
def test_rows_that_are_missing_are_absent(text: str) -> None:
    assert statuses(text, "7", "8") == {}


@pytest.mark.parametrize(
    "text",
    [
        '{"error":"Invalid API key"}',
        '{"error":"Incorrect order ID"}',
        '{"status":"error","msg":"maintenance"}',
        '"Incorrect order ID"',
        "null",
        "17",
    ],
)
def test_a_call_that_failed_as_a_whole_is_no_statement_about_orders(text: str) -> None:
    with pytest.raises(CallFailed):
        statuses(text, "7", "8")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Pending", ProviderStatus.PENDING),
        ("Awaiting", ProviderStatus.PENDING),
        ("In progress", ProviderStatus.IN_PROGRESS),
        ("In Progress", ProviderStatus.IN_PROGRESS),
        ("in_progress", ProviderStatus.IN_PROGRESS),
        ("Inprogress", ProviderStatus.IN_PROGRESS),
        ("IN-PROGRESS", ProviderStatus.IN_PROGRESS),
        ("In progess", ProviderStatus.IN_PROGRESS),
        ("Active", ProviderStatus.IN_PROGRESS),
        ("processing", ProviderStatus.PROCESSING),
        (" COMPLETED ", ProviderStatus.COMPLETED),
        ("Partial", ProviderStatus.PARTIAL),
        ("Canceled", ProviderStatus.CANCELED),
        ("Cancelled", ProviderStatus.CANCELED),
        ("Refunded", ProviderStatus.CANCELED),
        ("Refunds", ProviderStatus.CANCELED),
        ("0", ProviderStatus.PENDING),
        ("2", ProviderStatus.COMPLETED),
        ("3", ProviderStatus.PARTIAL),
        ("4", ProviderStatus.CANCELED),
        ("Fail", None),
        ("Error", None),
        ("Tamamlandı", None),
        ("6", None),
        ("", None),
        ("not completed", None),
    ],
)
def test_status_words_are_folded_and_unknown_ones_stay_unknown(word: str, status: ProviderStatus | None) -> None:
    read = statuses(json.dumps({"7": {"status": word}}), "7")["7"]
    assert isinstance(read, StatusReport)
    assert read.status is status
    assert read.word == word.strip()


def test_a_number_is_a_status_word_too() -> None:
    read = statuses('{"7":{"status":2}}', "7")["7"]
    assert isinstance(read, StatusReport)
    assert read.status is ProviderStatus.COMPLETED


def test_the_operators_reading_of_a_word_goes_first() -> None:
    own = (("tamamlandı", ProviderStatus.COMPLETED), ("1", ProviderStatus.IN_PROGRESS))
    read = read_statuses(document('{"7":{"status":"Tamamlandı"},"8":{"status":1}}'), ("7", "8"), own)
    assert [row.status for row in read.values() if isinstance(row, StatusReport)] == [
        ProviderStatus.COMPLETED,
        ProviderStatus.IN_PROGRESS,
    ]


@pytest.mark.parametrize(
    ("token", "figure"),
    [
        ('"157"', 157),
        ("157", 157),
        ('"157.00"', 157),
        ("157.0", 157),
        ('"-12"', -12),
        ("-12", -12),
        ('" 157 "', 157),
        ('"0"', 0),
        ("null", None),
        ('""', None),
        ('"Unknown"', None),
        ('"1,234"', None),
        ('"157.5"', None),
        ('"1e3"', None),
        ("1e3", None),
        ('"+5"', None),
        ('"0x10"', None),
        ('"١٥٧"', None),
        ("true", None),
        ("[]", None),
        ("{}", None),
        ("9" * 30, None),
    ],
)
def test_counts_are_read_exactly_or_not_at_all(token: str, figure: int | None) -> None:
    assert whole(read_json(token.encode())) == figure
    row = '{"7":{"status":"Partial","remains":TOKEN,"start_count":TOKEN}}'.replace("TOKEN", token)
    read = statuses(row, "7")["7"]
    assert isinstance(read, StatusReport)
    assert (read.remains, read.start_count) == (figure, figure)


@pytest.mark.parametrize(
    ("token", "figure"),
    [
        ('"0.27819"', "0.27819"),
        ("0.0801", "0.0801"),
        ("0.1", "0.1"),
        ("1.0e-5", "0.000010"),
        ("0.27819000000000003", "0.27819000000000003"),
        ('"-3.5"', "-3.5"),
        ('"1,234.5"', None),
        ('"1.234,5"', None),
        ('"0.9e1"', None),
        ('"1 234"', None),
        ('"$5"', None),
        ('".5"', None),
        ('"5."', None),
        ('"NaN"', None),
        ("1e99", None),
        ("1e-999999999", None),
        ("9" * 40, None),
        ("null", None),
        ("false", None),
    ],
)
def test_amounts_are_read_exactly_or_not_at_all(token: str, figure: str | None) -> None:
    """P-15."""
    read = amount(read_json(token.encode()))
    assert read == (None if figure is None else Decimal(figure))


@pytest.mark.parametrize(
    ("token", "meaning"),
    [("true", True), ("1", True), ('"1"', True), ('"true"', True), ("0", False), ('"0"', False), ("null", False)],
)
def test_flags_are_read_in_every_spelling(token: str, meaning: bool) -> None:
    assert flag(read_json(token.encode())) is meaning


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ('[{"order":9,"cancel":1}]', True),
        ('[{"order":"9","cancel":"1"}]', True),
        ('[{"order":9,"cancel":true}]', True),
        ('[{"order":9,"cancel":5512}]', True),
        ('[{"order":9,"cancel":{"error":"Incorrect order ID"}}]', False),
        ('[{"order":9,"cancel":"Incorrect order ID"}]', False),
        ('[{"order":9,"cancel":0}]', False),
        ('[{"order":9,"error":"Order cannot be canceled"}]', False),
        ('{"9":{"cancel":1}}', True),
        ('{"9":1}', True),
        ('{"9":{"error":"no"}}', False),
        ('{"cancel":1}', True),
        ('{"success":"Your order will be cancelled asap"}', True),
        ('{"status":"success"}', True),
        ('{"error":"Order not eligible for cancel."}', False),
        ('[{"order":9,"cancel":null}]', None),
        ('[{"order":9,"cancel":{}}]', None),
        ('[{"order":9,"cancel":[1]}]', None),
        ('[{"order":9,"cancel":"maybe"}]', None),
        ('[{"order":9,"cancel":"not successful"}]', None),
        ('[{"order":9}]', None),
        ('[{"order":9,"cancel":1},{"order":9,"cancel":1}]', None),
    ],
)
def test_a_cancel_is_accepted_refused_or_unreadable(text: str, accepted: bool | None) -> None:
    assert cancels(text, "9")["9"].accepted is accepted


def test_cancel_rows_that_are_missing_are_absent_and_others_dropped() -> None:
    assert cancels('[{"order":2,"cancel":1},{"order":3,"cancel":1}]', "2", "9").keys() == {"2"}


@pytest.mark.parametrize("text", ['{"error":"Incorrect request"}', '{"error":"Invalid API key"}'])
def test_a_cancel_that_failed_as_a_whole_is_said_to_have_failed(text: str) -> None:
    with pytest.raises(CallFailed):
        cancels(text, "9")


def test_a_balance_is_an_exact_amount() -> None:
    expected = Balance(amount=Decimal("100.84292"), currency="USD")
    assert read_balance(document('{"balance":"100.84292","currency":"USD"}')) == expected
    assert read_balance(document('{"status":"success","balance":100.84292}')).amount == expected.amount
    assert read_balance(document('{"balance":"-3"}')) == Balance(amount=Decimal(-3), currency=None)


@pytest.mark.parametrize(
    "text",
    ['{"balance":"1,234.5"}', "{}", "[]", '"100"', '{"error":"Invalid API key"}', '{"balance":"5","balance":"6"}'],
)
def test_a_balance_that_could_be_misread_is_none(text: str) -> None:
    with pytest.raises(CallFailed):
        read_balance(document(text))


@pytest.mark.parametrize(
    ("body", "status"), [("<html>", 200), ("", 200), ("{}", 500), ('{"balance":"5"}', 302), ("NaN", 200)]
)
def test_a_call_without_a_usable_answer_failed(body: str, status: int) -> None:
    with pytest.raises(CallFailed):
        read_document(Heard(status=status, headers={}, body=body.encode(), elapsed_ms=1))


def entry(**changes: object) -> dict[str, object]:
    stock = {"service": 1, "name": "Captions", "type": "Default", "category": "Work", "rate": "0.90", "min": "50"}
    return {**stock, "max": "10000", "refill": True, "cancel": "1", **changes}


def test_a_catalogue_is_read_with_exact_rates() -> None:
    offer, other = read_catalogue(
        document(json.dumps([entry(), entry(service="308", rate=1.25, min=1, desc="Text", cancel=0)]))
    ).offers
    assert (offer.service, offer.rate, offer.min, offer.max) == ("1", Decimal("0.90"), 50, 10_000)
    assert (offer.refill, offer.cancel, offer.dripfeed) == (True, True, False)
    assert (other.service, other.rate, other.cancel, other.description) == ("308", Decimal("1.25"), False, "Text")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"rate": "1,234.5"}, "rate"),
        ({"rate": "0.9e1"}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"rate": None}, "rate"),
        ({"min": "many"}, "minimum"),
        ({"min": "100", "max": "50"}, "minimum"),
        ({"service": 0}, "service id"),
        ({"service": None}, "service id"),
    ],
)
def test_an_entry_that_could_be_misread_is_left_out_with_the_reason(changes: dict[str, object], reason: str) -> None:
    read = read_catalogue(document(json.dumps([entry(**changes), entry(service=2), 17])))
    assert [offer.service for offer in read.offers] == ["2"]
    assert reason in read.skipped[0].reason
    assert len(read.skipped) == 2


def test_a_service_that_stands_twice_is_taken_once() -> None:
    read = read_catalogue(document(json.dumps([entry(), entry(rate="0.1")])))
    assert [offer.rate for offer in read.offers] == [Decimal("0.90")]
    assert len(read.skipped) == 1


def test_a_catalogue_may_be_a_map_or_empty() -> None:
    assert len(read_catalogue(document(json.dumps({"1": entry(), "2": entry(service=2)}))).offers) == 2
    assert read_catalogue(document('{"status":"success","data":"Empty Data"}')).offers == ()
    assert read_catalogue(document("[]")).offers == ()


@pytest.mark.parametrize("text", ['{"error":"Invalid API key"}', "{}", '"x"', '{"data":[]}', "5"])
def test_what_is_no_catalogue_is_said_to_have_failed(text: str) -> None:
    with pytest.raises(CallFailed):
        read_catalogue(document(text))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('{"status":"Wrong link","remains":"10"}', LinkFinding.WRONG),
        ('{"status":"In progress","reason":"Private account."}', LinkFinding.PRIVATE),
        ('{"status":"Canceled","cancel_reason":"LINK_CHANGED"}', LinkFinding.CHANGED),
        ('{"error":"Post not found"}', LinkFinding.GONE),
        ('{"status":"Gesperrt"}', LinkFinding.PRIVATE),
        ('{"status":"Canceled","note":"invalid link format"}', LinkFinding.WRONG_FORMAT),
    ],
)
def test_clear_words_about_the_link_are_understood_wherever_they_stand(row: str, expected: LinkFinding) -> None:
    own = (("gesperrt", LinkFinding.PRIVATE),)

    read = read_statuses(document(f'{{"7":{row}}}'), ["7"], (), own)["7"]

    assert isinstance(read, StatusReport)
    assert read.link is expected
    assert read.link_words in row
    assert link_finding(read.link_words, own) is expected


@pytest.mark.parametrize(
    "row",
    [
        '{"status":"Private"}',
        '{"status":"Deleted"}',
        '{"status":"Removed"}',
        '{"status":"In progress","reason":"The account may be private, we try again"}',
        '{"status":"In progress","reason":"not a wrong link"}',
        '{"status":"Canceled","comment":"wrong link"}',
        '{"error":"User not found"}',
        '{"error":"Incorrect order ID"}',
        '{"status":"In progress","reason":["wrong link"]}',
        '{"status":7,"reason":null}',
    ],
)
def test_words_that_can_mean_something_else_say_nothing_of_the_link(row: str) -> None:
    read = read_statuses(document(f'{{"7":{row}}}'), ["7"])["7"]

    assert isinstance(read, RowError) or read.link is None


def test_no_text_means_two_things_about_a_link() -> None:
    texts = [text for texts in LINK_WORDS.values() for text in texts]

    assert len(set(texts)) == len(texts)
    assert all(status(text) is None for text in texts)
    assert all(link_finding(text) is finding for finding, each in LINK_WORDS.items() for text in each)
