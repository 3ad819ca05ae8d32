"""The embedded PostgreSQL lets in everybody whom `sevenpanel run` starts, however many cores there are."""

import os
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from tests.served import dsn

from sevenpanel.api.gateway import Gateway
from sevenpanel.api.line import Line
from sevenpanel.launch import capacity
from sevenpanel.launch.cluster import cluster_of
from sevenpanel.launch.database import running
from sevenpanel.settings import base
from sevenpanel.settings.environment import Environment, socket_folder


@pytest.mark.parametrize(("cores", "said", "processes"), [(1, 0, 1), (2, 0, 2), (64, 0, 4), (64, 16, 16), (None, 0, 1)])
def test_web_processes_are_one_per_core_up_to_four_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, said: int, processes: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    assert capacity.web_processes(Environment(SEVENPANEL_WEB_PROCESSES=said)) == processes


def test_what_a_process_may_hold_is_what_the_settings_and_the_door_say() -> None:
    options = base._database(dsn())["OPTIONS"]  # the tests themselves do without a pool
    assert isinstance(options, dict)
    lines = [held for held in vars(Gateway(settings.DATABASES["default"])).values() if isinstance(held, Line)]

    assert (options["pool"]["max_size"], len(lines)) == (capacity.POOL, capacity.DOOR)


@pytest.mark.parametrize("web", [1, 4, 64])
def test_all_processes_at_their_fullest_leave_room_for_a_person(web: int) -> None:
    fullest = web * (capacity.POOL + capacity.DOOR) + capacity.POOL + capacity.TIMETABLE

    assert capacity.connections(web) >= fullest + 20


@pytest.mark.parametrize(
    ("memory", "buffers"), [(256, 128), (1_024, 128), (2_048, 256), (8_192, 1_024), (16_384, 2_048), (262_144, 2_048)]
)
def test_postgresql_keeps_an_eighth_of_the_memory_within_bounds(memory: int, buffers: int) -> None:
    assert capacity.buffers_mb(memory) == buffers


@pytest.mark.parametrize(("said", "is_less"), [("max\n", False), (f"{512 << 20}\n", True)])
def test_a_container_has_the_memory_that_it_may_use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, is_less: bool
) -> None:
    (tmp_path / "memory.max").write_text(said)
    whole = capacity.memory_mb()
    monkeypatch.setattr(capacity, "_CGROUP_LIMIT", tmp_path / "memory.max")

    assert capacity.memory_mb() == (512 if is_less else whole)


def test_a_cluster_for_many_processes_starts_and_allows_their_connections() -> None:
    home = Path(tempfile.mkdtemp(prefix="sevenpanel-home-", dir="/tmp"))
    home.chmod(0o755)
    (home / "log").mkdir()
    cluster = cluster_of(home, durable=False, web=64)
    try:
        with running(cluster), closing(psycopg.connect(host=str(cluster.sockets), user="desk", dbname="desk")) as desk:
            allowed = desk.execute("SELECT current_setting('max_connections')::int").fetchone()
    finally:
        if (home / "postgres").is_symlink():
            shutil.rmtree((home / "postgres").resolve().parent)
        shutil.rmtree(socket_folder(home), ignore_errors=True)
        shutil.rmtree(home)

    assert allowed == (capacity.connections(64),)
