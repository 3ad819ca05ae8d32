"""Django's name for this room."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "sevenpanel.fulfilment"
    label = "fulfilment"
