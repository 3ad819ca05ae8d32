"""Django's name for this room."""

from django.apps import AppConfig


class ErasureConfig(AppConfig):
    name = "sevenpanel.erasure"
    label = "erasure"
