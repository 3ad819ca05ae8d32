"""From what was judged to what is said: observations, sweeps and aliens with their evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.keys.addresses import written
from sevenpanel.deposits.sources.evm.chains import Chain
from sevenpanel.deposits.sources.evm.judging import Here, Judgement, Policy, Sight, judge
from sevenpanel.deposits.sources.evm.mark import Sweeping
from sevenpanel.deposits.sources.evm.nodes import Height
from sevenpanel.deposits.sources.evm.sights import Candidate, Looked, read_proof
from sevenpanel.deposits.sources.interface import Alien, Evidence, Known, Observation, Sweep, Verdict

# Nothing was credited for a receipt in these states, so that it may be told as soon as one node shows it.
OPEN = frozenset({ReceiptState.SEEN, ReceiptState.ORPHANED, ReceiptState.REVERSED})
# That these are not there is known already.
GONE = frozenset({ReceiptState.ORPHANED, ReceiptState.REVERSED})

Owners = Mapping[str, int]


def candidate_of(known: Known) -> Candidate | None:
    """What the desk has, as something to be judged; None for a receipt that never stood in a block."""
    if known.evidence.block_height is None:
        return None
    tx, ordinal = known.key.rsplit(":", 2)[1:]
    proofs = {name: read_proof(text) for name, text in known.evidence.proof.items()}
    return Candidate(
        key=known.key,
        tx=tx,
        ordinal=int(ordinal),
        number=known.evidence.block_height,
        block_hash=known.evidence.block_hash,
        proofs={name: proof for name, proof in proofs.items() if proof is not None},
        is_booked=known.state not in OPEN,
    )


def sweeping_of(each: Candidate) -> Sweeping:
    """A sweep that was just found, as the mark keeps it."""
    effect = each.effect
    assert effect is not None
    return Sweeping(
        tx=each.tx,
        ordinal=each.ordinal,
        number=each.number,
        block_hash=each.block_hash,
        contract=effect.contract,
        sender=effect.sender,
        to=effect.to,
        raw=effect.raw,
    )


def candidate_of_sweep(key: str, going: Sweeping) -> Candidate:
    """A sweep of the mark, as something to be judged."""
    return Candidate(
        key=key,
        tx=going.tx,
        ordinal=going.ordinal,
        number=going.number,
        block_hash=going.block_hash,
        incoming=False,
        is_booked=going.is_told,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Says what is certain, from what every node showed in one look.

    :param looked: by node; every configured one is there, blind ones too.
    """

    chain: Chain
    owners: Owners
    heights: Mapping[str, Height]
    looked: Mapping[str, Looked]

    def observation(self, each: Candidate, before: Known | None) -> Observation | None:
        """What may be said of one transfer to us; None when nothing new is certain."""
        sights = self._sights(each.key)
        policy = self._policy(sights)
        is_open = before is None or before.state in OPEN
        judged = judge(sights, policy, is_open=is_open, is_known=before is not None)
        if judged is None:
            return None
        if judged.shown is None:
            return None if before is None or before.state in GONE else _gone(before, judged, policy)
        if before is not None and self._is_old(each, before, judged.shown, judged.verdict):
            return None
        return self._standing(each, before, judged, judged.shown, policy)

    def _is_old(self, each: Candidate, before: Known, shown: Here, verdict: Verdict) -> bool:
        """Whether the desk has credited just this, and every node still says the same: nothing to write down again."""
        is_same = before.evidence.block_hash == shown.block_hash and each.proofs.keys() == self.looked.keys()
        return is_same and before.state is ReceiptState.CREDITED and verdict is Verdict.CONFIRMED

    def sweep(self, key: str, going: Sweeping) -> tuple[Sweep | None, bool]:
        """What is to be said of a sweep.

        :returns: the sweep, if there is something to say, and whether it needs watching any longer.
        """
        policy = self._plain_policy(needs_final=False, probes=False)
        judged = judge(self._sights(key), policy, is_open=False, is_known=True)
        verdict = judged.verdict if judged else None
        is_gone, is_there = verdict is Verdict.REPLACED, verdict in (Verdict.CONFIRMED, Verdict.FINAL)
        is_news = (is_gone and going.is_told) or (is_there and not going.is_told)
        said = self._swept(key, going, is_gone=is_gone) if is_news else None
        return said, not is_gone and verdict is not Verdict.FINAL

    def alien(self, each: Candidate, at: datetime, symbol: str) -> Alien:
        """A transfer of a token that is on no list."""
        effect = each.effect
        assert effect is not None
        return Alien(
            key=each.key,
            owner=self.owners[effect.to],
            address=self._written(effect.to),
            contract=effect.contract,
            claimed_symbol=symbol,
            raw=effect.raw,
            evidence=Evidence(
                tx=each.tx,
                block_height=each.number,
                block_hash=each.block_hash,
                block_at=at,
                link=self.chain.link(each.tx),
            ),
        )

    def _sights(self, key: str) -> dict[str, Sight]:
        return {name: each.sights[key] for name, each in self.looked.items()}

    def _written(self, address: str) -> str:
        return written(self.chain.family, bytes.fromhex(address.removeprefix("0x")))

    def _policy(self, sights: Mapping[str, Sight]) -> Policy:
        shown = [sight.effect for sight in sights.values() if isinstance(sight, Here)]
        limits = [(self.chain.tokens[effect.contract].final_above, effect.raw) for effect in shown]
        needs_final = any(limit is not None and raw >= limit for limit, raw in limits)
        return self._plain_policy(needs_final=needs_final, probes=self.chain.probe)

    def _plain_policy(self, *, needs_final: bool, probes: bool) -> Policy:
        return Policy(
            confirmations=self.chain.confirmations,
            final_blocks=self.chain.final_blocks,
            finalized=self.chain.finalized,
            needs_final=needs_final,
            probes=probes,
        )

    def _standing(
        self, each: Candidate, before: Known | None, judged: Judgement, shown: Here, policy: Policy
    ) -> Observation:
        missing = max(0, policy.needed - judged.depth)
        return Observation(
            key=each.key,
            owner=self.owners[shown.effect.to],
            asset=self.chain.tokens[shown.effect.contract].asset,
            raw=shown.effect.raw,
            address=self._written(shown.effect.to),
            evidence=self._evidence(each, shown, before),
            confirmations=judged.depth,
            needed=policy.needed,
            verdict=judged.verdict,
            doubt=judged.doubt,
            minutes_left=-(-missing * self.chain.block_seconds // 60),
        )

    def _evidence(self, each: Candidate, shown: Here, before: Known | None) -> Evidence:
        proof = {
            name: looked.proofs[each.key].text(self.heights[name])
            for name, looked in self.looked.items()
            if each.key in looked.proofs
        }
        return Evidence(
            tx=each.tx,
            block_height=shown.number,
            block_hash=shown.block_hash,
            # The first block's time counts for a locked rate, also when the transfer was mined again later.
            block_at=shown.at if before is None else min(shown.at, before.evidence.block_at),
            link=self.chain.link(each.tx),
            proof=proof,
        )

    def _swept(self, key: str, going: Sweeping, *, is_gone: bool) -> Sweep:
        times = [looked.proofs[key].at for looked in self.looked.values() if key in looked.proofs]
        heads = [height.head.at for height in self.heights.values()]
        return Sweep(
            key=key,
            asset=self.chain.tokens[going.contract].asset,
            raw=going.raw,
            from_address=self._written(going.sender),
            to_address=self._written(going.to),
            evidence=Evidence(
                tx=going.tx,
                block_height=going.number,
                block_hash=going.block_hash,
                block_at=min(times or heads),
                link=self.chain.link(going.tx),
            ),
            is_gone=is_gone,
        )


def _gone(before: Known, judged: Judgement, policy: Policy) -> Observation:
    """Said of receipts that the desk has only, so it carries what they were."""
    return Observation(
        key=before.key,
        owner=before.owner,
        asset=before.asset,
        raw=before.raw,
        address=before.address,
        evidence=before.evidence,
        confirmations=0,
        needed=policy.needed,
        verdict=judged.verdict,
    )
