"""What the door of orders asks of notices."""

from django.db import migrations, models
from django.db.models import Q

from sevenpanel.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("catalog", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="notice", name="notices_at_the_door"),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                fields=["scope", "subject"],
                condition=Q(is_paused__isnull=False)
                | Q(quantity_min__isnull=False)
                | Q(quantity_max__isnull=False)
                | Q(can_cancel__isnull=False),
                name="notices_at_the_door",
            ),
        ),
        sql.script(__file__, "in_force.sql", reverse="DROP FUNCTION notices_in_force(bigint[], timestamptz)"),
    ]
