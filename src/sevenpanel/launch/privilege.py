"""Who runs PostgreSQL: we ourselves, or as root an unprivileged user, because PostgreSQL refuses root.

What belongs to that user may lie under a folder it cannot enter (a clone in a closed home folder). Then the
data and a copy of the programs live under /var/lib/sevenpanel, and SEVENPANEL_HOME holds a link to them.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from sevenpanel.launch.engine import Engine
from sevenpanel.launch.refusals import UnableToLaunch

CANDIDATES = ("postgres", "nobody")
OPEN_GROUND = Path("/var/lib/sevenpanel")


class Identity(TypedDict, total=False):
    """The part of `subprocess.Popen`'s arguments that says as whom a program runs."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The user under whom PostgreSQL runs."""

    uid: int
    gid: int
    ours: bool

    @property
    def identity(self) -> Identity:
        """Arguments for `subprocess.Popen`; none when it is the user we are already."""
        return Identity() if self.ours else Identity(user=self.uid, group=self.gid, extra_groups=[])

    def own(self, path: Path) -> None:
        """Make a folder that only this user (and root) can enter, or see to it that one that is there is so.

        :raises UnableToLaunch: when something is there that belongs to somebody else.
        """
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            there = path.lstat()
            if not stat.S_ISDIR(there.st_mode) or there.st_uid not in (os.getuid(), self.uid):
                raise UnableToLaunch(f"{path} is not a folder of ours; move it away.") from None
        if not self.ours:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)

    def may(self, permission: str, path: Path) -> bool:
        """This function asks the kernel, as that user, whether a path can be used.

        :param permission: a flag of test(1), "-x" for entering a folder or running a program.
        """
        return _answers(["test", permission, str(path)], self.identity)


def _answers(question: list[str], identity: Identity) -> bool:
    result = subprocess.run(question, check=False, cwd="/", stdin=subprocess.DEVNULL, **identity)  # noqa: S603
    return result.returncode == 0


def postgres_account(data: Path) -> Account:
    """This function says as whom PostgreSQL runs: as ourselves, as root instead as an unprivileged user.

    :param data: the data folder; as root, its owner decides once it exists.
    :raises UnableToLaunch: when the data is somebody else's, or root finds no user of `CANDIDATES`.
    """
    owner = data.stat() if data.exists() else None
    if os.getuid() != 0:
        if owner and owner.st_uid != os.getuid():
            raise UnableToLaunch(f"{data} is another user's; run this as the user who started the desk.")
        return Account(uid=os.getuid(), gid=os.getgid(), ours=True)
    if owner and owner.st_uid != 0:
        return Account(uid=owner.st_uid, gid=owner.st_gid, ours=False)
    entry = _first_candidate()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, ours=False)


def _first_candidate() -> pwd.struct_passwd:
    for name in CANDIDATES:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise UnableToLaunch(
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody` to run it as."
        " Start the desk as an ordinary user, or set DATABASE_URL."
    )


def reachable_engine(engine: Engine, account: Account) -> Engine:
    """The engine itself where the user can run it, else its copy on open ground, made once per version.

    :raises UnableToLaunch: when the user cannot run it and it is not ours to copy.
    """
    if account.ours or account.may("-x", engine.programs / "postgres"):
        return engine
    if not engine.folders:
        raise UnableToLaunch(f"The user that PostgreSQL must run as cannot run {engine.programs / 'postgres'}.")
    place = OPEN_GROUND / f"engine-{engine.version}"
    if not place.is_dir():
        _copy_in_place(engine.folders, place)
    return Engine(programs=place / engine.programs.relative_to(engine.folders[0].parent), version=engine.version)


def _copy_in_place(folders: Iterable[Path], place: Path) -> None:
    _open_ground()
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    for folder in folders:
        if folder.is_dir():
            shutil.copytree(folder, draft / folder.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():  # whatever the umask of the installation was
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    _put_in_place(draft, place)


def _put_in_place(draft: Path, place: Path) -> None:
    # Two first starts may copy at once; whoever comes second keeps the other's copy, which is the same.
    try:
        draft.rename(place)
    except OSError:
        shutil.rmtree(draft)
        if not place.is_dir():
            raise


def data_parent(home: Path, account: Account) -> Path:
    """This function says in which folder the data folder of this home is made, before there is one.

    :returns: home itself, or a new folder on open ground when the user cannot enter home. A folder left there
        by an earlier home of the same path is never taken up: its data is somebody's money.
    """
    if account.ours or account.may("-x", home):
        return home
    _open_ground()
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    for count in range(1, 1000):
        place = OPEN_GROUND / (digest if count == 1 else f"{digest}-{count}")
        if not place.exists():
            place.mkdir()
            place.chmod(0o755)
            return place
    raise UnableToLaunch(f"{OPEN_GROUND} holds too many databases of {home}; remove those no longer needed.")


def _open_ground() -> None:
    OPEN_GROUND.mkdir(parents=True, exist_ok=True)
    OPEN_GROUND.chmod(0o755)
