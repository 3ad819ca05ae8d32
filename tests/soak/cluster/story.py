"""The desk on three servers whose leader dies under load: what was acknowledged, bought and booked afterwards.

The leader dies twice. The second time its standbys have heard nothing for a while, so that whoever is told of an order
which only the leader knows is told of one that is lost. The same death is then played with two faults planted, a
cluster that waits for no standby and a role that waits for no commit, and has to show.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import Error, connection
from tests.rehearsal import Rehearsal, rehearsing
from tests.served import Served, serving
from tests.shop import deposit, make_key
from tests.soak.cluster.load import Acknowledged, Load
from tests.soak.cluster.nodes import DATABASE, ROLE, Cluster, Node, until
from tests.soak.cluster.patroni import TTL
from tests.working import Worker, working

from sevenpanel.api.line import CLIENT_SECONDS
from sevenpanel.kernel import db

WARM = 60
# How many orders have to be acknowledged, in a cluster with a fault, that only the leader knows.
DOOMED = 20
# Longer than the door waits for the database: whatever it does then must not make an order look taken.
SILENCE_SECONDS = CLIENT_SECONDS + 5.0
DRAIN_SECONDS = 240.0
BACK_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What plays: the cluster, the shop on it, and the desk's processes."""

    cluster: Cluster
    shop: Rehearsal
    served: Served
    worker: Worker
    key: str

    def load(self, prefix: str) -> Load:
        """Customers whose links begin like this."""
        return Load(self.served.client(self.key), self.served.browser(self.shop.alice), self.shop.service_id, prefix)


def play(cluster: Cluster, home: Path) -> int:
    """Play all of it, say what was seen, and return how many things were not as they have to be."""
    for name in ("shop", "web", "worker"):
        (home / name).mkdir()
    with (
        rehearsing(home / "shop") as shop,
        serving(home / "web", processes=2) as served,
        working(home / "worker") as worker,
    ):
        deposit(shop.alice.customer_id, "10000000")
        scene = Scene(cluster, shop, served, worker, make_key(shop.alice, rate_per_second=10_000, burst=10_000))
        complaints = _whole(scene)
        complaints += _sabotaged(scene, "no standby is waited for", _wait_for_no_standby, "a")
        complaints += _sabotaged(scene, "no commit is waited for", _wait_for_no_commit, "c")
    for complaint in complaints:
        say(f"RED: {complaint}")
    return len(complaints)


def say(sentence: str) -> None:
    """One line of the report."""
    print(sentence, flush=True)


def _whole(scene: Scene) -> list[str]:
    load = scene.load("shop")
    late: list[str] = []
    with load.running():
        until(lambda: len(load.acknowledged) >= WARM, what="orders are placed")
        for number, is_deaf in ((1, False), (2, True)):
            late += _lose_leader(scene, load, number, is_deaf=is_deaf)
        more = len(load.acknowledged) + WARM
        until(lambda: len(load.acknowledged) >= more, what="orders are placed at the end")
    return [*late, *load.wrong, *_judged(scene, load)]


def _lose_leader(scene: Scene, load: Load, number: int, *, is_deaf: bool) -> list[str]:
    """Kill the leader while orders come in, see who takes over, and let the dead machine come back."""
    cluster = scene.cluster
    leader = _leader(cluster)
    told = _silence(cluster, leader, load, lambda: time.sleep(SILENCE_SECONDS)) if is_deaf else None
    leader.kill()
    killed = time.monotonic()
    heard = until(lambda: _is_heard(cluster, leader), what="a standby hears another leader", seconds=BACK_SECONDS)
    until(lambda: load.first_since(killed) is not None, what="orders are acknowledged again", seconds=BACK_SECONDS)
    until(lambda: load.first_page_since(killed) is not None, what="pages are shown again", seconds=BACK_SECONDS)
    writes, pages = (load.first_since(killed) or 0) - killed, (load.first_page_since(killed) or 0) - killed
    heir = _leader(cluster)
    way, seconds = _come_back(cluster, leader)
    if told is not None:
        say(
            f"kill {number}: for {SILENCE_SECONDS:.0f} s before it the standbys heard nothing, and {told} orders were"
            " acknowledged"
        )
    say(
        f"kill {number}: {leader.name} died; {heir.name} leads and a standby hears it after {heard:.1f} s; orders were"
        f" acknowledged again after {writes:.1f} s and pages shown after {pages:.1f} s (ttl {TTL} s);"
        f" {leader.name} came back with {way} in {seconds:.1f} s"
    )
    return [f"kill {number}: the desk took {writes - heard:.1f} s to find the leader"] if writes > heard + TTL else []


def _is_heard(cluster: Cluster, dead: Node) -> bool:
    """Whether somebody else leads and one of the others keeps what it commits."""
    leader = cluster.leader()
    if leader is None or leader is dead:
        return False
    with suppress(psycopg.Error):
        return bool(cluster.ask(leader, "SELECT 1 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"))
    return False


def _leader(cluster: Cluster) -> Node:
    until(lambda: cluster.leader() is not None, what="somebody leads")
    leader = cluster.leader()
    assert leader is not None
    return leader


def _silence(cluster: Cluster, leader: Node, load: Load, wait: Callable[[], object]) -> int:
    """Let the standbys hear nothing more from a leader that is about to die.

    :returns: how many orders were acknowledged that were begun after that.
    """
    assert len(cluster.deafen(leader)) == 2
    since = time.monotonic()
    wait()
    return len(_begun_since(load, since))


