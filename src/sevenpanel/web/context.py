"""What every page of the site shows around its own content."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The names that the surrounding page uses."""
    return {"request_id": getattr(request, "request_id", "")}
