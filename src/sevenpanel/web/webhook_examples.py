"""How a program checks that a call is from this desk, in three languages.

Pure. Tests run all three, with genuine calls and with forged ones.
"""

from sevenpanel.web.api_examples import Code
from sevenpanel.webhooks.domain import SECRET_PREFIX, SIGNATURE_HEADER

SHOWN_SECRET = f"{SECRET_PREFIX}..."

_SHELL = f"""\
# HEADER is the header {SIGNATURE_HEADER}; body.json is the body, exactly as it came.
SECRET={SHOWN_SECRET}
SENT_AT=$(printf '%s' "$HEADER" | sed -n 's/^t=\\([0-9][0-9]*\\),.*/\\1/p')
EXPECTED=$({{ printf '%s.' "$SENT_AT"; cat body.json; }} | openssl dgst -sha256 -hmac "$SECRET" | sed 's/^.* //')
AGE=$(($(date +%s) - ${{SENT_AT:-0}}))
case ",$HEADER," in
    *",v1=$EXPECTED,"*) [ "$AGE" -le 300 ] && echo genuine || echo old ;;
    *) echo forged ;;
esac
"""

_PYTHON = f"""\
import hashlib
import hmac
from time import time

SECRET = "{SHOWN_SECRET}"


def is_genuine(header: str, body: bytes) -> bool:
    \"\"\"header is {SIGNATURE_HEADER}, body exactly what came.\"\"\"
    parts = [part.partition("=")[::2] for part in header.split(",")]
    sent_at = next((value for name, value in parts if name == "t"), "0")
    expected = hmac.new(SECRET.encode(), sent_at.encode() + b"." + body, hashlib.sha256).hexdigest()
    is_signed = any(name == "v1" and hmac.compare_digest(expected.encode(), value.encode()) for name, value in parts)
    return is_signed and abs(time() - int(sent_at)) <= 300
"""

_PHP = f"""\
<?php
const SECRET = '{SHOWN_SECRET}';

// $_SERVER['HTTP_X_7PANEL_SIGNATURE'] and file_get_contents('php://input')
function is_genuine(string $header, string $body): bool {{
    preg_match('/^t=(\\d+),/', $header, $found);
    preg_match_all('/v1=([0-9a-f]+)/', $header, $signatures);
    $sentAt = $found[1] ?? '0';
    $expected = hash_hmac('sha256', $sentAt . '.' . $body, SECRET);
    $same = array_filter($signatures[1], fn($each) => hash_equals($expected, $each));
    return $same !== [] && abs(time() - (int) $sentAt) <= 300;
}}
"""

SAMPLE = """\
{"events": [{"id": "ev_5120", "type": "order.changed", "at": "2026-11-23T12:00:00+00:00", "test": false,
  "order": 23501, "status": "Partial", "charge": "0.27819", "start_count": "3572", "remains": "157",
  "currency": "USD"}]}
"""


def verifying() -> Code:
    """The check, as a shell, Python and PHP write it."""
    return Code(curl=_SHELL, python=_PYTHON, php=_PHP)
