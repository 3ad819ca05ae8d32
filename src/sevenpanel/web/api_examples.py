"""The examples of the API guide: each call once, as curl, Python and PHP write it.

Pure. All three are made from one table, so that they ask the same; tests run them against a desk.
"""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

SAMPLE_ORDERS = (23501, 23502)
"""Numbers of orders for who has placed none."""

FIELD = tuple[str, str | int]

_SHELL = """\
# Your key is shown once, when you make it. What is masked here you put in yourself.
URL={url}
KEY={key}
"""

_PYTHON = """\
import json
import urllib.error
import urllib.parse
import urllib.request

URL = {url}
KEY = {key}


def ask(action, **fields):
    form = urllib.parse.urlencode({{"key": KEY, "action": action, **fields}}).encode()
    try:
        with urllib.request.urlopen(URL, form, timeout=60) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:  # 429: too fast. 503: not known, repeat with the same request_id.
        return json.load(error)
"""

_PHP = """\
<?php
const URL = {url};
const KEY = {key};

function ask(string $action, array $fields = []): mixed {{
    $call = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => 'Content-Type: application/x-www-form-urlencoded',
        'content' => http_build_query(['key' => KEY, 'action' => $action] + $fields),
        'timeout' => 60,
        'ignore_errors' => true, // 429: too fast. 503: not known, repeat with the same request_id.
    ]]);
    $answer = file_get_contents(URL, false, $call);
    return $answer === false ? null : json_decode($answer, true);
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, whatever the language.

    :param name: which example it is, unlike all others.
    """

    name: str
    action: str
    fields: tuple[FIELD, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One call in three languages."""

    curl: str
    python: str
    php: str


def calls(*, service_id: int = 101, order_ids: Sequence[int] = SAMPLE_ORDERS) -> tuple[Call, ...]:
    """An example of every action, in the order in which a shop meets them.

    :param order_ids: orders to ask about: the reader's own, where there are two.
    """
    first, several = order_ids[0], ",".join(map(str, order_ids))
    bought: tuple[FIELD, ...] = (("service", service_id), ("link", "https://t.me/northwind_news"))
    return (
        Call(name="balance", action="balance"),
        Call(name="services", action="services"),
        Call(name="add", action="add", fields=(*bought, ("quantity", 1000), ("request_id", "shop-4711"))),
        Call(
            name="add-comments",
            action="add",
            fields=(*bought, ("comments", "Well said.\nIt's what I need!"), ("request_id", "shop-4712")),
        ),
        Call(name="status", action="status", fields=(("order", first),)),
        Call(name="status-many", action="status", fields=(("orders", several),)),
        Call(name="cancel", action="cancel", fields=(("orders", several),)),
        Call(name="refill", action="refill", fields=(("orders", several),)),
        Call(name="refill_status", action="refill_status", fields=(("refills", "7,8"),)),
    )


def beginning(*, url: str, key: str) -> Code:
    """What stands once before all examples: the address, the key, and a function that asks."""
    return Code(
        curl=_SHELL.format(url=shlex.quote(url), key=shlex.quote(key)),
        python=_PYTHON.format(url=_quoted(url), key=_quoted(key)),
        php=_PHP.format(url=_in_php(url), key=_in_php(key)),
    )


def code_of(call: Call) -> Code:
    """One call in three languages, to stand below their beginning."""
    return Code(curl=_curl(call), python=_python(call), php=_php(call))


def _curl(call: Call) -> str:
    sent = [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in call.fields]
    return " \\\n     ".join(['curl -s "$URL" -d "key=$KEY"', f"-d action={call.action}", *sent])


def _python(call: Call) -> str:
    sent = [_quoted(call.action), *(f"{name}={_quoted(value)}" for name, value in call.fields)]
    return f"print(json.dumps(ask({', '.join(sent)})))"


def _php(call: Call) -> str:
    sent = ", ".join(f"'{name}' => {_in_php(value)}" for name, value in call.fields)
    return f"echo json_encode(ask('{call.action}', [{sent}])), PHP_EOL;"


def _quoted(value: str | int) -> str:
    return json.dumps(value, ensure_ascii=False)


def _in_php(value: str | int) -> str:
    """As in Python, where a dollar does not begin a variable."""
    return _quoted(value).replace("$", "\\$")
