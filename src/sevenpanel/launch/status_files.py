"""`sevenpanel status-page --out DIR`: the status page as files, to be put on another host (U-18)."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils import timezone

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.web.status_facts import gathered
from sevenpanel.web.status_page import ICON, SHEETS, feed_text, page_text

READABLE = 0o644
OPEN = 0o755


class UnableToWrite(Refusal):
    """The folder cannot be written to."""

    status = 422


def main(argv: Sequence[str]) -> int:
    """Write index.html, status.xml and what they need, each whole before it takes the place of the one before.

    :raises UnableToWrite: when the folder cannot be written to.
    """
    parser = argparse.ArgumentParser(prog="sevenpanel status-page", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder, made when it is not there")
    parser.add_argument("--url", default="", help="where the page will be found, for the links of its feed")
    asked = parser.parse_args(argv)
    try:
        written = write(asked.out, url=asked.url)
    except OSError as error:
        raise UnableToWrite(f"{asked.out} cannot be written to: {error.strerror}.") from error
    print(f"The status page is in {asked.out}: {', '.join(written)}.")
    return 0


def write(folder: Path, *, url: str) -> list[str]:
    """Write the files, and return their names."""
    found = gathered(timezone.now())
    names = [Path(sheet).name for sheet in SHEETS]
    icon = Path(ICON).name
    texts = {Path(path).name: _text(path) for path in (*SHEETS, ICON)}
    texts["status.xml"] = feed_text(found, page=url)
    texts["index.html"] = page_text(found, sheets=names, icon=icon, feed="status.xml")
    folder.mkdir(mode=OPEN, parents=True, exist_ok=True)
    folder.chmod(OPEN)
    for name, text in texts.items():
        _put(folder / name, text)
    return sorted(texts)


def _text(path: str) -> str:
    found = finders.find(path)
    assert isinstance(found, str), path
    return Path(found).read_text(encoding="utf-8")


def _put(path: Path, text: str) -> None:
    """Whoever looks meanwhile sees the old file or the new one. The web server of another host may read them."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.chmod(READABLE)
    beside.replace(path)
