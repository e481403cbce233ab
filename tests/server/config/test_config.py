"""Settings: each is read and checked, what is none is refused, each is documented."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from civium.errors import Misconfigured
from civium.server.config import DATABASE_ROLES, DEFAULTS, SETTINGS, Config

GIVEN = {"CIVIUM_DATA": "/srv/civium", "CIVIUM_URL": "https://sign.example.org"}


def test_a_folder_and_an_address_are_enough() -> None:
    config = Config.from_environment(GIVEN | {"HOME": "/root", "PATH": "/bin"})
    assert (config.folder, config.url, config.host) == (Path("/srv/civium"), "https://sign.example.org", "sign.example.org")
    assert (config.listen, config.port, config.role, config.queue_limit, config.body_seconds) == (
        "127.0.0.1",
        8000,
        "all",
        5000,
        20,
    )
    assert config.statements_path == Path("/srv/civium/statements.db")
    assert config.civium_path == Path("/srv/civium/civium.db")
    assert config.secret_key_path == Path("/srv/civium/keys/secret-key")


def test_every_setting_has_its_effect() -> None:
    environ = GIVEN | {
        "CIVIUM_LISTEN": "0.0.0.0",
        "CIVIUM_PORT": "8443",
        "CIVIUM_ROLE": "intake",
        "CIVIUM_QUEUE": "17",
        "CIVIUM_BODY_SECONDS": "5",
        "CIVIUM_SECRET_KEY_FILE": "/run/secrets/civium",
        "CIVIUM_LIMIT": "60",
        "CIVIUM_PROXIES": "192.0.2.7, 2001:db8::/32",
        "CIVIUM_TOKENS": "/run/civium-tokens/socket",
        "CIVIUM_WORKERS": "4",
        "CIVIUM_WITNESSES": "/etc/civium/witnesses",
        "CIVIUM_BARRIER": "barriers.spoken:make",
        "CIVIUM_MAIL_SERVER": "mail.example.org:2525",
        "CIVIUM_MAIL_SECURITY": "tls",
        "CIVIUM_MAIL_FROM": "news@sign.example.org",
        "CIVIUM_MAIL_USER": "civium",
        "CIVIUM_MAIL_PASSWORD_FILE": "/run/secrets/mail",
        "CIVIUM_MAIL_CA_FILE": "/etc/civium/mail-ca.pem",
        "CIVIUM_DATABASE_FILE": "/run/secrets/database",
        **{f"CIVIUM_DATABASE_{role.upper()}_FILE": f"/run/secrets/database-{role}" for role in DATABASE_ROLES},
    }
    assert set(environ) == SETTINGS
    config = Config.from_environment(environ)
    assert (config.listen, config.port, config.role, config.queue_limit, config.body_seconds) == (
        "0.0.0.0",
        8443,
        "intake",
        17,
        5,
    )
    assert config.secret_key_path == Path("/run/secrets/civium")
    assert config.limit == 60
    assert config.proxies == (ip_network("192.0.2.7/32"), ip_network("2001:db8::/32"))
    assert config.tokens_socket == Path("/run/civium-tokens/socket")
    assert (config.workers, config.is_on_postgresql) == (4, True)
    assert (config.witnesses_path, config.barrier) == (Path("/etc/civium/witnesses"), "barriers.spoken:make")
    assert config.databases == {role: Path(f"/run/secrets/database-{role}") for role in DATABASE_ROLES}
    assert config.mail is not None
    assert (config.mail.host, config.mail.port, config.mail.security) == ("mail.example.org", 2525, "tls")


def test_one_file_serves_all_roles_that_have_none_of_their_own() -> None:
    config = Config.from_environment(
        GIVEN | {"CIVIUM_DATABASE_FILE": "/run/all", "CIVIUM_DATABASE_DESTROY_FILE": "/run/destroy", "CIVIUM_WORKERS": "2"}
    )
    assert config.databases == {role: Path("/run/destroy" if role == "destroy" else "/run/all") for role in DATABASE_ROLES}


def test_a_process_has_the_roles_that_it_was_given() -> None:
    files = {"CIVIUM_DATABASE_WEB_FILE": "/run/web", "CIVIUM_DATABASE_INTAKE_FILE": "/run/intake"}
    assert set(Config.from_environment(GIVEN | files).databases) == {"web", "intake"}
    with pytest.raises(Misconfigured, match=r"setting-missing \(setting=CIVIUM_DATABASE_WEB_FILE\)"):
        Config.from_environment(GIVEN | {"CIVIUM_DATABASE_INTAKE_FILE": "/run/intake"})


def test_several_workers_need_postgresql() -> None:
    with pytest.raises(Misconfigured, match="workers-need-postgresql"):
        Config.from_environment(GIVEN | {"CIVIUM_WORKERS": "2"})


def test_without_settings_no_proxy_is_believed_and_the_tokens_are_near() -> None:
    config = Config.from_environment(GIVEN)
    assert (config.proxies, config.tokens_socket, config.limit) == ((), None, 1800)


@pytest.mark.parametrize("name", ["CIVIUM_SECRET_KEY", "CIVIUM_PROT", "CIVIUM_", "CIVIUM_x", "CIVIUM_" + "A" * 100])
def test_a_name_that_is_no_setting_is_refused(name: str) -> None:
    with pytest.raises(Misconfigured, match="setting-unknown") as refused:
        Config.from_environment(GIVEN | {name: "a secret"})
    assert "a secret" not in str(refused.value)


@pytest.mark.parametrize("environ", [{}, {"CIVIUM_DATA": ""}])
def test_without_a_folder_there_is_no_start(environ: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match=r"setting-missing \(setting=CIVIUM_DATA\)"):
        Config.from_environment(environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CIVIUM_PORT", "0"),
        ("CIVIUM_PORT", "65536"),
        ("CIVIUM_PORT", "+80"),
        ("CIVIUM_PORT", "٨٠"),
        ("CIVIUM_QUEUE", "0"),
        ("CIVIUM_QUEUE", "many"),
        ("CIVIUM_BODY_SECONDS", "601"),
        ("CIVIUM_ROLE", "Web"),
        ("CIVIUM_LIMIT", "-1"),
        ("CIVIUM_PROXIES", "a.proxy.example"),
        ("CIVIUM_PROXIES", "192.0.2.1/24"),
        ("CIVIUM_URL", "sign.example.org"),
        ("CIVIUM_URL", "ftp://sign.example.org"),
        ("CIVIUM_URL", "https://sign.example.org/path"),
        ("CIVIUM_URL", "https://sign.example.org?query"),
        ("CIVIUM_URL", "https://name@sign.example.org"),
        ("CIVIUM_URL", "https://Sign.example.org"),
        ("CIVIUM_URL", "https://[::1"),
        ("CIVIUM_URL", "https://"),
    ],
)
def test_a_value_out_of_bounds_is_refused_and_named(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match="setting-invalid") as refused:
        Config.from_environment(GIVEN | {name: value})
    assert refused.value.facts["setting"] == name


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://sign.example.org/", "sign.example.org"),
        ("https://sign.example.org:443", "sign.example.org"),
        ("http://sign.example.org:80/", "sign.example.org"),
        ("http://localhost:8000", "localhost:8000"),
    ],
)
def test_one_address_has_one_host(url: str, host: str) -> None:
    assert Config.from_environment(GIVEN | {"CIVIUM_URL": url}).host == host


def test_without_an_address_it_is_this_machine() -> None:
    assert Config.from_environment({"CIVIUM_DATA": "x", "CIVIUM_PORT": "9000"}).url == "http://localhost:9000"


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in SETTINGS:
        assert f"`{name}`" in page
        assert name not in DEFAULTS or f"`{DEFAULTS[name]}`" in page
