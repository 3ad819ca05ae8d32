"""Django's name for this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sevenpanel.accounts"
    label = "accounts"
