"""The address of a mail server, read from one variable."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}
_SHAPE = "Write smtp://user:password@host:587?tls=1, or smtps://user:password@host:465."


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed over.

    :param starts_tls: a plain connection is turned into TLS before anything is said (STARTTLS).
    :param is_tls: the connection is TLS from its first byte.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starts_tls: bool
    is_tls: bool


def read_mail_url(url: str) -> MailServer:
    """Read the address of a mail server.

    :raises ValueError: with a sentence that holds nothing of the address, since a password is part of it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(_SHAPE) from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = options.pop("tls", "0")
    is_smtps = parts.scheme == "smtps"
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise ValueError(_SHAPE)
    if options or tls not in ("0", "1") or (is_smtps and tls == "1"):
        raise ValueError(_SHAPE)
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starts_tls=tls == "1",
        is_tls=is_smtps,
    )
