"""civium-authority sample early: rates from a random sample of a running log, for the authority and the organisers."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from civium.authority import policy as policies
from civium.authority.commands.asking import add_key_options, beside, positive, small_file, tell, unlocked_key
from civium.authority.commands.sampled import PLAN_FILE
from civium.authority.completeness import check_export
from civium.authority.opened import facts_of
from civium.authority.placing import place, write_bytes
from civium.authority.policy import Policy
from civium.authority.sampling.early import early_rates, rate_lines
from civium.authority.sampling.plan import read_plan
from civium.authority.sampling.seed import draw_key
from civium.authority.sampling.size import sample_size
from civium.errors import Refused
from civium.formats.export import WORKING_COPY

SPENT_FILE = ".civium-sample-early"


def add_early(parser: ArgumentParser) -> None:
    """Add the options of `sample early`."""
    parser.add_argument("file", type=Path, metavar="WORKING-COPY", help="a working copy of the running log")
    add_key_options(parser)
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the State's policy; without it the neutral one")
    parser.add_argument(
        "--size", type=positive, metavar="N", help="how many to open; otherwise as the plan demands; 200 at least"
    )
    parser.add_argument("--to", type=Path, metavar="FILE", help="write the rates as JSON, for the organisers")
    parser.set_defaults(run=_early)


def _early(options: Namespace, _now: datetime) -> list[str]:
    key = unlocked_key(options.key, options)
    plan_file, spent = beside(options.file, PLAN_FILE), beside(options.file, SPENT_FILE)
    plan, seed = read_plan(plan_file if plan_file.exists() or not spent.exists() else spent, key)
    complete = check_export(options.file, told=lambda _done, _total: None)
    if complete.head.kind != WORKING_COPY:
        raise Refused("sample-not-early")
    policy = (
        policies.parse(small_file(options.policy)) if options.policy else Policy(complete.head.jurisdiction, source="neutral")
    )
    if policy.jurisdiction != complete.head.jurisdiction:
        raise Refused("policy-foreign")
    if plan_file.exists():
        # From here on the seed is known: no sample that counts may be drawn with it, least of all from an export that is made later.
        place(plan_file, spent)
    size = options.size or sample_size(complete.head.size, plan.demand)
    rates = early_rates(
        complete, (key,), facts_of(complete, policy), draw_key(seed, complete.file_hash), size=size, error=plan.demand.error
    )
    if options.to:
        write_bytes(options.to, json.dumps(rates, ensure_ascii=False, indent=1).encode() + b"\n")
    tell(f"commitment {plan.commitment}, seed {seed.hex()}", "of what was opened nothing was kept")
    return rate_lines(rates)
