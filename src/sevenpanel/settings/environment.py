"""What the operator may say through the environment, and nothing else.

Read once at start-up, typed, and refused with a sentence when it makes no sense. `docs/configure.md` lists
every name; a test compares the two.
"""

import hashlib
import os
import re
import secrets
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sevenpanel.settings.database_url import read_database_url
from sevenpanel.settings.mail import MailServer, read_mail_url

# A unix socket's whole path may have 107 bytes on Linux; PostgreSQL adds "/.s.PGSQL.5432" (14) to the folder.
SOCKET_FOLDER_BYTES_MAX = 107 - len("/.s.PGSQL.5432")


# Where the networks themselves answer.
TELEGRAM_API = "https://api.telegram.org"
YOUTUBE_API = "https://www.googleapis.com"


class Environment(BaseSettings):
    """The environment variables the desk understands. Unknown ones are ignored, wrong ones refused."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    home: Path = Field(Path("var"), validation_alias="SEVENPANEL_HOME")
    port: int = Field(7070, validation_alias="PORT", ge=1, le=65535)
    database_url: str | None = Field(None, validation_alias="DATABASE_URL")
    bind: str = Field("127.0.0.1", validation_alias="SEVENPANEL_BIND")
    # Where the sandbox provider listens; by default the port after the desk's.
    sandbox_port: int | None = Field(None, validation_alias="SEVENPANEL_SANDBOX_PORT", ge=1, le=65535)
    # Percent of the sandbox's normal durations: 10 makes a rehearsal ten times as quick.
    sandbox_pace: int = Field(100, validation_alias="SEVENPANEL_SANDBOX_PACE", ge=1, le=10_000)
    # Where the simulated chain listens; by default the port after the sandbox's.
    simchain_port: int | None = Field(None, validation_alias="SEVENPANEL_SIMCHAIN_PORT", ge=1, le=65535)
    public_url: str | None = Field(None, validation_alias="SEVENPANEL_PUBLIC_URL")
    secret_key: str | None = Field(None, validation_alias="SEVENPANEL_SECRET_KEY", min_length=40)
    currency: str = Field("USD", validation_alias="SEVENPANEL_CURRENCY", pattern=r"^[A-Z]{3}$")
    web_processes: int = Field(0, validation_alias="SEVENPANEL_WEB_PROCESSES", ge=0, le=64)
    # How long the web server lets its database work, wait and do nothing, in seconds; 0 is without end (docs/adr, 35).
    statement_seconds: int = Field(30, validation_alias="SEVENPANEL_STATEMENT_SECONDS", ge=0, le=3600)
    lock_seconds: int = Field(10, validation_alias="SEVENPANEL_LOCK_SECONDS", ge=0, le=3600)
    idle_seconds: int = Field(60, validation_alias="SEVENPANEL_IDLE_SECONDS", ge=0, le=3600)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", validation_alias="SEVENPANEL_LOG_LEVEL")
    # The operator's channel; off without both a token and a channel. A webhook without its secret is not opened.
    telegram_token: SecretStr | None = Field(None, validation_alias="SEVENPANEL_TELEGRAM_TOKEN")
    telegram_channel: str | None = Field(
        None, validation_alias="SEVENPANEL_TELEGRAM_CHANNEL", pattern=r"^(@[A-Za-z][A-Za-z0-9_]{3,31}|-100[0-9]{5,15})$"
    )
    telegram_secret: SecretStr | None = Field(None, validation_alias="SEVENPANEL_TELEGRAM_SECRET", min_length=16)
    telegram_api: str = Field(TELEGRAM_API, validation_alias="SEVENPANEL_TELEGRAM_API", pattern=r"^https?://[^/\s]+$")
    # Meters of public counters, each off without its token or key (docs/insight.md).
    meter_telegram_token: SecretStr | None = Field(None, validation_alias="SEVENPANEL_METER_TELEGRAM_TOKEN")
    meter_youtube_key: SecretStr | None = Field(None, validation_alias="SEVENPANEL_METER_YOUTUBE_KEY", min_length=20)
    meter_youtube_api: str = Field(
        YOUTUBE_API, validation_alias="SEVENPANEL_METER_YOUTUBE_API", pattern=r"^https?://[^/\s]+$"
    )
    # How many calls a day the meter may make; a project of Google's has 10,000 unless it asked for more.
    meter_youtube_calls: int = Field(9_000, validation_alias="SEVENPANEL_METER_YOUTUBE_CALLS", ge=1, le=1_000_000)
    # A mail server; without one, mails are files under home. The sender's address comes with it.
    mail_url: SecretStr | None = Field(None, validation_alias="SEVENPANEL_MAIL_URL")
    mail_from: str | None = Field(
        None,
        validation_alias="SEVENPANEL_MAIL_FROM",
        pattern=r"^([^<>@\r\n]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$",
    )
    # A virus scanner, clamd, on this machine: it is spoken to in plain, so nothing else is offered.
    clamd: str | None = Field(
        None, validation_alias="SEVENPANEL_CLAMD", pattern=r"^(/\S+|(127\.0\.0\.1|localhost|\[::1\]):[0-9]{1,5})$"
    )
    # How many proxies stand in front and append to X-Forwarded-For; with none the header is not read.
    trusted_proxies: int = Field(0, validation_alias="SEVENPANEL_TRUSTED_PROXIES", ge=0, le=10)
    # A crash planted for tests: "point" or "point:n" kills the process at its n-th passing (kernel/chaos.py).
    chaos: str | None = Field(None, validation_alias="SEVENPANEL_CHAOS")

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().resolve()

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, url: str | None) -> str | None:
        return None if url is None else read_database_url(url)

    @field_validator("telegram_token", "meter_telegram_token")
    @classmethod
    def _token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not re.fullmatch(r"[0-9]{5,15}:[A-Za-z0-9_-]{30,50}", token.get_secret_value()):
            raise ValueError("A bot's token is a number, a colon and about 35 letters, as BotFather gives it.")
        return token

    @model_validator(mode="after")
    def _both_or_none(self) -> "Environment":
        if (self.telegram_token is None) != (self.telegram_channel is None):
            raise ValueError("SEVENPANEL_TELEGRAM_TOKEN and SEVENPANEL_TELEGRAM_CHANNEL come together or not at all.")
        return self

    @field_validator("mail_url")
    @classmethod
    def _mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            read_mail_url(url.get_secret_value())
        return url

    @model_validator(mode="after")
    def _mail_is_whole(self) -> "Environment":
        if (self.mail_url is None) != (self.mail_from is None):
            raise ValueError("SEVENPANEL_MAIL_URL and SEVENPANEL_MAIL_FROM come together or not at all.")
        if self.mail_url and not self.public_url:
            # Without it a link in a mail would lead to whatever host a stranger's request named.
            raise ValueError("SEVENPANEL_MAIL_URL needs SEVENPANEL_PUBLIC_URL: mails hold links to the desk.")
        return self

    @property
    def mail(self) -> MailServer | None:
        """The mail server, if one is set up."""
        return read_mail_url(self.mail_url.get_secret_value()) if self.mail_url else None

    @property
    def embedded(self) -> bool:
        """True when no DATABASE_URL is set, so that the desk runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def dsn(self) -> str:
        """The address of the database in force, as a libpq connection string."""
        return self.database_url or f"postgresql://desk@/desk?host={socket_folder(self.home)}"

    @property
    def terms_folder(self) -> Path:
        """Where versions of the Terms and the privacy policy lie that the operator wrote; it may be absent."""
        return self.home / "terms"

    @property
    def url(self) -> str:
        """Where customers reach the desk; without a public address, the loopback one."""
        return self.public_url or f"http://127.0.0.1:{self.port}"


def socket_folder(home: Path) -> Path:
    """The folder of the embedded PostgreSQL's socket: inside home, or a short one when home is too long.

    Root's is always the short one: PostgreSQL then runs as another user, who may be unable to enter home.

    :param home: the absolute SEVENPANEL_HOME.
    :returns: a folder whose socket path fits the kernel's limit; the same for every process with this home.
    """
    inside = home / "run"
    if os.getuid() != 0 and len(os.fsencode(inside)) <= SOCKET_FOLDER_BYTES_MAX:
        return inside
    # Never the folder that TMPDIR names: the next process may have another one.
    short = Path("/run" if os.getuid() == 0 else "/tmp")  # noqa: S108 - its owner is checked before it is used
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return short / f"sevenpanel-{os.getuid()}-{digest}"


def secret_key(environment: Environment) -> str:
    """The key that signs sessions: the environment's, else that of a file in home, made once (mode 0600)."""
    if environment.secret_key:
        return environment.secret_key
    path = environment.home / "secret.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_once(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    # A whole file or none: several processes may start at once, and the first one's key wins.
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@cache
def environment() -> Environment:
    """This process's environment, read at the first call."""
    return Environment()
