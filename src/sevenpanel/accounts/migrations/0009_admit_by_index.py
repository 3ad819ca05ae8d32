"""Admitting finds everything by an index, whatever the planner believes of the tables, as placing does.

The door plans this statement once for each connection. By default a function is taken to answer a thousand rows, so that
all keys were read and hashed for each batch; and whoever had planned it on a new desk read all allowances as well. With
1,000 keys one batch took 2.3 ms of the database instead of 0.3.
"""

from django.db import migrations

_ADMIT = "accounts_admit(bytea[])"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_security_events")]

    operations = [
        migrations.RunSQL(
            f"ALTER FUNCTION {_ADMIT} ROWS 10 SET enable_seqscan = off",
            f"ALTER FUNCTION {_ADMIT} ROWS 1000 RESET enable_seqscan",
        ),
    ]
