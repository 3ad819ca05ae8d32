"""Writes of fulfilment: providers set up, orders sent, their fate found out, followed, and decided."""

from sevenpanel.fulfilment.commands.alerts import close_alert
from sevenpanel.fulfilment.commands.catalogue import UnableToReadProvider, refresh_balance, refresh_catalogue
from sevenpanel.fulfilment.commands.providers import (
    UnableToSetUpProvider,
    pause_provider,
    register_provider,
    set_route,
    update_provider,
)

__all__ = [
    "UnableToReadProvider",
    "UnableToSetUpProvider",
    "close_alert",
    "pause_provider",
    "refresh_balance",
    "refresh_catalogue",
    "register_provider",
    "set_route",
    "update_provider",
]
