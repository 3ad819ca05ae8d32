"""Whatever bytes a provider sends: nothing is raised, nothing taken is called refused, and texts can be stored."""

import json

from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.fulfilment.providers.apiv2.catalogue import read_catalogue
from sevenpanel.fulfilment.providers.apiv2.parse import CallFailed, read_add, read_document
from sevenpanel.fulfilment.providers.apiv2.rows import read_balance, read_cancels, read_statuses
from sevenpanel.fulfilment.providers.apiv2.wire import evidence_text, without_key
from sevenpanel.fulfilment.providers.http import Heard
from sevenpanel.fulfilment.providers.interface import (
    Evidence,
    NotNow,
    ProviderAccess,
    Refused,
    RowError,
    Sent,
    StatusReport,
    Unknown,
)

KEY = "0123456789abcdef0123456789abcdef"
ACCESS = ProviderAccess(provider_id=1, url="https://example.com", key=KEY, currency="USD")

WORDS = st.sampled_from(
    ["order", "error", "status", "message", "1", "2", "charge", "remains", "cancel", "Bad link", "Completed"]
) | st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=12,
)
BODIES = st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode())
CODES = st.integers(100, 599) | st.just(200)
HEADERS = st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text(max_size=30))


def heard(body: bytes, status: int, headers: dict[str, str]) -> Heard:
    return Heard(status=status, headers=headers, body=body, elapsed_ms=1)


@given(BODIES, CODES, HEADERS)
def test_any_answer_to_add_is_judged_and_only_clear_ones_for_certain(
    body: bytes, status: int, headers: dict[str, str]
) -> None:
    answer = read_add(heard(body, status, headers), ACCESS, Evidence(http_status=status))
    if isinstance(answer, Sent):
        assert 200 <= status < 300
        assert answer.provider_order_id.isascii()
        assert answer.provider_order_id.isprintable()
        assert json.loads(body.decode("utf-8-sig"))["order"] not in (0, "", None)
    elif isinstance(answer, Refused | NotNow):
        assert status < 300 or 400 <= status < 500
        answer.words.encode()
    else:
        assert isinstance(answer, Unknown)
        answer.words.encode()


@given(st.dictionaries(WORDS, JSON, max_size=5), st.sampled_from(["order", "error", "both"]))
def test_an_answer_that_names_an_order_is_never_a_refusal(fields: dict[str, object], which: str) -> None:
    named = {**fields, "order": 23501}
    if which == "both":
        named["error"] = "Bad link"
    answer = read_add(heard(json.dumps(named).encode(), 200, {}), ACCESS, Evidence())
    assert isinstance(answer, Sent | Unknown)


@given(BODIES, CODES, st.lists(st.sampled_from(["1", "2", "order"]), min_size=1, max_size=3, unique=True))
def test_any_other_answer_is_read_or_has_failed(body: bytes, status: int, ids: list[str]) -> None:
    for reader in (
        lambda document: read_statuses(document, ids),
        lambda document: read_cancels(document, ids),
        read_balance,
        read_catalogue,
    ):
        try:
            reader(read_document(heard(body, status, {})))
        except CallFailed as failure:
            failure.words.encode()


@given(JSON, JSON, JSON)
def test_the_figures_of_a_row_are_read_or_none(status: object, remains: object, charge: object) -> None:
    body = json.dumps({"1": {"status": status, "remains": remains, "charge": charge}}).encode()
    try:
        document = read_document(heard(body, 200, {}))
    except CallFailed:
        return
    row = read_statuses(document, ("1",))["1"]
    assert isinstance(row, StatusReport | RowError)
    if isinstance(row, StatusReport) and row.remains is not None:
        assert str(remains).strip(" ").split(".")[0].lstrip("-").isdecimal()


@given(st.binary(max_size=6_000), st.integers(0, 40))
def test_kept_evidence_is_short_storable_and_without_the_key(noise: bytes, at: int) -> None:
    text = evidence_text(noise[:at] + KEY.encode() + noise[at:], KEY)
    assert len(text.encode()) <= 4_096
    assert KEY not in text
    assert "\x00" not in text


@given(st.text(min_size=12, max_size=40))
def test_a_key_is_found_in_every_form_of_an_echo(key: str) -> None:
    body = json.dumps({"error": f"no such key {key}"}, ensure_ascii=True).encode()
    text = without_key(body, key).decode()
    assert json.dumps(key)[1:-1] not in text
