"""An early look at a running log: a random sample is opened and judged, and rates come out, nothing of any statement.

The rules are:
- only what is drawn is opened, and nothing of it is kept;
- fewer than 200 statements give no rates: they would say too much about each;
- rates are per mille with exact bounds, without numbers; repeats and near-repeats are not looked for, a sample cannot see them;
- it is a look, no verification: nothing of it counts later, and the seed of the later sample is another one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from civium.authority.completeness import CompleteExport
from civium.authority.grounds import codes_of
from civium.authority.judging import VERDICTS, judge_row
from civium.authority.keys import AuthorityKey
from civium.authority.opening import open_rows
from civium.authority.rows import OpenedRow, decode_rows
from civium.authority.sampling.bounds import exact_bounds
from civium.authority.sampling.selection import drawn_order
from civium.authority.verification import rules_of
from civium.errors import Refused

NAME = "early sample v1"
FEWEST = 200


def early_rates(
    complete: CompleteExport, keys: Sequence[AuthorityKey], facts: dict[str, Any], key: bytes, *, size: int, error: float
) -> dict[str, Any]:
    """Give the rates among `size` statements drawn with this key, or among all that there are.

    Raises Refused `sample-early-few`, and what opening raises.
    """
    rules = rules_of(facts)
    verdicts: Counter[str] = Counter()
    grounds: Counter[str] = Counter()
    for row in islice(_drawn(complete, keys, key), size):
        judgement = judge_row(row, rules)
        verdicts[VERDICTS[judgement.verdict]] += 1
        grounds.update(codes_of(judgement.grounds & ~rules.judge.ignored))
    drawn = verdicts.total()
    if drawn < FEWEST:
        raise Refused("sample-early-few", usable=drawn, fewest=FEWEST)
    return {
        "civium": NAME,
        "registration": facts["registration"],
        "jurisdiction": facts["jurisdiction"],
        "channel": facts["channel"],
        "made_on": facts["export"]["made_on"],
        "drawn": drawn,
        "confidence_millionths": round((1 - error) * 1_000_000),
        "verdicts": {name: _rate(verdicts[name], drawn, error) for name in VERDICTS.values()},
        "grounds": {code: _rate(count, drawn, error) for code, count in sorted(grounds.items())},
    }


def _drawn(complete: CompleteExport, keys: Sequence[AuthorityKey], key: bytes) -> Iterator[OpenedRow]:
    """Give the statements in the order of the draw; entries whose envelope is not in the file are passed over."""
    opened = open_rows(complete, keys, drawn_order(key, complete.head.size))
    rows = chain.from_iterable(decode_rows(chunk) for _, chunk in opened)
    return (row for row in rows if not row.reason)


def _rate(found: int, drawn: int, error: float) -> dict[str, int]:
    lower, upper = exact_bounds(found, drawn, error)
    return {
        "permille": round(1000 * found / drawn),
        "lower_permille": math.floor(1000 * lower),
        "upper_permille": math.ceil(1000 * upper),
    }


def rate_lines(rates: Mapping[str, Any]) -> list[str]:
    """Give the rates as lines, in per cent."""
    lines = [f"{rates['registration']}, {rates['jurisdiction']}, {rates['channel']}, as of {rates['made_on']}"]
    lines += [_line(name, rate) for name, rate in rates["verdicts"].items()]
    lines += [_line(f"  {code}", rate) for code, rate in rates["grounds"].items()]
    confidence = rates["confidence_millionths"] / 10_000
    return [*lines, f"bounds at {confidence:.2f} %; repeats are not looked for; nothing of this counts later"]


def _line(name: str, rate: Mapping[str, int]) -> str:
    low, high = rate["lower_permille"] / 10, rate["upper_permille"] / 10
    return f"{name:<32}{rate['permille'] / 10:>6.1f} %   {low:.1f} to {high:.1f} %"
