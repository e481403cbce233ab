"""civium-authority decide, certify: what persons decided goes into the journal; the certificate is drafted when nothing waits."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from civium.authority.certificate import Draft, Paper, certificate_of, certificate_pdf, check_may_certify
from civium.authority.commands.asking import small_file, tell_next
from civium.authority.commands.cases import Case, add_case_options, load_case
from civium.authority.commands.sampled import certified_sample
from civium.authority.decisions import Decision, append_decisions, check_decisions, parse_list, waiting_for, waiting_in
from civium.authority.grounds import BITS, GROUP_GROUNDS, ONE_PERSONS_GROUPS, mask_of
from civium.authority.keys import journal_key
from civium.authority.placing import write_together
from civium.authority.sampling.certified import COUNTS
from civium.authority.settling import ACCEPT, STRIKE
from civium.authority.verification import read_verdicts
from civium.errors import Refused
from civium.law.periods import brussels_date

# What a statement has because of another that may be the same person's: struck all at once, the victims would go with the liars.
_OF_ANOTHERS = frozenset(
    {"token-against-text", "same-name-other-document", *(ground for kind in ONE_PERSONS_GROUPS for ground in GROUP_GROUNDS[kind])}
)


def add_decide(parser: ArgumentParser) -> None:
    """Add the options of `decide`."""
    add_case_options(parser)
    parser.add_argument("--by", required=True, metavar="NAME", help="who decides; stands in the journal")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--identifier", action="append", metavar="ID", help="a statement; again for each further one")
    what.add_argument("--ground", metavar="CODE", help="all undecided statements that this ground alone holds up")
    what.add_argument("--group", metavar="NAME", help="all undecided statements of a group, as 'show' names it: near-1")
    what.add_argument("--from", dest="source", type=Path, metavar="FILE", help="a JSON list of decisions")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--accept", action="store_const", dest="decision", const=ACCEPT)
    how.add_argument("--strike", action="store_const", dest="decision", const=STRIKE)
    parser.add_argument("--reason", default="", metavar="TEXT", help="one sentence, without personal data")
    parser.set_defaults(run=_decide)


def add_certify(parser: ArgumentParser) -> None:
    """Add the options of `certify`."""
    add_case_options(parser)
    parser.add_argument("--to", type=Path, required=True, metavar="NAME", help="NAME.pdf and NAME.json are written")
    parser.add_argument(
        "--authority", default="", metavar="NAME", help="the competent authority's name, where it is not known here"
    )
    parser.add_argument("--paper-received", type=int, default=0, metavar="N", help="statements on paper received")
    parser.add_argument("--paper-valid", type=int, default=0, metavar="N", help="of them valid")
    counts = "; ".join(f"{name}: {sentence}" for name, sentence in COUNTS.items())
    parser.add_argument("--sample", choices=tuple(COUNTS), default="", help=f"where a sample was drawn, what counts. {counts}")
    parser.set_defaults(run=_certify)


def _decide(options: Namespace, now: datetime) -> list[str]:
    case = load_case(options)
    decisions = _decisions(options, case)
    left = decide(case, decisions, by=options.by, now=now).tally().undecided
    tell_next("show" if left else "certify", options)
    return [f"decided {len(decisions)}", f"still for decision {left}"]


def decide(case: Case, decisions: Sequence[Decision], *, by: str, now: datetime) -> Case:
    """Write decisions into a case's journal, all or none, and give the case with them.

    Raises Refused `decision-none`, and what `check_decisions` and `append_decisions` raise.
    """
    check_decisions(read_verdicts(case.verdicts), decisions)
    if not decisions:
        raise Refused("decision-none")
    verdicts = case.verdicts.head_hash()
    secret = journal_key(case.key, verdicts)
    return replace(
        case, journal=append_decisions(case.journal_path, verdicts, decisions, key=secret, by=by, on=brussels_date(now))
    )


def _decisions(options: Namespace, case: Case) -> list[Decision]:
    if options.source:
        try:
            return parse_list(json.loads(small_file(options.source).decode("utf-8-sig")))
        except (ValueError, RecursionError):
            raise Refused("decisions-malformed") from None
    if options.ground and options.ground not in BITS:
        raise Refused("ground-unknown")
    if options.group:
        chosen = _of_group(options.group, options.decision, case)
    elif options.ground:
        if options.decision == STRIKE and options.ground in _OF_ANOTHERS:
            raise Refused("group-one-person")
        bit, decided = BITS[options.ground], case.journal.decisions
        chosen = waiting_for(read_verdicts(case.verdicts), bit, case.judge.decides, options.decision, decided)
    else:
        chosen = options.identifier
    told = [{"identifier": identifier, "decision": options.decision, "reason": options.reason} for identifier in chosen]
    return parse_list(told)


def _of_group(label: str, decision: str, case: Case) -> list[str]:
    """Give the undecided statements of a group. Raises Refused `group-unknown`, `group-one-person`."""
    kind = label.partition("-")[0]
    if kind not in GROUP_GROUNDS:
        raise Refused("group-unknown")
    if decision == STRIKE and kind in ONE_PERSONS_GROUPS:
        # Whoever signed first with another's number would have the other struck along.
        raise Refused("group-one-person")
    grounds = mask_of(GROUP_GROUNDS[kind])
    return waiting_in(read_verdicts(case.verdicts), label, grounds, case.judge.decides, decision, case.journal.decisions)


def _certify(options: Namespace, now: datetime) -> list[str]:
    case = load_case(options)
    authority = options.authority or case.jurisdiction.authority.name_native or case.jurisdiction.authority.name_en
    if not authority or not authority.isprintable():
        raise Refused("authority-unnamed")
    draft = Draft(
        facts=case.verdicts.facts,
        tally=case.tally(),
        journal_hash=case.journal.last_hash,
        verdicts_hash=case.verdicts.head_hash(),
        jurisdiction=case.jurisdiction,
        authority=authority,
        paper=Paper(options.paper_received, options.paper_valid),
        made_on=brussels_date(now),
    )
    check_may_certify(draft.facts, draft.tally, draft.paper)
    draft = replace(draft, sample=certified_sample(case, options.sample))
    told, page = certificate_of(draft), certificate_pdf(draft)
    pdf, numbers = (options.to.with_name(options.to.name + ending) for ending in (".pdf", ".json"))
    write_together(((numbers, json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n", 0o600), (pdf, page, 0o600)))
    valid = told["valid"]
    lines = [f"valid {valid['total']}", f"  online {valid['online']}", f"  paper {valid['paper']}"]
    return [*lines, f"draft {pdf.name}: sign and stamp it", f"numbers {numbers.name}"]
