"""What may be said from what nodes show: a table by hand, and what must hold for every combination."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.deposits.domain import HeldReason
from sevenpanel.deposits.sources.evm.judging import Blind, Effect, Gone, Here, Policy, Probe, Sight, judge
from sevenpanel.deposits.sources.interface import Verdict

AT = datetime(2026, 5, 4, tzinfo=UTC)
EFFECT = Effect(contract="0xc", sender="0xs", to="0xt", raw=5)
OTHER = Effect(contract="0xc", sender="0xs", to="0xt", raw=6)
POLICY = Policy(confirmations=3, final_blocks=8, finalized=True, needs_final=False, probes=True)


def here(
    *, depth: int = 3, block: str = "A", effect: Effect = EFFECT, probe: Probe = Probe.EQUAL, final: int = 0
) -> Here:
    return Here(number=10, block_hash=block, at=AT, effect=effect, head=9 + depth, final=final, probe=probe)


def gone(*, depth: int = 3, block: str = "B") -> Gone:
    return Gone(number=10, block_hash=block, head=9 + depth)


BLIND = Blind(why="silent")

TABLE: list[tuple[list[Sight], Verdict | None]] = [
    ([here()], Verdict.CONFIRMED),
    ([here(depth=2)], Verdict.SEEN),
    ([here(), here(depth=2)], Verdict.SEEN),
    ([here(), here()], Verdict.CONFIRMED),
    ([here(depth=9, final=10), here(depth=8, final=10)], Verdict.FINAL),
    ([here(depth=9, final=10), here(depth=9, final=9)], Verdict.CONFIRMED),
    ([here(depth=7, final=10)], Verdict.CONFIRMED),
    ([here(), here(block="B")], Verdict.SEEN),
    ([here(), here(effect=OTHER)], Verdict.SEEN),
    ([here(), BLIND], Verdict.SEEN),
    ([here(), gone()], Verdict.SEEN),
    ([here(depth=8), gone()], Verdict.DOUBTFUL),
    ([here(depth=8), BLIND], Verdict.DOUBTFUL),
    ([here(probe=Probe.DIFFERS)], Verdict.DOUBTFUL),
    ([here(probe=Probe.UNKNOWN)], Verdict.DOUBTFUL),
    ([here(probe=Probe.UNKNOWN), here()], Verdict.CONFIRMED),
    ([here(probe=Probe.DIFFERS), here()], Verdict.DOUBTFUL),
    ([here(depth=1, probe=Probe.UNKNOWN)], Verdict.SEEN),
    ([gone()], Verdict.REPLACED),
    ([gone(depth=2)], Verdict.LEFT),
    ([gone(), gone(depth=2)], Verdict.LEFT),
    ([gone(), gone(block="C")], None),
    ([gone(), BLIND], None),
    ([BLIND], None),
    ([BLIND, BLIND], None),
]


@pytest.mark.parametrize(("shown", "verdict"), TABLE)
def test_what_nodes_show_decides(shown: list[Sight], verdict: Verdict | None) -> None:
    judged = judge(dict(enumerate(shown)), POLICY, is_open=True, is_known=True)  # type: ignore[arg-type]

    assert (judged and judged.verdict) == verdict


sights = st.one_of(
    st.builds(
        here,
        depth=st.integers(1, 12),
        block=st.sampled_from("AB"),
        effect=st.sampled_from([EFFECT, OTHER]),
        probe=st.sampled_from(Probe),
        final=st.integers(0, 12),
    ),
    st.builds(gone, depth=st.integers(1, 12), block=st.sampled_from("BC")),
    st.just(BLIND),
)
nodes = st.dictionaries(st.sampled_from("xyz"), sights, min_size=1)
policies = st.builds(
    Policy,
    confirmations=st.integers(1, 4),
    final_blocks=st.integers(4, 9),
    finalized=st.booleans(),
    needs_final=st.booleans(),
    probes=st.booleans(),
)
CREDITING = (Verdict.CONFIRMED, Verdict.FINAL)
TAKING = (Verdict.LEFT, Verdict.REPLACED)


@given(shown=nodes, policy=policies, is_open=st.booleans(), is_known=st.booleans())
def test_no_credit_without_the_same_proof_from_every_node_deep_enough(
    shown: dict[str, Sight], policy: Policy, is_open: bool, is_known: bool
) -> None:
    judged = judge(shown, policy, is_open=is_open, is_known=is_known)

    if judged and judged.verdict in CREDITING:
        proofs = [sight for sight in shown.values() if isinstance(sight, Here)]
        assert len(proofs) == len(shown)
        assert len({(proof.block_hash, proof.effect) for proof in proofs}) == 1
        assert min(proof.head - proof.number + 1 for proof in proofs) >= policy.confirmations
        assert not policy.probes or Probe.DIFFERS not in {proof.probe for proof in proofs}
        assert not policy.needs_final or judged.verdict is Verdict.FINAL


@given(shown=nodes, policy=policies, is_open=st.booleans(), is_known=st.booleans())
def test_nothing_leaves_unless_every_node_shows_the_same_other_block(
    shown: dict[str, Sight], policy: Policy, is_open: bool, is_known: bool
) -> None:
    judged = judge(shown, policy, is_open=is_open, is_known=is_known)

    if judged and judged.verdict in TAKING:
        proofs = [sight for sight in shown.values() if isinstance(sight, Gone)]
        assert is_known
        assert len(proofs) == len(shown)
        assert len({proof.block_hash for proof in proofs}) == 1
        depth = min(proof.head - proof.number + 1 for proof in proofs)
        assert (judged.verdict is Verdict.REPLACED) == (depth >= policy.confirmations)


@given(shown=nodes, policy=policies, name=st.sampled_from("xyz"))
def test_a_blind_node_never_turns_a_doubt_into_money_nor_money_into_nothing(
    shown: dict[str, Sight], policy: Policy, name: str
) -> None:
    judged = judge(shown | {name: BLIND}, policy, is_open=False, is_known=True)

    assert judged is None


@given(shown=nodes, policy=policies)
def test_a_doubt_is_named(shown: dict[str, Sight], policy: Policy) -> None:
    judged = judge(shown, policy, is_open=True, is_known=True)

    if judged:
        doubts = {HeldReason.BALANCE_MISMATCH, HeldReason.NODES_DISAGREE}
        assert (judged.doubt in doubts) == (judged.verdict is Verdict.DOUBTFUL)
        assert (judged.shown is None) == (judged.verdict in TAKING)
