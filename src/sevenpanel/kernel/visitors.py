"""Whose request it is, as far as the network tells, at every door of the desk alike.

Each proxy appends whom it heard to `X-Forwarded-For`, so that the last entries are the proxies' and all before them the
visitor's to invent. A header that is shorter came past the proxies, and is not believed either.
"""

from ipaddress import ip_address

UNKNOWN = "unknown"


def visitor_address(*, forwarded: str, remote: str, proxies: int) -> str:
    """The visitor's address: the network's own, unless proxies stand in between that are known and counted.

    :param forwarded: the header, several of them joined with commas; empty when there is none.
    :param remote: from where the connection comes.
    :param proxies: how many proxies append to the header (`SEVENPANEL_TRUSTED_PROXIES`).
    :returns: an address in its usual form, or `UNKNOWN`.
    """
    told = forwarded.split(",")
    named = _read(told[-proxies]) if 0 < proxies <= len(told) else ""
    return named or _read(remote) or UNKNOWN


def _read(text: str) -> str:
    """The address without a port, in its usual form; empty when it is none."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""
