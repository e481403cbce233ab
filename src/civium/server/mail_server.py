"""What the operator sets of the server that takes mail from here: address, way of securing, sender, and the files of its secrets.

The rules are:
- without CIVIUM_MAIL_SERVER no mail is sent, and no page asks for an address;
- mail leaves over TLS; in clear only to a server on this machine;
- the password is in a file, read when it is needed, so that a new one needs no restart.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from civium.errors import Misconfigured

Security = Literal["starttls", "tls", "none"]
_PORTS: Mapping[str, tuple[Security, int]] = {"starttls": ("starttls", 587), "tls": ("tls", 465), "none": ("none", 25)}
_SERVER = re.compile(
    r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[1-9][0-9]{0,4}))?"
)
ADDRESS = re.compile(
    r"(?P<local>[A-Za-z0-9_](?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{0,62}[A-Za-z0-9!#$%&'*+/=?^_`{|}~-])?)"
    r"@(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9]))"
)
DEFAULTS = {"CIVIUM_MAIL_SECURITY": "starttls"}
SETTINGS = frozenset(
    {"CIVIUM_MAIL_SERVER", "CIVIUM_MAIL_FROM", "CIVIUM_MAIL_USER", "CIVIUM_MAIL_PASSWORD_FILE", "CIVIUM_MAIL_CA_FILE", *DEFAULTS}
)
_OPEN_TO_OTHERS = 0o007


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password_path: Path | None = None
    authorities_path: Path | None = None  # a certificate authority of one's own; without it the system's are believed

    def password(self) -> str:
        """Read the password. Raises Misconfigured `mail-password-unreadable`, `mail-password-open-to-others`."""
        assert self.password_path is not None
        try:
            if self.password_path.stat().st_mode & _OPEN_TO_OTHERS:
                raise Misconfigured("mail-password-open-to-others")
            return self.password_path.read_text("utf-8").strip("\r\n")
        except (OSError, ValueError):
            raise Misconfigured("mail-password-unreadable") from None


def mail_server(values: Mapping[str, str]) -> MailServer | None:
    """Give the server that was set, None where none was. Raises Misconfigured `setting-invalid`, `setting-missing`, `mail-in-clear`."""
    if not values.get("CIVIUM_MAIL_SERVER"):
        for name in sorted(SETTINGS - set(DEFAULTS)):
            if values.get(name):
                raise Misconfigured("setting-missing", setting="CIVIUM_MAIL_SERVER")
        return None
    place = _SERVER.fullmatch(values["CIVIUM_MAIL_SERVER"])
    if place is None or int(place["port"] or 1) > 65535:
        raise Misconfigured("setting-invalid", setting="CIVIUM_MAIL_SERVER")
    if values["CIVIUM_MAIL_SECURITY"] not in _PORTS:
        raise Misconfigured("setting-invalid", setting="CIVIUM_MAIL_SECURITY")
    security, port = _PORTS[values["CIVIUM_MAIL_SECURITY"]]
    host = place["host"].strip("[]")
    if security == "none" and not _is_this_machine(host):
        raise Misconfigured("mail-in-clear")
    if not values.get("CIVIUM_MAIL_FROM"):
        raise Misconfigured("setting-missing", setting="CIVIUM_MAIL_FROM")
    if not ADDRESS.fullmatch(values["CIVIUM_MAIL_FROM"]):
        raise Misconfigured("setting-invalid", setting="CIVIUM_MAIL_FROM")
    user, password = values.get("CIVIUM_MAIL_USER", ""), values.get("CIVIUM_MAIL_PASSWORD_FILE", "")
    if bool(user) != bool(password):
        raise Misconfigured("setting-missing", setting="CIVIUM_MAIL_PASSWORD_FILE" if user else "CIVIUM_MAIL_USER")
    return MailServer(
        host=host,
        port=int(place["port"] or port),
        security=security,
        sender=values["CIVIUM_MAIL_FROM"],
        user=user,
        password_path=Path(password).absolute() if password else None,
        authorities_path=Path(values["CIVIUM_MAIL_CA_FILE"]).absolute() if values.get("CIVIUM_MAIL_CA_FILE") else None,
    )


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
