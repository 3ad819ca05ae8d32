"""A letter about a deletion keeps how its reader reads. The release before this one leaves that out, and reads English."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("erasure", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="letter", name="language", field=models.TextField(null=True)),
        migrations.AddField(model_name="letter", name="calendar", field=models.TextField(null=True)),
        migrations.AddField(model_name="letter", name="time_zone", field=models.TextField(null=True)),
    ]
