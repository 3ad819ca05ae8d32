"""Django's name for this room."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "sevenpanel.support"
    label = "support"
