"""Staff are told of counts that cannot be; alerts may be of that kind, too."""

from django.db import migrations, models

_KINDS_BEFORE = [
    "answer cannot be booked",
    "cancel not answered",
    "catalogue fault",
    "cost above price",
    "invariant broken",
    "late answer",
    "no way to send",
    "order cannot be sent",
    "provider does not answer status calls",
    "provider does not know an order",
    "provider refuses a service",
    "provider waits",
    "provider's currency changed",
    "provider's offer missing",
    "provider's order id is taken",
    "status word not understood",
    "supplier changed its mind",
    "unknown dispatch",
]
_KIND = "count that cannot be"
_NAME = "fulfilment_alert_kind_known"


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0004_follow_in_order")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.RemoveConstraint(model_name="alert", name=_NAME),
        # Going back, what the release before cannot read goes away.
        migrations.RunSQL("", f"DELETE FROM fulfilment_alert WHERE kind = '{_KIND}'"),
        # There are few alerts: one for each kind and subject that is open, and what was closed.
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", sorted([*_KINDS_BEFORE, _KIND]))), name=_NAME
            ),
        ),
    ]
