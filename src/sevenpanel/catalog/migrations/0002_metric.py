"""What a service counts on the target, and whether its orders serve what is published later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="service", name="is_long_running", field=models.BooleanField(db_default=False)),
        migrations.AddField(model_name="service", name="metric", field=models.TextField(null=True)),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("metric__isnull", True),
                    (
                        "metric__in",
                        [
                            "clicks",
                            "comments",
                            "followers",
                            "impressions",
                            "likes",
                            "members",
                            "plays",
                            "reactions",
                            "shares",
                            "views",
                            "visits",
                        ],
                    ),
                    _connector="OR",
                ),
                name="catalog_service_metric_known",
            ),
        ),
    ]
