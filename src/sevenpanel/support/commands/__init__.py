"""Writes of support: tickets, messages, files, requests and their verdicts, letters."""

from sevenpanel.support.commands.deciding import (
    UnableToAppeal,
    UnableToClaim,
    UnableToJudge,
    appeal,
    claim,
    judge,
    record_finding,
)
from sevenpanel.support.commands.erasing import erase_tickets, lock_tickets
from sevenpanel.support.commands.filing import UnableToTakeUpload, path_of
from sevenpanel.support.commands.finding import close_for_link, close_for_several, tell_link_is_well
from sevenpanel.support.commands.keeping import assign, close, reopen, save_reply, withdraw
from sevenpanel.support.commands.mailing import send_next_mail, take_written
from sevenpanel.support.commands.scanning import scan_next
from sevenpanel.support.commands.writing import (
    UnableToAskAbout,
    UnableToFindTicket,
    UnableToWrite,
    answer,
    open_ticket,
    reply,
)

__all__ = [
    "UnableToAppeal",
    "UnableToAskAbout",
    "UnableToClaim",
    "UnableToFindTicket",
    "UnableToJudge",
    "UnableToTakeUpload",
    "UnableToWrite",
    "answer",
    "appeal",
    "assign",
    "claim",
    "close",
    "close_for_link",
    "close_for_several",
    "erase_tickets",
    "judge",
    "lock_tickets",
    "open_ticket",
    "path_of",
    "record_finding",
    "reopen",
    "reply",
    "save_reply",
    "scan_next",
    "send_next_mail",
    "take_written",
    "tell_link_is_well",
    "withdraw",
]
