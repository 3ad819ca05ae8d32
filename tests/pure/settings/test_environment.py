"""What the environment may say about mail and proxies, and what it is refused for, without ever showing a secret."""

import pytest
from pydantic import ValidationError

from sevenpanel.settings.environment import Environment

WHOLE = {
    "SEVENPANEL_MAIL_URL": "smtp://desk:p%40ss-phrase@mail.example:587?tls=1",
    "SEVENPANEL_MAIL_FROM": "Shop <desk@shop.example>",
    "SEVENPANEL_PUBLIC_URL": "https://shop.example",
}


@pytest.fixture
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*WHOLE, "SEVENPANEL_TRUSTED_PROXIES"):
        monkeypatch.delenv(name, raising=False)


def read(monkeypatch: pytest.MonkeyPatch, **said: str) -> Environment:
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    return Environment()


@pytest.mark.usefixtures("_nothing_said")
@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://desk:p%40ss-phrase@mail.example:2525?tls=1",
            ("mail.example", 2525, "desk", "p@ss-phrase", True, False),
        ),
        ("smtp://mail.example", ("mail.example", 587, "", "", False, False)),
        ("smtps://desk:phrase@mail.example", ("mail.example", 465, "desk", "phrase", False, True)),
        ("smtp://127.0.0.1:25/?tls=0", ("127.0.0.1", 25, "", "", False, False)),
    ],
)
def test_a_mail_server_is_read(monkeypatch: pytest.MonkeyPatch, url: str, server: tuple[object, ...]) -> None:
    mail = read(monkeypatch, **{**WHOLE, "SEVENPANEL_MAIL_URL": url}).mail

    assert mail is not None
    assert (mail.host, mail.port, mail.user, mail.password, mail.starts_tls, mail.is_tls) == server


@pytest.mark.usefixtures("_nothing_said")
@pytest.mark.parametrize(
    "change",
    [
        {"SEVENPANEL_MAIL_URL": "http://desk:secret-phrase@mail.example"},
        {"SEVENPANEL_MAIL_URL": "smtp://desk:secret-phrase@"},
        {"SEVENPANEL_MAIL_URL": "smtp://desk:secret-phrase@mail.example:port"},
        {"SEVENPANEL_MAIL_URL": "smtp://desk:secret-phrase@[mail.example"},
        {"SEVENPANEL_MAIL_URL": "smtp://desk:secret-phrase@mail.example?tls=yes"},
        {"SEVENPANEL_MAIL_URL": "smtp://desk:secret-phrase@mail.example?ssl=1"},
        {"SEVENPANEL_MAIL_URL": "smtps://desk:secret-phrase@mail.example?tls=1"},
        {"SEVENPANEL_MAIL_FROM": "desk"},
        {"SEVENPANEL_MAIL_FROM": ""},
        {"SEVENPANEL_PUBLIC_URL": ""},
        {"SEVENPANEL_TRUSTED_PROXIES": "-1"},
        {"SEVENPANEL_TRUSTED_PROXIES": "yes"},
    ],
)
def test_nonsense_is_refused_without_its_secret(monkeypatch: pytest.MonkeyPatch, change: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        read(monkeypatch, **{**WHOLE, **change})

    assert [error for error in refused.value.errors() if "secret-phrase" in error["msg"]] == []


@pytest.mark.usefixtures("_nothing_said")
def test_no_password_is_shown_by_what_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    here = read(monkeypatch, **WHOLE)

    assert "p@ss-phrase" not in f"{here!r} {here.mail!r}"
    assert "p%40ss-phrase" not in f"{here!r} {here}"


@pytest.mark.usefixtures("_nothing_said")
def test_nothing_is_trusted_and_no_mail_sent_unless_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    here = read(monkeypatch)

    assert (here.mail, here.trusted_proxies) == (None, 0)
