"""Examples of version 3 made from its own description: what is sent, as curl and Python write it, and what is answered.

Pure. Tests run them against a desk.
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SHELL = """\
# Your key is shown once, when you make it. What is masked here you put in yourself.
URL={url}
KEY={key}
"""

_PYTHON = """\
import json
import urllib.error
import urllib.request

URL = {url}
KEY = {key}


def ask(method, path, body=None, **headers):
    headers |= {{"Authorization": f"Bearer {{KEY}}", "Content-Type": "application/json"}}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:  # a problem: its code says which
        return json.load(error)
"""


@dataclass(frozen=True, slots=True)
class Code:
    """The same in two languages."""

    curl: str
    python: str


def beginning(*, url: str, key: str) -> Code:
    """What stands once before all examples: the address, the key, and a function that asks."""
    shell = _SHELL.format(url=shlex.quote(url), key=shlex.quote(key))
    return Code(shell, _PYTHON.format(url=json.dumps(url), key=json.dumps(key)))


def call(method: str, path: str, operation: Mapping[str, Any], body: Any) -> Code:
    """One call, to stand below the beginning.

    :param body: what is sent; None for nothing.
    """
    given = {each["name"]: each["example"] for each in operation["parameters"] if "example" in each}
    path = path.format_map({name: given[name] for name in given if f"{{{name}}}" in path})
    headers = {each["name"]: each["example"] for each in operation["parameters"] if each["in"] == "header"}
    return Code(_curl(path, headers, body, method), _python(path, headers, body, method))


def _curl(path: str, headers: Mapping[str, str], body: Any, method: str) -> str:
    sent = [f'-H "{name}: {value}"' for name, value in headers.items()]
    if body is not None:
        sent += ['-H "Content-Type: application/json"', f"-d {shlex.quote(json.dumps(body))}"]
    elif method == "post":
        sent.insert(0, "-X POST")
    return " \\\n     ".join([f'curl -s "$URL{path}" -H "Authorization: Bearer $KEY"', *sent])


def _python(path: str, headers: Mapping[str, str], body: Any, method: str) -> str:
    sent = [json.dumps(method.upper()), json.dumps(path), *([json.dumps(body)] if body is not None else [])]
    if headers:
        sent.append(f"**{json.dumps(dict(headers))}")
    return f"print(json.dumps(ask({', '.join(sent)})))"


def answer(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """What an operation answers when all goes well, as JSON."""
    status = min(operation["responses"], key=lambda code: (code != "201", code))
    schema = operation["responses"][status]["content"]["application/json"]["schema"]
    return json.dumps(sample(schema, schemas), indent=2, ensure_ascii=False)


def sample(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """A value of a schema: its own example, else the simplest one that is no null."""
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], schemas)
    if "enum" in schema:
        return schema["enum"][0]
    return _of_type(schema, schemas)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return {name: sample(each, schemas) for name, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"], schemas)]
    if schema.get("format") == "date-time":
        return "2026-05-04T12:00:00Z"
    return {"integer": 1, "boolean": False}.get(str(kind), "...")
