"""How high addresses of each key were numbered, kept outside of the database (design: deposits, section 5: 13).

A database that was restored from an older backup has forgotten the addresses that were given since. They are written
on customers' screens all the same, and must never be given to anybody else.
"""

import json
import os
from hashlib import sha256
from pathlib import Path

# After the file was lost nobody knows how many were given since the backup.
GAP = 1_000


def next_index(folder: Path, account: str, *, highest: int) -> int:
    """This function says which number is free for certain.

    :param folder: where the file lies.
    :param highest: the highest number in the database.
    """
    kept = _read(folder).get(_name(account))
    if kept is None:
        return highest + 1 + (GAP if highest else 0)
    return max(kept, highest) + 1


def remember(folder: Path, account: str, *, highest: int) -> None:
    """Keep a number before an address of it is made; the file is whole or as it was, whatever happens."""
    kept = _read(folder)
    kept[_name(account)] = max(highest, kept.get(_name(account), 0))
    draft = _path(folder).with_suffix(".draft")
    with draft.open("w") as file:
        json.dump(kept, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(_path(folder))


def _path(folder: Path) -> Path:
    return folder / "deposit-addresses.json"


def _read(folder: Path) -> dict[str, int]:
    try:
        return {str(name): int(number) for name, number in json.loads(_path(folder).read_text()).items()}
    except FileNotFoundError:
        return {}


def _name(account: str) -> str:
    return sha256(account.encode()).hexdigest()[:16]
