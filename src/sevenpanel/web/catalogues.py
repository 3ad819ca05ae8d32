"""The catalogues of translations: from what people edit (.po) to what Django reads (.mo), when a command starts.

The package carries the .po files alone, and GNU gettext is needed nowhere (docs/adr/0023-languages.md). The form of a
.mo file is that of the GNU gettext manual, "The Format of GNU MO Files".
"""

import ast
import os
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCES = Path(__file__).parent / "locale"
DOMAIN = Path("LC_MESSAGES") / "django"

_LINE = re.compile(r'(?:(?P<key>msgctxt|msgid|msgid_plural|msgstr)(?:\[(?P<form>\d)\])? )?(?P<text>".*")')
_MAGIC = 0x950412DE
# What stands between the context and the message, and between forms of one message, in a .mo file.
_CONTEXT, _FORM = "\x04", "\x00"


class NotACatalogue(ValueError):  # noqa: N818 - says what it is, as refusals do
    """A .po file that cannot be read; names the line."""


@dataclass(slots=True)
class _Entry:
    parts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def id(self) -> str:
        plural = self.parts.get("msgid_plural")
        whole = self.parts["msgid"] + (f"{_FORM}{plural}" if plural is not None else "")
        return f"{self.parts['msgctxt']}{_CONTEXT}{whole}" if "msgctxt" in self.parts else whole

    @property
    def forms(self) -> list[str]:
        return [text for key, text in sorted(self.parts.items()) if key.startswith("msgstr")]


def read(text: str) -> dict[str, list[str]]:
    """Read a catalogue: what each message is in this language, in one form or in one for each kind of number.

    :returns: the forms by the message's id, which is written as a .mo file writes it. The id "" is the head.
    :raises NotACatalogue: for a line that is none of a .po file.
    """
    entries = [each for each in _entries(text) if "msgid" in each.parts and not each.is_fuzzy]
    return {each.id: each.forms for each in entries}


def _entries(text: str) -> Iterator[_Entry]:
    entry, key = _Entry(), ""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            yield entry
            entry, key = _Entry(), ""
        elif line.startswith("#"):
            entry.is_fuzzy |= line.startswith("#,") and "fuzzy" in line
        elif found := _LINE.fullmatch(line):
            key = f"{found['key']}{found['form'] or ''}" if found["key"] else key
            entry.parts[key] = entry.parts.get(key, "") + _unquoted(found["text"], number)
        else:
            raise NotACatalogue(f"line {number} is none of a catalogue")
    yield entry


def _unquoted(text: str, number: int) -> str:
    try:
        return str(ast.literal_eval(text))
    except SyntaxError as wrong:
        raise NotACatalogue(f"line {number} is not quoted as it must be") from wrong


def compiled(messages: dict[str, list[str]]) -> bytes:
    """Write a catalogue as a .mo file; a message without all of its forms is left out, and stays English."""
    pairs = sorted(
        (message.encode(), _FORM.join(forms).encode()) for message, forms in messages.items() if forms and all(forms)
    )
    ids, texts = b"".join(each + b"\0" for each, _ in pairs), b"".join(each + b"\0" for _, each in pairs)
    first = 28 + 16 * len(pairs)
    tables = _table([each for each, _ in pairs], first) + _table([each for _, each in pairs], first + len(ids))
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, first)
    return head + tables + ids + texts


def _table(texts: list[bytes], start: int) -> bytes:
    table = b""
    for each in texts:
        table += struct.pack("<2I", len(each), start)
        start += len(each) + 1
    return table


def lay_out(home: Path) -> None:
    """See to it that the catalogues of this version lie below home, where the settings look for them.

    Where that is not possible, the desk says so and speaks English.

    :raises NotACatalogue: when one that came with the product cannot be read.
    """
    try:
        for source in sorted(SOURCES.glob(f"*/{DOMAIN}.po")):
            _lay_out(source, home / "locale" / source.relative_to(SOURCES).with_suffix(".mo"))
    except OSError as fault:
        print(f"No translations: {home} cannot be written to ({fault.strerror}).", file=sys.stderr)


def _lay_out(source: Path, target: Path) -> None:
    content = compiled(read(source.read_text(encoding="utf-8")))
    if target.exists() and target.read_bytes() == content:
        return
    # A whole file or none, because several processes may start at once, and others read it meanwhile.
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(target)
