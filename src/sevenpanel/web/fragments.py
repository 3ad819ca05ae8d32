"""Pieces of pages that are asked for again and again: an unchanged one costs an answer without a body (U-7)."""

import hashlib
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response

from sevenpanel.web.request import DeskRequest


def etag_of(*shown: object) -> str:
    """A tag that changes exactly when what is shown changes. Rows are frozen values: their repr says all."""
    return f'"{hashlib.sha256(repr(shown).encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def answer(request: DeskRequest, template: str, context: dict[str, Any], etag: str) -> HttpResponse:
    """The piece, or 304 when the asker has it already.

    The piece carries its own tag in an attribute and htmx sends it back: pages of signed-in people are never
    stored, so that the browser's cache cannot do it.
    """
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    response = render(request, template, {**context, "etag": etag})
    response["ETag"] = etag
    return response
