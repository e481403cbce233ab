"""What the sample's subcommands share: the sample as the journal has it, found again; lines added to the journal."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from civium.authority.commands.asking import tell_next
from civium.authority.commands.cases import Case, add_case_options, load_case, load_opened
from civium.authority.decisions import Entry, Journal, append_entries
from civium.authority.keys import journal_key
from civium.authority.sampling.certified import Certified, certified_of
from civium.authority.sampling.drawing import Population, SampleRow, draw, population_of
from civium.authority.sampling.plan import Plan
from civium.authority.sampling.record import Record, read_record
from civium.authority.sampling.seed import draw_key
from civium.authority.settling import settle
from civium.authority.verification import read_verdicts
from civium.authority.working_file import WorkingFile
from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import form_of

PLAN_FILE = ".civium-sample"


@dataclass(frozen=True, repr=False)
class Sample:
    """A case with its sample: plan, what is drawn from, the rows of all draws."""

    case: Case
    record: Record
    plan: Plan
    population: Population
    rows: list[SampleRow]

    def fields(self) -> tuple[str, ...]:
        """Give the form's fields, of the last day of collection."""
        closes_on = date.fromisoformat(self.case.verdicts.facts["closes_on"])
        return tuple(form_of(self.case.procedure, self.case.jurisdiction.code, closes_on).fields)


def add_sample_options(parser: ArgumentParser) -> None:
    """Add what every act of the sample asks, with the name that stands in the journal."""
    add_case_options(parser)
    add_by_option(parser)


def add_by_option(parser: ArgumentParser) -> None:
    """Add --by."""
    parser.add_argument("--by", required=True, metavar="NAME", help="who does it; stands in the journal")


def population_now(case: Case, plan: Plan) -> Population:
    """Give what there is to draw from as the decisions stand. Raises what `population_of` raises."""
    return population_of(settle(read_verdicts(case.verdicts), case.journal.decisions), plan.strata)


def rows_of(case: Case, population: Population, record: Record) -> list[SampleRow]:
    """Give the rows of all draws in the journal."""
    first = record.draws[0]
    return draw(population, draw_key(bytes.fromhex(first.seed), bytes.fromhex(export_hash(case))), record.phases)


def export_hash(case: Case) -> str:
    """Give the SHA-256 of the export that a case is about; of several that were joined, with spaces between."""
    return str(case.verdicts.facts["export"]["sha256"])


def load_sample(options: Namespace) -> Sample:
    """Give the sample that was drawn. Raises Refused `sample-not-drawn`, `sample-population`, and what `load_case` raises."""
    case = load_case(options)
    record = read_record(case.journal.entries)
    if not record.draws:
        raise Refused("sample-not-drawn")
    assert record.plan is not None, "a draw stands behind its plan"
    population = population_now(case, record.plan)
    if population.digest() != record.draws[0].digest:
        raise Refused("sample-population")
    return Sample(case, record, record.plan, population, rows_of(case, population, record))


def opened_of(case: Case, options: Namespace) -> WorkingFile:
    """Give the opened statements that the verdicts are about. Raises Refused `verdicts-foreign` for those of another opening."""
    opened = load_opened(case, options)
    if case.verdicts.facts["opened"] != opened.head_hash():
        raise Refused("verdicts-foreign")
    return opened


def tell_journal(case: Case, entries: Iterable[Entry], *, by: str, now: datetime) -> Journal:
    """Add lines to a case's journal."""
    verdicts = case.verdicts.head_hash()
    secret = journal_key(case.key, verdicts)
    return append_entries(case.journal_path, verdicts, entries, key=secret, by=by, on=brussels_date(now))


def tell_next_act(act: str, options: Namespace) -> None:
    """Keep which act of the sample comes next, to be said after the results."""
    tell_next(act, options)
    words = options.comes_next.removeprefix("civium-authority ")
    options.comes_next = f"civium-authority sample {words} --by {shlex.quote(options.by)}"


def certified_sample(case: Case, counts: str) -> Certified | None:
    """Give the sample that a certificate tells, None where none was drawn and none was asked for. Raises what `certified_of` raises."""
    record = read_record(case.journal.entries)
    if record.plan is None or not record.draws:
        if counts:
            raise Refused("sample-not-drawn")
        return None
    return certified_of(record, counts, population_now(case, record.plan).digest())
