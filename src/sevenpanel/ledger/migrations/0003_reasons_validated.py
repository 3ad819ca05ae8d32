from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Check the reasons of all transfers. In a transaction of its own, so that booking goes on meanwhile."""

    dependencies = [("ledger", "0002_deposits")]

    operations = [ValidateConstraint("transfer", name="ledger_transfer_reason_known")]
