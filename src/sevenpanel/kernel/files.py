"""Files: which are taken, what they are called, and how they are handed out again (design: trust, S-9)."""

import re
import unicodedata
from enum import StrEnum
from urllib.parse import quote

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import Count, passage, say

BYTES_MAX = 5 * 1024 * 1024
PIXELS_MAX = 25_000_000
# Longer sides are scaled down to this, so that turning and writing a picture never needs much memory.
SIDE_KEPT_MAX = 4_000
NAME_LENGTH_MAX = 80


class FileKind(StrEnum):
    """What a file is, by its content."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    PDF = "pdf"
    TEXT = "txt"


class Scan(StrEnum):
    """What the virus scanner said of a file; nothing while it has not looked."""

    CLEAN = "clean"
    INFECTED = "infected"


MEDIA_TYPES = {
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.WEBP: "image/webp",
    FileKind.PDF: "application/pdf",
    FileKind.TEXT: "text/plain; charset=utf-8",
}
assert MEDIA_TYPES.keys() == set(FileKind)

IMAGES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.WEBP})

_TAKEN = say("PNG, JPEG and WebP pictures, PDF and plain text are taken.")
# What a PDF must not ask a reader to do, and no file inside it.
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|XFA)(?![A-Za-z0-9])")
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_ARCHIVE_END = b"PK\x05\x06"
_FORBIDDEN = re.compile(r'[<>:"|?*;%&\'`$,={}\[\]()^~#!@+.\s]+')


class UnableToTakeFile(Refusal):
    """A file that is not taken. Nothing of what it came with was kept."""

    status = 422


def kind_of(name: str, data: bytes) -> FileKind:
    """Tell what a file is by its content; only plain text is believed by its name, since it has no other mark.

    :raises UnableToTakeFile: for anything that is not taken.
    """
    if not data:
        raise UnableToTakeFile(say("This file is empty."))
    if len(data) > BYTES_MAX:
        raise UnableToTakeFile(say("A file has at most %(n)s MB.", n=Count(BYTES_MAX // 1024 // 1024, False)))
    kind = _by_content(data)
    if kind is None and name.lower().endswith(".txt"):
        kind = FileKind.TEXT
    if kind is None:
        raise UnableToTakeFile(passage([say("This is no file that can be sent here."), _TAKEN]))
    _CHECKS.get(kind, _nothing)(data)
    return kind


def _by_content(data: bytes) -> FileKind | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    return FileKind.PDF if data.startswith(b"%PDF-") else None


def _check_pdf(data: bytes) -> None:
    plain = _HEX_IN_NAME.sub(lambda found: bytes([int(found[1], 16)]), data)
    if _ACTIVE.search(plain):
        raise UnableToTakeFile(say("This PDF does something when it is opened, or holds other files. Print it anew."))
    if b"%%EOF" not in data[-1024:] or _ARCHIVE_END in data[-70_000:]:
        raise UnableToTakeFile(say("This PDF is not complete, or something else is hidden behind its end."))


def _check_text(data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnableToTakeFile(say("This is no plain text in UTF-8.")) from error
    if any(unicodedata.category(each) == "Cc" and each not in "\t\r\n" for each in text):
        raise UnableToTakeFile(say("This file holds control bytes, so it is no plain text."))


def _nothing(data: bytes) -> None:
    """Pictures are checked by decoding them."""


_CHECKS = {FileKind.PDF: _check_pdf, FileKind.TEXT: _check_text}


def safe_name(name: str, kind: FileKind) -> str:
    """Make a name that no file system, header or reader can misread: one ending, which follows from the content."""
    last = re.split(r"[/\\\0]", name)[-1]
    stem = last.rpartition(".")[0] or last
    visible = "".join(c for c in unicodedata.normalize("NFC", stem) if unicodedata.category(c)[0] != "C")
    plain = _FORBIDDEN.sub("_", visible).strip("_-")[:NAME_LENGTH_MAX].strip("_-")
    return f"{plain or 'file'}.{kind}"


def disposition(name: str) -> str:
    """The header that makes a browser keep a file instead of showing it (RFC 6266)."""
    ascii_name = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def headers(name: str, kind: FileKind) -> dict[str, str]:
    """The headers that a file is handed out with: kept and not shown, not guessed at, and powerless if it is shown."""
    return {
        "Content-Type": MEDIA_TYPES[kind],
        "Content-Disposition": disposition(name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }
