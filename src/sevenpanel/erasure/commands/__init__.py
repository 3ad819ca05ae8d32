"""Writes of deletions: asked for, taken back, carried out, told."""

from sevenpanel.erasure.commands.asking import ask_to_erase, erase_due, keep_account
from sevenpanel.erasure.commands.carrying_out import UnableToErase, erase
from sevenpanel.erasure.commands.letters import send_next_erasure_letter

__all__ = ["UnableToErase", "ask_to_erase", "erase", "erase_due", "keep_account", "send_next_erasure_letter"]
