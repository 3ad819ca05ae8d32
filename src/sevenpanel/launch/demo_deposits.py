"""What the demo needs for deposits: the simulated chain as a way to add funds, with addresses that are nobody's.

On a desk with a public address the chain does not run, and the way is closed: play money would be money there.
"""

from datetime import datetime

from sevenpanel.deposits import commands as deposits
from sevenpanel.deposits import queries
from sevenpanel.deposits.domain.rates import RateKind, RateRule
from sevenpanel.deposits.domain.ways import MethodKind
from sevenpanel.deposits.keys.addresses import Family, address_of
from sevenpanel.deposits.simchain.account import rehearsal_account
from sevenpanel.deposits.simchain.faucet import PLACE
from sevenpanel.deposits.sources.evm.chains import chains

METHOD = "Test USDT (simulated chain)"
SYMBOL = "USDT"
MINIMUM = 5
POLL_SECONDS = 2


def seed(*, simchain_url: str, operator_id: int, now: datetime) -> None:
    """Make the way to add funds over the simulated chain, or close it where none runs. Repeated, it changes nothing.

    :param simchain_url: where it listens at this start; empty where none runs.
    """
    if simchain_url:
        nodes = [deposits.NodeChoice(url=f"{simchain_url}/{number}", is_private=True) for number in (1, 2)]
        deposits.watch_chain(place=PLACE, nodes=nodes, poll_seconds=POLL_SECONDS, now=now)
        _set_up_once(operator_id, now)
        # Not left to the worker, so that whoever comes first need not wait for his address.
        deposits.prepare_addresses(clock=lambda: now)
    if queries.wallet_in_force(family=Family.SIM, now=now) is not None:
        _offer(is_open=bool(simchain_url), now=now)
    if not simchain_url:
        deposits.leave_chain(place=PLACE)


def _set_up_once(operator_id: int, now: datetime) -> None:
    if queries.wallet_in_force(family=Family.SIM, now=now) is not None:
        return
    account = rehearsal_account()
    # The desk pastes its own address back here, since this key is nobody's; an operator never gets it shown before.
    first = address_of(family=Family.SIM, account=account, index=0)
    deposits.propose_wallet(family=Family.SIM, account=account, first_address=first, by=operator_id, now=now)
    deposits.set_rate_rule(rule=RateRule(symbol=SYMBOL, kind=RateKind.PEG))


def _offer(*, is_open: bool, now: datetime) -> None:
    chain = chains()[PLACE]
    token = next(token for token in chain.tokens.values() if token.asset.symbol == SYMBOL)
    deposits.save_method(
        method=deposits.NewMethod(
            name=METHOD,
            kind=MethodKind.ASSET,
            asset=token.asset,
            source=chain.source,
            minimum_raw=MINIMUM * 10**token.asset.decimals,
            usual_minutes=1,
            is_open=is_open,
        ),
        now=now,
    )
