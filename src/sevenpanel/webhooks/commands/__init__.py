"""Writes of webhooks: addresses and their secrets, and what is on its way."""

from sevenpanel.webhooks.commands.addresses import (
    UnableToMakeWebhook,
    UnableToUseWebhook,
    make_webhook,
    remove_webhook,
    replace_secret,
    send_again,
    send_trial,
    switch_on,
)
from sevenpanel.webhooks.commands.forgetting import erase_webhooks, forget_deliveries
from sevenpanel.webhooks.commands.gathering import gather
from sevenpanel.webhooks.commands.sending import deliver_next

__all__ = [
    "UnableToMakeWebhook",
    "UnableToUseWebhook",
    "deliver_next",
    "erase_webhooks",
    "forget_deliveries",
    "gather",
    "make_webhook",
    "remove_webhook",
    "replace_secret",
    "send_again",
    "send_trial",
    "switch_on",
]
