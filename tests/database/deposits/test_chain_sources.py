"""Chains as sources: set up by an operator, looked at by the desk, booked in the real books."""

import json

import pytest
from django.db import connection
from tests import wallet
from tests.books import books_are_right
from tests.chainlab import COLD, NOON, UNIT, USDT
from tests.database.deposits.conftest import ASSET, NODES, SETTINGS, XPUB, Simulated, balance, given, receipt
from tests.shop import open_customer

from sevenpanel.deposits import commands, models, queries
from sevenpanel.deposits.commands import evm
from sevenpanel.deposits.commands.chains import NodeChoice, UnableToWatchChain
from sevenpanel.deposits.domain import Asset, HeldReason, ReceiptState
from sevenpanel.deposits.keys.addresses import Family, address_of
from sevenpanel.deposits.simchain.chain import Event
from sevenpanel.deposits.simchain.node import Manner
from sevenpanel.deposits.sources.interface import UnableToOpen
from sevenpanel.kernel.private_keys import UnableToKeepPrivateKey
from sevenpanel.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_deposit_comes_from_the_chain_onto_the_balance(simulated: Simulated) -> None:
    alice = open_customer("Alice")
    tx = simulated.pay(given(alice))
    simulated.mine(1)
    seen = receipt(tx)
    simulated.mine(SETTINGS.confirmations)
    credited = receipt(tx)
    simulated.mine(SETTINGS.final_blocks)

    assert (seen.state, seen.confirmations, seen.needed) == ("seen", 1, SETTINGS.confirmations)
    assert (credited.state, receipt(tx).state) == ("credited", "final")
    assert balance(alice) == 25 * UNIT
    assert queries.known_receipts(source=SETTINGS.source, now=NOON) == []
    books_are_right()


def test_a_reorganisation_takes_the_credit_back_and_the_books_agree(simulated: Simulated) -> None:
    alice = open_customer("Alice")
    tx = simulated.pay(given(alice))
    simulated.mine(SETTINGS.confirmations)
    simulated.chain.reorganise(SETTINGS.confirmations + 1, fate=lambda _: None)
    simulated.mine(SETTINGS.confirmations)

    assert receipt(tx).state == ReceiptState.REVERSED
    assert balance(alice) == 0
    simulated.chain.pending.append(tx)
    simulated.mine(SETTINGS.confirmations)
    assert receipt(tx).state == ReceiptState.CREDITED
    assert balance(alice) == 25 * UNIT
    books_are_right()


def booked() -> set[str]:
    subjects = models.Receipt.objects.values_list("key", flat=True)
    return {entry.key for subject in subjects for entry in ledger.entries(subject=subject)}


def test_a_rescan_from_the_first_block_posts_nothing_new(simulated: Simulated) -> None:
    alice = open_customer("Alice")
    simulated.pay(given(alice))
    simulated.mine(SETTINGS.final_blocks + 2)
    before = booked()
    models.Source.objects.update(mark="")
    simulated.mine(3)

    assert len(before) == 1
    assert booked() == before
    assert balance(alice) == 25 * UNIT


def test_receipts_that_were_lost_are_found_again_without_moving_money(simulated: Simulated) -> None:
    alice = open_customer("Alice")
    tx = simulated.pay(given(alice))
    simulated.mine(SETTINGS.final_blocks + 2)
    before = booked()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE deposits_receipt CASCADE")
    models.Source.objects.update(mark="")
    simulated.mine(3)

    assert receipt(tx).state == ReceiptState.FINAL
    assert booked() == before
    assert balance(alice) == 25 * UNIT
    books_are_right()


def test_sweeps_move_from_custody_to_cold_and_reserves_count_what_is_left(simulated: Simulated) -> None:
    alice = open_customer("Alice")
    address = given(alice)
    simulated.pay(address, 25)
    simulated.mine(SETTINGS.confirmations)
    simulated.chain.send(Event(contract=USDT, sender=address.lower(), to=COLD, raw=10 * UNIT))
    simulated.mine(SETTINGS.confirmations + 1)
    (source,) = evm.sources_of(Family.SIM)
    counted = {each.asset.code: each.raw for each in source.reserves(now=NOON)}
    booked = {(line.kind.value, line.asset): line.raw for line in ledger.asset_balances() if line.raw}

    assert counted == {"USDT@simchain": 15 * UNIT, "USDC@simchain": 0}
    assert booked["custody", "USDT@simchain"] == 15 * UNIT
    assert booked["cold", "USDT@simchain"] == 10 * UNIT
    books_are_right()


def test_one_node_alone_credits_up_to_a_limit_only(simulated: Simulated) -> None:
    commands.watch_chain(place="simchain", nodes=[NodeChoice(url=NODES[0], is_private=True)], now=NOON)
    alice = open_customer("Alice")
    much = simulated.pay(given(alice), 101)
    simulated.mine(SETTINGS.confirmations)

    assert (receipt(much).state, receipt(much).held_reason) == ("held", HeldReason.OVER_AUTO_LIMIT)


