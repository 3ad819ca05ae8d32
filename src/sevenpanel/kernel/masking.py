"""Keeping keys out of logs and tickets, wherever somebody put one (S-31, S-36)."""

import logging
import re

from sevenpanel.kernel.private_keys import private_keys_masked

# Every key of this desk begins alike, so that a leaked one can be told from any other text.
_KEY = re.compile(r"(?P<kind>od_(?:live|test|hook)_)[0-9A-Za-z]+")
# A piece of a key shorter than this would be told nearly whole by its end.
_TELLING = 20
# A Telegram bot's token is part of the address of every call.
_BOT_TOKEN = re.compile(r"(?<![0-9])[0-9]{5,15}:[A-Za-z0-9_-]{30,50}")


def masked(text: str) -> str:
    """The text with every API key, every bot's token and every key that could spend cut down to its kind."""
    return private_keys_masked(_BOT_TOKEN.sub("bot-token...", _KEY.sub(r"\g<kind>...", text)))


def without_keys(text: str) -> str:
    """The text with every API key cut down to what its owner sees of it later: its kind and its last four letters."""
    return _KEY.sub(lambda key: f"{key['kind']}...{key[0][-4:] if len(key[0]) > _TELLING else ''}", text)


def keys_in(text: str) -> list[str]:
    """What stands in a text and begins like an API key of this desk."""
    return [key[0] for key in _KEY.finditer(text)]


class MaskKeys(logging.Filter):
    """Masks keys in a log line, also where a caller put one into an address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the line as it will be written; every line passes."""
        record.msg, record.args = masked(record.getMessage()), None
        return True
