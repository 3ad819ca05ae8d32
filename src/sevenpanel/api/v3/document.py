"""The OpenAPI document of version 3, made from its operations; `docs/openapi.json` is a copy that a test compares."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from sevenpanel.api.admission import Obstacle
from sevenpanel.api.v3.keys import Key
from sevenpanel.api.v3.operations import router
from sevenpanel.api.v3.problems import KINDS, MEDIA_TYPE, PLACE, Code, Trouble, document
from sevenpanel.api.v3.problems import Problem as Told
from sevenpanel.api.v3.service import api
from sevenpanel.api.v3.shapes import ProblemShape

DESK = "https://desk.example.org"
DESCRIPTION = (
    "Services, orders and the balance of one account of a 7Panel desk. Every request carries a key from the page API "
    "keys: `Authorization: Bearer od_live_...`; a key that begins with `od_test_` answers the same and costs nothing. "
    "Money is text with a point, in the currency that stands beside it. Times are RFC 3339, in UTC. What cannot be "
    "done is told as a problem document (RFC 9457), whose code stays; nothing was charged then, unless it is not_known."
)
# What every operation may be answered, and those that take a body.
ANYWHERE: tuple[Code, ...] = (*Obstacle, Trouble.INVALID, Trouble.NOT_KNOWN)
WITH_A_BODY: tuple[Code, ...] = (Trouble.INCORRECT, Trouble.TOO_LARGE, Trouble.NOT_JSON)
# Where the number of an answer leads on: the operation, and the name of its parameter.
LINKS = {
    "placeOrder": {
        "order": ("getOrder", {"order_id": "$response.body#/id"}),
        "cancel": ("cancelOrder", {"order_id": "$response.body#/id"}),
    },
    "listOrders": {"nextPage": ("listOrders", {"cursor": "$response.body#/next_cursor"})},
    "cancelOrder": {"order": ("getOrder", {"order_id": "$response.body#/order/id"})},
    "listServices": {"service": ("getService", {"service_id": "$response.body#/services/0/id"})},
    "getStatement": {"nextPage": ("getStatement", {"cursor": "$response.body#/next_cursor"})},
}


@cache
def made() -> dict[str, Any]:
    """The document."""
    found: dict[str, Any] = json.loads(json.dumps(OpenAPISchema(api, ""), default=str))
    paths = {_templated(path): operations for path, operations in found["paths"].items()}
    for operations in paths.values():
        for operation in operations.values():
            _complete(operation)
    schemas = found["components"]["schemas"] | {"Problem": _problem_schema()}
    schemes = {"Key": {"type": "http", "scheme": "bearer", "bearerFormat": "od_live_... or od_test_..."}}
    return {
        "openapi": found["openapi"],
        "info": {"title": api.title, "version": api.version, "description": DESCRIPTION},
        "servers": [{"url": PLACE.rstrip("/")}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "examples": {code.value: _example(code) for code in sorted(KINDS)},
            "securitySchemes": schemes,
        },
    }


@cache
def text() -> str:
    """The document as it is written to a file."""
    return json.dumps(made(), indent=2, ensure_ascii=False) + "\n"


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The document, for anybody."""
    return HttpResponse(text().encode(), content_type="application/json")


def _templated(path: str) -> str:
    return "/" + path.strip("/")


def _problem_schema() -> dict[str, Any]:
    """Problems as they are answered; the codes stand in it."""
    schema = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs")
    schema["properties"]["errors"]["items"] = parts["FieldProblem"]
    schema["properties"]["code"]["enum"] = sorted(code.value for code in KINDS)
    return schema


def _complete(operation: dict[str, Any]) -> None:
    """Let an operation tell its problems and where its answer leads."""
    operation["summary"], _, more = operation["description"].partition("\n")
    operation["description"] = more.strip() or operation["summary"]
    for parameter in operation["parameters"]:
        _plain(parameter)
    codes = [*ANYWHERE, *_meets()[operation["operationId"]], *(WITH_A_BODY if "requestBody" in operation else ())]
    succeeded = {status: _leading(operation, each) for status, each in operation["responses"].items()}
    operation["responses"] = dict(sorted((succeeded | _problems(codes)).items()))
    operation["security"] = [{"Key": [_needs()[operation["operationId"]]]}]


def _plain(parameter: dict[str, Any]) -> None:
    """What is not sent is absent, and never null; an example is one value."""
    schema = parameter["schema"]
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    schema.update(*kinds)
    for name in ("title", "description"):
        schema.pop(name, None)
    examples = parameter.pop("examples", None) or schema.pop("examples", None)
    schema.pop("examples", None)
    if examples:
        parameter["example"] = examples[0]


@cache
def _meets() -> Mapping[str, tuple[Code, ...]]:
    return {one.operation_id or "": one.view_func.__dict__.get("meets", ()) for one in _operations()}


@cache
def _needs() -> Mapping[str, str]:
    """What a key has to be allowed for each operation."""
    return {
        one.operation_id or "": key.needed.value
        for one in _operations()
        for key in one.auth_callbacks
        if isinstance(key, Key)
    }


def _operations() -> list[Operation]:
    return [one for view in router.path_operations.values() for one in view.operations]


def _leading(operation: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    links = LINKS.get(operation["operationId"], {})
    told = {name: {"operationId": goal, "parameters": given} for name, (goal, given) in links.items()}
    location = {"Location": {"description": "Where the order is.", "schema": {"type": "string"}}}
    more = {"headers": location} if operation["operationId"] == "placeOrder" else {}
    return {**response, **more, **({"links": told} if told else {})}


def _problems(codes: Iterable[Code]) -> dict[str, Any]:
    by_status: dict[str, list[Code]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(str(KINDS[code].status), []).append(code)
    return {status: _response(status, found) for status, found in by_status.items()}


def _response(status: str, codes: list[Code]) -> dict[str, Any]:
    wait = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    examples = {code.value: {"$ref": f"#/components/examples/{code.value}"} for code in codes}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    return {
        "description": "; ".join(KINDS[code].title for code in codes),
        **({"headers": wait} if status == "429" else {}),
        "content": {MEDIA_TYPE: content},
    }


def _example(code: Code) -> dict[str, Any]:
    told = document(Told(code))
    told["type"] = f"{DESK}{PLACE}#{code.value}"
    return {"value": told}
