"""`sevenpanel run`: from an empty home to a desk that answers, and back to nothing; K-tests of its parts."""

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.journeys.demo_customer import browser
from tests.journeys.running_desk import PARTS, Desk, children, empty_home, family
from tests.journeys.web.visitor import text
from tests.waiting import is_gone, until

from sevenpanel.launch import ports
from sevenpanel.settings.environment import environment


def free_port() -> int:
    return ports.any_free("127.0.0.1")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with empty_home() as path:
        yield path


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Desk]:
    """One desk for most tests, because a first start costs seconds."""
    desk = Desk(home, free_port())
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture
def desk(running: Desk) -> Desk:
    """That desk, started again when the test before has ended it."""
    if running.ended():
        running.start()
    return running


def test_from_an_empty_home_it_answers_and_writes_down_the_demo_s_keys(desk: Desk) -> None:
    assert desk.answers("/livez")
    assert desk.answers("/readyz")
    demo = json.loads((desk.home / "demo.json").read_text())
    assert demo["url"] == desk.url
    assert set(demo) == {"url", "customer", "operator"}
    assert set(demo["customer"]) == {"email", "password", "api_key"}
    assert set(demo["operator"]) == {"email", "password"}
    for shown in (desk.url, *demo["customer"].values(), *demo["operator"].values()):
        assert shown in desk.screen


def test_the_demo_s_operator_finds_an_order_whose_link_changed(desk: Desk) -> None:
    with browser(desk, "operator") as operator:
        found = operator.get("/desk/orders/")
        (order,) = re.findall(r'href="(/desk/orders/\d+/)"', found.text)
        page = text(operator.get(order))

    assert "changed" in text(found)
    assert "runs for long: it needs the same link until it ends" in page
    assert "under clause 4.5, confirmed by staff: closed without completion." in page


def test_nobody_else_reads_what_the_desk_writes(desk: Desk) -> None:
    """Links of customers stand in the sandbox's file, too."""
    written = [path for path in desk.home.rglob("*") if "postgres" not in path.relative_to(desk.home).parts]
    modes = {path.name: path.stat().st_mode & 0o777 for path in written if path.is_file() and path.name != "screen"}

    assert {"sandbox.db", "demo.json", "secret.key", "worker.log", "run.lock"} <= modes.keys()
    assert {name for name, mode in modes.items() if mode & 0o077} == set()


def test_the_demo_s_key_opens_the_api(desk: Desk) -> None:
    key = json.loads((desk.home / "demo.json").read_text())["customer"]["api_key"]
    answer = httpx.post(f"{desk.url}/api/v2", data={"key": key, "action": "balance"}, timeout=20)
    assert answer.json()["currency"] == "USD"


def test_another_command_talks_to_the_running_desk(desk: Desk) -> None:
    status, said = desk.says("verify")
    assert status == 0, said
    assert desk.part("postgres") is not None


def test_a_second_run_on_the_same_home_is_told_so(desk: Desk) -> None:
    status, said = desk.says("run")
    assert status == 1
    assert f"A desk runs on {desk.home} already (process {desk.pid})." in said
    assert desk.answers()


def test_a_taken_port_is_told_in_a_sentence(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path, desk.port)
    assert other.spawn("run").wait(60) == 1
    assert other.screen.strip().endswith("Stop it, or set PORT to another.")
    assert len(other.screen.strip().splitlines()) == 1


@pytest.mark.parametrize("name", ["web", "worker", "sandbox", "postgres"])
def test_kill_9_of_a_part_heals(desk: Desk, name: str) -> None:
    before = desk.part(name)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    until(lambda: is_gone(before))
    until(lambda: desk.part(name) not in (None, before) and desk.answers("/readyz"))
    assert desk.says("verify")[0] == 0


def test_kill_9_of_one_web_process_heals(desk: Desk) -> None:
    web = desk.part("web")
    assert web is not None
    until(lambda: bool(children(web)))
    before = children(web)
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(children(web)) == len(before) and before[0] not in children(web))
    until(lambda: desk.answers("/readyz"))


def test_web_processes_are_told_to_give_memory_back(desk: Desk) -> None:
    web = desk.part("web")
    assert web is not None

    def all_are_told() -> bool:
        with suppress(OSError):
            told = [Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") for pid in children(web)]
            return bool(told) and all(b"MALLOC_TRIM_THRESHOLD_=131072" in each for each in told)
        return False

    until(all_are_told)  # one that was just forked still has the environment of its parent


def test_kill_9_of_run_itself_leaves_nothing_and_the_next_start_works(desk: Desk) -> None:
    everybody = family(desk.pid)
    assert len(everybody) > len(PARTS)
    assert desk.process is not None
    desk.process.kill()
    desk.process.wait()
    until(lambda: all(is_gone(pid) for pid in everybody))
    keys = (desk.home / "demo.json").read_text()
    desk.start()
    assert desk.answers("/readyz")
    assert (desk.home / "demo.json").read_text() == keys


@pytest.mark.parametrize("farewell", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_it_started(desk: Desk, farewell: signal.Signals) -> None:
    everybody = family(desk.pid)
    assert desk.process is not None
    desk.process.send_signal(farewell)
    assert desk.process.wait(60) == 0
    assert all(is_gone(pid) for pid in everybody)
    assert desk.screen.strip().endswith("Stopped.")
    assert "database system is shut down" in (desk.home / "log" / "postgres.log").read_text().splitlines()[-1]


def test_a_second_start_migrates_nothing_and_keeps_the_keys(desk: Desk) -> None:
    keys = (desk.home / "demo.json").read_text()
    desk.stop()
    desk.start()
    assert "Preparing the database" not in desk.screen
    assert (desk.home / "demo.json").read_text() == keys


def test_the_provider_s_address_follows_the_sandbox_to_another_port(desk: Desk) -> None:
    desk.stop()
    port = free_port()
    elsewhere = Desk(desk.home, desk.port, {"SEVENPANEL_SANDBOX_PORT": str(port)})
    try:
        elsewhere.start()
        assert f"http://127.0.0.1:{port}" in elsewhere.screen
        status, said = elsewhere.says("manage", "dumpdata", "fulfilment.provider")
        assert status == 0, said
        assert f"http://127.0.0.1:{port}/api/v2" in said
    finally:
        elsewhere.stop()


def test_with_database_url_it_runs_there_and_starts_no_postgresql(tmp_path: Path) -> None:
    given = environment().dsn
    with closing(psycopg.connect(given, autocommit=True)) as connection:
        connection.execute("CREATE DATABASE launched")
    dsn = psycopg.conninfo.make_conninfo(given, dbname="launched")
    parts = psycopg.conninfo.conninfo_to_dict(dsn)
    url = f"postgresql://{parts['user']}@/launched?host={parts['host']}"
    desk = Desk(tmp_path, free_port(), {"DATABASE_URL": url})
    try:
        desk.start()
        assert desk.answers("/readyz")
        assert desk.part("postgres") is None
        assert not (tmp_path / "postgres").exists()
        assert desk.says("verify")[0] == 0
    finally:
        desk.stop()
        with closing(psycopg.connect(given, autocommit=True)) as connection:
            connection.execute("DROP DATABASE launched WITH (FORCE)")
