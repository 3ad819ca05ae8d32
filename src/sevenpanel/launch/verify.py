"""`sevenpanel verify`: every invariant of the books checked, and the trial balance printed."""

import argparse
from collections.abc import Iterable, Sequence

from sevenpanel.accounts import queries as accounts
from sevenpanel.catalog import queries as catalog
from sevenpanel.deposits import queries as deposits
from sevenpanel.erasure import queries as erasure
from sevenpanel.fulfilment import queries as fulfilment
from sevenpanel.insight import queries as insight
from sevenpanel.kernel.db import snapshot
from sevenpanel.kernel.invariants import Breach
from sevenpanel.kernel.money import format_amount
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.queries import TrialLine
from sevenpanel.orders import queries as orders

# Every room that keeps invariants. All are checked over all rows, in one snapshot, while the desk goes on working.
ROOMS = (ledger, orders, catalog, fulfilment, accounts, deposits, insight, erasure)


def main(argv: Sequence[str]) -> int:
    """Check all invariants, print the trial balance, and return 1 when something is broken.

    The invariants are those of design: trust, section 3, as far as they apply.
    """
    argparse.ArgumentParser(prog="sevenpanel verify", description=__doc__).parse_args(argv)
    with snapshot():
        return report()


def report() -> int:
    """Print the trial balance and the verdict; 1 when something is broken."""
    lines = ledger.trial_balance()
    breaches = [breach for room in ROOMS for breach in room.broken_invariants()]
    breaches += [*deposits.strayed_addresses(), *erasure.come_back_breaches()]
    print(trial_balance_table(lines))
    print(verdict(breaches))
    return 1 if breaches else 0


def verdict(breaches: Sequence[Breach]) -> str:
    """What was found: the breaches with the offending ids, or that everything holds."""
    if not breaches:
        return "Every invariant holds."
    told = [f"  {b.invariant}: {b.sentence} Ids: {', '.join(b.ids)}" for b in breaches]
    return "\n".join([f"{len(breaches)} broken:", *told])


def trial_balance_table(lines: Sequence[TrialLine]) -> str:
    """The trial balance as a table; customers are summed, their balances are nobody else's business here."""
    rows = [*_house_rows(lines), *_customer_rows(lines)]
    table = [_row("account", "debit", "credit"), *(_row(name, _figure(d), _figure(c)) for name, d, c in sorted(rows))]
    totals = [_row(f"total {currency}", _figure(sum(d)), _figure(sum(c))) for currency, d, c in _totals(lines)]
    return "\n".join([*table, *totals])


def _house_rows(lines: Iterable[TrialLine]) -> list[tuple[str, int, int]]:
    return [
        (
            f"{line.kind}{f':{line.owner_id}' if line.owner_id else ''} {line.currency}",
            line.debit_micros,
            line.credit_micros,
        )
        for line in lines
        if line.kind != "customer"
    ]


def _customer_rows(lines: Sequence[TrialLine]) -> list[tuple[str, int, int]]:
    customers = [line for line in lines if line.kind == "customer"]
    currencies = sorted({line.currency for line in customers})
    return [
        (
            f"customers {currency}",
            sum(line.debit_micros for line in customers if line.currency == currency),
            sum(line.credit_micros for line in customers if line.currency == currency),
        )
        for currency in currencies
    ]


def _totals(lines: Sequence[TrialLine]) -> list[tuple[str, list[int], list[int]]]:
    return [
        (
            currency,
            [line.debit_micros for line in lines if line.currency == currency],
            [line.credit_micros for line in lines if line.currency == currency],
        )
        for currency in sorted({line.currency for line in lines})
    ]


def _figure(micros: int) -> str:
    return format_amount(micros) if micros else "-"


def _row(name: str, debit: str, credit: str) -> str:
    return f"{name:<28}{debit:>20}{credit:>20}"
