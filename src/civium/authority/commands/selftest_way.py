"""What selftest checks of the whole way: from a key made here to the certificate, in a folder that goes; and the frozen sample with its known numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lxml import etree

from civium.authority import working_file
from civium.authority.certificate import Draft, Paper, certificate_of, certificate_pdf
from civium.authority.commands.asking import OPENED, VERDICTS
from civium.authority.commands.selftest_steps import Found, Place, expect
from civium.authority.commission_xml import InitiativeData, schema, write_xml
from civium.authority.completeness import check_export
from civium.authority.custody import parse_private_key, unlock
from civium.authority.judging import FOR_DECISION
from civium.authority.keys import AuthorityKey, SeedKey, make_key
from civium.authority.opened import KIND as OPENED_KIND
from civium.authority.opened import open_into
from civium.authority.policy import Policy
from civium.authority.reading.checking import Asked, check_delivery
from civium.authority.reading.delivery import delivered
from civium.authority.reading.working import read_into
from civium.authority.report import numbers_of
from civium.authority.results import Result, read_results
from civium.authority.rows import decode_rows
from civium.authority.sampling.drawing import draw, population_of, read_sampled
from civium.authority.sampling.seed import draw_key
from civium.authority.sampling.strata import Strata
from civium.authority.settling import STRIKE, SettledRow, Tally, settle, tally_of
from civium.authority.table_csv import FIXED_COLUMNS, result_cells, write_csv
from civium.authority.table_xlsx import read_xlsx, write_xlsx
from civium.authority.verification import KIND as VERDICTS_KIND
from civium.authority.verification import read_verdicts, rules_of, verify
from civium.authority.working_file import WorkingFile
from civium.formats import checkpoint, envelope, export, manifest, merkle, receipt
from civium.formats import statement as statements
from civium.law.periods import brussels_date
from civium.law.procedure import form_of, load_procedure

EXPORT, KEY, PASSPHRASE, EXPECTED = "night-trains-ES-online.civium", "es.civium-private-key", "passphrase.txt", "expected.json"
_ALL = ("accepted", "struck", "for-decision")
_LARGEST_TABLE = 1 << 24


def verify_sample(place: Place) -> Found:
    """Open and verify the sample export and compare it with what is known about it."""
    expected = json.loads((place.sample / EXPECTED).read_text("utf-8"))
    opened, verdicts = _verified(place.sample / EXPORT, place.folder / "sample", sample_key(place.sample))
    strikes = rules_of(opened.facts).judge.strikes
    settled = list(settle(read_verdicts(verdicts), {}))
    expect(numbers_of(tally_of(settled, strikes)) == expected["before_decisions"], "other numbers before the decisions")
    tally = tally_of(settle(read_verdicts(verdicts), _struck(settled)), strikes)
    expect(tally.accepted == expected["accepted_when_all_that_waits_is_struck"], "another number after the decisions")
    return Found(f"{tally.entries} entries are the whole log, {tally.opened} opened, {tally.accepted} accepted, as known")


def sample_key(sample: Path) -> AuthorityKey:
    """Give the key of the sample export."""
    return unlock(parse_private_key((sample / KEY).read_bytes()), (sample / PASSPHRASE).read_text("utf-8").rstrip("\n"))


def sample_files(place: Place) -> tuple[WorkingFile, WorkingFile]:
    """Give what `verify_sample` left: the opened statements and their verdicts."""
    key = sample_key(place.sample)
    opened, verdicts = place.folder / f"sample{OPENED}", place.folder / f"sample{VERDICTS}"
    return working_file.load(opened, key, kind=OPENED_KIND), working_file.load(verdicts, key, kind=VERDICTS_KIND)


def _struck(settled: list[SettledRow]) -> dict[str, str]:
    return {row.row.identifier: STRIKE for row in settled if row.verdict == FOR_DECISION}


def _verified(path: Path, named: Path, key: AuthorityKey) -> tuple[WorkingFile, WorkingFile]:
    complete = check_export(path, told=_untold)
    opened, verdicts = named.with_name(named.name + OPENED), named.with_name(named.name + VERDICTS)
    open_into(complete, opened, keys=(key,), policy=Policy(key.public.jurisdiction), processes=1, told=_untold)
    kept = working_file.load(opened, key, kind=OPENED_KIND)
    verify(kept, verdicts, processes=1, told=_untold)
    return kept, working_file.load(verdicts, key, kind=VERDICTS_KIND)


def _untold(_done: int, _total: int) -> None:
    """Nobody watches: it takes a moment."""


def write_and_read_back(place: Place) -> Found:
    """Write the sample as the Commission's XML, as CSV and XLSX; read the XML back as `read` does, and the table."""
    opened, verdicts = sample_files(place)
    rules = rules_of(opened.facts)
    written = list(read_results(opened, verdicts, {}, which=_ALL))
    stream = BytesIO()
    about = InitiativeData(opened.facts["registration"], rules.opens_on, rules.closes_on)
    jurisdiction = rules.procedure.jurisdictions["ES"]
    write_xml(stream, iter(written), jurisdiction=jurisdiction, procedure=rules.procedure, about=about)
    expect(bool(schema().validate(etree.fromstring(stream.getvalue()))), "the XML does not fit its schema")
    layout = place.folder / "es.xml"
    layout.write_bytes(stream.getvalue())
    expect(_read_back(layout, place) == _told(written), "the XML was read back as something else")
    fields = form_of(rules.procedure, "ES", rules.closes_on).fields
    _check_tables(written, fields, place.folder)
    return Found(f"{len(_told(written))} statements as XML that fits its schema and reads back alike; CSV, XLSX")


