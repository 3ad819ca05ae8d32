"""Which second factors a person has."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRow:
    """A passkey as its owner knows it."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactors:
    """What besides the password lets a person in.

    :param recovery_codes_left: how many were not used yet; None when none were ever made.
    """

    has_app: bool
    app_used_at: datetime | None
    passkeys: tuple[PasskeyRow, ...]
    recovery_codes_left: int | None

    @property
    def is_on(self) -> bool:
        """Whether signing in by password asks for more than the password."""
        return self.has_app or bool(self.passkeys)


def second_factors(*, user_id: int) -> SecondFactors:
    """The second factors of a person, passkeys in the order in which they were added."""
    rows = list(Authenticator.objects.filter(user_id=user_id).order_by("id"))
    app = next((row for row in rows if row.type == Authenticator.Type.TOTP), None)
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return SecondFactors(
        has_app=app is not None,
        app_used_at=app.last_used_at if app else None,
        passkeys=tuple(_passkey(row) for row in rows if row.type == Authenticator.Type.WEBAUTHN),
        recovery_codes_left=len(codes.data["hashes"]) if codes else None,
    )


def _passkey(row: Authenticator) -> PasskeyRow:
    return PasskeyRow(
        id=row.pk, name=row.data.get("name", ""), created_at=row.created_at, last_used_at=row.last_used_at
    )
