"""Sample: the plan with its seed fixed beforehand, the draw, results typed in or brought back on sheets, what it tells of all."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Mapping
from fractions import Fraction

from civium.authority.commands.results import visible
from civium.authority.commands.sample import add_sample
from civium.authority.commands.sample_drawing import fraction_of
from civium.authority.commands.sample_sheets import keep
from civium.authority.commands.sampled import PLAN_FILE, Sample, load_sample, opened_of
from civium.authority.sampling.chart import chart_of
from civium.authority.sampling.drawing import read_sampled
from civium.authority.sampling.estimate import OPEN
from civium.authority.sampling.merging import Found
from civium.authority.sampling.plan import Plan, read_plan
from civium.authority.sampling.record import INVALID, RESULTS, Record, read_record
from civium.authority.sampling.size import ALLOCATIONS, PRESETS, PROPORTIONAL, sample_size
from civium.authority.sampling.strata import KINDS, NONE
from civium.authority.sampling.words import decides_sentence, percent, plan_lines, remarks
from civium.authority.window.acts import options_of, run
from civium.authority.window.desk import Desk
from civium.authority.window.frame import (
    Page,
    actions,
    button,
    choices,
    day_of,
    empty,
    facts,
    form,
    hidden,
    link,
    more,
    note,
    pages,
    pairs,
    section,
    select_field,
    table,
    text_field,
)
from civium.authority.window.markup import Child, Markup, joined, tag, trusted
from civium.authority.window.verdicts_page import number_of
from civium.authority.window.words import FIELDS, say
from civium.errors import Refused

ROWS_A_PAGE = 20
# Where a result comes from, in the journal.
_SOURCE = "window"
_OWN = "own"


def page(desk: Desk, _query: Mapping[str, str]) -> Page:
    """Give the sample as far as it has come."""
    desk.chosen()
    key = desk.key()
    if not desk.has_plan:
        return Page("sample", say("plan-title"), _plan_form(desk), kicker=say("plan-kicker"))
    plan = read_plan(desk.made(PLAN_FILE), key)[0]
    record = read_record(desk.case().journal.entries) if desk.has_verdicts else Record()
    if not record.draws:
        return Page("sample", say("sample-title"), joined(_draw(desk), _plan(plan)), kicker=say("plan-kicker"))
    sample = load_sample(desk.options())
    body = joined(_found(sample), _estimate(sample), _sheets(sample), _plan(plan))
    return Page("sample", say("sample-title"), body, kicker=say("sample-kicker", number=f"{len(sample.rows):,}"))


def _plan_form(desk: Desk) -> Markup:
    late = (
        note(tag("p", say("plan-late")), kind="warn") if desk.has_opened or desk.is_begun else note(tag("p", say("plan-early")))
    )
    presets: dict[str, Child] = {name: demand.source for name, demand in PRESETS.items()}
    return joined(
        late,
        form(
            "plan",
            choices("preset", say("plan-sure"), {**presets, _OWN: say("plan-own")}, chosen="95"),
            more(
                say("plan-own"),
                text_field("confidence", say("plan-confidence"), is_short=True, is_needed=False, inputmode="decimal"),
                text_field("margin", say("plan-margin"), is_short=True, is_needed=False, inputmode="decimal"),
            ),
            select_field("strata", say("plan-strata"), dict(KINDS), chosen=NONE),
            more(
                say("plan-more"),
                text_field("cuts", say("plan-cuts"), hint=say("plan-cuts-hint"), is_needed=False),
                select_field(
                    "allocation",
                    say("plan-allocation"),
                    {name: say(f"allocation-{name}") for name in ALLOCATIONS},
                    chosen=PROPORTIONAL,
                ),
                text_field("dice", say("plan-dice"), hint=say("plan-dice-hint"), is_needed=False),
            ),
            tag("p", say("plan-once"), class_="quiet"),
            actions(button(say("plan-fix"))),
            card=True,
        ),
    )


def _plan(plan: Plan) -> Markup:
    rows = [tuple(line.strip().partition(": ")[::2]) for line in plan_lines(plan)]
    shown: list[tuple[str, Child]] = [
        (name[0].upper() + name[1:], tag("span", told, class_="code") if name == "commitment" else told)
        for name, told in rows
        if told
    ]
    return section(
        "plan",
        say("plan-done"),
        pairs(shown),
        tag("p", say("plan-tell"), class_="quiet"),
        tag(
            "p",
            say("plan-sizes", **{f"n{n}": f"{sample_size(n, plan.demand):,}" for n in (1000, 10000, 100000, 1000000)}),
            class_="quiet",
        ),
        _print(),
    )


def _print() -> Markup:
    return actions(button(say("print"), kind="second", type="button", data_print="", hidden=""))


def _draw(desk: Desk) -> Markup:
    if not desk.has_verdicts:
        return empty(say("draw-not-yet"), link(say("nav-open"), "./", kind=" "))
    undecided = desk.overview(desk.case()).undecided
    if undecided:
        return empty(say("draw-undecided", number=f"{undecided:,}"), link(say("nav-decide"), "decide", kind=" "))
    return form("draw", tag("p", say("draw-why")), actions(button(say("draw"))), card=True)


def _found(sample: Sample) -> Markup:
    results = list(sample.record.results.values())
    rows: list[tuple[str, Child]] = [(say("drawn"), f"{len(sample.rows):,}")]
    rows += [(say(f"result-{word}"), f"{results.count(word):,}") for word in RESULTS]
    rows.append((say("result-missing"), f"{len(sample.rows) - len(results):,}"))
    kept = tag("div", facts(rows), actions(link(say("to-results"), "results", kind=" ")), class_="card stack tight")
    return section("found", say("found-title"), kept)


def _estimate(sample: Sample) -> Markup:
    told = sample.record.estimate
    asked = form(
        "estimate",
        text_field(
            "threshold", say("threshold"), hint=say("threshold-hint"), is_short=True, is_needed=False, inputmode="numeric"
        ),
        tag("label", tag("input", type="checkbox", name="open_as", value=INVALID), tag("span", say("open-as")), class_="tick"),
        actions(button(say("estimate"), kind="second" if told else "")),
        card=True,
    )
    if told is None:
        return section("estimate", say("estimate-title"), asked)
    size = told["population"]
    rows = [
        (say("estimate-valid"), f"{told['estimate']:,}", percent(told["estimate"], size)),
        (say("estimate-lower"), f"{told['lower']:,}", percent(told["lower"], size)),
        (say("estimate-upper"), f"{told['upper']:,}", percent(told["upper"], size)),
        (say("wilson-lower"), f"{told['wilson_lower']:,}", percent(told["wilson_lower"], size)),
        (say("wilson-upper"), f"{told['wilson_upper']:,}", percent(told["wilson_upper"], size)),
    ]
    picture = tag(
        "figure",
        tag("div", trusted(chart_of(told)), class_="scroll", tabindex=0, role="group", aria_label=say("estimate-title")),
        class_="chart card",
    )
    decides = decides_sentence(told)
    further = (
        form("draw", hidden("more", "0"), actions(button(say("draw-more", number=f"{sum(told['more']):,}"))))
        if told["decides"] == OPEN and sum(told["more"])
        else None
    )
    return section(
        "estimate",
        say("estimate-title"),
        tag("p", tag("strong", f"{decides[0].upper()}{decides[1:]}.")),
        picture,
        table(say("estimate-title"), (say("estimate-head"), say("statements"), say("share")), rows, numbers=(1, 2)),
        *(tag("p", one, class_="quiet") for one in remarks(told)),
        further,
        more(say("estimate-again"), asked),
        _print(),
    )


def _sheets(sample: Sample) -> Markup:
    split = sample.record.splits.get(len(sample.record.draws))
    out = form(
        "split",
        tag("p", say("split-why"), class_="quiet"),
        text_field("sheets", say("split-sheets"), value=str(split.sheets if split else 1), is_short=True, inputmode="numeric"),
        text_field(
            "second",
            say("split-second"),
            hint=say("split-second-hint"),
            value=str(split.second_permille // 10 if split else 0),
            is_short=True,
            inputmode="numeric",
        ),
        select_field("form", say("form"), {"xlsx": "XLSX", "csv": "CSV"}),
        text_field("to", say("split-to"), hint=say("new-hint"), value="sheets"),
        actions(button(say("split"))),
        card=True,
    )
    back = form(
        "merge",
        tag("p", say("merge-why"), class_="quiet"),
        text_field("sheets", say("merge-sheets"), hint=say("merge-hint"), value="sheets"),
        actions(button(say("merge"))),
        card=True,
    )
    return section(
        "sheets", say("sheets-title"), more(say("split-title"), out), more(say("merge-title"), back) if split else None
    )


def results_page(desk: Desk, query: Mapping[str, str]) -> Page:
    """Give the drawn statements, some at a time, each with the choice of its result."""
    sample = load_sample(desk.options())
    last = max(1, -(-len(sample.rows) // ROWS_A_PAGE))
    at = min(max(number_of(query.get("page", "1")), 1), last)
    rows = sample.rows[(at - 1) * ROWS_A_PAGE : at * ROWS_A_PAGE]
    shown = read_sampled(opened_of(sample.case, desk.options()), sample.population, rows)
    fields = sample.fields()
    cards = []
    for row in shown:
        told: list[tuple[str, Child]] = [
            (FIELDS.get(field, field), visible(row.fields.get(field, ""))) for field in fields if row.fields.get(field)
        ]
        ways: dict[str, Child] = {word: say(f"result-{word}") for word in RESULTS}
        name = f"r{row.number}"
        asked = (
            tag(
                "label",
                tag("input", type="radio", name=name, value=word, checked=sample.record.results.get(row.number) == word),
                tag("span", words),
                class_="choice",
            )
            for word, words in ways.items()
        )
        cards.append(
            tag(
                "article",
                tag("h2", say("row", number=f"{row.number:,}"), id=name),
                pairs([(say("signed"), day_of(row.received_on)), *told], beside=False),
                tag("fieldset", tag("legend", say("result"), class_="small"), tag("div", *asked, class_="choices")),
                class_="card person",
                aria_labelledby=name,
            )
        )
    body = joined(
        tag("p", say("results-why"), class_="quiet"),
        form(
            "results",
            hidden("page", at),
            tag("div", *cards, class_="compare"),
            actions(button(say("results-keep")), link(say("nav-sample"), "sample", kind="second")),
        ),
        pages("results", "", at, last),
    )
    return Page("sample", say("results-title"), body, kicker=say("sample-kicker", number=f"{len(sample.rows):,}"))


def plan(desk: Desk, given: Mapping[str, str]) -> str:
    """Fix a plan, as `sample plan` does."""
    preset = given.get("preset", "95")
    dice = given.get("dice", "")
    changes: dict[str, object] = {
        "by": desk.name(),
        "preset": preset if preset in PRESETS else "95",
        "confidence": _fraction(given.get("confidence", "")) if preset == _OWN else None,
        "margin": _fraction(given.get("margin", "")) if preset == _OWN else None,
        "strata": _one_of(given.get("strata", NONE), tuple(KINDS)),
        "allocation": _one_of(given.get("allocation", PROPORTIONAL), ALLOCATIONS),
        "cut": given.get("cuts", "").replace(",", " ").split(),
        "dice": desk.folder.file(dice) if dice else None,
    }
    if preset == _OWN and None in (changes["confidence"], changes["margin"]):
        raise Refused("sample-demand")
    return _act(desk, "plan", changes, say("plan-is-fixed"))


def _fraction(text: str) -> Fraction | None:
    try:
        return fraction_of(text.strip())
    except ArgumentTypeError:
        raise Refused("sample-demand") from None


def _one_of(given: str, known: tuple[str, ...]) -> str:
    return given if given in known else known[0]


def draw(desk: Desk, given: Mapping[str, str]) -> str:
    """Draw, as `sample draw` does; with `more` go on after the last draw."""
    return _act(desk, "draw", {"by": desk.name(), "more": number_of(given["more"]) if "more" in given else None}, say("is-drawn"))


def split(desk: Desk, given: Mapping[str, str]) -> str:
    """Write sheets for clerks, as `sample split` does."""
    changes: dict[str, object] = {
        "by": desk.name(),
        "sheets": max(number_of(given.get("sheets", "1")), 1),
        "second_opinion": min(number_of(given.get("second", "0")), 100),
        "form": _one_of(given.get("form", "xlsx"), ("xlsx", "csv")),
        "to": desk.folder.new(given.get("to", "")),
    }
    return _act(desk, "split", changes, "", "--to", "-")


def merge(desk: Desk, given: Mapping[str, str]) -> str:
    """Take results from sheets that came back, as `sample merge` does."""
    sheets = desk.folder.sheets(given.get("sheets", ""))
    return _act(desk, "merge", {"by": desk.name(), "sheets": sheets}, "", "-")


def estimate(desk: Desk, given: Mapping[str, str]) -> str:
    """Say what the sample tells of all, as `sample estimate` does."""
    changes: dict[str, object] = {
        "by": desk.name(),
        "threshold": number_of(given.get("threshold", "0")),
        "open_as": INVALID if given.get("open_as") else "",
    }
    return _act(desk, "estimate", changes, say("is-estimated"))


def _act(desk: Desk, act: str, changes: Mapping[str, object], told: str, *words: str) -> str:
    desk.check_idle()
    lines = run(options_of(add_sample, act, str(desk.chosen()), "--by", "-", *words, key=desk.key(), **changes), desk.now())
    desk.say("ok", *([told] if told else lines))
    return "sample"


def results(desk: Desk, given: Mapping[str, str]) -> str:
    """Keep the results of the rows of a page; what is the same already is not written again."""
    desk.check_idle()
    name = desk.name()
    sample = load_sample(desk.options())
    chosen = {
        number_of(key[1:]): Found(word, _SOURCE)
        for key, word in given.items()
        if key[:1] == "r" and key[1:].isdigit() and word in RESULTS
    }
    rows = [row for row in sample.rows if row.number in chosen]
    shown = {row.number: row for row in read_sampled(opened_of(sample.case, desk.options()), sample.population, rows)}
    known = {number: found for number, found in chosen.items() if number in shown}
    fresh = keep(sample, shown, known, by=name, now=desk.now())
    desk.say("ok", say("results-kept", number=fresh))
    at, last = number_of(given.get("page", "1")), -(-len(sample.rows) // ROWS_A_PAGE)
    return f"results?page={at + 1}" if at < last else "sample"
