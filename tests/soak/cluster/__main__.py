"""`make soak-cluster`: the desk on three PostgreSQL servers, whose leader is killed while orders come in.

    python -m tests.soak.cluster FOLDER

FOLDER is what `scripts/patroni.sh` prints. The exit status is 0 when nothing was lost, bought twice or booked wrongly,
and when both planted faults were seen.
"""

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import django
from tests.soak.cluster import nodes

from sevenpanel.launch.bench.stage import forget_the_desk
from sevenpanel.launch.targets import resolve

# All of it takes four or five minutes.
LIMIT_SECONDS = 600
LOG_LINES = 25


def main(arguments: list[str]) -> int:
    """Play it once, within ten minutes."""
    (tools,) = arguments
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    signal.alarm(LIMIT_SECONDS)
    with nodes.running(Path(tools)) as cluster:
        home = cluster.folder / "home"
        home.mkdir(mode=0o700)
        try:
            _settle_in(cluster, home)
            red = int(resolve("tests.soak.cluster.story:play")(cluster, home))
        except BaseException:
            _tell_logs(cluster.folder)
            raise
        if red:
            _tell_logs(cluster.folder)
    print(f"{red} things were not as they have to be" if red else "all as it has to be", flush=True)
    return 1 if red else 0


def _settle_in(cluster: nodes.Cluster, home: Path) -> None:
    """Make the desk's tables in the cluster, and let this process be a part of the desk."""
    forget_the_desk()
    os.environ |= {
        "DATABASE_URL": cluster.url,
        "SEVENPANEL_HOME": str(home),
        "SEVENPANEL_SECRET_KEY": secrets.token_urlsafe(48),
        "DJANGO_SETTINGS_MODULE": "sevenpanel.settings.production",
    }
    subprocess.run([sys.executable, "-m", "sevenpanel.cli", "migrate"], check=True, stdout=subprocess.DEVNULL)
    django.setup()


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(f"ended by {signal.Signals(number).name}")


def _tell_logs(folder: Path) -> None:
    """The ends of what everybody wrote, before it is taken away."""
    for log in (*folder.glob("*/log"), *folder.glob("home/*/screen"), *folder.glob("home/*/*.log")):
        lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        print(f"--- {log.relative_to(folder)}", *lines, sep="\n", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
