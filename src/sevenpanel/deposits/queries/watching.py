"""What can be looked at of deposits every minute: the last receipts and credits, and the walls around them."""

from sevenpanel.deposits.queries.checks import CHECKS
from sevenpanel.kernel import invariants
from sevenpanel.kernel.invariants import Breach

_RECEIPTS = "SELECT id FROM deposits_receipt ORDER BY id DESC LIMIT 1000"
_ENTRIES = "SELECT id FROM ledger_entry ORDER BY id DESC LIMIT 1000"

WATCHED = (
    *(
        invariants.only(check, f"found.id IN ({_RECEIPTS})")
        for check in CHECKS
        if check.statement.split()[:2] == ["SELECT", "r.id"]
    ),
    *(
        invariants.only(check, f"found.id IN ({_ENTRIES})")
        for check in CHECKS
        if check.statement.split()[:2] == ["SELECT", "c.id"]
    ),
    *(check for check in CHECKS if check.invariant in ("D3", "D5")),
)


def watch() -> list[Breach]:
    """Look at what can be looked at every minute."""
    return invariants.run(WATCHED)
