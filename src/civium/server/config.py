"""What the operator sets: one frozen Config, read once from CIVIUM_* when a process starts.

The rules are:
- an unknown CIVIUM_ name is refused: a mistyped setting must not be silently without effect;
- a secret is never in the environment: its setting ends in _FILE and names a file;
- every setting is described in docs/settings.md.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from civium.errors import Misconfigured
from civium.server import mail_server
from civium.server.mail_server import MailServer

Role = Literal["all", "intake", "web"]
DatabaseRole = Literal["owner", "intake", "export", "destroy", "web"]
DATABASE_ROLES: tuple[DatabaseRole, ...] = ("owner", "intake", "export", "destroy", "web")
_ROLES: dict[str, Role] = {"all": "all", "intake": "intake", "web": "web"}
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")

DEFAULTS = {
    "CIVIUM_LISTEN": "127.0.0.1",
    "CIVIUM_PORT": "8000",
    "CIVIUM_ROLE": "all",
    "CIVIUM_QUEUE": "5000",
    "CIVIUM_BODY_SECONDS": "20",
    "CIVIUM_LIMIT": "1800",
    "CIVIUM_WORKERS": "1",
    **mail_server.DEFAULTS,
}
_DATABASE_FILE = "CIVIUM_DATABASE_FILE"
_DATABASE_FILES: Mapping[DatabaseRole, str] = {role: f"CIVIUM_DATABASE_{role.upper()}_FILE" for role in DATABASE_ROLES}
SETTINGS = frozenset(
    {"CIVIUM_DATA", "CIVIUM_URL", "CIVIUM_SECRET_KEY_FILE", "CIVIUM_TOKENS", "CIVIUM_PROXIES", "CIVIUM_WITNESSES"}
    | {"CIVIUM_BARRIER", _DATABASE_FILE, *_DATABASE_FILES.values(), *DEFAULTS, *mail_server.SETTINGS}
)


@dataclass(frozen=True)
class Config:
    """The settings of one process."""

    folder: Path
    url: str
    listen: str
    port: int
    role: Role
    queue_limit: int
    body_seconds: int
    secret_key_path: Path
    limit: int  # requests a minute and network; 0: no limit
    proxies: tuple[Network, ...]
    barrier: str  # module:maker of a second barrier before challenges; empty: none
    tokens_socket: Path | None  # None: the token service is in the intake's own process
    witnesses_path: Path | None  # the list of witnesses that public checkpoints are submitted to
    workers: int  # processes that serve; more than one need PostgreSQL
    mail: MailServer | None  # None: no mail is sent, and no page asks for an address
    databases: Mapping[DatabaseRole, Path]  # files with PostgreSQL's connection strings; empty: SQLite

    @property
    def is_on_postgresql(self) -> bool:
        """Whether statements and initiatives are in PostgreSQL, not in files of SQLite."""
        return bool(self.databases)

    @property
    def host(self) -> str:
        """Host of the public address, with its port if it is not the scheme's own: the first part of every log's origin."""
        return urlsplit(self.url).netloc

    @property
    def statements_path(self) -> Path:
        """The database of statements and logs."""
        return self.folder / "statements.db"

    @property
    def civium_path(self) -> Path:
        """Django's database: initiatives, organisers, journal."""
        return self.folder / "civium.db"

    @property
    def keys_folder(self) -> Path:
        """Private keys of logs, outside the databases and their backups."""
        return self.folder / "keys"

    @property
    def challenge_key_path(self) -> Path:
        """The key that signs challenges of proof of work."""
        return self.keys_folder / "challenge.key"

    @property
    def signed_heads_path(self) -> Path:
        """The highest signed size of each log, outside the databases and their backups."""
        return self.folder / "signed-heads"

    @property
    def kept_assets_folder(self) -> Path:
        """Files that pages of earlier versions load."""
        return self.folder / "assets-kept"

    @property
    def cosignatures_folder(self) -> Path:
        """What witnesses cosigned last."""
        return self.folder / "cosignatures"

    @property
    def lock_path(self) -> Path:
        """The lock that one intake process holds."""
        return self.folder / "intake.lock"

    @property
    def of_the_store(self) -> dict[str, str]:
        """The settings by which a process that only appends finds the same store and keys."""
        files = {_DATABASE_FILES[role]: str(self.databases[role]) for role in ("intake", "web") if role in self.databases}
        return {"CIVIUM_DATA": str(self.folder), "CIVIUM_URL": self.url} | files

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Config:
        """Read and check all settings. Raises Misconfigured `setting-unknown`, `setting-missing`, `setting-invalid`."""
        given = {name: value for name, value in environ.items() if name.startswith("CIVIUM_")}
        for name in sorted(given.keys() - SETTINGS):
            raise Misconfigured("setting-unknown", **({"setting": name} if re.fullmatch(r"[A-Z0-9_]{1,64}", name) else {}))
        values = DEFAULTS | given
        if not values.get("CIVIUM_DATA"):
            raise Misconfigured("setting-missing", setting="CIVIUM_DATA")
        folder = Path(values["CIVIUM_DATA"]).absolute()
        port = _number(values, "CIVIUM_PORT", 1, 65535)
        role = _ROLES.get(values["CIVIUM_ROLE"])
        if role is None:
            raise Misconfigured("setting-invalid", setting="CIVIUM_ROLE")
        databases = _databases(values)
        workers = _number(values, "CIVIUM_WORKERS", 1, 256)
        if workers > 1 and not databases:
            raise Misconfigured("workers-need-postgresql")
        secret_key = values.get("CIVIUM_SECRET_KEY_FILE")
        return cls(
            folder=folder,
            url=_address(values.get("CIVIUM_URL") or f"http://localhost:{port}"),
            listen=values["CIVIUM_LISTEN"],
            port=port,
            role=role,
            queue_limit=_number(values, "CIVIUM_QUEUE", 1, 1_000_000),
            body_seconds=_number(values, "CIVIUM_BODY_SECONDS", 1, 600),
            secret_key_path=Path(secret_key).absolute() if secret_key else folder / "keys" / "secret-key",
            limit=_number(values, "CIVIUM_LIMIT", 0, 1_000_000),
            proxies=_networks(values.get("CIVIUM_PROXIES", "")),
            barrier=values.get("CIVIUM_BARRIER", ""),
            tokens_socket=Path(values["CIVIUM_TOKENS"]).absolute() if values.get("CIVIUM_TOKENS") else None,
            witnesses_path=Path(values["CIVIUM_WITNESSES"]).absolute() if values.get("CIVIUM_WITNESSES") else None,
            workers=workers,
            mail=mail_server.mail_server(values),
            databases=databases,
        )


