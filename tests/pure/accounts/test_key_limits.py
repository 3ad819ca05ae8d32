"""From where a key is taken: networks as people type them, and whose address a request has (S-34)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.accounts.domain import NETWORKS_MAX, NotANetwork, is_within, read_networks
from sevenpanel.api.door import address_of


@pytest.mark.parametrize(
    ("typed", "networks"),
    [
        ("", ()),
        (" 203.0.113.7\n", ("203.0.113.7/32",)),
        ("203.0.113.7, 2001:DB8::/32\r\n203.0.113.7", ("203.0.113.7/32", "2001:db8::/32")),
        ("203.0.113.99/24", ("203.0.113.0/24",)),
        ("0.0.0.0/0 ::/0", ("0.0.0.0/0", "::/0")),
    ],
)
def test_s34_networks_are_read_as_people_type_them(typed: str, networks: tuple[str, ...]) -> None:
    assert read_networks(typed) == networks


@pytest.mark.parametrize("typed", ["my-server", "203.0.113", "203.0.113.7/33", "1.2.3.4:80", "203.0.113.7-9", "*"])
def test_s34_what_is_no_network_is_named(typed: str) -> None:
    with pytest.raises(NotANetwork, match=typed.replace("*", r"\*")):
        read_networks(f"203.0.113.1 {typed}")


def test_s34_a_list_has_a_length() -> None:
    with pytest.raises(NotANetwork):
        read_networks(" ".join(f"10.0.0.{n}" for n in range(NETWORKS_MAX + 1)))


@pytest.mark.parametrize(
    ("address", "networks", "is_in"),
    [
        ("203.0.113.7", ("203.0.113.0/24",), True),
        ("203.0.114.7", ("203.0.113.0/24",), False),
        ("::ffff:203.0.113.7", ("203.0.113.0/24",), True),
        ("2001:db8::1", ("203.0.113.0/24", "2001:db8::/32"), True),
        ("2001:db9::1", ("0.0.0.0/0",), False),
        ("unknown", ("0.0.0.0/0", "::/0"), False),
    ],
)
def test_s34_an_address_is_within_or_not(address: str, networks: tuple[str, ...], is_in: bool) -> None:
    assert is_within(address, networks) == is_in


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_named(typed: str) -> None:
    try:
        networks = read_networks(typed)
    except NotANetwork:
        return
    assert read_networks(" ".join(networks)) == networks


@pytest.mark.parametrize(
    ("proxies", "headers", "caller"),
    [
        (0, ["203.0.113.9"], "192.0.2.1"),
        (1, ["203.0.113.9"], "203.0.113.9"),
        (1, ["203.0.113.7, 203.0.113.9"], "203.0.113.9"),
        (1, ["203.0.113.7", "203.0.113.9"], "203.0.113.9"),
        (2, ["203.0.113.9"], "192.0.2.1"),
        (1, [], "192.0.2.1"),
    ],
)
def test_s34_nobody_forges_an_address_past_the_proxies(
    settings: object, proxies: int, headers: list[str], caller: str
) -> None:
    settings.TRUSTED_PROXIES = proxies  # type: ignore[attr-defined]
    scope = {"client": ("192.0.2.1", 4711), "headers": [(b"x-forwarded-for", told.encode()) for told in headers]}

    assert address_of(scope) == caller
