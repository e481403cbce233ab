"""The sample compared with an extract of the register by a stated rule.

The rules are:
- a statement is found where a line of the register agrees in every column of the rule, folded as docs/spec/identity-key.md folds them;
- an empty cell agrees with nothing;
- a line that two statements of the sample find makes both unclear: one person may have signed twice; one that has its result already is not
  asked again, and counts as finding all the same;
- what is not found is unclear, and left to a person, unless the officer says before that it is invalid;
- the rule, the extract's hash and the counts go into the journal; of the extract nothing is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from civium.authority.sampling.drawing import SheetRow
from civium.authority.sampling.record import INVALID, UNCLEAR, VALID
from civium.authority.sampling.sheets import read_csv
from civium.errors import Refused
from civium.formats.identity_key import fold_name, fold_number

_NAMES, _NUMBER, _BIRTH = ("full_first_names", "family_names"), "id_number", "date_of_birth"


@dataclass(frozen=True)
class MatchRule:
    """Which columns must agree, and the sentence that says so."""

    columns: tuple[str, ...]
    sentence: str


RULES = {
    "number": MatchRule((_NUMBER,), "the number agrees"),
    "number-name": MatchRule((_NUMBER, "family_names"), "the number and the family names agree"),
    "names-birth": MatchRule((*_NAMES, _BIRTH), "all names and the date of birth agree"),
    "names-birth-postal": MatchRule(
        (*_NAMES, _BIRTH, "residence_postal_code"), "all names, the date of birth and the postal code agree"
    ),
}
_DAYS = (
    re.compile(r"(?P<y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})"),
    re.compile(r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})"),
)


@dataclass(frozen=True)
class Matched:
    """What the comparison gave: a result for each row it can say something about, and the counts for the journal."""

    results: Mapping[int, str]
    lines: int
    found: int
    shared: int


def read_register(raw: bytes, rule: MatchRule, names: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Give the keys of an extract's lines, None left out. `names`: the register's name of a column, where it has another.

    Raises Refused `register-malformed`, `register-column` (its name) and what `read_csv` raises.
    """
    lines = read_csv(raw)
    if len(lines) < 2:
        raise Refused("register-malformed")
    head = [column.strip() for column in lines[0]]
    places = []
    for column in rule.columns:
        if head.count(names.get(column, column)) != 1:
            raise Refused("register-column", column=column)
        places.append(head.index(names.get(column, column)))
    if any(len(line) < len(head) for line in lines[1:] if line):
        raise Refused("register-malformed")
    return [_key(rule, [line[place] for place in places]) for line in lines[1:] if line]


def match(
    rows: Iterable[SheetRow],
    register: Sequence[tuple[str, ...]],
    rule: MatchRule,
    *,
    not_found: str,
    before: Iterable[SheetRow] = (),
) -> Matched:
    """Compare rows with the register's keys. `not_found` is the result of those that are not in it; `before`: rows that were found valid before."""
    known = {key for key in register if all(key)}
    keys = {row.number: _key_of(rule, row) for row in rows}
    claims = Counter((*keys.values(), *(_key_of(rule, row) for row in before)))
    results: dict[int, str] = {}
    for number, key in keys.items():
        results[number] = not_found if key not in known else VALID if claims[key] == 1 else UNCLEAR
    found = sum(key in known for key in keys.values())
    shared = sum(key in known and claims[key] > 1 for key in keys.values())
    return Matched(results, len(register), found, shared)


def _key_of(rule: MatchRule, row: SheetRow) -> tuple[str, ...]:
    return _key(rule, [row.fields.get(column, "") for column in rule.columns])


def _key(rule: MatchRule, cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(_FOLDS[column](cell) for column, cell in zip(rule.columns, cells, strict=True))


def _fold_day(text: str) -> str:
    """Give a day as ISO 8601 has it; it may come as 1980-02-29, 19800229, 29.2.1980 or 29/2/1980; nothing for anything else."""
    for form in _DAYS:
        if told := form.fullmatch(text.strip()):
            try:
                return date(int(told["y"]), int(told["m"]), int(told["d"])).isoformat()
            except ValueError:
                return ""
    return ""


_FOLDS: dict[str, Callable[[str], str]] = {
    _NUMBER: fold_number,
    "residence_postal_code": fold_number,
    _BIRTH: _fold_day,
    **dict.fromkeys(_NAMES, fold_name),
}
NOT_FOUND = (UNCLEAR, INVALID)
