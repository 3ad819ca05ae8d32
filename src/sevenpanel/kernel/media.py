"""Files on the disk: under random names, in a folder that no web server serves."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sevenpanel.kernel.cleaning import CleanFile
from sevenpanel.settings.environment import environment

File = TypeVar("File", bound=CleanFile)


def media_folder() -> Path:
    """Where files lie: readable by the desk's own user only."""
    folder = environment().home / "media"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(stored_as: str) -> Path:
    """The path of a stored file."""
    return media_folder() / stored_as[:2] / stored_as


@contextmanager
def written(files: Sequence[File]) -> Iterator[list[tuple[str, File]]]:
    """Write cleaned files to the disk before the transaction; they are gone again when it fails.

    Whoever keeps them keeps their names in a column `stored_as`: what no such column names is swept away.

    :returns: each file with the random name that it has on the disk.
    """
    named = [(secrets.token_hex(20), file) for file in files]
    try:
        for name, file in named:
            _write(path_of(name), file.data)
        yield named
    except BaseException:
        for name, _file in named:
            path_of(name).unlink(missing_ok=True)
        raise


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)
