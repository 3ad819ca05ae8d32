"""Django's name for this room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "sevenpanel.orders"
    label = "orders"
