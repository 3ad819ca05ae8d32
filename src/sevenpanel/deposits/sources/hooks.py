"""How webhooks of each kind of processor are told from forged ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sevenpanel.deposits.sources.btcpay import hooks as btcpay
from sevenpanel.deposits.sources.nowpayments import hooks as nowpayments


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One kind of processor's webhooks.

    :param header: the header that holds the signature.
    :param is_genuine: whether a body as it came was signed so with this secret.
    :param subject: which payment a genuine body names.
    """

    header: str
    is_genuine: Callable[[bytes, str, str], bool]
    subject: Callable[[bytes], str]


HOOKS: Mapping[str, Hook] = {
    "btcpay": Hook(header=btcpay.HEADER, is_genuine=btcpay.is_genuine, subject=btcpay.subject),
    "nowpayments": Hook(header=nowpayments.HEADER, is_genuine=nowpayments.is_genuine, subject=nowpayments.subject),
}
