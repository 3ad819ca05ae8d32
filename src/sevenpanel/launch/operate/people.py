"""Customers, staff and their money, from the command line."""

import getpass
import secrets
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts import queries as people
from sevenpanel.accounts.domain import RATE_BURST, RATE_PER_SECOND, Role
from sevenpanel.erasure import commands as erasure
from sevenpanel.erasure import queries as erasures
from sevenpanel.erasure.domain import SENTENCES, AskedBy
from sevenpanel.kernel.money import format_amount, parse_amount
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger import queries as books
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house
from sevenpanel.terms import erasure_preview


class UnableToOperate(Refusal):
    """Something asked for that is not there, or not possible as asked."""


def customer_of(email: str) -> int:
    """The customer for whom the person with this address acts.

    :raises UnableToOperate: when there is none.
    """
    found = people.customer_of_email(email=email)
    if found is None:
        raise UnableToOperate(f"There is no customer with the address {email}.")
    return found


def add_person_arguments(parser: ArgumentParser) -> None:
    """Who is added, and as what."""
    parser.add_argument("email")
    parser.add_argument("--role", choices=[role.value for role in Role], default=Role.CUSTOMER.value)
    parser.add_argument("--name", default="")
    parser.add_argument("--team-of", metavar="EMAIL", help="join the customer of this person instead of opening one")


def add_person(asked: Namespace, now: datetime) -> str:
    """Add a person; a customer without --team-of gets an account of its own. The password is asked for, or made."""
    password = _password()
    role = Role(asked.role)
    try:
        with transaction.atomic():
            customer_id = _customer_for(asked, role, now)
            accounts.add_person(
                email=asked.email, password=password, name=asked.name, role=role, customer_id=customer_id, now=now
            )
    except IntegrityError as taken:
        raise UnableToOperate(f"The address {asked.email} is taken.") from taken
    return f"{asked.email} can sign in as {role} with the password {password}"


def _customer_for(asked: Namespace, role: Role, now: datetime) -> int | None:
    if role is not Role.CUSTOMER:
        return None
    if asked.team_of:
        return customer_of(asked.team_of)
    return accounts.open_customer(name=asked.name or asked.email, currency=settings.CURRENCY, now=now)


def _password() -> str:
    # A person at a terminal chooses; a script gets a good one to hand on.
    typed = getpass.getpass("Password (empty: one is made): ") if sys.stdin.isatty() else ""
    if typed:
        _refuse_weak(typed)
    return typed or secrets.token_urlsafe(12)


