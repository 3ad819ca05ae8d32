"""Django's name for this room."""

from django.apps import AppConfig


class ShortLinksConfig(AppConfig):
    name = "sevenpanel.shortlinks"
    label = "shortlinks"
