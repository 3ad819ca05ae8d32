"""The address of the database, as the operator writes it: on one machine, or on several of which one takes writes."""

from urllib.parse import parse_qsl, urlsplit

# What may be asked of a machine among several, so that no order is brought to one that only lets itself be read.
WRITING = ("read-write", "primary")


def read_database_url(url: str) -> str:
    """Check the address; where it names several machines, ask for the one that takes writes.

    :param url: a libpq address, such as `postgresql://desk@one,two:5433,three/desk`.
    :returns: the address to use.
    :raises ValueError: with a sentence that shows nothing of it, because it holds a password.
    """
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError("DATABASE_URL must begin with postgresql://; the desk runs on PostgreSQL only.")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("DATABASE_URL cannot be read. A [ or ] in it belongs around an IPv6 address.") from None
    asked = dict(parse_qsl(parts.query))
    hosts = (asked.get("host") or parts.netloc.rpartition("@")[2]).split(",")
    return url if len(hosts) == 1 else _several(url, len(hosts), asked)


def _several(url: str, hosts: int, asked: dict[str, str]) -> str:
    ports = asked.get("port", "").split(",")
    if len(ports) not in (1, hosts):
        raise ValueError(
            f"DATABASE_URL names {hosts} hosts and {len(ports)} ports; give one port for all, or each its own."
        )
    wanted = asked.get("target_session_attrs")
    if wanted is None:
        joint = "" if url.endswith(("?", "&")) else "&" if "?" in url else "?"
        return f"{url}{joint}target_session_attrs={WRITING[0]}"
    if wanted not in WRITING:
        raise ValueError(
            "DATABASE_URL names several hosts. Its target_session_attrs must be read-write there, or be left out,"
            " so that orders come to the one that takes them."
        )
    return url
