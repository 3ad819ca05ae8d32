"""Secrets at rest: encrypted under keys that are derived from the desk's secret, one for each purpose.

What is in the database is worth nothing without the secret, which never is. Rotation: the first of SECRET_KEY and
SECRET_KEY_FALLBACKS seals, every one of them opens.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class NotOpened(Exception):  # noqa: N818 - a state of the sealed text, not a fault
    """It was sealed under a secret that is neither the present one nor among the earlier ones."""


def seal(secret: str, *, purpose: bytes) -> str:
    """Encrypt a secret for storing."""
    return _box(purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, *, purpose: bytes) -> str:
    """The secret behind a stored one.

    :raises NotOpened: when it was sealed under another secret, or for another purpose.
    """
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as fault:
        raise NotOpened from fault


def _box(purpose: bytes) -> MultiFernet:
    return _box_under(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@cache
def _box_under(purpose: bytes, secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(purpose, secret)) for secret in secrets])


def _derived(purpose: bytes, secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