def _refuse_weak(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as weak:
        raise UnableToOperate(" ".join(weak.messages)) from weak


def email_argument(parser: ArgumentParser) -> None:
    """Whose."""
    parser.add_argument("email")


def set_password(asked: Namespace, now: datetime) -> str:
    """Give a person another password, and end all sessions of theirs. It is asked for, or made.

    :raises UnableToOperate: when nobody has this address, or the password is weak.
    """
    found = people.person_of_email(email=asked.email)
    if found is None:
        raise UnableToOperate(f"There is nobody with the address {asked.email}.")
    password = _password()
    # Sessions are bound to the password, so that all of them end with it.
    accounts.set_password(user_id=found[0], password=password, now=now)
    return f"{asked.email} can sign in with the password {password}; all older sessions have ended."


def remove_second_factor(asked: Namespace, now: datetime) -> str:
    """Remove a person's app, passkeys and recovery codes, so that the password alone opens the account.

    :raises UnableToOperate: when nobody has this address.
    """
    found = people.person_of_email(email=asked.email)
    if found is None:
        raise UnableToOperate(f"There is nobody with the address {asked.email}.")
    accounts.remove_second_factors(user_id=found[0], now=now)
    return f"{asked.email} signs in by the password alone; ask for a new app or passkey to be added."


def credit_arguments(parser: ArgumentParser) -> None:
    """Whose balance, how much, and what it was paid with."""
    parser.add_argument("email")
    parser.add_argument("amount")
    parser.add_argument("--reference", required=True, help="the payment's own number; the same one is booked once")


def credit(asked: Namespace, now: datetime) -> str:
    """Book money that arrived outside the desk on a customer's balance, once per reference."""
    customer_id, amount = customer_of(asked.email), parse_amount(asked.amount)
    currency = people.customer(customer_id=customer_id).currency
    deposit = Transfer(
        key=f"operator/credit/{asked.reference}",
        debit=house(AccountKind.CUSTODY, currency),
        credit=customer(customer_id, currency),
        amount_micros=amount,
        reason=Reason.DEPOSIT,
        customer_id=customer_id,
        note=f"Reference {asked.reference}",
    )
    book_once(deposit, asked.reference, now)
    left = books.balance(customer_id=customer_id)
    return f"The balance of {asked.email} is {format_amount(left.balance_micros)} {left.currency}."


def book_once(transfer: Transfer, reference: str, now: datetime) -> None:
    """Book a transfer whose key comes from a payment's own number.

    :raises UnableToOperate: when that payment was booked before.
    """
    try:
        with transaction.atomic():
            ledger.post(transfers=[transfer], now=now)
    except IntegrityError as booked:
        raise UnableToOperate(f"The reference {reference} was booked before; nothing was added.") from booked


def suspend_arguments(parser: ArgumentParser) -> None:
    """Whom, and which way."""
    parser.add_argument("email")
    parser.add_argument("--lift", action="store_true", help="allow ordering again")


def suspend(asked: Namespace, now: datetime) -> str:
    """Stop a customer from ordering from the next request on, or allow it again."""
    accounts.suspend_customer(customer_id=customer_of(asked.email), is_suspended=not asked.lift)
    return f"{asked.email} can {'order again' if asked.lift else 'not order any more'}."


def key_arguments(parser: ArgumentParser) -> None:
    """Whose key, and how fast it may be used."""
    parser.add_argument("email")
    parser.add_argument("--name", default="API key")
    parser.add_argument("--rate", type=int, default=RATE_PER_SECOND, help="requests a second")
    parser.add_argument("--burst", type=int, default=RATE_BURST, help="requests at once")


def make_key(asked: Namespace, now: datetime) -> str:
    """Make an API key for a customer; it is shown this once. Says beside it when the Terms are not accepted yet.

    :raises UnableToOperate: when rate or burst is not at least one.
    """
    if asked.rate < 1 or asked.burst < 1:
        raise UnableToOperate("Rate and burst are at least 1.")
    customer_id = customer_of(asked.email)
    key = accounts.make_key(
        customer_id=customer_id, name=asked.name, now=now, rate_per_second=asked.rate, burst=asked.burst
    )
    if not people.labels_of_customer(customer_id=customer_id):
        # Not beside the key on standard output, which scripts hand on.
        print(f"The key answers an error until {asked.email} has signed in and accepted the Terms.", file=sys.stderr)
    return key


def erase_arguments(parser: ArgumentParser) -> None:
    """Whose account, where the wish is kept, and who carries it out."""
    parser.add_argument("email")
    parser.add_argument("--letter", required=True, metavar="WHERE", help="where the wish is kept, such as its date")
    parser.add_argument("--by", required=True, metavar="EMAIL", help="who of the staff carries it out")
    parser.add_argument("--yes", action="store_true", help="delete it; without this, say what would be done")


def erase(asked: Namespace, now: datetime) -> str:
    """Delete an account whose owner asked for it by letter, for all of its people; it cannot be brought back.

    :raises UnableToOperate: when nobody of the staff has the address after --by.
    """
    customer_id, person = customer_of(asked.email), people.person_of_email(email=asked.by)
    if person is None or person[1] is not Role.ADMIN:
        raise UnableToOperate(f"Nobody who runs the desk has the address {asked.by}.")
    if not asked.yes:
        return _erasure_preview(customer_id)
    erasure.erase(
        customer_id=customer_id, asked_by=AskedBy.LETTER, staff_id=person[0], reason=asked.letter, now=now
    )  # fmt: skip
    erasure.keep_apart()
    return f"Account {customer_id} is deleted. A letter about it is on its way to each of its people."


def erase_again(asked: Namespace, now: datetime) -> str:
    """Delete again what was deleted before and came back with an older backup; do this after each restore."""
    done = erasure.erase_again(now=now)
    listed = f"The list {erasures.kept_file()} holds {len(erasures.kept())} deletions."
    erased = [f"Account {id_} is deleted again." for id_ in done.erased]
    waiting = [f"Account {id_} waits; first has to end: {', '.join(why)}." for id_, why in done.waiting.items()]
    nothing = [] if erased or waiting else ["None of them has come back."]
    erasure.keep_apart()
    return "\n".join([listed, *erased, *waiting, *nothing])


def _erasure_preview(customer_id: int) -> str:
    found = erasures.standing(customer_id=customer_id).hindrances(is_by_letter=True)
    if found:
        return "\n".join(["This has to end first:", *(f"  {SENTENCES[each]}" for each in found)])
    kinds = [f"  {line[:1].upper()}{line[1:]}" for line in erasure_preview()]
    return "\n".join([f"Account {customer_id} can be deleted. With --yes:", *kinds])
