"""Which addresses may be called on a provider's behalf (S-12)."""

import socket
from ipaddress import ip_address

import pytest
from tests.pure.providers.stub_provider import says, stub

from sevenpanel.fulfilment.providers.apiv2.adapter import ApiV2
from sevenpanel.fulfilment.providers.interface import NotNow, NotNowReason, ProviderAccess, Shipment
from sevenpanel.fulfilment.providers.registry import ADAPTERS, provider
from sevenpanel.kernel.addresses import AddressRefused, Unresolved, addresses, checked_url, is_public

SHIPMENT = Shipment(order_id=1, provider_service="1", type="Package", link="https://example.com", request_id="1")


def access(url: str, **changes: bool) -> ProviderAccess:
    return ProviderAccess(provider_id=1, url=url, key="k", currency="USD", **changes)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.255.0.9",
        "0.0.0.0",  # noqa: S104 - refused, not bound
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
    ],
)
def test_addresses_that_are_not_public_are_known(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_known(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "example.com/api/v2",
        "//example.com/",
        "",
        "https://",
        "https://user:secret@example.com/",
        "https://user@example.com/",
        "https://example.com:22/",
        "https://example.com:25/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "http://[::1/",
        "\x00",
    ],
)
def test_addresses_of_a_form_that_no_provider_needs_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_url(url, allow_private=False)
    answer = ApiV2(access(url)).add(SHIPMENT)
    assert isinstance(answer, NotNow)
    assert answer.reason is NotNowReason.ADDRESS_REFUSED


@pytest.mark.parametrize("url", ["https://example.com/api/v2", "http://example.com:8080/x?y=1", "https://8.8.8.8/"])
def test_ordinary_addresses_pass(url: str) -> None:
    assert str(checked_url(url, allow_private=False)) == url


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_no_spelling_of_this_machine_is_connected_to(host: str) -> None:
    with stub(says(b'{"order":1}')) as listening:
        answer = ApiV2(access(f"http://{host}:{listening.port}/")).add(SHIPMENT)
        assert isinstance(answer, NotNow)
        assert answer.reason is NotNowReason.ADDRESS_REFUSED
        assert listening.requests == []


def answering(*rounds: list[str]) -> object:
    """A name server that answers anew each time. Literal addresses need none, here as in the world."""
    left = list(rounds)
    plain = socket.getaddrinfo

    def look_up(host: str, port: int, *arguments: int, **options: int) -> object:
        if host != "panel.example":
            return plain(host, port, *arguments, **options)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port)) for text in found]

    return look_up


def test_a_name_with_one_private_address_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering(["8.8.8.8", "10.0.0.1"]))
    with pytest.raises(AddressRefused, match="10\\.0\\.0\\.1"):
        addresses("panel.example", 443, allow_private=False, seconds=1)
    assert addresses("panel.example", 443, allow_private=True, seconds=1) == ("8.8.8.8", "10.0.0.1")


def test_a_name_that_changes_its_mind_is_asked_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with stub(says(b'{"order":1}')) as listening:
        # The first answer is checked and used. Nobody listens at the second.
        monkeypatch.setattr(socket, "getaddrinfo", answering(["127.0.0.1"], ["::1"]))
        ApiV2(access(f"http://panel.example:{listening.port}/", allow_private=True)).add(SHIPMENT)
        assert b"Host: panel.example" in listening.requests[0]


def test_the_next_address_is_tried_when_one_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    with stub(says(b'{"order":1}')) as listening:
        monkeypatch.setattr(socket, "getaddrinfo", answering(["::1", "127.0.0.1"]))
        ApiV2(access(f"http://panel.example:{listening.port}/", allow_private=True)).add(SHIPMENT)
        assert len(listening.requests) == 1


def test_a_resolver_that_does_not_answer_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    released = socket.socketpair()

    def look_up(*_: object, **__: object) -> list[object]:
        released[0].recv(1)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with released[0], released[1]:
        with pytest.raises(Unresolved):
            addresses("panel.example", 443, allow_private=False, seconds=0.05)
        released[1].send(b"x")


def test_only_the_sandbox_may_live_on_this_machine() -> None:
    assert set(ADAPTERS) == {"apiv2", "sandbox"}
    with stub(says(b'{"balance":"5","currency":"USD"}')) as listening:
        assert provider("sandbox", access(listening.url)).balance().currency == "USD"
    assert not provider("apiv2", access("https://example.com")).access.allow_private
    with pytest.raises(KeyError):
        provider("carrier pigeon", access("https://example.com"))
