"""Writes of letters: what happened is noted, letters are written and sent, and people choose what they get."""

from collections.abc import Callable
from datetime import datetime

from sevenpanel.letters.commands.choosing import choose, forget_people, settle_letter, tidy_letters
from sevenpanel.letters.commands.noting import note_editions, note_happenings
from sevenpanel.letters.commands.sending import send_next_letter, tell
from sevenpanel.letters.commands.stopping import Stop, carry_out_stop, read_stop, stop_token
from sevenpanel.letters.commands.writing import write_daily_letters, write_letters

__all__ = [
    "Stop",
    "carry_out_stop",
    "choose",
    "forget_people",
    "note_editions",
    "note_happenings",
    "read_stop",
    "send_next_letter",
    "settle_letter",
    "stop_token",
    "tell",
    "tidy_letters",
    "write_daily_letters",
    "write_letters",
    "write_round",
]


def write_round(*, clock: Callable[[], datetime]) -> bool:
    """One round of the worker: note what happened since the last one, and write what is due.

    :returns: whether a letter was written.
    """
    note_happenings(now=clock())
    return write_letters(now=clock()) > 0