def _begun_since(load: Load, instant: float) -> list[Acknowledged]:
    return [each for each in list(load.acknowledged) if each.begun > instant]


def _come_back(cluster: Cluster, node: Node) -> tuple[str, float]:
    """Switch the machine on again and wait until all three stand together."""
    since = node.log.stat().st_size
    cluster.start(node)
    seconds = until(cluster.is_whole, what=f"{node.name} follows", pause=0.25)
    ways = {"pg_rewind": "running pg_rewind", "a new copy": "bootstrap from leader"}
    return next((way for way, words in ways.items() if node.said(words, since)), "its own log"), seconds


def _judged(scene: Scene, load: Load) -> list[str]:
    """What is not as it has to be after everything was sent, followed and settled."""
    drained = until(
        lambda: _asked("SELECT count(*) FROM orders_order WHERE is_open") == [(0,)],
        what="all orders end",
        seconds=DRAIN_SECONDS,
        pause=1,
    )
    rows = _asked("SELECT id, link, address FROM orders_order")
    lost = _lost(load.acknowledged)
    placed = Counter(str(link) for _id, link, _address in rows)
    taken = scene.shop.taken()
    kept = {address for _id, link, address in rows}
    lies = [link for link in load.refused if link in placed]
    unbought = [address for address in kept if address not in taken]
    sold_twice = [link for link, times in placed.items() if times > 1]
    bought_twice = [link for link, times in taken.items() if times > 1]
    bought_for_nobody = [link for link in taken if link not in kept]
    found = sum(link in placed for link in load.unknown)
    say(
        f"{len(rows)} orders, all ended {drained:.0f} s later; {len(load.acknowledged)} acknowledgements,"
        f" {load.repeated} repetitions with the same request_id"
    )
    say(f"{len(load.unknown)} not known to customers who never repeat: {found} placed, {len(load.unknown) - found} not")
    say(f"{len(load.refused)} refused with nothing charged: {len(lies)} of them placed")
    say(
        f"acknowledged and lost: {len(lost)}; placed twice: {len(sold_twice)}; at the provider twice:"
        f" {len(bought_twice)}, for nobody: {len(bought_for_nobody)}, never: {len(unbought)}"
    )
    verified = _verified()
    say("sevenpanel verify: every invariant holds" if not verified else f"sevenpanel verify: {verified}")
    return [
        *(f"acknowledged and lost: {each}" for each in lost),
        *(f"said not to be charged, and placed: {link}" for link in lies),
        *(f"placed twice: {link}" for link in sold_twice),
        *(f"at the provider twice: {link}" for link in bought_twice),
        *(f"at the provider for nobody: {link}" for link in bought_for_nobody),
        *(f"ended without the provider: {link}" for link in unbought),
        *([verified] if verified else []),
    ]


def _lost(acknowledged: list[Acknowledged]) -> list[Acknowledged]:
    rows = set(_asked("SELECT id, link FROM orders_order"))
    return [each for each in acknowledged if (each.order_id, each.link) not in rows]


def _verified() -> str:
    """Nothing when all books are right, else what `sevenpanel verify` says."""
    ended = subprocess.run(
        [sys.executable, "-m", "sevenpanel.cli", "verify"], capture_output=True, text=True, check=False, timeout=120
    )
    return "" if ended.returncode == 0 else f"{ended.stdout}{ended.stderr}"[-2000:]


def _sabotaged(scene: Scene, name: str, plant: Callable[[Cluster], None], prefix: str) -> list[str]:
    """Plant a fault, let the leader die the second death again, and see that the judgement turns red."""
    cluster, load = scene.cluster, scene.load(prefix)
    plant(cluster)
    with load.running():
        until(lambda: len(load.acknowledged) >= WARM, what="orders are placed")
        leader = _leader(cluster)
        since = len(load.acknowledged)
        told = _silence(
            cluster,
            leader,
            load,
            lambda: until(lambda: len(load.acknowledged) >= since + DOOMED, what="orders are doomed"),
        )
        leader.kill()
        killed = time.monotonic()
        until(lambda: load.first_since(killed) is not None, what="orders are acknowledged again", seconds=BACK_SECONDS)
    _come_back(cluster, leader)
    lost = len(_lost(load.acknowledged))
    say(
        f"planted fault, {name}: {told} orders were acknowledged that only the leader knew,"
        f" {lost} acknowledged and lost"
    )
    return [] if lost else [f"the planted fault was not seen: {name}"]


def _wait_for_no_standby(cluster: Cluster) -> None:
    cluster.configure(synchronous_mode=False, synchronous_mode_strict=False)
    leader = _leader(cluster)
    until(lambda: cluster.ask(leader, "SHOW synchronous_standby_names") == [("",)], what="no standby is waited for")


def _wait_for_no_commit(cluster: Cluster) -> None:
    """The cluster is as it has to be again, but the desk's role asks for its answers before the commit is kept."""
    cluster.configure(synchronous_mode=True, synchronous_mode_strict=True)
    until(cluster.is_whole, what="a standby is waited for")
    leader = _leader(cluster)
    cluster.ask(leader, f"ALTER ROLE {ROLE} SET synchronous_commit = off")
    cluster.ask(leader, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{DATABASE}'")


def _asked(statement: str) -> list[tuple[object, ...]]:
    """Ask whoever leads now."""
    for remaining in reversed(range(10)):
        try:
            return db.rows(statement)
        except Error:
            connection.close()
            if not remaining:
                raise
            time.sleep(1)
    raise AssertionError
