"""Idempotency keys: what makes a receipt the same one wherever it is found (design: deposits, section 4).

A receipt's key names the fact. The ledger's key adds the generation, which is the number of times that this
receipt's entries were taken back, counted in the ledger: so a receipt that came back after a reversal can be credited
again, and nothing else can.
"""

import re
from hashlib import sha256
from uuid import UUID

TRON_CHAIN_ID = 728126428

_HASH = re.compile(r"0x[0-9a-f]{64}")
_TXID = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"[A-Za-z0-9._/@+=-]{1,80}")


def evm(*, chain_id: int, tx: str, ordinal: int) -> str:
    """The key of a token transfer.

    :param tx: the transaction's hash, with 0x, in any case.
    :param ordinal: the position of the log among the logs of its own transaction, from 0; never the log index,
        which changes when the transaction is mined again.
    """
    return f"evm:{_whole(chain_id)}:{_matched(_HASH, tx.lower())}:{_whole(ordinal)}"


def tron(*, tx: str, ordinal: int) -> str:
    """The key of a token transfer on Tron, whose hashes are written with or without 0x."""
    return evm(chain_id=TRON_CHAIN_ID, tx="0x" + tx.lower().removeprefix("0x"), ordinal=ordinal)


def utxo(*, net: str, txid: str, vout: int) -> str:
    """The key of an output of the Bitcoin family."""
    return f"utxo:{_part(net)}:{_matched(_TXID, txid.lower())}:{_whole(vout)}"


def btcpay(*, server: str, store: str, invoice: str, payment: str) -> str:
    """The key of one payment of a BTCPay invoice."""
    return f"btcpay:{_part(server)}:{_part(store)}:{_part(invoice)}:{_part(payment)}"


def nowpayments(*, payment_id: str) -> str:
    """The key of a NOWPayments payment; repeated deposits to one address have ids of their own."""
    return f"nowpayments:{_part(payment_id)}"


def bank(*, account: str, line: str) -> str:
    """The key of a line of a statement."""
    return f"bank:{_part(account)}:{_part(line)}"


def bank_line(*, method_id: int, reference: str) -> str:
    """The key of a line of a statement as a person typed it: however it is spaced and capitalised, it is one line."""
    line = "".join(reference.split()).casefold()
    return bank(
        account=f"method-{method_id}", line=line if _PART.fullmatch(line) else sha256(line.encode()).hexdigest()
    )


def is_hash(text: str) -> bool:
    """Whether a text is a transaction's hash: what it proves is a receipt of a chain, with a key of its own."""
    return re.fullmatch(r"(0x)?[0-9a-f]{64}", text.strip().lower()) is not None


def goodwill(*, proposal: UUID) -> str:
    """The key of money that the desk gives without having received any."""
    return f"goodwill:{proposal}"


def entry_key(receipt_key: str, generation: int) -> str:
    """The ledger's key of a receipt's credit in this generation."""
    return f"{receipt_key}:{_whole(generation)}"


def reversal_key(entry_id: int) -> str:
    """The ledger's key of an entry's reversal: an entry can be reversed once."""
    return f"rev:{_whole(entry_id)}"


def _whole(number: int) -> int:
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no number of a key.")
    return number


def _matched(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError("That is no transaction's hash.")
    return text


def _part(text: str) -> str:
    if not _PART.fullmatch(text):
        raise ValueError(f"{text!r} cannot be part of a key.")
    return text
