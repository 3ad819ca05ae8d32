"""Providers' keys at rest: encrypted under a key that is derived from the desk's secret, never in the database."""

from sevenpanel.kernel import sealing
from sevenpanel.kernel.refusals import Refusal

_PURPOSE = b"sevenpanel/fulfilment/provider-key"


class UnableToUnsealKey(Refusal):
    """A provider's key that this desk's secret does not open."""


def seal(key: str) -> str:
    """Encrypt a provider's API key for storing."""
    return sealing.seal(key, purpose=_PURPOSE)


def unseal(sealed: str) -> str:
    """The API key behind a stored one.

    :raises UnableToUnsealKey: when it was sealed under a secret that is neither the present one nor among
        SECRET_KEY_FALLBACKS.
    """
    try:
        return sealing.unseal(sealed, purpose=_PURPOSE)
    except sealing.NotOpened as fault:
        raise UnableToUnsealKey(
            "The provider's key was stored under another secret. Enter the key again, or restore the secret."
        ) from fault
