"""`sevenpanel bench` from end to end in its smallest size: every figure is there, and nothing is left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from sevenpanel.launch.bench import usage

FIGURES = {
    "api_add_32_ratio",
    "api_add_32_p99_ms",
    "api_add_8_ratio",
    "api_add_8_ratio_to_8",
    "hot_account_ratio",
    "status_100_p99_ms",
    "mass_10k_s",
    "mass_10k_preview_s",
    "slow_provider_ratio",
    "slow_provider_ratio_to_no_worker",
    "sync_per_s",
    "sync_growth_ratio",
    "orders_list_p95_ms",
    "order_page_p95_ms",
    "services_page_p95_ms",
}


def bench(home: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run it on the tests' PostgreSQL."""
    return subprocess.run(
        [sys.executable, "-m", "sevenpanel.cli", "bench", *arguments],
        env={**os.environ, "SEVENPANEL_HOME": str(home), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=390,
        check=False,
    )


def databases() -> set[str]:
    """The databases of benches on the tests' PostgreSQL."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE '%bench%'").fetchall()
    return {name for (name,) in found}


@pytest.mark.timeout(400)
def test_every_figure_is_measured_and_nothing_is_left(tmp_path: Path) -> None:
    ended = bench(tmp_path, "--rehearse", "--json")

    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told.keys() >= FIGURES
    assert told["size"] == "rehearsal"
    assert {name: told[name] for name in FIGURES if not told[name] > 0} == {}
    parts = [part for section in told["sections"] for part in section["parts"]]
    assert {part["name"].partition(",")[0] for part in parts} == {"web", "worker"}
    assert all(part["resident_mb"] > 0 or not usage.IS_TOLD for part in parts)
    assert databases() == set()
    assert not (tmp_path / "bench").exists()


def test_what_cannot_be_done_is_told_in_a_sentence(tmp_path: Path) -> None:
    ended = bench(tmp_path, "--rehearse", DATABASE_URL="postgresql://127.0.0.1:1/none")

    assert ended.returncode == 1
    assert "The database of DATABASE_URL cannot be reached" in ended.stderr
    assert "Traceback" not in ended.stderr
