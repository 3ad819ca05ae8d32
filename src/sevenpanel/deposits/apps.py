"""Django's name for this room."""

from django.apps import AppConfig


class DepositsConfig(AppConfig):
    name = "sevenpanel.deposits"
    label = "deposits"
