"""The key statement: what an authority signs about its key, as a PDF for the pen and as a file for machines (docs/spec/authority-key.md).

The rules are:
- it says whose key, its fingerprint in words, how it is kept, when; nothing in it is secret and nothing personal: names are written by hand;
- values go to the typesetter as JSON, never as text that it would read as its own commands.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from typing import Any

from civium.authority.kept_key import HOLDER, PASSPHRASE, RESIDENT, SHARES, WRAPPED
from civium.authority.typesetting import set_pdf
from civium.formats import canonical
from civium.formats.authority_key import PublicKey, fingerprint_words

NAME = "key statement v1"
CUSTODIES = {
    PASSPHRASE: "in a file under a passphrase, both kept in two places",
    SHARES: "in shares on paper, each with another holder; no one person can open it",
    WRAPPED: "in a file that only a token of the authority opens",
    RESIDENT: "in a token of the authority, which it never leaves",
}
_SUITES = {
    "647a-0001-0002": "MLKEM768-X25519, HKDF-SHA256, AES-256-GCM",
    "0010-0001-0002": "DHKEM(P-256), HKDF-SHA256, AES-256-GCM",
}


@dataclass(frozen=True)
class KeyStatement:
    """What the statement says. `custody` is one of `CUSTODIES`; `keeping` tells numbers: of shares, or of tokens."""

    public: PublicKey
    authority: str
    custody: str
    keeping: tuple[tuple[str, int], ...]
    made_on: date


@dataclass(frozen=True)
class CeremonySheet:
    """The protocol of a ceremony: what the recorder has everybody sign. No share is on it."""

    public: PublicKey
    identifier: int
    threshold: int
    count: int
    made_on: date
    # What everybody read aloud, where it is not the key's own id: an organisers' key's of all that follow from it.
    fingerprint: bytes = b""


def encode_statement(statement: KeyStatement) -> bytes:
    """Give the statement as a file: canonical JSON and a line feed."""
    public = statement.public
    told = {
        "authority": statement.authority,
        "civium": NAME,
        "custody": statement.custody,
        "fingerprint": fingerprint_words(public.key_id),
        "jurisdiction": public.jurisdiction,
        "keeping": dict(statement.keeping),
        "key_id": public.key_id.hex(),
        "made_on": statement.made_on.isoformat(),
        "public_key": b64encode(public.public_key).decode(),
        "suite": public.suite.name,
    }
    return canonical.encode(told) + b"\n"


def statement_pdf(statement: KeyStatement) -> bytes:
    """Give the statement as a tagged PDF (PDF/UA-1), to be dated, signed and stamped."""
    public = statement.public
    rows = [
        ["Authority", statement.authority],
        ["State", public.jurisdiction],
        ["How the key is kept", CUSTODIES[statement.custody]],
        *([_KEEPING[name], str(number)] for name, number in statement.keeping),
        ["Cryptography (RFC 9180)", _SUITES[public.suite.name]],
        ["Statement made on", statement.made_on.isoformat()],
    ]
    return set_pdf("key_statement.typ", {"rows": rows, **_fingerprint(public.key_id), "state": public.jurisdiction})


_KEEPING = {"shares": "Shares", "threshold": "Shares that open it", "tokens": "Tokens that hold it"}


def ceremony_pdf(sheet: CeremonySheet) -> bytes:
    """Give the protocol sheet of a ceremony as a tagged PDF (PDF/UA-1), with lines for the names and signatures of all who were there."""
    rows = [
        ["Whose key", "the organisers'"] if sheet.public.jurisdiction == HOLDER else ["State", sheet.public.jurisdiction],
        ["Day", sheet.made_on.isoformat()],
        ["Shares", f"{sheet.count}, of which any {sheet.threshold} open the key"],
        ["Set of shares (SLIP-39 identifier)", str(sheet.identifier)],
        ["Cryptography (RFC 9180)", _SUITES[sheet.public.suite.name]],
    ]
    roles = ["Leader", "Recorder", *(f"Holder of share {number}" for number in range(1, sheet.count + 1)), "Witness", "Witness"]
    return set_pdf(
        "ceremony_sheet.typ",
        {"rows": rows, "roles": roles, "steps": _STEPS, **_fingerprint(sheet.fingerprint or sheet.public.key_id)},
    )


_STEPS = (
    "The computer was started from a known state and is on no network; no telephone, no camera in the room.",
    "Everybody read the fingerprint's words aloud from the screen; they are those on this sheet.",
    "Each holder came to the screen alone, wrote the share down, typed it back without a mistake, and closed the envelope.",
    "The fingerprint, the number of the share and the holder's signature are on each envelope.",
    "The program combined shares that had been typed back, and opened a trial with them.",
    "The computer was switched off; nothing written in the room was left behind.",
)


def _fingerprint(identifier: bytes) -> dict[str, Any]:
    words = fingerprint_words(identifier).split("-")
    return {"words": [" ".join(words[:4]), " ".join(words[4:])], "key_id": identifier.hex()}
