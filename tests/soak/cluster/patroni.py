"""What Patroni is told on each machine: docs/scale.md gives operators the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sevenpanel.launch.engine import Engine

# The shortest that Patroni takes. It renews the leader's key every `loop_wait`, so that a dead leader's runs out after
# 10 to 20 seconds, and wants loop_wait + 2 * retry_timeout <= ttl: both of its tries may fail and it still leads. A
# shorter `loop_wait` makes the wait for a new leader longer, not shorter.
TTL, LOOP_WAIT, RETRY_TIMEOUT = 20, 10, 5
EVERYWHERE = "127.0.0.0/8"
ROLES = {"superuser": "postgres", "replication": "replicator", "rewind": "rewinder"}


def settings(
    *, name: str, folder: Path, sql: str, api: str, etcd: str, engine: Engine, passwords: Mapping[str, str]
) -> dict[str, Any]:
    """Patroni's settings for one machine.

    :param folder: everything of this machine lies below it.
    :param sql: where PostgreSQL listens, as `host:port`.
    :param api: where Patroni does.
    :param etcd: where etcd does.
    :param passwords: by role.
    """
    return {
        "scope": "desk",
        "name": name,
        "etcd3": {"host": etcd},
        "restapi": {"listen": api, "connect_address": api},
        "bootstrap": {"dcs": _shared(), "initdb": _initdb(engine)},
        "postgresql": {
            "listen": sql,
            "connect_address": sql,
            "data_dir": str(folder / "data"),
            "bin_dir": str(engine.programs),
            "pgpass": str(folder / "pgpass"),
            "authentication": {part: {"username": role, "password": passwords[role]} for part, role in ROLES.items()},
            "parameters": {"unix_socket_directories": str(folder), "password_encryption": "scram-sha-256"},
            "pg_hba": [
                f"host replication {ROLES['replication']} {EVERYWHERE} scram-sha-256",
                f"host all all {EVERYWHERE} scram-sha-256",
            ],
        },
    }


def _shared() -> dict[str, Any]:
    return {
        "ttl": TTL,
        "loop_wait": LOOP_WAIT,
        "retry_timeout": RETRY_TIMEOUT,
        "synchronous_mode": True,
        "synchronous_mode_strict": True,
        "postgresql": {
            "use_pg_rewind": True,
            "parameters": {
                "max_connections": 200,
                "synchronous_commit": "on",
                "wal_log_hints": "on",
                # A standby that asks the heir before it has taken over asks again after so long, and not after 5 s.
                "wal_retrieve_retry_interval": "500ms",
            },
        },
    }


def _initdb(engine: Engine) -> list[object]:
    locale: list[object] = [{"locale": "C.UTF-8"}]
    if engine.major >= 17:
        locale = [{"locale-provider": "builtin"}, {"builtin-locale": "C.UTF-8"}, {"locale": "C"}]
    return [{"encoding": "UTF8"}, "data-checksums", *locale]
