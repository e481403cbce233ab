"""The numbers of a certificate's draft, as the authority's tool writes them and the organisers' console reads them (docs/spec/certificate.md).

The rules are:
- the file says what the draft says, and of which package: it certifies nothing, the signed paper does (Art. 12(5));
- it comes from outside: every member is checked, what is not known is passed over, and nothing of it is repeated in an error.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from civium.errors import Refused

NAME: Final = "certificate draft v1"
LARGEST_FILE: Final = 1_048_576  # the largest part is the policy and a sample's strata: some tens of kilobytes
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_MOST: Final = 2**53 - 1
_LONGEST: Final = 500


@dataclass(frozen=True)
class Package:
    """One package that was certified: its file's hash, its log's name, and the root of the log's tree."""

    sha256: bytes
    origin: str
    root: bytes


@dataclass(frozen=True)
class CertificateFile:
    """What the file says. A log and its successors are a package each; their entries are counted together."""

    is_demonstration: bool
    made_on: date
    authority: str
    jurisdiction: str
    registration: str
    online_valid: int
    paper_valid: int
    paper_received: int
    entries: int
    packages: tuple[Package, ...]


def parse(raw: bytes) -> CertificateFile:
    """Give what the file says. Raises Refused `certificate-file-malformed` for anything else than such a file, and where its sums do not hold."""
    if len(raw) > LARGEST_FILE:
        raise Refused("certificate-file-malformed")
    try:
        return _file(json.loads(raw.decode("utf-8")))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused("certificate-file-malformed") from None


def _file(told: dict[str, Any]) -> CertificateFile:
    valid, paper, log, hashes = told["valid"], told["paper"], told["log"], told["hashes"]
    found = CertificateFile(
        is_demonstration=_boolean(told["demonstration"]),
        made_on=date.fromisoformat(_text(told["made_on"])),
        authority=_text(told["authority"]),
        jurisdiction=_text(told["jurisdiction"], _CODE),
        registration=_text(told["registration"]),
        online_valid=_number(valid["online"]),
        paper_valid=_number(valid["paper"]),
        paper_received=_number(paper["received"]),
        entries=_number(told["online"]["entries"]),
        packages=tuple(
            Package(bytes.fromhex(_text(digest, _HASH)), origin, bytes.fromhex(_text(root, _HASH)))
            for digest, origin, root in zip(
                _listed(hashes["export"]), _listed(log["origin"]), _listed(hashes["log_root"]), strict=True
            )
        ),
    )
    sums = (
        told["civium"] == NAME,
        _number(valid["total"]) == found.online_valid + found.paper_valid,
        _number(paper["valid"]) == found.paper_valid <= found.paper_received,
        _number(log["size"]) == found.entries,
    )
    if not all(sums):
        raise ValueError
    return found


def _listed(told: Any) -> list[str]:
    """Give what stands there with a space between each two; hashes of several packages are longer than one line of text may be."""
    if not isinstance(told, str):
        raise TypeError
    return told.split(" ")


def _text(told: Any, pattern: re.Pattern[str] | None = None) -> str:
    if not isinstance(told, str) or not 0 < len(told) <= _LONGEST or not told.isprintable():
        raise TypeError
    if pattern is not None and not pattern.fullmatch(told):
        raise ValueError
    return told


def _number(told: Any) -> int:
    if type(told) is not int or not 0 <= told <= _MOST:
        raise TypeError
    return told


def _boolean(told: Any) -> bool:
    if type(told) is not bool:
        raise TypeError
    return told