@pytest.mark.parametrize(("own", "is_single"), [(False, True), (True, False)])
def test_a_node_of_the_operators_own_is_his_own_word(simulated: Simulated, own: bool, is_single: bool) -> None:
    commands.watch_chain(place="simchain", nodes=[NodeChoice(url=NODES[0], is_private=True, is_own=own)], now=NOON)
    (source,) = evm.sources_of(Family.SIM)

    assert source.is_single_voice is is_single


def test_addresses_that_were_used_before_are_never_given(simulated: Simulated) -> None:
    highest = models.Address.objects.order_by("-index").values_list("index", flat=True)[0]
    used = address_of(family=Family.SIM, account=XPUB, index=highest + 3)
    simulated.pay(used)
    simulated.chain.mine()
    for number in range(30):
        commands.give_address(customer_id=1000 + number, family=Family.SIM, now=NOON)
    assert commands.prepare_addresses(clock=lambda: NOON)

    made = set(models.Address.objects.values_list("index", flat=True))
    assert highest + 2 in made
    assert highest + 3 not in made


def test_no_address_is_prepared_while_a_node_is_away(simulated: Simulated) -> None:
    for number in range(30):
        commands.give_address(customer_id=1000 + number, family=Family.SIM, now=NOON)
    simulated.nodes[NODES[1]].manner = Manner(silent=True)

    assert not commands.prepare_addresses(clock=lambda: NOON)


def test_a_customer_is_told_where_to_send(simulated: Simulated) -> None:
    alice = open_customer("Alice")
    (source,) = evm.sources_of(Family.SIM)
    first = source.destination(customer_id=alice.customer_id, intent_id=1, asset=ASSET, raw=None, now=NOON)
    second = source.destination(customer_id=alice.customer_id, intent_id=2, asset=ASSET, raw=7, now=NOON)

    assert first == second
    assert first.address == given(alice)
    with pytest.raises(UnableToOpen):
        source.destination(
            customer_id=alice.customer_id,
            intent_id=1,
            asset=Asset(symbol="USDT", place="ethereum", decimals=6),
            raw=None,
            now=NOON,
        )


def test_a_chain_begins_to_be_watched_where_it_stands(simulated: Simulated) -> None:
    simulated.chain.mine(100)
    simulated.look()
    begun = models.Source.objects.get().settings["first_block"]
    simulated.mine(5)
    commands.watch_chain(place="simchain", nodes=[NodeChoice(url=NODES[1], is_private=True)], now=NOON)

    assert begun == 110 - SETTINGS.confirmations
    assert models.Source.objects.get().settings["first_block"] == begun


def test_all_nodes_away_is_told_and_tried_again(simulated: Simulated) -> None:
    for node in simulated.nodes.values():
        node.manner = Manner(silent=True)
    simulated.look()
    row = models.Source.objects.get()

    assert row.failures == 1
    assert "No node of Simulated chain can be asked" in row.trouble
    assert [node.is_well for node in models.Node.objects.all()] == [False, False]


@pytest.mark.parametrize(
    ("place", "urls", "words"),
    [
        ("dogechain", ["https://node.example"], "knows no chain"),
        ("ethereum", [], "1 to 5"),
        ("ethereum", ["https://node.example"] * 6, "1 to 5"),
        ("ethereum", ["ftp://node.example"], "cannot be used"),
        ("ethereum", ["https://user:secret@node.example"], "cannot be used"),
    ],
)
def test_a_chain_or_node_that_cannot_be_watched_is_refused(place: str, urls: list[str], words: str) -> None:
    with pytest.raises(UnableToWatchChain, match=words):
        commands.watch_chain(place=place, nodes=[NodeChoice(url=url) for url in urls], now=NOON)
    assert models.Source.objects.count() == 0


def test_a_private_key_in_a_nodes_address_is_refused() -> None:
    with pytest.raises(UnableToKeepPrivateKey):
        commands.watch_chain(
            place="ethereum", nodes=[NodeChoice(url=f"https://node.example/{wallet.account().xprv()}")], now=NOON
        )


def test_nodes_addresses_are_kept_sealed_and_shown_by_host_only() -> None:
    urls = ["https://node.example/v3/my-secret-key", "https://node.example/v3/another"]
    commands.watch_chain(place="ethereum", nodes=[NodeChoice(url=url) for url in urls], now=NOON)
    row = models.Source.objects.get()

    assert "my-secret-key" not in json.dumps(row.settings) + row.sealed
    assert [node["name"] for node in row.settings["nodes"]] == ["node.example 1", "node.example 2"]
