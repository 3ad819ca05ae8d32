"""Webhooks of BTCPay Server: whether one is genuine, and which invoice it is about.

The header BTCPay-Sig holds "sha256=" and the HMAC of the bytes as they came, under the webhook's own secret. Nothing of
a body is believed but which invoice to look at.
"""

import hmac
from hashlib import sha256

from sevenpanel.deposits.sources.asking import Unusable, name, read

HEADER = "BTCPay-Sig"
REFERENCE_LENGTH_MAX = 30


def is_genuine(body: bytes, shown: str, secret: str) -> bool:
    """This function tells whether these very bytes were signed with the secret, in constant time."""
    wanted = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(shown.encode(), wanted.encode())


def subject(body: bytes) -> str:
    """This function reads which invoice a webhook is about; empty when it names none."""
    try:
        said = read(body)
    except Unusable:
        return ""
    return name(said.get("invoiceId"), longest=REFERENCE_LENGTH_MAX) if isinstance(said, dict) else ""
