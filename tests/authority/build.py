"""Makes exports with a known truth: real keys, real seals, a real log, in a few lines of a test."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.authority.keys import AuthorityKey, encode_private_key, make_key
from civium.errors import Refused
from civium.formats import canonical, checkpoint, envelope, export, leaf, manifest, merkle, receipt
from civium.formats import statement as statements

HOST = "civium.example"
COLLECTION = bytes(range(16))
OPENS_ON, CLOSES_ON = date(2026, 3, 2), date(2026, 9, 1)
DAY = date(2026, 5, 4)
PASSPHRASE = "correct horse battery staple"
# Enough rounds for the format, few enough for a test.
QUICK_N = 2**14
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TEXT = {"title": "Night trains for every capital", "objectives": "A bed, a window & a timetable <are> enough."}


def authority_key(jurisdiction: str = "ES", *, suite: str = envelope.DEFAULT_SUITE, seed: bytes = b"s" * 32) -> AuthorityKey:
    """Give a fixed authority key."""
    return make_key(jurisdiction, seed, suite=suite)


def spanish(number: str = "00000090K", first: str = "Ana", family: str = "Robledo Vía", **others: str) -> dict[str, str]:
    """Give the fields of a part B statement."""
    return {"full_first_names": first, "family_names": family, "id_number": number, "id_type": "dni", **others}


def greek(first: str = "Φωτεινή", family: str = "Αλωνάρακη", born: str = "1980-02-29", **others: str) -> dict[str, str]:
    """Give the fields of a part A statement."""
    address = {
        "residence_street": "Οδός Ονείρων",
        "residence_number": "7",
        "residence_postal_code": "15124",
        "residence_city": "Μαρούσι",
        "residence_country": "GR",
    }
    return {"full_first_names": first, "family_names": family, "date_of_birth": born, **address, **others}


def dni(serial: int) -> str:
    """Give a synthetic Spanish number whose letter agrees; the first is 90, as 00000000T is the rules' own example."""
    number = serial or 90
    return f"{number:08d}" + "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]


def called(serial: int) -> str:
    """Give an invented first name of its own for each number: no digit, no syllable again and again."""
    tables = (
        ["ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"],
        ["ba", "go", "fe", "du", "hi", "jo", "lu", "my", "ny", "wa"],
    )
    return "".join(tables[place % 2][int(digit)] for place, digit in enumerate(str(serial))).capitalize()


def statement(fields: Mapping[str, str], **changes: Any) -> statements.Statement:
    """Give a statement as the browser would have made it."""
    made = statements.Statement(
        language="es",
        rules="2026-11-21",
        declaration=True,
        privacy_read=True,
        identity_key_version=0,
        token=b"",
        fields=dict(fields),
        confirmations=frozenset(),
    )
    return replace(made, **changes)


