"""In which language, calendar and time zone each person reads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_looks"),
    ]

    operations = [
        # People are locked for a moment, and there are too few of them for the checks to take long.
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="user", name="language", field=models.TextField(null=True)),
        migrations.AddField(model_name="user", name="calendar", field=models.TextField(null=True)),
        migrations.AddField(model_name="user", name="time_zone", field=models.TextField(null=True)),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("language__isnull", True),
                    ("language__in", ["ar", "en", "es", "fa", "hi", "pt-br", "ru", "tr"]),
                    _connector="OR",
                ),
                name="accounts_user_language_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("calendar__isnull", True), ("calendar__in", ["gregorian", "jalali"]), _connector="OR"
                ),
                name="accounts_user_calendar_known",
            ),
        ),
    ]