def _number(values: Mapping[str, str], name: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(values[name]) or not least <= int(values[name]) <= most:
        raise Misconfigured("setting-invalid", setting=name, least=least, most=most)
    return int(values[name])


def _databases(values: Mapping[str, str]) -> dict[DatabaseRole, Path]:
    """Give each role's file, its own or the one for all; what a process was not given it cannot do."""
    files = {role: values.get(name) or values.get(_DATABASE_FILE) for role, name in _DATABASE_FILES.items()}
    given = {role: Path(file).absolute() for role, file in files.items() if file}
    if given and "web" not in given:
        raise Misconfigured("setting-missing", setting=_DATABASE_FILES["web"])
    return given


def _networks(text: str) -> tuple[Network, ...]:
    """Give addresses and networks, separated by commas or spaces."""
    try:
        return tuple(ipaddress.ip_network(piece) for piece in text.replace(",", " ").split())
    except ValueError:
        raise Misconfigured("setting-invalid", setting="CIVIUM_PROXIES") from None


def _address(text: str) -> str:
    """Give scheme and host of a public address; a path, query or name in it would break the origins of logs."""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise Misconfigured("setting-invalid", setting="CIVIUM_URL") from None
    is_bare = text.rstrip("/") == f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc) or not is_bare:
        raise Misconfigured("setting-invalid", setting="CIVIUM_URL")
    own_port = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.removesuffix(own_port)}"
