"""The page that describes version 3 to people, made from its own description (`document`), for anybody who looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import KeyKind, KeyRow, Permission
from sevenpanel.api.v3 import document, words
from sevenpanel.api.v3.problems import KINDS, PLACE, Kind
from sevenpanel.api.v3.samples import Code, answer, beginning, call, sample

NO_KEY = "od_test_..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that is sent with an operation."""

    name: str
    words: str
    is_needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An operation as the page shows it.

    :param asks: its method and its path.
    """

    name: str
    asks: str
    purpose: str
    need: str
    fields: tuple[Field, ...]
    answer: str
    code: Code
    problems: tuple[str, ...]


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The page, with this desk's own address and, for a customer, the newest key masked."""
    shown = _shown(request)
    url = request.build_absolute_uri(PLACE.rstrip("/"))
    context = {
        "api_url": url,
        "beginning": beginning(url=url, key=shown.hint if shown else NO_KEY),
        "has_key": shown is not None,
        "is_customer": _customer_of(request) is not None,
        "is_test": shown is not None and shown.kind is KeyKind.TEST,
        "sections": sections(),
        "problems": problems(),
    }
    return render(request, "api/v3.html", context)


def sections() -> list[Section]:
    """Every operation, in the order in which a shop meets them."""
    found = {one["operationId"]: (method, path, one) for method, path, one in _operations()}
    return [_section(*found[name], purpose) for name, purpose in words.purposes().items()]


def problems() -> list[tuple[str, Kind]]:
    """Every code with its status and title, by status."""
    return sorted(((code.value, kind) for code, kind in KINDS.items()), key=lambda each: (each[1].status, each[0]))


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document.made()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _section(method: str, path: str, operation: dict[str, Any], purpose: str) -> Section:
    schemas = document.made()["components"]["schemas"]
    sent = sample(schemas["NewOrder"], schemas) if "requestBody" in operation else None
    (permission,) = operation["security"][0]["Key"]
    return Section(
        name=operation["operationId"],
        asks=f"{method.upper()} {path}",
        purpose=purpose,
        need=words.needs()[Permission(permission)],
        fields=tuple(_fields(operation, schemas)),
        answer=answer(operation, schemas),
        code=call(method, path, operation, sent),
        problems=tuple(_codes(operation)),
    )


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Field]:
    told = words.fields()
    for each in operation["parameters"]:
        yield Field(name=each["name"], words=told[each["name"]], is_needed=each["required"])
    if "requestBody" in operation:
        for name in schemas["NewOrder"]["properties"]:
            yield Field(name=name, words=told[name], is_needed=name in schemas["NewOrder"]["required"])


def _codes(operation: dict[str, Any]) -> Iterator[str]:
    for response in operation["responses"].values():
        yield from response["content"].get("application/problem+json", {}).get("examples", {})


def _customer_of(request: HttpRequest) -> int | None:
    return request.user.customer_id if request.user.is_authenticated else None


def _shown(request: HttpRequest) -> KeyRow | None:
    """The key that stands in the examples: the newest test key, else the newest of all."""
    customer_id = _customer_of(request)
    rows = accounts.keys(customer_id=customer_id) if customer_id is not None else []
    live = [row for row in rows if row.revoked_at is None and row.ends_at is None]
    return next((row for row in live if row.kind is KeyKind.TEST), live[0] if live else None)
