"""Checks the events from before, while orders go on."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_link_trouble")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        ValidateConstraint(model_name="event", name="orders_event_kind_known"),
    ]
