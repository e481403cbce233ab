"""civium-authority sample plan, draw: the seed is fixed before anybody has seen a statement, and opened at the draw."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from civium.authority.commands.asking import (
    OPENED,
    VERDICTS,
    add_key_options,
    beside,
    positive,
    small_file,
    tell_next,
    unlocked_key,
)
from civium.authority.commands.cases import Case, load_case
from civium.authority.commands.sampled import (
    PLAN_FILE,
    add_by_option,
    add_sample_options,
    export_hash,
    population_now,
    tell_journal,
    tell_next_act,
)
from civium.authority.decisions import Entry
from civium.authority.placing import unfinished
from civium.authority.sampling.drawing import Population
from civium.authority.sampling.plan import (
    AFTER_VERDICTS,
    BEFORE_OPENING,
    BEFORE_VERDICTS,
    Plan,
    read_plan,
    write_plan,
)
from civium.authority.sampling.record import PLAN, Draw, Record, draw_entry, read_record
from civium.authority.sampling.seed import SEED_SIZE, commitment_of, seed_from_dice
from civium.authority.sampling.size import ALLOCATIONS, PRESETS, PROPORTIONAL, Demand, allocate, demand_of, sample_size, spread
from civium.authority.sampling.strata import KINDS, NONE, strata_of
from civium.authority.sampling.words import plan_lines
from civium.errors import Refused
from civium.law.periods import brussels_date

_EXAMPLES = (1_000, 10_000, 100_000, 1_000_000)
_AS_PLANNED = 0


def add_plan(parser: ArgumentParser) -> None:
    """Add the options of `sample plan`."""
    parser.add_argument("file", type=Path, metavar="EXPORT", help="the export's name; the export itself need not be there yet")
    add_key_options(parser)
    parser.add_argument("--journal", type=Path, metavar="FILE", help="the decision journal, if it is not beside the export")
    add_by_option(parser)
    parser.add_argument(
        "--preset",
        choices=tuple(PRESETS),
        default="95",
        help="nl: z 1.65, 2.5 points (Stb. 2013, 369); 95: 2.5 points; 99: 1 point",
    )
    parser.add_argument(
        "--confidence", type=fraction_of, metavar="PERCENT", help="instead of a preset, with --margin: 95, for example"
    )
    parser.add_argument(
        "--margin", type=fraction_of, metavar="POINTS", help="how far the truth may lie to each side: 2.5, for example"
    )
    kinds = "; ".join(f"{name}: {sentence}" for name, sentence in KINDS.items())
    parser.add_argument("--strata", choices=tuple(KINDS), default=NONE, help=kinds)
    parser.add_argument(
        "--cut",
        action="append",
        default=[],
        metavar="WHERE",
        help="a day or an entry where the next stratum begins; again for each",
    )
    parser.add_argument(
        "--allocation",
        choices=ALLOCATIONS,
        default=PROPORTIONAL,
        help="each: every stratum keeps the margin by itself (%(default)s)",
    )
    parser.add_argument(
        "--dice",
        type=Path,
        metavar="FILE",
        help="a text file with 50 or more throws of a die (1 to 6); otherwise this machine draws the seed",
    )
    parser.set_defaults(run=_plan)


def add_draw(parser: ArgumentParser) -> None:
    """Add the options of `sample draw`."""
    add_sample_options(parser)
    parser.add_argument(
        "--more",
        nargs="?",
        type=positive,
        const=_AS_PLANNED,
        metavar="N",
        help="a further draw after the first: N statements, or without N as many as the last estimate asks for",
    )
    parser.set_defaults(run=_draw)


def fraction_of(text: str) -> Fraction:
    """Give a number of per cent, with a point or a comma, as a fraction of one."""
    try:
        return Fraction(text.replace(",", ".")) / 100
    except (ValueError, ZeroDivisionError):
        raise ArgumentTypeError("a number of per cent, such as 95 or 2.5") from None


def _plan(options: Namespace, now: datetime) -> list[str]:
    target, verdicts = beside(options.file, PLAN_FILE), beside(options.file, VERDICTS)
    if target.exists():
        raise Refused("file-exists")
    demand, strata = _demand(options), strata_of(options.strata, options.cut)
    seed = seed_from_dice(small_file(options.dice).decode("ascii", "replace")) if options.dice else os.urandom(SEED_SIZE)
    case = load_case(options) if verdicts.exists() else None
    if case and read_record(case.journal.entries).plan:
        raise Refused("sample-plan-there")
    plan = Plan(commitment_of(seed), brussels_date(now), _stage(options.file), demand, strata, options.allocation)
    write_plan(target, plan, seed, case.key if case else unlocked_key(options.key, options))
    if case:
        tell_journal(case, [Entry(PLAN, plan.table())], by=options.by, now=now)
    if case:
        tell_next_act("draw", options)
    else:
        tell_next("open" if plan.stage == BEFORE_OPENING else "verify", options)
    sizes = ", ".join(f"{sample_size(number, demand):,} of {number:,}" for number in _EXAMPLES)
    return [*plan_lines(plan), f"size of a simple sample: {sizes}", f"written {target.name}: tell others the commitment now"]


def _demand(options: Namespace) -> Demand:
    if options.confidence is None and options.margin is None:
        return PRESETS[options.preset]
    if options.confidence is None or options.margin is None:
        raise Refused("sample-demand")
    return demand_of(options.confidence, options.margin)


def _stage(file: Path) -> str:
    if beside(file, VERDICTS).exists():
        return AFTER_VERDICTS
    opened = beside(file, OPENED)
    return BEFORE_VERDICTS if opened.exists() or unfinished(opened).exists() else BEFORE_OPENING


def _draw(options: Namespace, now: datetime) -> list[str]:
    case = load_case(options)
    record = read_record(case.journal.entries)
    if record.draws and options.more is None:
        raise Refused("sample-drawn")
    if options.more is not None and not record.draws:
        raise Refused("sample-not-drawn")
    made = _further(case, record, options.more) if record.draws else _first(case, record, beside(options.file, PLAN_FILE))
    plan, taken, population = made
    entries = [] if record.plan else [Entry(PLAN, plan.table())]
    tell_journal(case, [*entries, draw_entry(taken, plan.commitment)], by=options.by, now=now)
    tell_next_act("split", options)
    lines = [f"draw {taken.phase}", f"seed {taken.seed}", f"population {sum(population.sizes)}", f"drawn {sum(taken.drawn)}"]
    strata = zip(population.names, population.sizes, taken.drawn, strict=True)
    return lines + [f"  {name}: {drawn} of {size}" for name, size, drawn in strata if len(population.names) > 1]


def _first(case: Case, record: Record, path: Path) -> tuple[Plan, Draw, Population]:
    plan, seed = read_plan(path, case.key)
    if record.plan and record.plan != plan:
        raise Refused("sample-plan-foreign")
    population = population_now(case, plan)
    return plan, _taken(case, population, 1, seed.hex(), allocate(population.sizes, plan.demand, plan.allocation)), population


def _further(case: Case, record: Record, more: int) -> tuple[Plan, Draw, Population]:
    assert record.plan is not None, "a draw stands behind its plan"
    population = population_now(case, record.plan)
    if population.digest() != record.draws[0].digest:
        raise Refused("sample-population")
    left = [size - sum(parts) for size, *parts in zip(population.sizes, *record.phases, strict=True)]
    if more == _AS_PLANNED:
        if not record.estimate or not sum(record.estimate["more"]):
            raise Refused("sample-not-needed")
        wanted = list(record.estimate["more"])
    else:
        wanted = spread(left, more)
    if not sum(wanted):
        raise Refused("sample-all-drawn")
    return record.plan, _taken(case, population, len(record.draws) + 1, record.draws[0].seed, wanted), population


def _taken(case: Case, population: Population, phase: int, seed: str, drawn: Sequence[int]) -> Draw:
    digest = population.digest()
    return Draw(phase, seed, export_hash(case), digest, population.names, population.sizes, tuple(drawn))
