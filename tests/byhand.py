"""Money that people saw arrive: a way by hand, staff who propose and check, and slips."""

import io
import itertools
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from PIL import Image
from tests.shop import NOON, Person

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import commands, models
from sevenpanel.deposits.commands import CreditByHand, Upload
from sevenpanel.deposits.domain.pricing import Charges
from sevenpanel.deposits.domain.ways import MethodKind
from sevenpanel.deposits.queries import PolicyRow

_numbers = itertools.count(1)


def slip(number: int | None = None) -> Upload:
    """A picture of a slip; each has another number, or the one that is asked for."""
    shade = next(_numbers) if number is None else number
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), (shade % 256, shade // 256, 7)).save(picture, "PNG")
    return Upload(name="slip.png", data=picture.getvalue())


def staff(name: str = "Ann", role: Role = Role.FINANCE) -> int:
    """Somebody who works at the desk."""
    with transaction.atomic():
        return accounts.add_person(
            email=f"{name.lower()}-{next(_numbers)}@desk.example",
            password="a-long-enough-phrase",
            name=name,
            role=role,
            customer_id=None,
            now=NOON,
        )


def bank_transfer(*, name: str = "Bank transfer", charges: Charges | None = None) -> int:
    """A way by hand."""
    return commands.save_method(
        method=commands.NewMethod(
            name=name,
            kind=MethodKind.BANK,
            instructions="Northwind Ltd\nIBAN DE00 1234\nWrite the code with it.",
            usual_minutes=1440,
            charges=charges or Charges(),
        ),
        now=NOON,
    )


def arrived(
    person: Person, method_id: int | None, amount: int, *, reference: str | None = None, **more: object
) -> CreditByHand:
    """Money that somebody saw arrive."""
    line = f"2026-05-04/{next(_numbers)}" if reference is None else reference
    credit = CreditByHand(
        customer_id=person.customer_id, method_id=method_id, amount_micros=amount, currency="USD", reference=line
    )
    return replace(credit, **more)  # type: ignore[arg-type]


def propose(credit: CreditByHand, maker: int, *uploads: Upload, now: datetime = NOON) -> int:
    """Propose it, with a slip unless there are others."""
    return commands.propose_credit(credit=credit, maker_id=maker, uploads=uploads or (slip(),), now=now)


def approve(proposal_id: int, person_id: int, *, typed: str | None = None, now: datetime = NOON) -> bool:
    """Approve what the page would have shown, typing the same sum unless another is asked for."""
    row = models.Proposal.objects.get(id=proposal_id)
    return commands.approve(
        proposal_id=proposal_id,
        person_id=person_id,
        seen_hash=bytes(row.hash),
        typed=row.typed if typed is None else typed,
        now=now,
    )


def policy(**changes: object) -> None:
    """Set the figures in force: 1,000 for two people, nobody alone, 100 a day for a single voice, and changes."""
    usual = PolicyRow(
        two_person_micros=1_000_000_000,
        is_single=False,
        single_daily_micros=0,
        single_voice_daily_micros=100_000_000,
    )
    commands.set_policy(policy=replace(usual, **changes), set_by="operator", now=NOON)  # type: ignore[arg-type]
