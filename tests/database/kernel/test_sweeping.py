"""Files that no row names are removed after a while; all others stay."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from tests.database.support.test_tickets import SHOT, opened
from tests.shop import NOON, open_customer

from sevenpanel.kernel import db, media, sweeping
from sevenpanel.kernel.media import path_of
from sevenpanel.kernel.sweeping import sweep_files

pytestmark = pytest.mark.django_db

OLD, YOUNG = NOON - timedelta(days=30, seconds=1), NOON - timedelta(days=29)


def left_behind(name: str, when: float) -> Path:
    path = path_of(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"left behind")
    os.utime(path, (when, when))
    return path


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests, perhaps at this very moment, leave files in the common one."""
    for part in (media, sweeping):
        monkeypatch.setattr(part, "media_folder", lambda: tmp_path)


@pytest.fixture
def kept() -> Path:
    """A file of a message, as old as can be."""
    opened(open_customer("Alice"), uploads=[SHOT])
    ((name,),) = db.rows("SELECT stored_as FROM support_attachment")
    os.utime(path_of(str(name)), (0, 0))
    return path_of(str(name))


def test_what_no_row_names_goes_when_it_is_old(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    orphans = [left_behind(f"{number:040x}", OLD.timestamp()) for number in range(5)]
    young = left_behind("f" * 40, YOUNG.timestamp())

    assert sweep_files(now=NOON) == 5
    assert [path for path in orphans if path.exists()] == []
    assert young.exists()
    assert kept.exists()
    assert sweep_files(now=NOON) == 0


def test_what_the_desk_did_not_write_is_left_alone(kept: Path, tmp_path: Path) -> None:
    others = [tmp_path / "ab" / "README", tmp_path / ("a" * 40), kept.with_suffix(".txt")]
    for path in others:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"somebody else's")
        os.utime(path, (0, 0))

    assert sweep_files(now=NOON) == 0
    assert all(path.exists() for path in others)


def test_every_table_that_names_files_is_asked(tmp_path: Path) -> None:
    """Models that keep files, of whichever room: each has its names in a column that the sweep finds."""
    keepers = {
        str(model._meta.db_table)
        for model in apps.get_models()
        if any(field.name == "stored_as" for field in model._meta.get_fields())
    }
    found = {str(table) for (table,) in db.rows(sweeping._KEEPERS)}

    assert found == keepers
    assert "support_attachment" in found


def test_a_file_of_any_room_stays(tmp_path: Path) -> None:
    db.rows("CREATE TABLE another_room (stored_as text)")
    name = "c" * 40
    db.rows("INSERT INTO another_room VALUES (%s)", (name,))
    kept = left_behind(name, 0)

    assert sweep_files(now=NOON) == 0
    assert kept.exists()
