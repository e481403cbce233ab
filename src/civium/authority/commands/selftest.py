"""civium-authority selftest: the whole way on invented statements, compared with what is known about them; also something to practise on."""

from __future__ import annotations

import json
import shutil
from argparse import ArgumentParser, Namespace
from datetime import datetime
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from civium.authority import working_file
from civium.authority.certificate import Draft, Paper, certificate_pdf
from civium.authority.commands.asking import OPENED, VERDICTS
from civium.authority.commands.selftest_keys import check_keys
from civium.authority.commission_xml import InitiativeData, schema, write_xml
from civium.authority.completeness import check_export
from civium.authority.custody import parse_private_key, unlock
from civium.authority.judging import FOR_DECISION
from civium.authority.keys import AuthorityKey
from civium.authority.opened import KIND as OPENED_KIND
from civium.authority.opened import open_into
from civium.authority.policy import Policy
from civium.authority.report import numbers_of
from civium.authority.results import read_results
from civium.authority.settling import STRIKE, settle, tally_of
from civium.authority.verification import KIND as VERDICTS_KIND
from civium.authority.verification import read_verdicts, rules_of, verify
from civium.authority.working_file import WorkingFile
from civium.errors import Refused, Untrusted
from civium.law.periods import brussels_date

EXPORT, KEY, PASSPHRASE, EXPECTED = "night-trains-ES-online.civium", "es.civium-private-key", "passphrase.txt", "expected.json"


def add_selftest(parser: ArgumentParser) -> None:
    """Add the options of `selftest`."""
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="leave the sample export with its key there, to practise on")
    parser.set_defaults(run=_selftest)


def _selftest(options: Namespace, now: datetime) -> list[str]:
    with as_file(files("civium.authority").joinpath("sample")) as sample, TemporaryDirectory() as folder:
        lines = check_sample(sample, Path(folder), now)
        if options.to:
            _leave(sample, options.to)
            lines.append(f"to practise on: {options.to.name}/{EXPORT}, key {KEY}, passphrase in {PASSPHRASE}")
    return lines


def _leave(sample: Path, target: Path) -> None:
    if target.exists():
        raise Refused("file-exists")
    target.mkdir()
    for name in (EXPORT, KEY, "es.civium-public-key", PASSPHRASE):
        shutil.copyfile(sample / name, target / name)


def check_sample(sample: Path, folder: Path, now: datetime) -> list[str]:
    """Open, verify and certify the sample and give what passed. Raises Untrusted `selftest-failed` at the step that gives something else."""
    expected = json.loads((sample / EXPECTED).read_text("utf-8"))
    key = unlock(parse_private_key((sample / KEY).read_bytes()), (sample / PASSPHRASE).read_text("utf-8").rstrip("\n"))
    opened, verdicts = _verified(sample / EXPORT, folder, key)
    strikes = rules_of(opened.facts).judge.strikes
    settled = list(settle(read_verdicts(verdicts), {}))
    if numbers_of(tally_of(settled, strikes)) != expected["before_decisions"]:
        raise Untrusted("selftest-failed", step=1)
    decisions = {row.row.identifier: STRIKE for row in settled if row.verdict == FOR_DECISION}
    tally = tally_of(settle(read_verdicts(verdicts), decisions), strikes)
    if tally.accepted != expected["accepted_when_all_that_waits_is_struck"]:
        raise Untrusted("selftest-failed", step=2)
    place = rules_of(opened.facts).procedure.jurisdictions["ES"]
    page = certificate_pdf(Draft(verdicts.facts, tally, "", verdicts.head_hash(), place, "selftest", Paper(), brussels_date(now)))
    if not _is_layout_kept(opened, verdicts) or not page.startswith(b"%PDF-"):
        raise Untrusted("selftest-failed", step=3)
    return [
        f"export: {tally.entries} entries are the whole log",
        f"opened: {tally.opened} envelopes",
        f"verdicts: {expected['before_decisions']['accepted']} accepted, as known",
        "files: the Commission's XML fits its schema, the certificate is drafted",
        *check_keys(key.seed),
        "selftest passed",
    ]


def _verified(export: Path, folder: Path, key: AuthorityKey) -> tuple[WorkingFile, WorkingFile]:
    complete = check_export(export, told=lambda _done, _total: None)
    opened, verdicts = folder / f"sample{OPENED}", folder / f"sample{VERDICTS}"
    open_into(complete, opened, keys=(key,), policy=Policy("ES"), processes=1, told=lambda _done, _total: None)
    kept = working_file.load(opened, key, kind=OPENED_KIND)
    verify(kept, verdicts, processes=1, told=lambda _done, _total: None)
    return kept, working_file.load(verdicts, key, kind=VERDICTS_KIND)


def _is_layout_kept(opened: WorkingFile, verdicts: WorkingFile) -> bool:
    rules, stream = rules_of(opened.facts), BytesIO()
    about = InitiativeData(opened.facts["registration"], rules.opens_on, rules.closes_on)
    results = read_results(opened, verdicts, {}, which=("accepted", "struck", "for-decision"))
    write_xml(stream, results, jurisdiction=rules.procedure.jurisdictions["ES"], procedure=rules.procedure, about=about)
    return bool(schema().validate(etree.fromstring(stream.getvalue())))
