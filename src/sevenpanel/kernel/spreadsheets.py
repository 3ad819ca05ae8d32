"""Tables for spreadsheets: CSV that holds what the page holds, and no formula (S-6)."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

# What a spreadsheet takes for the beginning of a formula; some take the wide forms of East Asian scripts for the same.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
BOM = "\ufeff"


class _Echo:
    """A file that hands on what is written to it."""

    def write(self, text: str) -> str:
        """Give the text back."""
        return text


def cell(value: object) -> str:
    """A value as a cell that nothing is computed from. Numbers stay numbers."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def lines(head: Sequence[str] | None, rows: Iterable[Sequence[object]], *, has_mark: bool = True) -> Iterator[str]:
    """The lines of a table.

    :param head: the names of its columns; None for a part of it that is not the first.
    :param has_mark: begin with the mark by which spreadsheets know UTF-8, and over which some programs stumble.
    """
    writer = csv.writer(_Echo())
    if head is not None:
        yield (BOM if has_mark else "") + writer.writerow(head)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def answer(
    name: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, has_mark: bool = True
) -> StreamingHttpResponse:
    """A table as a file that is kept, sent line by line."""
    response = StreamingHttpResponse(lines(head, rows, has_mark=has_mark), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
