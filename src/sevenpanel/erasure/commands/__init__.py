"""Writes of deletions: asked for, taken back, carried out, told, and carried out again after a restore."""

from sevenpanel.erasure.commands.again import Again, erase_again, keep_apart
from sevenpanel.erasure.commands.asking import ask_to_erase, erase_due, keep_account
from sevenpanel.erasure.commands.carrying_out import UnableToErase, erase
from sevenpanel.erasure.commands.letters import send_next_erasure_letter

__all__ = [
    "Again",
    "UnableToErase",
    "ask_to_erase",
    "erase",
    "erase_again",
    "erase_due",
    "keep_account",
    "keep_apart",
    "send_next_erasure_letter",
]
