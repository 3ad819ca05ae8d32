"""Django's name for this room."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "sevenpanel.webhooks"
    label = "webhooks"
