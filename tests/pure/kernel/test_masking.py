"""No key reaches a log line (S-31)."""

import io
import logging

import pytest

from sevenpanel.kernel.masking import MaskKeys, without_keys


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("Not Found: /od_live_abc123XYZ", ()),
        ("Not Found: %s", ("/x?key=od_live_abc123XYZ&y=1",)),
        ("%(path)s", ({"path": "od_live_abc123XYZ"},)),
    ],
)
def test_a_key_is_masked_wherever_it_stands(message: str, arguments: tuple[object, ...]) -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(MaskKeys())
    logger = logging.getLogger("test of masking")
    logger.addHandler(handler)

    logger.warning(message, *arguments)

    logger.removeHandler(handler)
    assert "abc123XYZ" not in out.getvalue()
    assert "od_live_..." in out.getvalue()


def test_s36_of_a_key_in_a_text_its_owner_still_sees_which_it_is() -> None:
    key = "od_live_" + "a1B2" * 9

    assert without_keys(f"my key is {key}, od_live_short") == "my key is od_live_...a1B2, od_live_..."


def test_other_lines_pass_unchanged() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "%d orders", (3,), None)

    assert MaskKeys().filter(record)
    assert record.getMessage() == "3 orders"
