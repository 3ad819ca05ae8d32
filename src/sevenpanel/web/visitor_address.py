"""Whose request this is, as far as the network tells: what attempts are counted by."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def address_of(request: HttpRequest) -> str:
    """The visitor's address: the network's own, unless proxies stand in between that are known and counted.

    Each proxy appends whom it heard, so that the last entries are the proxies' and all before them the visitor's
    to invent. A header that is shorter came past the proxies, and is not believed either.
    """
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    hops = settings.TRUSTED_PROXIES
    named = _read(told[-hops]) if 0 < hops <= len(told) else ""
    return named or _read(request.META.get("REMOTE_ADDR") or "") or UNKNOWN


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
