"""Proposing: a person says what happened or should, with evidence; others decide (design: deposits, section 4)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sevenpanel.deposits import models
from sevenpanel.deposits.commands import evidence
from sevenpanel.deposits.commands.advancing import Step, note_event
from sevenpanel.deposits.commands.evidence import Upload
from sevenpanel.deposits.commands.locking import found_by_key, lock_customers
from sevenpanel.deposits.domain import Event, ReceiptState, keys
from sevenpanel.deposits.domain.machine import By
from sevenpanel.deposits.domain.ways import BY_HAND, MethodKind, ProposalKind
from sevenpanel.deposits.queries.policy import policy_in_force
from sevenpanel.deposits.sources.interface import Evidence
from sevenpanel.deposits.sources.records import record_of
from sevenpanel.kernel import db
from sevenpanel.kernel.cleaning import CleanFile
from sevenpanel.kernel.money import format_amount
from sevenpanel.kernel.private_keys import refuse_private_key
from sevenpanel.kernel.refusals import Refusal

TEXT_LENGTH_MAX = 1_000
REFERENCE_LENGTH_MAX = 120


class UnableToPropose(Refusal):
    """Something that cannot be proposed as it is. Nothing was kept.

    :ivar receipt_id: the receipt that stands in the way, if one does.
    """

    def __init__(self, sentence: str, *, receipt_id: int | None = None) -> None:
        super().__init__(sentence)
        self.receipt_id = receipt_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditByHand:
    """Money that arrived outside, or goodwill, as its maker describes it.

    :param method_id: how it came; None for goodwill.
    :param reference: the line of the statement, the number of the receipt, or the transaction's hash.
    :param ordinal: for a transaction, which of its transfers, from 0.
    :param raw: for a transaction, how much of the asset.
    :param is_single: proposed and approved by one person, where the policy allows it.
    """

    customer_id: int
    method_id: int | None
    amount_micros: int
    currency: str
    reference: str = ""
    ordinal: int = 0
    raw: int | None = None
    reason: str = ""
    intent_id: int | None = None
    is_single: bool = False


def propose_credit(*, credit: CreditByHand, maker_id: int, uploads: Sequence[Upload], now: datetime) -> int:
    """Propose to credit money that arrived outside (a command).

    :returns: the proposal's id.
    :raises UnableToPropose: with what is missing, or with the receipt that is this payment already.
    :raises UnableToTakeEvidence: when a file is another payment's evidence.
    """
    _check_words(credit)
    with evidence.stored(uploads) as files:
        return _propose_credit(credit, maker_id, files, now)


def _check_words(credit: CreditByHand) -> None:
    if len(credit.reason) > TEXT_LENGTH_MAX or len(credit.reference) > REFERENCE_LENGTH_MAX:
        raise UnableToPropose(f"A reason has at most {TEXT_LENGTH_MAX} characters, a reference {REFERENCE_LENGTH_MAX}.")
    if credit.amount_micros <= 0:
        raise UnableToPropose("The amount is more than nothing.")
    refuse_private_key(credit.reason, field="The reason")


@db.command
def _propose_credit(credit: CreditByHand, maker_id: int, files: Sequence[tuple[str, CleanFile]], now: datetime) -> int:
    lock_customers([credit.customer_id])
    method = _method(credit)
    intent = _intent(credit)
    announced = _announced(intent)
    _check_proof(credit, method, [*announced, *(file.sha256 for _name, file in files)])
    key, source = _key_of(credit, method)
    _refuse_second(key)
    receipt = _receipt(credit, key, source, method, intent, now)
    note_event(receipt, Step(event=Event.PROPOSED, by=By.STAFF, actor_id=maker_id), before=None, now=now)
    content: dict[str, Any] = {
        "kind": ProposalKind.CREDIT,
        "customer_id": credit.customer_id,
        "receipt": receipt,
        "method": method,
        "intent": intent,
        "asset": receipt.asset,
        "raw": receipt.raw,
        "key": key,
        "reference": credit.reference.strip(),
        "amount_micros": credit.amount_micros,
        "typed": typed_money(credit.amount_micros, credit.currency),
        "reason": credit.reason.strip(),
        "is_single": credit.is_single,
    }
    proofs = [*announced, *(file.sha256 for _name, file in files)]
    proposal = write_proposal(content, proofs, maker_id=maker_id, now=now)
    evidence.keep(files, proposal=proposal, person_id=maker_id, now=now)
    return proposal.id


def typed_money(micros: int, currency: str) -> str:
    """A sum as both have to type it, in one spelling."""
    return f"{format_amount(micros)} {currency}"


def _method(credit: CreditByHand) -> models.Method | None:
    if credit.method_id is None:
        return None
    method = models.Method.objects.select_related("asset").filter(id=credit.method_id).first()
    if method is None:
        raise UnableToPropose("Choose the way by which it came.")
    return method


def _intent(credit: CreditByHand) -> models.Intent | None:
    if credit.intent_id is None:
        return None
    return models.Intent.objects.filter(id=credit.intent_id, customer_id=credit.customer_id).first()


def _announced(intent: models.Intent | None) -> list[bytes]:
    """The slips that the customer sent."""
    if intent is None:
        return []
    found = models.Evidence.objects.filter(intent=intent, is_live=True).values_list("sha256", flat=True)
    return [bytes(each) for each in found]


def _check_proof(credit: CreditByHand, method: models.Method | None, proofs: Sequence[bytes]) -> None:
    if method is None:
        if not credit.reason.strip():
            raise UnableToPropose("Say why this is given: the other person reads it, and so does whoever audits.")
        return
    if not credit.reference.strip():
        raise UnableToPropose("Write the line of the statement or the number of the receipt: it is booked once only.")
    is_hash = keys.is_hash(credit.reference)
    if method.kind in BY_HAND and is_hash:
        raise UnableToPropose(
            "That is a transaction's number. Choose the asset as the way, so that nobody can credit it a second time."
        )
    if method.kind in BY_HAND and not proofs:
        raise UnableToPropose("Add the slip, the statement or a picture of it: evidence that others can look at.")


def _key_of(credit: CreditByHand, method: models.Method | None) -> tuple[str, str]:
    """The receipt's key, and the source that will go on watching it, if there is one."""
    if method is None:
        return keys.goodwill(proposal=uuid4()), ""
    if method.kind != MethodKind.ASSET:
        return keys.bank_line(method_id=method.id, reference=credit.reference), ""
    family, _, chain = method.source.partition(":")
    if family != "evm" or not chain.isdigit():
        raise UnableToPropose("What a processor received is credited by its own answer, and not by hand.")
    if not keys.is_hash(credit.reference) or not credit.raw:
        raise UnableToPropose("Write the transaction's number and how much of the asset it brought.")
    tx = "0x" + credit.reference.strip().lower().removeprefix("0x")
    return keys.evm(chain_id=int(chain), tx=tx, ordinal=credit.ordinal), method.source