@dataclass
class Log:
    """One log in the making. `rows` hold envelopes as they arrived, or leaf rows."""

    key: AuthorityKey
    channel: str = "online"
    deployment: str = "demonstration"
    procedure: str = "eci"
    kind: str = export.PACKAGE
    texts: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"en": TEXT})
    rows: list[export.Row] = field(default_factory=list)
    further_keys: Sequence[AuthorityKey] = ()

    def __post_init__(self) -> None:
        jurisdiction = self.key.public.jurisdiction
        self.origin = checkpoint.log_origin(HOST, COLLECTION, jurisdiction, self.channel)
        self.manifests = [self.sign(self.manifest())]

    def manifest(self, **changes: Any) -> manifest.Manifest:
        """Give the first manifest."""
        jurisdiction = self.key.public.jurisdiction
        keys = tuple(
            manifest.KeyEntry(key.public.key_id, key.public.suite.name, sha256(key.public.public_key).digest())
            for key in (self.key, *self.further_keys)
        )
        made = manifest.Manifest(
            collection=COLLECTION,
            sequence=1,
            previous=b"",
            deployment=self.deployment,
            procedure=self.procedure,
            registration="DEMO-NIGHT-TRAINS",
            registered_on=date(2026, 2, 2),
            opens_on=OPENS_ON,
            closes_on=CLOSES_ON,
            rules_version="2026-11-21",
            rules_sha256=bytes(32),
            log_key=LOG_KEY.public_key().public_bytes_raw(),
            texts={language: sha256(canonical.encode(dict(text))).digest() for language, text in self.texts.items()},
            keys={jurisdiction: keys},
            logs={f"{jurisdiction}/{self.channel}": self.origin},
        )
        return replace(made, **changes)

    def sign(self, made: manifest.Manifest, key: Ed25519PrivateKey = LOG_KEY) -> tuple[bytes, str]:
        """Give a manifest's bytes with its signature."""
        raw = manifest.encode(made)
        return raw, manifest.sign(raw, HOST, key)

    def header(self, key: AuthorityKey | None = None, **changes: Any) -> envelope.Header:
        """Give the header of an envelope to a key of this log."""
        public = (key or self.key).public
        header = envelope.Header(
            suite=public.suite,
            key_id=public.key_id,
            collection=COLLECTION,
            jurisdiction=self.key.public.jurisdiction,
            channel=self.channel,
            manifest_hash=manifest.manifest_hash(self.manifests[-1][0]),
            erasure_commitment=receipt.erasure_commitment(COLLECTION, b"e" * 16),
        )
        return replace(header, **changes)

    def seal(self, plaintext: bytes, key: AuthorityKey | None = None, **changes: Any) -> bytes:
        """Give an envelope."""
        return envelope.seal(self.header(key, **changes), plaintext, (key or self.key).public.public_key)

    def add(self, made: statements.Statement, received_on: date = DAY, key: AuthorityKey | None = None) -> str:
        """Seal and append a statement; give its identifier."""
        return self.add_envelope(self.seal(statements.pad(statements.encode(made)), key), received_on)

    def add_envelope(self, raw: bytes, received_on: date = DAY) -> str:
        """Append an envelope as it is; give its identifier."""
        self.rows.append(export.StatementRow(received_on, raw))
        return str(receipt.identifier(envelope.envelope_hash(raw)))

    def destroy(self, index: int, reason: str, evidence: bytes = b"") -> None:
        """Leave only the leaf record of an entry."""
        self.rows[index] = export.LeafRow(export.leaf_of(self.rows[index]), reason, evidence)

    def leaves(self) -> list[bytes]:
        """Give the leaf records, also of rows that hold no envelope."""
        return [_leaf(row) for row in self.rows]

    def checkpoint(self, size: int | None = None) -> str:
        """Give the signed checkpoint at a size."""
        hashes = [merkle.leaf_hash(record) for record in self.leaves()][:size]
        return checkpoint.sign(checkpoint.Checkpoint(self.origin, len(hashes), merkle.tree_root(hashes)), LOG_KEY)

    def head(self, **changes: Any) -> export.ExportHead:
        """Give the export's head."""
        head = export.ExportHead(
            kind=self.kind,
            deployment=self.deployment,
            procedure=self.procedure,
            registration="DEMO-NIGHT-TRAINS",
            collection=COLLECTION,
            jurisdiction=self.key.public.jurisdiction,
            channel=self.channel,
            origin=self.origin,
            checkpoint=self.checkpoint(),
            size=len(self.rows),
            made_on=date(2026, 9, 2),
            manifests=tuple(self.manifests),
            texts={language: canonical.encode(dict(text)) for language, text in self.texts.items()},
        )
        return replace(head, **changes)

    def write(
        self, path: Path, rows: Iterable[export.Row] | None = None, *, sign: Callable[[bytes], str] | None = None, **changes: Any
    ) -> Path:
        """Write the export, signed with the log's key or by another hand."""
        rows = list(self.rows if rows is None else rows)
        with path.open("wb") as stream:
            head = self.head(**{"size": len(rows), **changes})
            export.write(stream, head, rows, sign or (lambda digest: export.sign(head, digest, LOG_KEY)))
        return path


def _leaf(row: export.Row) -> bytes:
    try:
        return export.leaf_of(row)
    except Refused:
        assert isinstance(row, export.StatementRow)
        return leaf.encode_parts(leaf.days_of(row.received_on), envelope.envelope_hash(row.envelope), envelope.NO_ERASURE)


def write_key(path: Path, key: AuthorityKey, passphrase: str = PASSPHRASE) -> Path:
    """Write a private key file that opens quickly."""
    path.write_bytes(encode_private_key(key, passphrase, salt=b"n" * 16, nonce=b"o" * 12, n=QUICK_N))
    return path


def read_json(path: Path) -> Any:
    """Give the value of a JSON file."""
    return json.loads(path.read_text("utf-8"))


def command(*arguments: str | Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run civium-authority in a process of its own."""
    told = [str(Path(sys.executable).with_name("civium-authority")), *map(str, arguments)]
    return subprocess.run(told, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, **settings)
