"""Ending one kind of letter with one click from the letter itself, without signing in (RFC 8058).

The address in a letter is signed: it names a person and a kind, works for as long as the desk keeps its secret, and can
do nothing but switch that kind off.
"""

from dataclasses import dataclass

from django.core import signing

from sevenpanel.accounts import queries as accounts
from sevenpanel.letters.commands.choosing import choose
from sevenpanel.letters.domain import ALWAYS, DAILY, LetterKind, Manner
from sevenpanel.letters.queries.choices import choices

_SALT = "sevenpanel.letters.stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What a signed address ends: a kind, or with None the letter of the day."""

    user_id: int
    kind: LetterKind | None


def stop_token(*, user_id: int, kind: str) -> str:
    """The part of an address that ends a kind of letter for a person.

    :param kind: a `LetterKind`, or "daily".
    """
    return signing.Signer(salt=_SALT).sign_object([user_id, kind])


def read_stop(token: str) -> Stop | None:
    """What an address ends; None when it is none of ours, or its person is no more."""
    try:
        user_id, kind = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, UnicodeDecodeError):
        return None
    if user_id not in accounts.addressees(user_ids=[user_id]):
        return None
    return Stop(user_id=user_id, kind=None if kind == DAILY else LetterKind(kind))


def carry_out_stop(stop: Stop) -> None:
    """End a kind of letter; done twice, it stays ended. The letter of the day ends with all that it would hold."""
    if stop.kind is not None:
        kinds = {stop.kind}
    else:
        kinds = {kind for kind, manner in choices(user_id=stop.user_id).items() if manner is Manner.DAILY}
    choose(user_id=stop.user_id, chosen=dict.fromkeys(kinds - ALWAYS, Manner.NEVER))
