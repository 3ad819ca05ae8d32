"""The simulated chain in one SQLite file, so that it is the same chain after a restart."""

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path

from sevenpanel.deposits.simchain.chain import Block, Chain, Event, Tx

_TABLES = """
CREATE TABLE IF NOT EXISTS blocks (
    number INTEGER PRIMARY KEY, hash TEXT NOT NULL, parent TEXT NOT NULL, at INTEGER NOT NULL, txs TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS chain (
    only INTEGER PRIMARY KEY CHECK (only = 1), branch INTEGER NOT NULL, sent INTEGER NOT NULL, pending TEXT NOT NULL
);
"""


class Store:
    """One file. Used by one process and one thread."""

    def __init__(self, path: Path) -> None:
        """
        :param path: made when it is not there.
        """
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _TABLES)
        self._kept: list[str] = []

    def load(self, chain: Chain) -> None:
        """Put what was kept into a chain; a new one stays as it is, and is kept."""
        rows = self._database.execute("SELECT number, hash, parent, at, txs FROM blocks ORDER BY number").fetchall()
        if rows:
            chain.blocks = [Block(number=n, hash=h, parent=p, at=at, txs=_txs(txs)) for n, h, p, at, txs in rows]
            chain.branch, chain.sent, pending = self._database.execute(
                "SELECT branch, sent, pending FROM chain"
            ).fetchone()
            chain.pending = list(_txs(pending))
            self._kept = [block.hash for block in chain.blocks]
        self.save(chain)

    def save(self, chain: Chain) -> None:
        """Keep the chain as it stands: what was replaced goes, what is new comes, all at once."""
        same = min(len(self._kept), len(chain.blocks))
        while same and self._kept[same - 1] != chain.blocks[same - 1].hash:
            same -= 1
        new = [(b.number, b.hash, b.parent, b.at, _text(b.txs)) for b in chain.blocks[same:]]
        with self._database:
            self._database.execute("BEGIN")
            self._database.execute("DELETE FROM blocks WHERE number >= ?", (same,))
            self._database.executemany("INSERT INTO blocks VALUES (?, ?, ?, ?, ?)", new)
            self._database.execute(
                "INSERT OR REPLACE INTO chain VALUES (1, ?, ?, ?)", (chain.branch, chain.sent, _text(chain.pending))
            )
        self._kept[same:] = [row[1] for row in new]

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _text(txs: tuple[Tx, ...] | list[Tx]) -> str:
    # Raw amounts go beyond what every reader of JSON takes as a number.
    return json.dumps([asdict(tx) for tx in txs], default=str) if txs else "[]"


def _txs(text: str) -> tuple[Tx, ...]:
    return tuple(
        Tx(hash=tx["hash"], events=tuple(Event(**event) for event in tx["events"]), failed=tx["failed"])
        for tx in json.loads(text)
    )
