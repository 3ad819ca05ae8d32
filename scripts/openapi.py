"""Write the OpenAPI document of API v3 to `docs/openapi.json`: `make openapi`. A test compares the two."""

import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.test")
django.setup()  # which the import below needs

from sevenpanel.api.v3.document import text  # noqa: E402

WHERE = Path(__file__).parents[1] / "docs" / "openapi.json"

if __name__ == "__main__":
    WHERE.write_text(text())
