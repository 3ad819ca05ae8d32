"""Addresses of version 3. Its page stands at their beginning."""

from django.urls import URLPattern, URLResolver, path

from sevenpanel.api.v3 import document, page
from sevenpanel.api.v3.service import api

app_name = "v3"

# ninja's own first page, which says that there is none.
_ROOT = "api-root"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", page.guide, name="guide"),
    path("openapi.json", document.openapi, name="openapi"),
    *(each for each in api.urls[0] if getattr(each, "name", "") != _ROOT),
]
