"""Django's name for this room."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "sevenpanel.kernel"
    label = "kernel"
