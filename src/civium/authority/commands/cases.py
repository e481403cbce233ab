"""One verification as the later subcommands need it: the verdicts, the decisions so far, the numbers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from civium.authority import working_file
from civium.authority.commands.asking import DECISIONS, OPENED, VERDICTS, add_key_options, beside, check_is_there, unlocked_key
from civium.authority.decisions import Journal, read_journal
from civium.authority.keys import AuthorityKey, journal_key
from civium.authority.opened import KIND as OPENED_KIND
from civium.authority.policy import Judge, from_table, judge_of
from civium.authority.settling import Tally, settle, tally_of
from civium.authority.verification import KIND as VERDICTS_KIND
from civium.authority.verification import read_verdicts
from civium.authority.working_file import WorkingFile
from civium.errors import Refused
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.law.rules import Jurisdiction, Procedure


@dataclass(frozen=True)
class Case:
    """An export's verdicts with the decisions that were made about them."""

    verdicts: WorkingFile
    journal: Journal
    journal_path: Path
    judge: Judge
    procedure: Procedure
    jurisdiction: Jurisdiction
    key: AuthorityKey

    def tally(self) -> Tally:
        """Give the numbers as they stand."""
        return tally_of(settle(read_verdicts(self.verdicts), self.journal.decisions), self.judge.strikes)


def add_case_options(parser: ArgumentParser) -> None:
    """Add what every subcommand after verify asks: the export's name, the key, the decision journal."""
    parser.add_argument("file", type=Path, metavar="EXPORT", help="the export's name, or a file made from it")
    add_key_options(parser)
    parser.add_argument(
        "--journal", type=Path, metavar="FILE", help=f"the decision journal; otherwise beside the export, ending {DECISIONS}"
    )


def load_case(options: Namespace) -> Case:
    """Give the case that the options name. Raises Refused, Untrusted as `working_file.load` and `read_journal` do."""
    path = beside(options.file, VERDICTS)
    check_is_there(path, Refused("not-verified"))
    key = unlocked_key(options.key, options)
    verdicts = working_file.load(path, key, kind=VERDICTS_KIND)
    journal_path = options.journal or beside(options.file, DECISIONS)
    procedure = load_procedure(verdicts.facts["procedure"])
    return Case(
        verdicts=verdicts,
        journal=read_journal(journal_path, verdicts.head_hash(), journal_key(key, verdicts.head_hash())),
        journal_path=journal_path,
        judge=judge_of(from_table(verdicts.facts["policy"])),
        procedure=procedure,
        jurisdiction=jurisdiction_of(procedure, verdicts.facts["jurisdiction"]),
        key=key,
    )


def load_opened(case: Case, options: Namespace) -> WorkingFile:
    """Give the opened statements that a case's verdicts are about."""
    return working_file.load(beside(options.file, OPENED), case.key, kind=OPENED_KIND)
