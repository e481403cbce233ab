"""civium-authority sample: its subcommands, and how they follow one another."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from civium.authority.commands.asking import tell_next
from civium.authority.commands.sample_drawing import add_draw, add_plan
from civium.authority.commands.sample_early import add_early
from civium.authority.commands.sample_sheets import add_match, add_merge, add_split
from civium.authority.commands.sampled import add_sample_options, load_sample, tell_journal, tell_next_act
from civium.authority.decisions import Entry
from civium.authority.placing import write_together
from civium.authority.sampling.estimate import OPEN, estimate_of
from civium.authority.sampling.page import page_of
from civium.authority.sampling.record import ESTIMATE, INVALID
from civium.authority.sampling.words import estimate_lines
from civium.errors import Refused

_ABOUT = """\
Draw a random sample of the accepted statements, compare it with the register, and say what it tells of all of them.

  civium-authority sample plan night-trains-ES-online.civium --key es.civium-private-key --by "R. Ejemplo" --preset 95
                                                  before opening: fix the seed; tell the organisers the commitment it prints
  civium-authority sample draw night-trains-ES-online.civium --key es.civium-private-key --by "R. Ejemplo"
                                                  when nothing waits for a decision any more
  civium-authority sample split night-trains-ES-online.civium --key es.civium-private-key --by "R. Ejemplo" \\
      --sheets 3 --second-opinion 10 --to sheets  one sheet a clerk; a tenth of the rows on two sheets
  civium-authority sample merge night-trains-ES-online.civium --key es.civium-private-key --by "R. Ejemplo" sheets/*.xlsx
  civium-authority sample estimate night-trains-ES-online.civium --key es.civium-private-key --by "R. Ejemplo" --to sample
  civium-authority sample draw night-trains-ES-online.civium --key es.civium-private-key --by "R. Ejemplo" --more
                                                  if the first draw did not decide

'match' compares with an extract of the register instead of sheets. Every act stands in the decision journal.
'early' looks at a running log: 'plan' for the working copy, then 'early' gives rates and nothing else."""


def add_sample(parser: ArgumentParser) -> None:
    """Add the subcommands of `sample`."""
    parser.formatter_class, parser.description = RawDescriptionHelpFormatter, _ABOUT
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    for name, told, add in _ACTS:
        add(acts.add_parser(name, help=told, description=told))


def _add_estimate(parser: ArgumentParser) -> None:
    add_sample_options(parser)
    parser.add_argument(
        "--threshold",
        type=_whole,
        default=0,
        metavar="N",
        help="how many valid ones are asked for; otherwise the planned margin decides",
    )
    parser.add_argument(
        "--open-as",
        choices=(INVALID,),
        default="",
        help="count rows without a clear result as invalid, instead of asking for them",
    )
    parser.add_argument("--to", type=Path, metavar="NAME", help="write NAME.json, and NAME.html with a picture")
    parser.set_defaults(run=_estimate)


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def _estimate(options: Namespace, now: datetime) -> list[str]:
    sample = load_sample(options)
    if options.threshold > sum(sample.population.sizes):
        raise Refused("sample-threshold", population=sum(sample.population.sizes))
    told = estimate_of(sample.record, sample.rows, sample.plan.demand, threshold=options.threshold, open_as=options.open_as)
    if options.to:
        page = page_of(sample.case.verdicts.facts, told, sample.plan.table(), sample.record.draws[0].seed)
        numbers = json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
        json_path, html_path = (options.to.with_name(options.to.name + ending) for ending in (".json", ".html"))
        write_together(((json_path, numbers, 0o600), (html_path, page.encode(), 0o600)))
    if told != sample.record.estimate:
        tell_journal(sample.case, [Entry(ESTIMATE, told)], by=options.by, now=now)
    if told["decides"] == OPEN:
        tell_next_act("draw", options)
    else:
        tell_next("certify", options)
    return estimate_lines(told)


_ACTS: tuple[tuple[str, str, Callable[[ArgumentParser], None]], ...] = (
    ("plan", "fix size, strata and seed before anybody has seen a statement", add_plan),
    ("draw", "open the seed and draw; --more goes on after the first draw", add_draw),
    ("split", "write the drawn statements on sheets for clerks (personal data in clear)", add_split),
    ("merge", "put returned sheets together; what does not agree is told", add_merge),
    ("match", "compare the sample with an extract of the register by a stated rule", add_match),
    ("estimate", "say what the sample tells of all statements, with bounds", _add_estimate),
    ("early", "rates from a running log: opens a sample of a working copy, keeps nothing", add_early),
)