def _told(results: list[Result]) -> dict[str, dict[str, str]]:
    return {result.settled.row.identifier: dict(result.statement.fields) for result in results if result.statement}


def _read_back(layout: Path, place: Place) -> dict[str, dict[str, str]]:
    key, target = sample_key(place.sample), place.folder / f"read{OPENED}"
    with delivered([layout]) as delivery:
        checked = check_delivery(delivery, Asked("ES"), told=_untold, remarked=lambda _file, _shortened: None)
        read_into(checked, target, key=key, policy=Policy("ES"), told=_untold)
    read = working_file.load(target, key, kind=OPENED_KIND)
    rows = (row for _, chunk in read.chunks() for row in decode_rows(chunk))
    return {str(row.identifier): dict(statements.parse(row.plaintext or b"").fields) for row in rows}


def _check_tables(written: list[Result], fields: tuple[str, ...], folder: Path) -> None:
    stream, sheet = BytesIO(), BytesIO()
    write_csv(stream, iter(written), fields=fields, separator=";", has_mark=True)
    expect(stream.getvalue().count(b"\r\n") == len(written) + 1, "the CSV has another number of lines")
    cells = (result_cells(result, fields) for result in written)
    write_xlsx(sheet, (*FIXED_COLUMNS, *fields), cells, name="statements", folder=folder)
    read = read_xlsx(sheet.getvalue(), largest=_LARGEST_TABLE)
    expect(len(read) == len(written) + 1, "the XLSX has another number of lines")


def make_pdf(place: Place) -> Found:
    """Draft the sample's certificate as a PDF."""
    opened, verdicts = sample_files(place)
    settled = list(settle(read_verdicts(verdicts), {}))
    rules = rules_of(opened.facts)
    tally = tally_of(settle(read_verdicts(verdicts), _struck(settled)), rules.judge.strikes)
    page = certificate_pdf(_draft(verdicts, tally, place))
    expect(page.startswith(b"%PDF-"), "no PDF")
    return Found(f"the certificate is drafted, {len(page):,} bytes")


def _draft(verdicts: WorkingFile, tally: Tally, place: Place) -> Draft:
    jurisdiction = load_procedure(verdicts.facts["procedure"]).jurisdictions[verdicts.facts["jurisdiction"]]
    made_on = brussels_date(place.now)
    return Draft(verdicts.facts, tally, "", verdicts.head_hash(), jurisdiction, "selftest", Paper(), made_on)


_COLLECTION = sha256(b"civium selftest collection").digest()[:16]
_OPENS_ON, _CLOSES_ON, _RECEIVED_ON = date(2026, 3, 2), date(2026, 9, 1), date(2026, 5, 4)
_INVENTED = (
    ("Aina", "Robledo Vía", "00000201V"),
    ("Berto", "Alcaraz Peña", "00000202H"),
    ("Cira", "Bermejo Ruán", "00000203L"),
    ("Aina", "Robledo Vía", "00000201V"),  # the first, once more
    ("Berto", "Alcaraz Peña", "00000220H"),  # the second, two digits exchanged
)


