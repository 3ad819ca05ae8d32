"""Chains that are watched, and the public keys of the operator's wallet, from the command line."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime

from sevenpanel.accounts import queries as people
from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import commands as deposits
from sevenpanel.deposits import queries
from sevenpanel.deposits.domain.amounts import format_raw
from sevenpanel.deposits.keys.addresses import Family
from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.launch.operate.people import UnableToOperate

MAY_SET_WALLETS = frozenset({Role.FINANCE, Role.ADMIN})


def place_argument(parser: ArgumentParser) -> None:
    """Which chain."""
    parser.add_argument("chain", choices=sorted(chains()))


def watch_arguments(parser: ArgumentParser) -> None:
    """Which chain, and what its nodes are."""
    place_argument(parser)
    parser.add_argument("--own", action="store_true", help="the nodes are yours, so that one of them is enough")
    parser.add_argument("--private", action="store_true", help="they stand on this machine or in its own network")


def list_chains(asked: Namespace, now: datetime) -> str:
    """List the chains that the desk knows, with their tokens and how deep a deposit has to be."""
    return "\n".join(
        f"{chain.place:<10} {chain.title:<18} {chain.confirmations:>4} confirmations  "
        f"{', '.join(token.asset.symbol for token in chain.tokens.values())}"
        for chain in chains().values()
    )


def watch(asked: Namespace, now: datetime) -> str:
    """Watch a chain through these nodes; their addresses are read from standard input, one a line, and kept sealed."""
    if sys.stdin.isatty():
        print("The addresses of the nodes, one a line; end with Ctrl-D:", flush=True)
    urls = [line.strip() for line in sys.stdin if line.strip()]
    nodes = [deposits.NodeChoice(url=url, is_own=asked.own, is_private=asked.private) for url in urls]
    deposits.watch_chain(place=asked.chain, nodes=nodes, now=now)
    alone = " One node alone can invent deposits: what it brings in a day is limited." if len(nodes) == 1 else ""
    return f"{chains()[asked.chain].title} is watched through {len(nodes)} nodes from its present block on.{alone}"


def leave(asked: Namespace, now: datetime) -> str:
    """Watch a chain no longer; addresses and receipts stay."""
    deposits.leave_chain(place=asked.chain)
    return f"{chains()[asked.chain].title} is not watched any more. What arrives there meanwhile is found afterwards."


def count(asked: Namespace, now: datetime) -> str:
    """Count what lies at deposit addresses, and set it beside the books."""
    deposits.count_custody(now=now)
    lines = [f"{row.asset.code:<20} {_compared(row)}" for row in queries.counts()]
    return "\n".join(lines) or "Nothing can be counted: no chain is watched."


def _compared(row: queries.CountRow) -> str:
    counted, difference = format_raw(row.counted_raw, row.asset), format_raw(abs(row.difference), row.asset)
    if not row.difference:
        return f"{counted}, as in the books"
    return f"{counted}, which is {difference} {'more' if row.difference > 0 else 'less'} than in the books"


def wallet_arguments(parser: ArgumentParser) -> None:
    """The key, and what shows that it is the wallet's."""
    parser.add_argument("family", choices=[Family.EVM.value, Family.TRON.value])
    parser.add_argument("xpub", help="the extended public key of one account, such as m/44'/60'/0'")
    parser.add_argument("first_address", help="the account's first address, copied from your own wallet")
    parser.add_argument("--by", required=True, help="your address here, as staff")


def set_wallet(asked: Namespace, now: datetime) -> str:
    """Take a public key for deposit addresses; one that replaces another waits for a second person and a day."""
    wallet_id = deposits.propose_wallet(
        family=Family(asked.family),
        account=asked.xpub,
        first_address=asked.first_address,
        by=_staff(asked.by),
        now=now,
    )
    in_force = queries.wallet_in_force(family=Family(asked.family), now=now)
    if in_force is not None and in_force.id == wallet_id:
        return "Customers are given addresses of this key from now on."
    return f"Key {wallet_id} waits for another person: `sevenpanel operate agree-wallet {wallet_id} --by ...`."


def decision_arguments(parser: ArgumentParser) -> None:
    """Which key, and who decides."""
    parser.add_argument("wallet", type=int)
    parser.add_argument("--by", required=True, help="your address here, as staff")


def agree(asked: Namespace, now: datetime) -> str:
    """Agree, as a second person, that another key takes over."""
    starts_at = deposits.agree_to_wallet(wallet_id=asked.wallet, by=_staff(asked.by), now=now)
    return f"The key takes over on {starts_at:%Y-%m-%d at %H:%M} UTC. Until then anybody on the staff may withdraw it."


def withdraw(asked: Namespace, now: datetime) -> str:
    """Stop a key that does not count yet."""
    deposits.withdraw_wallet(wallet_id=asked.wallet, by=_staff(asked.by), now=now)
    return "The key was withdrawn."


def list_wallets(asked: Namespace, now: datetime) -> str:
    """List the public keys, since when each counts, and how far their addresses go."""
    lines = [
        f"{row.id:>4} {row.family:<5} {_since(row, now):<28} up to address {row.highest:<6} {row.account[:16]}..."
        for row in queries.wallets()
    ]
    return "\n".join(lines) or "No key is set up. Deposits over chains need one: set-wallet."


def _since(row: queries.WalletRow, now: datetime) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.starts_at is None:
        return "waits for a second person"
    return f"{'since' if row.starts_at <= now else 'from'} {row.starts_at:%Y-%m-%d %H:%M} UTC"


def _staff(email: str) -> int:
    found = people.person_of_email(email=email)
    if found is None or found[1] not in MAY_SET_WALLETS:
        raise UnableToOperate(f"{email} is nobody who may decide about keys: an administrator or somebody of finance.")
    return found[0]
