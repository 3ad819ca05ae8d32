"""The second factor: codes of an authenticator app, each good for one sign-in, and recovery codes, kept as hashes.

The table is django-allauth's. What it takes to be right under several attempts at once is decided here, in one
transaction on the locked row, and not in a cache that may forget (S-24).
"""

import base64
import hmac
import secrets
import struct
from datetime import datetime
from hashlib import sha1, sha256
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from sevenpanel.accounts.commands.security import tell_person
from sevenpanel.accounts.domain import SecurityNews
from sevenpanel.kernel import db
from sevenpanel.kernel.sealing import unseal

SEALED_FOR = b"second factor"
STEP_SECONDS = 30
STEPS_ASIDE = 1  # clocks of telephones are a little wrong
CODE_DIGITS = 6

RECOVERY_CODES = 10
RECOVERY_LETTERS = 16  # of 32 each: 80 bits
# Without the letters and digits that are taken for one another.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_PART = 4


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of time to which this code of an authenticator app belongs, None when to none of those near now.

    :param secret: the key in base 32, as RFC 6238 and the apps share it.
    """
    key, here = base64.b32decode(secret, casefold=True), int(now.timestamp()) // STEP_SECONDS
    steps = range(here - STEPS_ASIDE, here + STEPS_ASIDE + 1)
    return next((step for step in steps if hmac.compare_digest(_code(key, step).encode(), code.encode())), None)


def _code(key: bytes, step: int) -> str:
    """RFC 4226, section 5.3."""
    digest = hmac.new(key, struct.pack(">Q", step), sha1).digest()
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 0x0F)
    return f"{(number & 0x7FFFFFFF) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


@db.command
def spend_app_code(*, user_id: int, code: str, now: datetime) -> int | None:
    """Accept a code of the person's app once; the same code or an older one never again.

    :returns: the id of the authenticator, None when the code is not accepted.
    """
    row = _locked(user_id, Authenticator.Type.TOTP)
    if row is None:
        return None
    step = step_of(unseal(row.data["secret"], purpose=SEALED_FOR), code, now)
    if step is None or step <= row.data.get("last_step", -1):
        return None
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    return int(row.pk)


@db.command
def spend_recovery_code(*, user_id: int, code: str) -> int | None:
    """Accept a recovery code, which ends it.

    :returns: the id of the authenticator, None when the code is not accepted.
    """
    row = _locked(user_id, Authenticator.Type.RECOVERY_CODES)
    spent = _hash(user_id, code)
    if row is None or spent not in row.data["hashes"]:
        return None
    row.data["hashes"] = [each for each in row.data["hashes"] if each != spent]
    row.save(update_fields=["data"])
    return int(row.pk)


@db.command
def make_recovery_codes(*, user_id: int, now: datetime) -> tuple[str, ...]:
    """Make ten codes in place of whatever codes there are, and return them: the only time that anybody sees them."""
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    data = {"hashes": [_hash(user_id, code) for code in codes]}
    Authenticator.objects.update_or_create(
        user_id=user_id,
        type=Authenticator.Type.RECOVERY_CODES,
        defaults={"data": data, "created_at": now, "last_used_at": None},
    )
    tell_person(user_id=user_id, news=SecurityNews.SECOND_FACTOR, now=now)
    return codes


@db.command
def remove_second_factors(*, user_id: int, now: datetime) -> None:
    """Remove apps, passkeys and recovery codes of a person, for whoever lost all of them; the person hears of it."""
    Authenticator.objects.filter(user_id=user_id).delete()
    # Whoever asked for it may have been somebody else who talked the operator into it.
    tell_person(user_id=user_id, news=SecurityNews.SECOND_FACTOR, now=now)


def _locked(user_id: int, kind: str) -> Any:
    return Authenticator.objects.select_for_update().filter(user_id=user_id, type=kind).first()


def _recovery_code() -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(RECOVERY_LETTERS)]
    return "-".join("".join(letters[at : at + _PART]) for at in range(0, RECOVERY_LETTERS, _PART))


def _hash(user_id: int, code: str) -> str:
    """What is kept of a code: worth nothing without the desk's secret, which is not in the database."""
    bare = "".join(letter for letter in code.upper() if letter in _ALPHABET)
    return hmac.new(settings.SECRET_KEY.encode(), f"recovery/{user_id}/{bare}".encode(), sha256).hexdigest()