def go_the_whole_way(place: Place) -> Found:
    """Make a key, seal five invented statements, export, open, verify, settle, draw and certify; one repeats another, one nearly does."""
    key = make_key("ES", sha256(b"civium selftest key").digest())
    path = place.folder / "made.civium"
    _write_export(path, key)
    opened, verdicts = _verified(path, place.folder / "made", key)
    settled = list(settle(read_verdicts(verdicts), {}))
    strikes = rules_of(opened.facts).judge.strikes
    tally = tally_of(settled, strikes)
    near = [number for number, row in enumerate(settled) if any(label.startswith("near-") for label in row.row.labels)]
    expect((tally.entries, tally.repeats) == (len(_INVENTED), 1), "the repeat was not found, or others")
    expect(near == [1, 4], "the near-repeat was not found, or others")
    decisions = _struck(settled)
    tally = tally_of(settle(read_verdicts(verdicts), decisions), strikes)
    population = population_of(settle(read_verdicts(verdicts), decisions), Strata())
    drawn = draw(population, draw_key(bytes(32), bytes.fromhex(opened.facts["export"]["sha256"])), [[min(2, tally.accepted)]])
    sheets = read_sampled(opened, population, drawn)
    expect(len({sheet.identifier for sheet in sheets}) == len(drawn) > 0, "the sample cannot be read")
    told = certificate_of(_draft(verdicts, tally, place))
    expect(told["valid"]["online"] == tally.accepted > 0, "the certificate has another number")
    return Found(
        f"{len(_INVENTED)} sealed, opened and verified; repeat and near-repeat found, {len(drawn)} drawn, {tally.accepted} certified"
    )


def _write_export(path: Path, key: SeedKey) -> None:
    log_key = Ed25519PrivateKey.from_private_bytes(sha256(b"civium selftest log").digest())
    origin = checkpoint.log_origin("selftest.example", _COLLECTION, "ES", "online")
    made = _manifest(key, log_key, origin)
    raw = manifest.encode(made)
    header = envelope.Header(
        suite=key.public.suite,
        key_id=key.public.key_id,
        collection=_COLLECTION,
        jurisdiction="ES",
        channel="online",
        manifest_hash=manifest.manifest_hash(raw),
        erasure_commitment=receipt.erasure_commitment(_COLLECTION, bytes(16)),
    )
    rows = [export.StatementRow(_RECEIVED_ON, _sealed(header, key, *invented)) for invented in _INVENTED]
    hashes = [merkle.leaf_hash(export.leaf_of(row)) for row in rows]
    signed = checkpoint.sign(checkpoint.Checkpoint(origin, len(hashes), merkle.tree_root(hashes)), log_key)
    head = export.ExportHead(
        kind=export.PACKAGE,
        deployment=made.deployment,
        procedure=made.procedure,
        registration=made.registration,
        collection=_COLLECTION,
        jurisdiction="ES",
        channel="online",
        origin=origin,
        checkpoint=signed,
        size=len(rows),
        made_on=_CLOSES_ON,
        manifests=((raw, manifest.sign(raw, "selftest.example", log_key)),),
        texts={},
    )
    with path.open("wb") as stream:
        export.write(stream, head, rows, lambda digest: export.sign(head, digest, log_key))


def _sealed(header: envelope.Header, key: SeedKey, first: str, family: str, number: str) -> bytes:
    fields = {"full_first_names": first, "family_names": family, "id_number": number, "id_type": "dni"}
    made = replace(_STATEMENT, fields=fields)
    return envelope.seal(header, statements.pad(statements.encode(made)), key.public.public_key)


_STATEMENT = statements.Statement(
    language="es",
    rules="2026-11-21",
    declaration=True,
    privacy_read=True,
    identity_key_version=0,
    token=b"",
    fields={},
    confirmations=frozenset(),
)


def _manifest(key: SeedKey, log_key: Ed25519PrivateKey, origin: str) -> manifest.Manifest:
    entry = manifest.KeyEntry(key.public.key_id, key.public.suite.name, sha256(key.public.public_key).digest())
    told: dict[str, Any] = {"keys": {"ES": (entry,)}, "logs": {"ES/online": origin}, "texts": {}}
    return manifest.Manifest(
        collection=_COLLECTION,
        sequence=1,
        previous=b"",
        deployment="demonstration",
        procedure="eci",
        registration="DEMO-SELFTEST",
        registered_on=date(2026, 2, 2),
        opens_on=_OPENS_ON,
        closes_on=_CLOSES_ON,
        rules_version="2026-11-21",
        rules_sha256=bytes(32),
        log_key=log_key.public_key().public_bytes_raw(),
        **told,
    )
