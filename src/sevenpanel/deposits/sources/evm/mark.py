"""The watcher's cursor as a text: how far each node was asked, and which sweeps are not final yet.

It can be lost without harm. An empty one begins at the chain's first watched block, and everything that is found
again is the same receipt as before.
"""

import json
from dataclasses import asdict, dataclass, field

VERSION = 1
ENDS_MAX = 24
# A sweep takes about 500 bytes here, and a mark has 256 KiB.
SWEEPS_MAX = 400


@dataclass(slots=True, kw_only=True)
class Deep:
    """How far one node was asked for what is deep enough to stay.

    :param upto: the next block to ask for.
    :param ends: blocks up to which it was asked, with the hashes that they had, lowest first.
    """

    upto: int
    ends: list[tuple[int, str]] = field(default_factory=list)

    def note(self, number: int, block_hash: str) -> None:
        """Remember the end of a range; older ends are thinned out, so that they reach far back."""
        self.ends.append((number, block_hash))
        if len(self.ends) > ENDS_MAX:
            del self.ends[1 : ENDS_MAX // 2 : 2]


@dataclass(slots=True, kw_only=True)
class Sweeping:
    """A sweep that is not final yet: where it stands, what it moved, and whether the desk was told."""

    tx: str
    ordinal: int
    number: int
    block_hash: str
    contract: str
    sender: str
    to: str
    raw: int
    is_told: bool = False


@dataclass(slots=True, kw_only=True)
class Mark:
    """The whole cursor.

    :param tip: the next block to ask for at the tip.
    :param turn: how many looks there were; it says which node is asked at the tip.
    """

    tip: int
    turn: int = 0
    deep: dict[str, Deep] = field(default_factory=dict)
    sweeps: dict[str, Sweeping] = field(default_factory=dict)

    def text(self) -> str:
        """The cursor as the desk keeps it."""
        document = {
            "version": VERSION,
            "tip": self.tip,
            "turn": self.turn,
            "deep": {name: [deep.upto, deep.ends] for name, deep in self.deep.items()},
            "sweeps": {
                key: {**asdict(each), "raw": str(each.raw)} for key, each in list(self.sweeps.items())[-SWEEPS_MAX:]
            },
        }
        return json.dumps(document, separators=(",", ":"))


def read_mark(text: str) -> Mark | None:
    """This function reads a cursor back.

    :returns: None for an empty one, or one of another version: begin at the beginning.
    """
    if not text:
        return None
    document = json.loads(text)
    if document.get("version") != VERSION:
        return None
    return Mark(
        tip=document["tip"],
        turn=document["turn"],
        deep={
            name: Deep(upto=upto, ends=[(number, block_hash) for number, block_hash in ends])
            for name, (upto, ends) in document["deep"].items()
        },
        sweeps={key: Sweeping(**{**each, "raw": int(each["raw"])}) for key, each in document["sweeps"].items()},
    )
