"""What the load sends and how it knows that an answer is whole."""

from itertools import islice

import pytest

from sevenpanel.launch.bench.limit import Limit, whole_seconds
from sevenpanel.launch.bench.load import adds, is_whole, pages, statuses

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"order":7}'


@pytest.mark.parametrize("length", range(len(ANSWER)))
def test_an_answer_that_is_cut_off_anywhere_is_not_whole(length: int) -> None:
    assert not is_whole(bytearray(ANSWER[:length]))


@pytest.mark.parametrize(
    "answer",
    [
        ANSWER,
        ANSWER.replace(b"Content-Length", b"content-length"),
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
    ],
)
def test_an_answer_is_whole_with_its_last_byte(answer: bytes) -> None:
    assert is_whole(bytearray(answer))


def body(request: bytes) -> bytes:
    """The body of a request, which is as long as its head says."""
    head, _, text = request.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2]
    assert int(length) == len(text)
    return text


def test_each_order_is_for_a_target_of_its_own_from_one_account_after_the_other() -> None:
    requests, is_good = adds({"port": 1, "name": "bench", "service": 7, "keys": ["k1", "k2"]})
    bodies = [body(request).decode() for request in islice(requests, 4)]

    assert [text.partition("&")[0] for text in bodies] == ["key=k1", "key=k2", "key=k1", "key=k2"]
    assert len({text.partition("link=")[2] for text in bodies}) == 4
    assert is_good(ANSWER)
    assert not is_good(ANSWER.replace(b'"order":7', b'"error":1'))


def test_statuses_with_an_error_among_them_are_not_what_was_asked_for() -> None:
    requests, is_good = statuses({"port": 1, "asks": [("k1", "1,2")]})

    assert body(next(requests)) == b"key=k1&action=status&orders=1%2C2"
    assert is_good(b'{"1":{"charge":"1"},"2":{"charge":"2"}}')
    assert not is_good(b'{"1":{"charge":"1"},"2":{"error":"Incorrect order ID"}}')


def test_a_page_is_read_as_the_visitor_whose_cookie_it_is() -> None:
    requests, is_good = pages({"port": 1, "paths": ["/orders/"], "cookie": "session=x"})

    assert next(requests).startswith(b"GET /orders/ HTTP/1.1\r\n")
    assert is_good(b"HTTP/1.1 200 OK\r\n\r\n")
    assert not is_good(b"HTTP/1.1 302 Found\r\n\r\n")


def test_who_drives_the_limit_is_said() -> None:
    assert Limit(statement="", pgbench=None).driver == "one Python process per client"


@pytest.mark.parametrize(("counted", "whole"), [(0.3, 1), (1.0, 1), (1.3, 2), (6.0, 6)])
def test_the_limit_is_driven_for_as_long_as_it_is_counted(counted: float, whole: int) -> None:
    """Else it would seem lower than it is, and everything measured in it higher."""
    assert whole_seconds(counted) == whole
