"""Later versions of the documents for tests: files as an operator writes them, made from those of the product."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from sevenpanel.terms.documents import DocumentName

_TEXTS = files("sevenpanel.terms.documents") / "texts"


def write(
    folder: Path,
    version: str,
    effective: datetime,
    *,
    document: DocumentName = DocumentName.TERMS,
    is_material: bool = True,
    changed: Mapping[str, str] | None = None,
) -> None:
    """Write another version of a document into a folder.

    :param changed: what stands in the first version, and what stands there now.
    """
    text = (_TEXTS / f"{document.value}-1.en.txt").read_text(encoding="utf-8")
    text = text.replace('version = "1"', f'version = "{version}"')
    text = re.sub(r"effective = \S+", f"effective = {effective.astimezone(UTC).isoformat()}", text)
    text = text.replace("is_material = true", f"is_material = {str(is_material).lower()}")
    for old, new in (changed or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{document.value}-{version}.en.txt").write_text(text, encoding="utf-8")
