"""Django's name for this room."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "sevenpanel.ledger"
    label = "ledger"
