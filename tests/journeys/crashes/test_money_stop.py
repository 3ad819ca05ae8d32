"""O-7 with the processes that run in production: damaged books are found by the worker, and restarts change nothing."""

from pathlib import Path

import pytest
from tests.rehearsal import rehearsing
from tests.served import serving
from tests.shop import make_key, staff
from tests.spoiling import add_to_transfers
from tests.waiting import until
from tests.working import working

from sevenpanel.accounts.domain import Role
from sevenpanel.orders import queries

pytestmark = pytest.mark.django_db(transaction=True)

STOPPED = "New orders are stopped for now."


def test_o7_a_damaged_row_stops_new_orders_across_restarts_and_reads_go_on(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    staff("Olga", Role.ADMIN, email="olga@desk.example")
    with rehearsing(tmp_path) as shop:
        (order_id,) = shop.place()
        key = make_key(shop.alice)
        add_to_transfers("reason = 'order charged'", -1)
        with working(tmp_path) as worker:
            until(lambda: queries.stop_in_force() is not None and told(tmp_path), pause=0.1)
            assert worker.stop() == 0

        for _restart in range(2):
            with serving(tmp_path / "web", only="api") as served:
                call = served.client(key)
                refused = call("add", service=shop.service_id, link="https://late.example.com/", quantity=10)
                assert refused["error"].startswith(STOPPED)
                assert refused["error"].endswith("Nothing was charged.")
                assert call("status", order=order_id)["status"]
                assert call("balance")["balance"]


def told(home: Path) -> bool:
    """Whether a letter to the staff lies in the folder that takes the place of a mail server."""
    letters = [path.read_text() for path in (home / "mail").glob("*")]
    return any("olga@desk.example" in text and "New orders are stopped" in text for text in letters)
