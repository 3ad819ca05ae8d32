"""Django's name for this room."""

from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    name = "sevenpanel.rehearsal"
    label = "rehearsal"
