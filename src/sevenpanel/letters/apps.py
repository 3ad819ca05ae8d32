"""Django's name for this room."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "sevenpanel.letters"
    label = "letters"
