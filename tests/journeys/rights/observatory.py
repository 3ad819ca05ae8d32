"""What the public HTTP Observatory would give an answer, counted by ourselves.

Source of the figures: MDN, "HTTP Observatory scoring methodology" (developer.mozilla.org, observatory/docs, page
tests_and_scoring, read in 2026). Everybody begins with 100, penalties first; bonuses count from 90 on. Left out: what
only a scan from outside can see, the certificate and the redirect of plain HTTP, which are the proxy's, and being on a
preload list.
For the resource policy no bonus is counted: the page and the scanner disagree about it.
"""

from collections.abc import Mapping
from http.cookies import Morsel

BEGIN, BONUS_FROM = 100, 90
SIX_MONTHS = 15_768_000
PRIVATE_REFERRERS = frozenset({"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"})
POLICIES = ("default-src", "script-src", "style-src", "object-src", "frame-ancestors", "base-uri", "form-action")


def policy(text: str) -> dict[str, list[str]]:
    """A content security policy, taken apart."""
    parts = [part.split() for part in text.split(";") if part.strip()]
    return {name.lower(): sources for name, *sources in parts}


def of_policy(text: str) -> int:
    """Content Security Policy."""
    found = policy(text)
    if not found:
        return -25
    scripts = found.get("script-src", found.get("default-src", ["*"]))
    objects = found.get("object-src", found.get("default-src", ["*"]))
    if {"'unsafe-inline'", "data:", "https:", "http:", "*"} & {*scripts, *objects}:
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if "'unsafe-inline'" in found.get("style-src", found.get("default-src", [])):
        return 0
    return 10 if found.get("default-src") == ["'none'"] else 5


def of_cookies(cookies: Mapping[str, "Morsel[str]"], *, session: str, forgery: str) -> int:
    """Cookies: secure, the session's not for scripts, none sent along from other sites."""
    for name, cookie in cookies.items():
        if not cookie["secure"]:
            return -40 if name == session else -20
        if name == session and not cookie["httponly"]:
            return -30
        if name == forgery and not cookie["samesite"]:
            return -20
        if cookie["samesite"] not in ("Lax", "Strict", ""):
            return -20
    return 5 if cookies and all(cookie["samesite"] for cookie in cookies.values()) else 0


def of_transport(text: str) -> int:
    """Strict transport security."""
    ages = [part.partition("=")[2] for part in text.split(";") if part.strip().startswith("max-age")]
    if not ages or not ages[0].isdigit():
        return -20
    return 0 if int(ages[0]) >= SIX_MONTHS else -10


def of_referrer(text: str) -> int:
    """Referrer policy."""
    if not text:
        return 0
    return 5 if text in PRIVATE_REFERRERS else -5


def of_frames(headers: Mapping[str, str]) -> int:
    """Who may show the page within another one."""
    if "frame-ancestors" in policy(headers.get("Content-Security-Policy", "")):
        return 5
    return 0 if headers.get("X-Frame-Options", "") in ("DENY", "SAMEORIGIN") else -20


def of_resource_policy(text: str) -> int:
    """Who may embed the answer."""
    return 0 if text in ("", "same-origin", "same-site") else -20


def count(headers: Mapping[str, str], cookies: Mapping[str, "Morsel[str]"], *, session: str, forgery: str) -> int:
    """The sum.

    :param session: the name of the session's cookie.
    :param forgery: the name of the cookie against forged forms.
    """
    modifiers = (
        of_policy(headers.get("Content-Security-Policy", "")),
        of_cookies(cookies, session=session, forgery=forgery),
        -50 if headers.get("Access-Control-Allow-Origin") == "*" else 0,
        of_transport(headers.get("Strict-Transport-Security", "")),
        of_referrer(headers.get("Referrer-Policy", "")),
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        of_frames(headers),
        of_resource_policy(headers.get("Cross-Origin-Resource-Policy", "")),
    )
    without = BEGIN + sum(modifier for modifier in modifiers if modifier < 0)
    bonus = sum(modifier for modifier in modifiers if modifier > 0)
    return max(0, without + (bonus if without >= BONUS_FROM else 0))