def _refuse_second(key: str) -> None:
    standing = found_by_key(key)
    if standing is not None:
        raise UnableToPropose(
            f"This payment is receipt {standing.id} already, which is {standing.state}. Decide it there.",
            receipt_id=standing.id,
        )


def _receipt(
    credit: CreditByHand,
    key: str,
    source: str,
    method: models.Method | None,
    intent: models.Intent | None,
    now: datetime,
) -> models.Receipt:
    asset = method.asset if method is not None else None
    return models.Receipt.objects.create(
        key=key,
        source=source,
        customer_id=credit.customer_id,
        method=method,
        intent=intent,
        asset=asset,
        raw=credit.raw if asset is not None else None,
        evidence=record_of(Evidence(tx=credit.reference.strip(), block_at=now)),
        state=ReceiptState.PROPOSED.value,
        block_at=now,
        seen_at=now,
        changed_at=now,
    )


@db.step
def write_proposal(
    content: Mapping[str, Any], proofs: Sequence[bytes], *, maker_id: int, now: datetime
) -> models.Proposal:
    """Write a proposal down, with the hash of its content and as many checkers as it needs.

    :param proofs: the SHA-256 of each file of evidence.
    """
    is_single = bool(content.get("is_single"))
    proposal = models.Proposal(
        **content,
        maker_id=maker_id,
        hash=_hash(content, proofs),
        needs=0 if is_single else checkers_for(content["kind"], content.get("amount_micros")),
        made_at=now,
    )
    proposal.save(force_insert=True)
    return proposal


def checkers_for(kind: ProposalKind, amount_micros: int | None) -> int:
    """How many other people have to agree: one, and two for a credit by hand above the policy's sum."""
    is_large = amount_micros is not None and amount_micros > policy_in_force().two_person_micros
    return 2 if kind is ProposalKind.CREDIT and is_large else 1


def _hash(content: Mapping[str, Any], proofs: Sequence[bytes]) -> bytes:
    """The SHA-256 of everything that a checker agrees to, evidence included."""
    plain = {name: getattr(value, "pk", None) or str(value) for name, value in content.items()}
    whole = {"content": plain, "evidence": sorted(proof.hex() for proof in proofs)}
    return sha256(json.dumps(whole, sort_keys=True).encode()).digest()
