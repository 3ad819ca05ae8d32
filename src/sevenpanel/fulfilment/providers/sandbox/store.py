"""What the sandbox remembers: the orders that it took, its balance and its switches, in one SQLite file.

An order is committed before its answer begins, so a sandbox that is killed has either taken an order or not.
Everything else about an order follows from its row and the time (see `fate`).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sevenpanel.fulfilment.providers.sandbox import fate
from sevenpanel.fulfilment.providers.sandbox.personality import Personality

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ORDERS_SHOWN_MAX = 100_000

_TABLES = """
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    service INTEGER NOT NULL,
    link TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    comments TEXT NOT NULL,
    request_id TEXT,
    charge_micros INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    pace INTEGER NOT NULL,
    personality TEXT NOT NULL,
    placed_ms INTEGER NOT NULL,
    cancel_ms INTEGER,
    ends_ms INTEGER NOT NULL,
    returned_micros INTEGER
);
CREATE INDEX IF NOT EXISTS orders_due ON orders (ends_ms) WHERE returned_micros IS NULL;
CREATE INDEX IF NOT EXISTS orders_open ON orders (service, link) WHERE returned_micros IS NULL;
CREATE INDEX IF NOT EXISTS orders_request ON orders (request_id) WHERE request_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS account (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    balance_micros INTEGER NOT NULL,
    idempotency INTEGER NOT NULL,
    refuse_duplicates INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS personalities (service INTEGER PRIMARY KEY, personality TEXT NOT NULL);
INSERT OR IGNORE INTO sqlite_sequence (name, seq) SELECT 'orders', 23500
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'orders');
INSERT OR IGNORE INTO account VALUES (1, 10000000000, 1, 0);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order that passed the checks."""

    service: int
    link: str
    quantity: int
    comments: str
    request_id: str | None
    charge_micros: int
    seed: int
    pace: int
    personality: Personality


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An order that the sandbox took, as it is remembered."""

    id: int
    service: int
    link: str
    quantity: int
    comments: str
    request_id: str | None
    charge_micros: int
    returned_micros: int | None
    placed: fate.Placed

    def is_repeated_by(self, new: NewOrder) -> bool:
        """Tell whether a new order asks for the same as this one."""
        mine = (self.service, self.link, self.quantity, self.comments)
        return mine == (new.service, new.link, new.quantity, new.comments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The customer's account at the sandbox.

    :param idempotency: whether a repeated `request_id` gets the first answer again.
    :param refuse_duplicates: whether every service refuses a second open order for a link.
    """

    balance_micros: int
    idempotency: bool
    refuse_duplicates: bool


class Store:
    """The file. One process, one connection; every public method is one transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Links of customers stand in it. SQLite gives the files beside it the same mode.
        path.touch(mode=0o600)
        path.chmod(0o600)
        self._rows = sqlite3.connect(path, isolation_level=None)
        self._rows.row_factory = sqlite3.Row
        self._rows.execute("PRAGMA journal_mode = WAL")
        # Survives the death of the process, which is what a rehearsal kills.
        self._rows.execute("PRAGMA synchronous = NORMAL")
        self._rows.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    def account(self, now: datetime) -> Account:
        """The account as of now: what ended until now has given its rest back."""
        with self._writing():
            self._settle(now)
            row = self._rows.execute("SELECT * FROM account").fetchone()
        return Account(
            balance_micros=row["balance_micros"],
            idempotency=bool(row["idempotency"]),
            refuse_duplicates=bool(row["refuse_duplicates"]),
        )

    def configure(self, account: Account) -> None:
        """Set the balance and the switches of the account."""
        with self._writing():
            self._rows.execute(
                "UPDATE account SET balance_micros = ?, idempotency = ?, refuse_duplicates = ?",
                (account.balance_micros, account.idempotency, account.refuse_duplicates),
            )

    def personality(self, service: int) -> Personality | None:
        """What was switched on for a service, or for the whole account as service 0."""
        sql = "SELECT personality FROM personalities WHERE service = ?"
        row = self._rows.execute(sql, (service,)).fetchone()
        return None if row is None else Personality(row["personality"])

    def switch(self, service: int, personality: Personality) -> None:
        """Switch a service, or with 0 the whole account, to a personality."""
        with self._writing():
            sql = "INSERT OR REPLACE INTO personalities (service, personality) VALUES (?, ?)"
            self._rows.execute(sql, (service, personality.value))

    def take(self, new: NewOrder, now: datetime) -> int:
        """Take an order and its charge; committed when this returns. The id counts up from 23501."""
        with self._writing():
            cursor = self._rows.execute(
                "INSERT INTO orders (service, link, quantity, comments, request_id, charge_micros, seed, pace,"
                " personality, placed_ms, ends_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    new.service,
                    new.link,
                    new.quantity,
                    new.comments,
                    new.request_id,
                    new.charge_micros,
                    new.seed,
                    new.pace,
                    new.personality.value,
                    _milliseconds(now),
                ),
            )
            number = cursor.lastrowid
            assert number is not None
            self._schedule(number)
            self._rows.execute("UPDATE account SET balance_micros = balance_micros - ?", (new.charge_micros,))
        return number

    def cancel(self, number: int, now: datetime) -> bool:
        """Ask to stop an order; False when it is over or was asked before."""
        with self._writing():
            self._settle(now)
            cursor = self._rows.execute(
                "UPDATE orders SET cancel_ms = ? WHERE id = ? AND returned_micros IS NULL AND cancel_ms IS NULL",
                (_milliseconds(now), number),
            )
            if cursor.rowcount:
                self._schedule(number)
        return cursor.rowcount == 1

    def order(self, number: int) -> Taken | None:
        """An order by its number."""
        return self._one("SELECT * FROM orders WHERE id = ?", (number,))

    def by_request(self, request_id: str) -> Taken | None:
        """The first order that came with a request id."""
        return self._one("SELECT * FROM orders WHERE request_id = ? ORDER BY id LIMIT 1", (request_id,))

    def open_for(self, service: int, link: str, now: datetime) -> Taken | None:
        """An order of a service for a link that is not over yet."""
        with self._writing():
            self._settle(now)
            sql = "SELECT * FROM orders WHERE service = ? AND link = ? AND returned_micros IS NULL LIMIT 1"
            return self._one(sql, (service, link))

    def before(self, number: int) -> Taken | None:
        """The order that was taken before another."""
        return self._one("SELECT * FROM orders WHERE id < ? ORDER BY id DESC LIMIT 1", (number,))

    def orders(self) -> list[Taken]:
        """All orders by number."""
        sql = "SELECT * FROM orders ORDER BY id LIMIT ?"
        return [_taken(row) for row in self._rows.execute(sql, (ORDERS_SHOWN_MAX,))]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._rows.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._rows.execute("ROLLBACK")
            raise
        self._rows.execute("COMMIT")

    def _settle(self, now: datetime) -> None:
        """Give back what orders that ended until now did not deliver, each once."""
        sql = "SELECT * FROM orders WHERE returned_micros IS NULL AND ends_ms <= ?"
        for row in self._rows.execute(sql, (_milliseconds(now),)).fetchall():
            taken = _taken(row)
            final = fate.standing(taken.placed, fate.ends_at(taken.placed))
            returned = fate.given_back(taken.charge_micros, taken.placed, final)
            self._rows.execute("UPDATE orders SET returned_micros = ? WHERE id = ?", (returned, taken.id))
            self._rows.execute("UPDATE account SET balance_micros = balance_micros + ?", (returned,))

    def _schedule(self, number: int) -> None:
        taken = self.order(number)
        assert taken is not None
        ends = _milliseconds(fate.ends_at(taken.placed))
        self._rows.execute("UPDATE orders SET ends_ms = ? WHERE id = ?", (ends, number))

    def _one(self, sql: str, values: tuple[object, ...]) -> Taken | None:
        row = self._rows.execute(sql, values).fetchone()
        return None if row is None else _taken(row)


def _taken(row: sqlite3.Row) -> Taken:
    placed = fate.Placed(
        seed=row["seed"],
        order=row["id"],
        quantity=row["quantity"],
        personality=Personality(row["personality"]),
        placed_at=_moment(row["placed_ms"]),
        pace=row["pace"],
        cancel_at=None if row["cancel_ms"] is None else _moment(row["cancel_ms"]),
    )
    names = ("id", "service", "link", "quantity", "comments", "request_id", "charge_micros", "returned_micros")
    return Taken(**{name: row[name] for name in names}, placed=placed)


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _moment(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)
