"""Files of the site: compressed once, under an address that changes with their content (design: ux, B3).

No step collects or builds anything (ADR 6): each process reads the few files where they lie. All addresses hold one
digest of all files, so that a browser keeps them for a year, and modules find each other beside them. An address with
another digest, of a page that the release before has made, leads to today's file and is not kept for long.
"""

import gzip
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

# What pages ask for in one file, made of several that people edit: on a slow line a request costs more than the bytes
# of a sheet that another page needs (docs/adr/0037-one-sheet-and-one-script.md).
WHOLES = {
    "web/all.css": (
        "web/site.css", "web/components.css", "web/home.css", "web/orders.css", "web/funds.css", "web/account.css",
    ),
    "web/all.js": ("web/site.js", "web/palette.js", "web/orders.js"),
}  # fmt: skip
# The parts of a sheet stand in their layers; those of a script each in a block, which keeps their names apart.
_PART = {".css": "{}", ".js": "{{\n{}}}\n"}

_LEVEL = 9
_DIGEST_LENGTH = 16
_OTHER_DIGEST = re.compile(rf"(?<=/)[0-9a-f]{{{_DIGEST_LENGTH}}}/")
# What is compressed already, or too small to gain anything.
_TEXT = (".css", ".js", ".svg", ".txt", ".json", ".webmanifest")


def _all_files() -> Iterator[tuple[str, Path]]:
    for finder in finders.get_finders():
        for name, storage in finder.list(None):
            yield name, Path(storage.path(name))


class Wholes(BaseFinder):
    """Finds the files that are made of others, wherever files of the site are looked for."""

    def find(self, path: str, find_all: bool = False) -> Any:
        """Where a file is; nothing for one that is no whole."""
        found = str(_wholes() / path) if path in WHOLES else None
        return ([found] if found else []) if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """All of them."""
        for name in WHOLES:
            yield name, FileSystemStorage(_wholes())


@cache
def _wholes() -> Path:
    """The folder of these files, made by whichever process is the first to need it, and named by what they hold."""
    texts = {name: _joined(name, parts) for name, parts in WHOLES.items()}
    made = hashlib.sha256("".join(texts.values()).encode()).hexdigest()
    folder = Path(settings.COMPRESSED_FOLDER) / made[:_DIGEST_LENGTH]
    for name, text in texts.items():
        _kept(folder / name, text.encode())
    return folder


def _joined(name: str, parts: Sequence[str]) -> str:
    texts = (Path(str(finders.find(part))).read_text(encoding="utf-8") for part in parts)
    return "".join(_PART[Path(name).suffix].format(text) for text in texts)


@cache
def digest() -> str:
    """One digest of all files and their names."""
    whole = hashlib.sha256()
    for name, path in sorted(dict(_all_files()).items()):
        whole.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:_DIGEST_LENGTH]


class DigestStorage(StaticFilesStorage):
    """Names files by what all of them hold."""

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file, which no other content will ever have."""
        return super().url(f"{digest()}/{name}")


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Answers with files, compressed for whoever can read that."""

    static_prefix: str

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with a file, or hand on."""
        found = self.files.get(request.path_info)
        if found is None and request.path_info.startswith(self.static_prefix):
            found = self.files.get(_OTHER_DIGEST.sub("", request.path_info, count=1))
        response: HttpResponse = self.get_response(request) if found is None else self.serve(found, request)
        if found is not None:
            response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    def add_files_from_finders(self) -> None:
        """Know every file by its plain address and by the one with the digest."""
        plain = self.static_prefix
        for prefix in (f"{plain}{digest()}/", plain):
            self.static_prefix = prefix
            super().add_files_from_finders()

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Whether an address has this content for ever."""
        return f"/{digest()}/" in url

    def get_static_file(
        self, path: str, url: str, stat_cache: Mapping[str, os.stat_result] | None = None
    ) -> StaticFile:
        """A file with its headers, and where its compressed form is.

        :param stat_cache: what is known of files already; not of the compressed ones, so it is not used.
        """
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        encodings = {"gzip": str(_compressed(Path(path)))} if path.endswith(_TEXT) else {}
        return StaticFile(path, headers.items(), encodings=encodings)


def _compressed(path: Path) -> Path:
    """The compressed form of a file. No time of day is inside: the same file gives the same bytes on every machine."""
    raw = path.read_bytes()
    target = Path(settings.COMPRESSED_FOLDER) / f"{hashlib.sha256(raw).hexdigest()}.gz"
    return target if target.exists() else _kept(target, gzip.compress(raw, _LEVEL, mtime=0))


def _kept(target: Path, content: bytes) -> Path:
    """A file with this content, made by whichever process is the first to need it."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as made:
            made.write(content)
        Path(made.name).replace(target)
    return target
