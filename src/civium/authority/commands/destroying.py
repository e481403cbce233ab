"""civium-authority destroy: a verification's files, listed, confirmed by typing, destroyed; and the proof of it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from civium.authority import working_file
from civium.authority.commands.asking import DECISIONS, OPENED, VERDICTS, about_file, add_key_options, beside, tell, unlocked_key
from civium.authority.commands.opening import bar
from civium.authority.decisions import LONGEST_NAME, Entry, append_entries, read_journal
from civium.authority.documents.as_pdf import document_pdf
from civium.authority.documents.as_text import document_text
from civium.authority.documents.dates import CERTIFIED, duties_of, told_day
from civium.authority.documents.destruction import (
    ACT,
    BEGUN,
    Plan,
    destroy_files,
    doomed_of,
    find_files,
    proof_bytes,
    proof_document,
    read_plan,
    seen_from,
    write_plan,
)
from civium.authority.keys import AuthorityKey, journal_key, working_key
from civium.authority.placing import write_bytes
from civium.authority.table_xlsx import printable
from civium.authority.verification import KIND as VERDICTS_KIND
from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure

_PROOF = (".json", ".txt", ".pdf")
_PLAN_OF = b"civium destruction plan v1"


def add_destroy(parser: ArgumentParser) -> None:
    """Add the options of `destroy`."""
    parser.add_argument("file", type=Path, metavar="EXPORT", help="the export, or its name")
    add_key_options(parser)
    parser.add_argument(
        "--journal", type=Path, metavar="FILE", help=f"the decision journal; otherwise beside the export, ending {DECISIONS}"
    )
    parser.add_argument("--to", type=Path, required=True, metavar="NAME", help="NAME.pdf, NAME.txt and NAME.json are written")
    parser.add_argument("--by", required=True, metavar="NAME", help="who destroys; stands in proof and journal")
    parser.add_argument(
        "--also",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a file or folder of results (XML, tables, lists, sheets) or a copy; again for each further one",
    )
    parser.add_argument(
        "--certified-on", type=date.fromisoformat, metavar="DAY", help="the day of the certificate: gives the last day"
    )
    parser.add_argument("--confirm", default="", metavar="WORDS", help="what would be typed, where there is no terminal")
    parser.set_defaults(run=_destroy)


def _destroy(options: Namespace, now: datetime) -> list[str]:
    if not (0 < len(options.by.strip()) <= LONGEST_NAME and options.by.isprintable()):
        raise Refused("destroy-by", longest=LONGEST_NAME)
    begun = _begun(options)
    if not begun.exists() and any(options.to.with_name(options.to.name + ending).exists() for ending in _PROOF):
        raise Refused("file-exists")
    key = unlocked_key(options.key, options)
    # What goes on without being asked again must be what this key's holder was asked about.
    secret = working_key(key, _PLAN_OF)
    plan = read_plan(begun, secret) if begun.exists() else None
    if plan is None:
        plan = _planned(options, key, brussels_date(now))
        _confirm(plan, options)
        write_plan(begun, plan, secret)
    else:
        tell("a destruction that was confirmed before goes on")
    with bar("bytes destroyed") as shown:
        destroy_files(plan, options.to.absolute().parent, shown.show)
    _prove(plan, options, key, now)
    lines = [f"files {len(plan.files)}", f"bytes {sum(one.size for one in plan.files)}"]
    return [*lines, f"proof {options.to.name}.pdf {options.to.name}.txt {options.to.name}.json"]


def _planned(options: Namespace, key: AuthorityKey, today: date) -> Plan:
    """Give what would be destroyed, with its hashes. Raises Refused `destruction-nothing`."""
    facts = _facts(options.file)
    about = {
        **{name: facts[name] for name in ("registration", "jurisdiction", "channel", "procedure")},
        "demonstration": facts["deployment"] == "demonstration",
        "begun_on": today.isoformat(),
        "by": options.by,
        "verdicts": "",
        "journal": "",
        **_last_day(facts["procedure"], options.certified_on),
    }
    verdicts = beside(options.file, VERDICTS)
    if verdicts.exists():
        about["verdicts"] = working_file.load(verdicts, key, kind=VERDICTS_KIND).head_hash()
        journal = read_journal(_journal_path(options), about["verdicts"], journal_key(key, about["verdicts"]))
        about["journal"] = journal.last_hash
    paths = find_files(options.file, options.also)
    base = options.to.absolute().parent
    folders = tuple(seen_from(folder, base) for folder in options.also if folder.is_dir())
    with bar("bytes looked through") as shown:
        return Plan(about, doomed_of(paths, base, shown.show, sum(path.stat().st_size for path in paths)), folders)


def _facts(path: Path) -> dict[str, Any]:
    """Give what the files say of themselves. Raises Refused `destruction-nothing` where none of them is there."""
    if not path.is_file() and not any(beside(path, ending).exists() for ending in (VERDICTS, OPENED)):
        raise Refused("destruction-nothing")
    return about_file(path, VERDICTS, OPENED)


def _last_day(procedure: str, certified_on: date | None) -> dict[str, str]:
    if certified_on is None:
        return {}
    duties = [duty for duty in duties_of(load_procedure(procedure), {CERTIFIED: certified_on}) if duty.id.startswith("destroy")]
    return {"last_day": told_day(duties[0]), "article": duties[0].article} if duties else {}


def _confirm(plan: Plan, options: Namespace) -> None:
    """Show what would be destroyed and have it confirmed by typing. Raises Refused `destruction-not-confirmed`."""
    words = f"destroy {len(plan.files)} files"
    tell("these files will be destroyed; nothing brings them back:")
    tell(*(f"  {one.sha256}  {one.size:>14,}  {printable(one.path)}" for one in plan.files))
    tell("not among them: the decision journal, certificates, reports, keys, and every copy elsewhere")
    base = options.to.absolute().parent
    chosen = {(base / one.path).resolve() for one in plan.files}
    beside_it = sorted(
        path for path in options.file.absolute().parent.iterdir() if path.resolve() not in chosen and path.is_file()
    )
    tell(*(f"  left: {printable(path.name)}" for path in beside_it))
    if options.confirm:
        typed = options.confirm
    elif sys.stdin.isatty():
        sys.stderr.write(f"type '{words}' to destroy them: ")
        sys.stderr.flush()
        typed = sys.stdin.readline()
    else:
        typed = ""
    if typed.strip().lower() != words:
        tell(f"(the words are: {words})")
        raise Refused("destruction-not-confirmed")


def _prove(plan: Plan, options: Namespace, key: AuthorityKey, now: datetime) -> None:
    """Put the proof's hash into the journal, then write the proof: interrupted between, the same command does both again and adds nothing twice."""
    raw = proof_bytes(plan)
    digest = sha256(raw).hexdigest()
    verdicts = plan.about["verdicts"]
    path = _journal_path(options)
    if verdicts:
        secret = journal_key(key, verdicts)
        entry = Entry(ACT, {"proof": digest, "files": len(plan.files)})
        if entry not in read_journal(path, verdicts, secret).entries:
            append_entries(path, verdicts, [entry], key=secret, by=plan.about["by"], on=brussels_date(now))
    state = jurisdiction_of(load_procedure(plan.about["procedure"]), plan.about["jurisdiction"]).name_en
    document = proof_document(plan, digest, state)
    made = (raw, document_text(document).encode(), document_pdf(document))
    for ending, told in zip(_PROOF, made, strict=True):
        file = options.to.with_name(options.to.name + ending)
        if not file.exists() or file.read_bytes() != told:
            write_bytes(file, told)
    _begun(options).unlink()


def _begun(options: Namespace) -> Path:
    """Give the place of the plan, while it is being carried out."""
    begun: Path = options.to.with_name(options.to.name + BEGUN)
    return begun


def _journal_path(options: Namespace) -> Path:
    journal: Path = options.journal or beside(options.file, DECISIONS)
    return journal
