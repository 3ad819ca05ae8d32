"""Links that apps use among themselves (tg:, spotify:), rewritten as the web links they stand for."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode

SPOTIFY_URI = re.compile(r"spotify:((?:[A-Za-z0-9_.%\-]{1,100}:){1,3}[A-Za-z0-9_.%\-]{1,100})", re.IGNORECASE)
TELEGRAM_URI = re.compile(r"tg:(?://)?([a-z]{1,20})/?\?", re.IGNORECASE)


def unwrap_app_link(link: str) -> str | None:
    """This function gives the web link that an app link stands for, or None when it is no app link."""
    spotify = SPOTIFY_URI.fullmatch(link)
    if spotify:
        return "https://open.spotify.com/" + spotify[1].replace(":", "/")
    telegram = TELEGRAM_URI.match(link)
    if telegram:
        return _telegram(telegram[1].lower(), dict(parse_qsl(link[telegram.end() :], keep_blank_values=True)))
    return None


def _telegram(action: str, given: dict[str, str]) -> str | None:
    """The forms are those of Telegram's page on deep links; others stay unread and are refused by their scheme."""
    value = {name: quote(text, safe="") for name, text in given.items()}
    if action == "resolve" and "domain" in value:
        return _resolve(value["domain"], value, given)
    if action == "join" and "invite" in value:
        return f"https://t.me/+{value['invite']}"
    if action == "privatepost" and value.keys() >= {"channel", "post"}:
        return f"https://t.me/c/{value['channel']}/{value['post']}?{urlencode(given)}"
    if action == "boost" and "domain" in value:
        return f"https://t.me/boost/{value['domain']}"
    if action == "addlist" and "slug" in value:
        return f"https://t.me/addlist/{value['slug']}"
    return None


def _resolve(domain: str, value: dict[str, str], given: dict[str, str]) -> str:
    path = [domain]
    if "story" in value:
        path += ["s", value["story"]]
    elif "post" in value:
        path.append(value["post"])
    elif "appname" in value:
        path.append(value["appname"])
    return f"https://t.me/{'/'.join(path)}?{urlencode(given)}"
