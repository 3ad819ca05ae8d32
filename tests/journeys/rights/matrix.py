"""The table of who may do what, read: by the name of an address, what becomes of each kind of visitor."""

from pathlib import Path

from sevenpanel.accounts.domain import STAFF

TABLE = Path(__file__).with_name("matrix.txt")
SHOWN = "tests/journeys/rights/matrix.txt"
ACTORS = ("guest", "unverified", "no-terms", "customer", "stranger", "suspended", *sorted(STAFF))


def read() -> dict[str, dict[str, str]]:
    """What each actor's GET and POST lead to."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    head, *rows = lines
    assert head == ["address", *ACTORS]
    return {name: dict(zip(ACTORS, cells, strict=True)) for name, *cells in rows}
