"""Django's name for this room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "sevenpanel.jobs"
    label = "jobs"
