"""Answers that providers give and nobody asked for: pages, documents of other shapes, rows that cannot be."""

from typing import Any

from sevenpanel.launch.simulation.chance import Chance

STRANGE_WORDS = ("Something went wrong, please contact support", "Try again", "Fehler 17", "null pointer")
# A word of its own for the end, which staff explain once; and words that say nothing about it.
DONE = "Erledigt"
STRANGE_STATUSES = ("AWAITING_MODERATION", "FAIL", "")

_PAGES = (b"", b"<html><body>502 Bad Gateway</body></html>", b"\xff\xfe\x00", b"OK", b"  ", b"<?php echo 1;")
# None of these names an order for certain (P-3).
_DOCUMENTS = (
    b"[]", b"{}", b"null", b"17", b'"ok"', b"[1,2]", b'{"order":0}', b'{"order":null}', b'{"order":-5}',
    b'{"order":1.5}', b'{"order":true}', b'{"order":NaN}', b'{"order":1e30}', b'{"order":{}}', b'{"order":[23501]}',
    b'{"order":23501,"error":"Not enough funds"}', b'{"order":23501,"order":23502}', b'{"status":"success"}',
    b'{"order":1000000000000000000000000000000}', b'{"order":"NaN"}', b"[" * 5000,
)  # fmt: skip


def page(chance: Chance) -> bytes:
    """Anything but JSON."""
    return chance.one_of(_PAGES)


def document(chance: Chance) -> bytes:
    """JSON, or nearly, that does not say what became of the order."""
    return chance.one_of(_DOCUMENTS)


def row(chance: Chance, true: dict[str, Any]) -> object:
    """A row of a status answer with something wrong in it; nothing of it says more than the truth does."""
    wrong: tuple[object, ...] = (
        {"error": "Incorrect order ID"},
        None,
        [],
        "Completed",
        true | {"status": chance.one_of(STRANGE_STATUSES)},
        true | ({"status": DONE} if true["status"] == "Completed" else {}),
        true | {"start_count": None},
        true | {"start_count": chance.one_of(("", "-3", "1,204", 10**30))},
        true | {"charge": chance.one_of(("1,234.5", "0.9e1", None, "", "-1", "free"))},
        {name: value for name, value in true.items() if name != "charge"},
        {name: value for name, value in true.items() if name != "currency"},
        true | {"status": str(true["status"]).upper()},
        true | {"remains": true["remains"], "speed": 3},
    )
    return chance.one_of(wrong)
