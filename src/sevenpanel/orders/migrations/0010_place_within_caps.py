"""Placing that holds an API key to what it may spend a day.

It has one argument more than the form of the release before this one, and both stand side by side until that is gone.
That one places under a key without looking at its limit, and counts nothing.
"""

from django.db import migrations

from sevenpanel.kernel import sql

# One array each, in the order of the arguments; the last is the instant.
_PLACE = (
    "bigint[], bigint[], text[], text[], text[], text[], boolean[], bigint[], text[], bigint[], text[], text[], bytea[], "
    "bigint[], boolean[], text[], bigint[], text[], text[], text, timestamptz"
)


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_stopped_by_customer"), ("accounts", "0007_key_caps")]

    operations = [
        sql.script(__file__, "place_within_caps.sql", reverse=f"DROP FUNCTION orders_place({_PLACE})"),
    ]
