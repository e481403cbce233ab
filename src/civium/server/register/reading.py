"""Reads a file of the register, whichever of its two forms it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civium.errors import Refused
from civium.server.register.json_file import read_json
from civium.server.register.registered import LARGEST_FILE
from civium.server.register.xml_file import read_xml

if TYPE_CHECKING:
    from civium.server.register.registered import Registered

_START = 64


def read(raw: bytes) -> Registered:
    """Read a file; what it is shows in its first sign, never in its name. Raises Refused `register-empty`, and what the readers raise."""
    if len(raw) > LARGEST_FILE:
        raise Refused("register-too-large", largest=LARGEST_FILE)
    first = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:_START]
    if not first:
        raise Refused("register-empty")
    if first.startswith((b"{", b"[")):
        return read_json(raw)
    if first.startswith(b"<"):
        return read_xml(raw)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")):
        raise Refused("register-encoding", line=1)
    raise Refused("register-neither")
