"""The sample in words: lines for a terminal, sentences for report and certificate. Nothing of a signatory is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from civium.authority.sampling.estimate import NOT_REACHED, OPEN, PRECISE, REACHED
from civium.authority.sampling.plan import Plan

_DECIDES = {
    REACHED: "decided: even the lower bound reaches {threshold:,}",
    NOT_REACHED: "decided: even the upper bound stays below {threshold:,}",
    PRECISE: "decided: the bounds lie no further apart than planned",
    OPEN: "not decided: draw {more:,} more",
}


def percent(part: int, whole: int) -> str:
    """Give a share with two places."""
    return f"{100 * part / whole:.2f} %" if whole else "–"


def plan_lines(plan: Plan) -> list[str]:
    """Give a plan as lines."""
    cuts = f" {', '.join(plan.strata.cuts)}" if plan.strata.cuts else ""
    return [
        f"demand: {plan.demand.source}",
        f"  z {float(plan.demand.z):g}, margin {float(plan.demand.margin * 100):g} points, assumed share {float(plan.demand.share):g}",
        f"strata: {plan.strata.by}{cuts}",
        f"allocation: {plan.allocation}",
        f"made on {plan.made_on.isoformat()}, {plan.stage}",
        f"commitment: {plan.commitment}",
    ]


def estimate_lines(estimate: Mapping[str, Any]) -> list[str]:
    """Give an estimate as lines that a person can read aloud."""
    size = estimate["population"]
    confidence = estimate["confidence_millionths"] / 10_000
    lines = [
        _line("accepted, of which the sample was drawn", size),
        _line("drawn and compared", estimate["drawn"]),
        _line("  found valid", estimate["valid"]),
        _line("  found not valid", estimate["drawn"] - estimate["valid"]),
        _line("valid by the sample", estimate["estimate"]) + f"  {percent(estimate['estimate'], size)}",
        _line("  at least", estimate["lower"]) + f"  {percent(estimate['lower'], size)}  exact bounds (Clopper-Pearson)",
        _line("  at most", estimate["upper"]) + f"  {percent(estimate['upper'], size)}",
        _line("  at least", estimate["wilson_lower"]) + f"  {percent(estimate['wilson_lower'], size)}  Wilson's bounds",
        _line("  at most", estimate["wilson_upper"]) + f"  {percent(estimate['wilson_upper'], size)}",
        f"confidence {confidence:.2f} %, both sides together",
    ]
    for title, name, parts in (("stratum", "name", estimate["strata"]), ("phase", "phase", estimate["phases"])):
        if len(parts) > 1:
            lines += ["", f"{title:<32}{'drawn':>8}{'valid':>8}{'by the sample':>15}{'at least':>11}{'at most':>11}"]
            lines += [_part(str(part[name]), part) for part in parts]
    return [*lines, "", *remarks(estimate), decides_sentence(estimate)]


def _part(name: str, part: Mapping[str, Any]) -> str:
    numbers = f"{part['drawn']:>8,}{part['valid']:>8,}{part['estimate']:>15,}{part['lower']:>11,}{part['upper']:>11,}"
    return f"{name:<32}{numbers}"


def decides_sentence(estimate: Mapping[str, Any]) -> str:
    """Say whether the sample decides, and how many more to draw if not."""
    return _DECIDES[estimate["decides"]].format(threshold=estimate["threshold"], more=sum(estimate["more"]))


def remarks(estimate: Mapping[str, Any]) -> list[str]:
    """Give what must be known to read the bounds rightly."""
    told = ["Repeats and what a certain ground strikes were found by machine in all statements: they are counted, not estimated."]
    if len(estimate["strata"]) > 1:
        told.append(
            "The exact bounds of the strata share the error (Bonferroni) and are added: they hold at least as surely as they say."
            " Wilson's bounds of several strata are an approximation."
        )
    if estimate["looks"] > 1:
        told.append(
            f"There were {estimate['looks']} draws: each bound takes its part of the error, because the numbers were looked at so often."
        )
    if estimate["is_share_noticeable"]:
        told.append(
            f"The sample is {percent(estimate['drawn'], estimate['population'])} of what it was drawn from. The bounds do not use that;"
            " the true ones are a little narrower."
        )
    if estimate["drawn"] == estimate["population"]:
        told.append("Every statement was drawn: the number has no error.")
    if estimate["open"]:
        told.append(f"{estimate['open']:,} drawn statements without a clear result count as {estimate['open_as']}.")
    return told


def sample_page(estimate: Mapping[str, Any], plan: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """Give what the certificate's page on the sample sets: sentences and rows."""
    size = estimate["population"]
    confidence = estimate["confidence_millionths"] / 10_000
    bounds = f"{estimate['lower']:,} to {estimate['upper']:,}"
    wilson = f"{estimate['wilson_lower']:,} to {estimate['wilson_upper']:,}"
    return {
        "text": "Of the accepted statements a random sample was drawn and compared with the State's records (Art. 12(4)). The seed was"
        f" fixed by its hash on {plan['made_on']}, {plan['stage']}; seed and export determine the draw, which anybody can repeat.",
        "rows": [
            ["Accepted, of which the sample was drawn", f"{size:,}"],
            ["Drawn and compared", f"{estimate['drawn']:,}"],
            ["Found valid", f"{estimate['valid']:,}"],
            ["Valid by the sample, rounded down", f"{estimate['estimate']:,}"],
            [f"Exact bounds (Clopper-Pearson, {confidence:.2f} %)", bounds],
            ["Wilson's bounds", wilson],
        ],
        "strata": _strata_rows(estimate["strata"]),
        "remarks": [f"Size by: {estimate['demand']}.", *remarks(estimate)],
        "hashes": [["Hash of the seed, told before", plan["commitment"]], ["Seed", seed], ["Population", estimate["digest"]]],
    }


def _strata_rows(strata: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [
        [
            part["name"],
            *(f"{part[name]:,}" for name in ("size", "drawn", "valid", "estimate")),
            f"{part['lower']:,} to {part['upper']:,}",
        ]
        for part in strata
        if len(strata) > 1
    ]


def _line(name: str, number: int) -> str:
    return f"{name:<42}{number:>10,}"
