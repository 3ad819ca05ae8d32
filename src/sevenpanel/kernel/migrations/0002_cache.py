"""The table of the cache that all processes share: it counts attempts to sign in, and little else."""

from django.db import migrations

# As Django's database cache wants it. Unlogged: what a crash forgets, people try again.
_MAKE = """
CREATE UNLOGGED TABLE kernel_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX kernel_cache_expires ON kernel_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunSQL(_MAKE, "DROP TABLE kernel_cache")]
