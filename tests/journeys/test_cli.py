"""The `sevenpanel` command: every name leads somewhere, and mistakes are told in a sentence."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.editions import write

from sevenpanel.cli import COMMANDS, main
from sevenpanel.launch.targets import resolve

FOR_THE_SANDBOX_ALONE = "sevenpanel.fulfilment.providers.sandbox.server"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_s_function_is_there(name: str) -> None:
    assert callable(resolve(COMMANDS[name].target))


def refused(tmp_path: Path, *arguments: str, **environment: str) -> str:
    """Run a command that must fail, and return what it said, without a traceback."""
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    ended = subprocess.run(
        [sys.executable, "-m", "sevenpanel.cli", *arguments],
        env={**inherited, "SEVENPANEL_HOME": str(tmp_path), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "70000"}, "sevenpanel verify: PORT: Input should be less than or equal to 65535."),
        ({"PORT": "web"}, "sevenpanel verify: PORT: Input should be a valid integer"),
        ({"DATABASE_URL": "mysql://somewhere"}, "sevenpanel verify: DATABASE_URL: DATABASE_URL must begin with"),
        (
            {"SEVENPANEL_TELEGRAM_CHANNEL": "@northwind"},
            "sevenpanel verify: SEVENPANEL_TELEGRAM_TOKEN and SEVENPANEL_TELEGRAM_CHANNEL come together",
        ),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "The database of DATABASE_URL cannot be reached"),
    ],
)
def test_nonsense_in_the_environment_is_told_by_name(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    assert said in refused(tmp_path, "verify", **environment)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_what_lasts_does_not_start_on_terms_that_cannot_be_published(tmp_path: Path, command: str) -> None:
    write(tmp_path / "terms", "2", datetime(2027, 3, 1, tzinfo=UTC), changed={"[4.2] Not": "[42] Not"})

    assert "cannot be published: Version 2 of the Terms lacks the clauses 4.2." in refused(tmp_path, command)


def test_a_refused_secret_is_not_shown(tmp_path: Path) -> None:
    said = refused(tmp_path, "verify", SEVENPANEL_SECRET_KEY="hunter2")
    assert "SEVENPANEL_SECRET_KEY" in said
    assert "hunter2" not in said


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = refused(tmp_path, "migrate", SEVENPANEL_HOME=str(tmp_path / "file" / "home"))
    assert "cannot be used: Not a directory." in said


def test_an_unknown_command_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["brew"])
    said = capsys.readouterr().err
    assert all(name in said for name in COMMANDS)


def test_the_sandbox_starts_without_django() -> None:
    code = f"import {FOR_THE_SANDBOX_ALONE}, sevenpanel.cli, sys; print('django' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "False"
