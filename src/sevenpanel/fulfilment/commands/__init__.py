"""Writes of fulfilment: providers set up, orders sent, their fate found out, followed, and decided.

`dispatch_next`, `resolve_next`, `sync_next`, `ask_cancels`, `recount`, `refresh_catalogue` and `refresh_balance` call
providers and so are no commands themselves: each claims, commits, calls, and records with commands.
"""

from sevenpanel.fulfilment.commands.alerts import close_alert, report_breaches
from sevenpanel.fulfilment.commands.asking_cancels import ask_cancels
from sevenpanel.fulfilment.commands.catalogue import UnableToReadProvider, refresh_balance, refresh_catalogue
from sevenpanel.fulfilment.commands.deciding import UnableToDecide, decide_unknown, write_off_overdue
from sevenpanel.fulfilment.commands.dispatching import dispatch_next
from sevenpanel.fulfilment.commands.erasing import unlink_tasks
from sevenpanel.fulfilment.commands.inquiring import resolve_next
from sevenpanel.fulfilment.commands.intake import take_cancels, take_in
from sevenpanel.fulfilment.commands.leases import expire_leases
from sevenpanel.fulfilment.commands.providers import (
    UnableToSetUpProvider,
    pause_provider,
    register_provider,
    set_route,
    update_provider,
)
from sevenpanel.fulfilment.commands.recounting import Recount, UnableToRecount, recount
from sevenpanel.fulfilment.commands.syncing import sync_next
from sevenpanel.fulfilment.commands.waiting import explain_waiting

__all__ = [
    "Recount",
    "UnableToDecide",
    "UnableToReadProvider",
    "UnableToRecount",
    "UnableToSetUpProvider",
    "ask_cancels",
    "close_alert",
    "decide_unknown",
    "dispatch_next",
    "expire_leases",
    "explain_waiting",
    "pause_provider",
    "recount",
    "refresh_balance",
    "refresh_catalogue",
    "register_provider",
    "report_breaches",
    "resolve_next",
    "set_route",
    "sync_next",
    "take_cancels",
    "take_in",
    "unlink_tasks",
    "update_provider",
    "write_off_overdue",
]
