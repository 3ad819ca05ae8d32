"""Placing reads the description with the notices laid over it."""

from pathlib import Path

from django.db import migrations

from sevenpanel.kernel import sql

_BEFORE = (Path(__file__).parent / "place.sql").read_text().replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_decisions"), ("notices", "0002_in_force")]

    operations = [sql.script(__file__, "place_under_notices.sql", reverse=_BEFORE)]
