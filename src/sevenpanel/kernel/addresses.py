"""Which addresses the desk may connect to on somebody's word (S-12).

The address of a provider or a processor is typed by a person and resolved by somebody else's name server. So the
name is resolved once, every answer is checked, and the connection goes to a checked address: a name that answers
differently the second time changes nothing. Spellings such as `2130706433` or `0x7f.1` are no special case,
since the check looks at what the resolver made of them.
"""

import re
import socket
import threading
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from httpx import URL

Address = IPv4Address | IPv6Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Tunnels carry an IPv4 address that nobody here would check.
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))
# Networks without IPv4 reach it through this prefix; the embedded address decides.
_NAT64 = IPv6Network("64:ff9b::/96")
# Below 1024 live mail, databases and shells, none of which speaks the reseller API.
_LOW_PORTS = frozenset({80, 443})
_HOST = re.compile(rb"[0-9A-Za-z._:-]+")


class AddressRefused(Exception):  # noqa: N818 - a verdict on the address, not a fault
    """The address may not be called at all: wrong scheme, credentials in it, or not public."""


class Unresolved(Exception):  # noqa: N818 - a state of the name, not a fault
    """The name has no address, or the resolver gave none in time."""


def checked_url(url: str, *, allow_private: bool) -> URL:
    """This function reads an address that the desk is to call, and refuses forms that nobody needs.

    :param url: as the operator typed it.
    :raises AddressRefused: for schemes other than http and https, credentials, no host, a low port.
    """
    try:
        read = URL(url)
    except Exception as fault:  # the library raises several kinds, and all mean the same here
        raise AddressRefused(f"The address cannot be read: {fault}") from fault
    if read.scheme not in ("http", "https") or not _HOST.fullmatch(read.raw_host):
        raise AddressRefused("An address begins with http:// or https:// and names a host.")
    if read.userinfo:
        raise AddressRefused("An address carries no user name or password.")
    if read.port is not None and not _is_usable(read.port, allow_private=allow_private):
        raise AddressRefused(f"Port {read.port} is not one that an API uses.")
    return read


def _is_usable(port: int, *, allow_private: bool) -> bool:
    return 0 < port <= 65_535 and (allow_private or port >= 1024 or port in _LOW_PORTS)


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet, looking into addresses that carry another."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    inside = address in _GLOBAL_UNICAST and not any(address in tunnel for tunnel in _TUNNELS)
    return inside and address.is_global


def addresses(host: str, port: int, *, allow_private: bool, seconds: float) -> tuple[str, ...]:
    """This function resolves a name and hands on its addresses, all of them checked.

    :param host: a name or a literal address, ASCII.
    :param seconds: how long the resolver may take; it has no limit of its own.
    :raises Unresolved: when there is no answer.
    :raises AddressRefused: when any address is not public, since the next connection might meet that one.
    """
    found = _resolved(host, port, seconds)
    refused = [text for text in found if not is_public(ip_address(text))]
    if refused and not allow_private:
        raise AddressRefused(f"{host} leads to {refused[0]}, which is not a public address.")
    return found


def _resolved(host: str, port: int, seconds: float) -> tuple[str, ...]:
    # getaddrinfo cannot be interrupted, so it runs in a thread that may be left behind.
    answers: list[tuple[str, ...]] = []
    faults: list[OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.append(tuple(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError) as fault:
            faults.append(fault)

    thread = threading.Thread(target=look_up, daemon=True, name="resolve")
    thread.start()
    thread.join(seconds)
    if faults:
        raise Unresolved(f"{host} has no address: {faults[0]}")
    if not answers or not answers[0]:
        raise Unresolved(f"{host} could not be resolved within {seconds:.0f} seconds.")
    return answers[0]
