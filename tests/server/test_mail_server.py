"""The mail server's settings: what is missing or unsafe is refused by name; a password is never shown and never readable by others."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.errors import Misconfigured
from civium.server.config import Config
from civium.server.mail_server import MailServer

GIVEN = {"CIVIUM_DATA": "/srv/civium", "CIVIUM_MAIL_SERVER": "mail.example.org", "CIVIUM_MAIL_FROM": "news@sign.example.org"}


def _mail(**given: str) -> MailServer:
    found = Config.from_environment(GIVEN | {f"CIVIUM_MAIL_{name}": value for name, value in given.items()}).mail
    assert found is not None
    return found


def test_without_a_server_there_is_no_mail() -> None:
    assert Config.from_environment({"CIVIUM_DATA": "/srv/civium"}).mail is None


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465)])
def test_each_way_has_its_port(security: str, port: int) -> None:
    assert (_mail(SECURITY=security).port, _mail(SERVER="mail.example.org:2525", SECURITY=security).port) == (port, 2525)
    assert _mail().security == "starttls"


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1:2525", "[::1]:25"])
def test_in_clear_goes_to_this_machine_alone(server: str) -> None:
    assert _mail(SERVER=server, SECURITY="none").security == "none"
    with pytest.raises(Misconfigured, match="mail-in-clear"):
        _mail(SECURITY="none")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVER", "mail.example.org:0"),
        ("SERVER", "mail.example.org:65536"),
        ("SERVER", "mail.example.org\nRCPT"),
        ("SECURITY", "ssl"),
        ("FROM", "news"),
        ("FROM", "News <news@sign.example.org>"),
        ("FROM", "news@sign.example.org\r\nBcc: all@example.org"),
    ],
)
def test_what_cannot_be_is_refused_and_named(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"setting-invalid .setting=CIVIUM_MAIL_{name}"):
        _mail(**{name: value})


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"CIVIUM_MAIL_FROM": "news@sign.example.org"}, "CIVIUM_MAIL_SERVER"),
        ({"CIVIUM_MAIL_SERVER": "mail.example.org"}, "CIVIUM_MAIL_FROM"),
        (GIVEN | {"CIVIUM_MAIL_USER": "civium"}, "CIVIUM_MAIL_PASSWORD_FILE"),
        (GIVEN | {"CIVIUM_MAIL_PASSWORD_FILE": "/run/secrets/mail"}, "CIVIUM_MAIL_USER"),
    ],
)
def test_what_belongs_together_is_given_together(given: dict[str, str], missing: str) -> None:
    with pytest.raises(Misconfigured, match=f"setting-missing .setting={missing}"):
        Config.from_environment({"CIVIUM_DATA": "/srv/civium"} | given)


def test_a_password_is_read_from_its_file_and_shown_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("a secret\n")
    file.chmod(0o600)
    mail = _mail(USER="civium", PASSWORD_FILE=str(file))
    assert mail.password() == "a secret"
    assert "a secret" not in repr(mail)
    file.chmod(0o604)
    with pytest.raises(Misconfigured, match="mail-password-open-to-others"):
        mail.password()
    file.unlink()
    with pytest.raises(Misconfigured, match="mail-password-unreadable"):
        mail.password()
