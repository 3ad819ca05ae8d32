"""Keys and addresses in the database: the ceremony, two people and a day, one address each and for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests import wallet
from tests.shop import NOON

from sevenpanel.deposits import commands, models, queries
from sevenpanel.deposits.commands.addresses import UnableToGiveAddress
from sevenpanel.deposits.commands.wallets import UnableToSetWallet
from sevenpanel.deposits.keys import high_water
from sevenpanel.deposits.keys.addresses import Family, address_of
from sevenpanel.deposits.queries.wallets import strayed_addresses
from sevenpanel.kernel.private_keys import UnableToKeepPrivateKey

ANN, BEN = 1, 2
DAY = timedelta(days=1)
FIRST, SECOND = wallet.account(), wallet.account(number=1)

pytestmark = pytest.mark.django_db(transaction=True)


def propose(key: wallet.PrivateKey = FIRST, *, family: Family = Family.EVM, by: int = ANN, first: str = "") -> int:
    xpub = key.xpub()
    return commands.propose_wallet(
        family=family,
        account=xpub,
        first_address=first or address_of(family=family, account=xpub, index=0),
        by=by,
        now=NOON,
    )


def with_addresses(count: int = 5) -> int:
    wallet_id = propose()
    commands.keep_addresses(wallet_id=wallet_id, indexes=range(1, count + 1), now=NOON)
    return wallet_id


def test_a_first_key_counts_once_its_first_address_was_pasted_back() -> None:
    wallet_id = propose()
    found = queries.wallet_in_force(family=Family.EVM, now=NOON)

    assert found is not None
    assert (found.id, found.is_first) == (wallet_id, True)
    assert queries.wallet_in_force(family=Family.TRON, now=NOON) is None


@pytest.mark.parametrize("index", [1, 2])
def test_another_address_of_the_same_wallet_does_not_prove_it(index: int) -> None:
    other = address_of(family=Family.EVM, account=FIRST.xpub(), index=index)

    with pytest.raises(UnableToSetWallet, match="another one") as refused:
        propose(first=other)
    assert address_of(family=Family.EVM, account=FIRST.xpub(), index=0) not in refused.value.sentence
    assert models.Wallet.objects.count() == 0


@pytest.mark.parametrize("private", [FIRST.xprv(), wallet.WELL_KNOWN_WORDS, "4c" * 32])
def test_no_private_key_reaches_the_database(private: str) -> None:
    with pytest.raises(UnableToKeepPrivateKey):
        commands.propose_wallet(family=Family.EVM, account=private, first_address="0x", by=ANN, now=NOON)
    with pytest.raises(UnableToKeepPrivateKey):
        commands.propose_wallet(family=Family.EVM, account=FIRST.xpub(), first_address=private, by=ANN, now=NOON)
    assert models.Wallet.objects.count() == 0


def test_a_key_is_set_up_once_in_whatever_family() -> None:
    propose()

    with pytest.raises(UnableToSetWallet, match="already"):
        propose(family=Family.TRON)


def test_another_key_waits_for_a_second_person_and_a_day() -> None:
    first = propose()
    second = propose(SECOND)
    before = queries.wallet_in_force(family=Family.EVM, now=NOON + 9 * DAY)
    starts_at = commands.agree_to_wallet(wallet_id=second, by=BEN, now=NOON)
    in_between = queries.wallet_in_force(family=Family.EVM, now=NOON + DAY - timedelta(seconds=1))
    after = queries.wallet_in_force(family=Family.EVM, now=NOON + DAY)

    assert starts_at == NOON + DAY
    assert [row and row.id for row in (before, in_between, after)] == [first, first, second]


def test_one_person_alone_changes_no_key() -> None:
    propose()
    second = propose(SECOND)

    with pytest.raises(UnableToSetWallet, match="Somebody else"):
        commands.agree_to_wallet(wallet_id=second, by=ANN, now=NOON)


def test_a_change_can_be_stopped_by_anybody_until_it_counts() -> None:
    first = propose()
    second = propose(SECOND)
    commands.agree_to_wallet(wallet_id=second, by=BEN, now=NOON)
    commands.withdraw_wallet(wallet_id=second, by=3, now=NOON + DAY / 2)
    found = queries.wallet_in_force(family=Family.EVM, now=NOON + 9 * DAY)

    assert found is not None
    assert found.id == first
    with pytest.raises(UnableToSetWallet, match="counts already"):
        commands.withdraw_wallet(wallet_id=first, by=BEN, now=NOON)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE deposits_wallet SET account = 'xpub'",
        "UPDATE deposits_wallet SET proposed_by = 9",
        "UPDATE deposits_wallet SET starts_at = now() WHERE NOT is_first",
        "UPDATE deposits_wallet SET agreed_by = proposed_by, agreed_at = now() WHERE NOT is_first",
        "DELETE FROM deposits_wallet",
        "DELETE FROM deposits_address",
        "UPDATE deposits_address SET plain = '0x00'",
        "UPDATE deposits_address SET index = index + 100",
        "UPDATE deposits_address SET customer_id = 99 WHERE customer_id IS NOT NULL",
        "INSERT INTO deposits_address (wallet_id, index, plain, made_at) SELECT id, 0, 'x', now() FROM deposits_wallet",
    ],
)
def test_the_database_itself_refuses_to_turn_money_elsewhere(change: str) -> None:
    with_addresses()
    commands.give_address(customer_id=7, family=Family.EVM, now=NOON)
    propose(SECOND)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_customer_has_one_address_and_nobody_else_has_it() -> None:
    with_addresses()
    mine = commands.give_address(customer_id=7, family=Family.EVM, now=NOON)
    again = commands.give_address(customer_id=7, family=Family.EVM, now=NOON + DAY)
    other = commands.give_address(customer_id=8, family=Family.EVM, now=NOON)

    assert mine == again
    assert (mine.index, other.index) == (1, 2)
    assert mine.address == address_of(family=Family.EVM, account=FIRST.xpub(), index=1)
    assert set(queries.owners(family=Family.EVM).values()) == {7, 8}


def test_an_old_address_stays_the_customers_and_is_watched() -> None:
    with_addresses()
    old = commands.give_address(customer_id=7, family=Family.EVM, now=NOON)
    new = commands.give_new_address(customer_id=7, family=Family.EVM, now=NOON + DAY)

    assert new.address != old.address
    assert commands.give_address(customer_id=7, family=Family.EVM, now=NOON + DAY) == new
    assert [row.address for row in queries.addresses_of(customer_id=7, family=Family.EVM)] == [new.address, old.address]
    assert queries.owners(family=Family.EVM).keys() == {old.address.lower(), new.address.lower()}


def test_after_a_change_of_key_customers_get_addresses_of_the_new_one() -> None:
    with_addresses()
    old = commands.give_address(customer_id=7, family=Family.EVM, now=NOON)
    second = propose(SECOND)
    commands.agree_to_wallet(wallet_id=second, by=BEN, now=NOON)
    commands.keep_addresses(wallet_id=second, indexes=[1], now=NOON)
    new = commands.give_address(customer_id=7, family=Family.EVM, now=NOON + DAY)

    assert new.address == address_of(family=Family.EVM, account=SECOND.xpub(), index=1)
    assert queries.owners(family=Family.EVM).keys() == {old.address.lower(), new.address.lower()}


def test_without_a_key_or_a_free_address_the_customer_is_told_what_to_do() -> None:
    with pytest.raises(UnableToGiveAddress, match="another way"):
        commands.give_address(customer_id=7, family=Family.EVM, now=NOON)
    propose()
    with pytest.raises(UnableToGiveAddress, match="in a minute"):
        commands.give_address(customer_id=7, family=Family.EVM, now=NOON)


def _at_once(count: int, act: Callable[[int], object]) -> list[object]:
    def alone(number: int) -> object:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(alone, range(count)))


def test_many_customers_at_once_get_an_address_each() -> None:
    with_addresses(16)
    given = _at_once(16, lambda number: commands.give_address(customer_id=number, family=Family.EVM, now=NOON).index)

    assert sorted(given) == list(range(1, 17))  # type: ignore[type-var]


def test_one_customer_at_sixteen_screens_gets_one_address() -> None:
    with_addresses(16)
    given = _at_once(16, lambda _: commands.give_address(customer_id=7, family=Family.EVM, now=NOON).index)

    assert set(given) == {1}
    assert models.Address.objects.filter(customer_id=7).count() == 1


def test_every_address_is_made_anew_and_compared() -> None:
    wallet_id = with_addresses()
    assert strayed_addresses() == []
    models.Address.objects.create(wallet_id=wallet_id, index=77, plain="0x" + "66" * 20, made_at=NOON)

    (breach,) = strayed_addresses()
    assert len(breach.ids) == 1


def test_numbers_go_on_above_what_was_given_whatever_the_database_remembers(tmp_path: Path) -> None:
    account = FIRST.xpub()
    assert high_water.next_index(tmp_path, account, highest=0) == 1
    high_water.remember(tmp_path, account, highest=40)

    assert high_water.next_index(tmp_path, account, highest=40) == 41
    assert high_water.next_index(tmp_path, account, highest=20) == 41  # an older backup
    assert high_water.next_index(tmp_path, account, highest=60) == 61  # another machine went on
    assert high_water.next_index(tmp_path, SECOND.xpub(), highest=0) == 1


def test_without_the_file_a_gap_is_left(tmp_path: Path) -> None:
    assert high_water.next_index(tmp_path, FIRST.xpub(), highest=20) == 21 + high_water.GAP


def test_a_lower_number_never_replaces_a_higher_one(tmp_path: Path) -> None:
    high_water.remember(tmp_path, FIRST.xpub(), highest=40)
    high_water.remember(tmp_path, FIRST.xpub(), highest=10)

    assert high_water.next_index(tmp_path, FIRST.xpub(), highest=0) == 41
