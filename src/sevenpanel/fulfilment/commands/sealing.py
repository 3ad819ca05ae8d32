"""Providers' keys at rest: encrypted under a key that is derived from the desk's secret, never in the database."""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from sevenpanel.kernel.refusals import Refusal

_PURPOSE = b"sevenpanel/fulfilment/provider-key"


class UnableToUnsealKey(Refusal):
    """A provider's key that this desk's secret does not open."""


def seal(key: str) -> str:
    """Encrypt a provider's API key for storing."""
    return _box().encrypt(key.encode()).decode()


def unseal(sealed: str) -> str:
    """The API key behind a stored one.

    :raises UnableToUnsealKey: when it was sealed under a secret that is neither the present one nor among
        SECRET_KEY_FALLBACKS.
    """
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as fault:
        raise UnableToUnsealKey(
            "The provider's key was stored under another secret. Enter the key again, or restore the secret."
        ) from fault


def _box() -> MultiFernet:
    return _box_under((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@cache
def _box_under(secrets: tuple[str, ...]) -> MultiFernet:
    # The first secret seals, every one opens: that is what makes rotation possible.
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
