"""One statement's own verdict, before it is compared with any other: the form's rules, the day, the ticks.

The rules are:
- pure: a row, the rules and the policy give a judgement; nothing is read, nothing is kept;
- law says what is missing, wrong or odd (`law.checks`); this file only says which ground that is; what is implausible says `plausibility.py`;
- of the person only hashes go on, for the search for repeats: this process's memory, never a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from civium.authority.grounds import BITS, mask_of
from civium.authority.plausibility import plausibility_of
from civium.authority.plausibility_places import THRESHOLDS
from civium.authority.policy import Judge
from civium.authority.rows import OpenedRow
from civium.errors import Refused
from civium.formats.identity_key import fold_name, fold_number, identity_key
from civium.formats.statement import Statement
from civium.formats.statement import parse as parse_statement
from civium.law.checks import faults, hints
from civium.law.procedure import form_of
from civium.law.rules import Form, Procedure

GONE, ACCEPTED, STRUCK, FOR_DECISION = 0, 1, 2, 3
VERDICTS = {ACCEPTED: "accepted", STRUCK: "struck", FOR_DECISION: "for-decision"}
# 128 bits: two of a million meet by chance once in 10^26 tries.
HASH_SIZE = 16
NOBODY = bytes(HASH_SIZE)

# Of a form that asks a number: 0 is that of a form that asks none.
_UNKNOWN_KIND = 0xFF
_FAULTS = {"field-empty": "missing-field"}
_ADDRESS = frozenset({"residence_street", "residence_number", "residence_city", "residence_country"})


@dataclass(frozen=True)
class Rules:
    """What every statement of one export is judged by."""

    procedure: Procedure
    jurisdiction: str
    opens_on: date
    closes_on: date
    judge: Judge
    thresholds: Mapping[str, int] = field(default_factory=lambda: dict(THRESHOLDS))
    _forms: dict[date, Form] = field(default_factory=dict, compare=False)

    def form(self, on: date) -> Form:
        """Give the form of a day, kept for the next statement of that day.

        Where none is known for the day it is the form of the last day of collection: the day itself is then outside every period.
        """
        if on not in self._forms:
            try:
                self._forms[on] = form_of(self.procedure, self.jurisdiction, on)
            except Refused:
                self._forms[on] = form_of(self.procedure, self.jurisdiction, self.closes_on)
        return self._forms[on]


@dataclass(frozen=True, repr=False, slots=True)
class Judgement:
    """One row's verdict by itself, its grounds, those the signatory confirmed, and hashes by which it is compared.

    `identity`: what makes it one person's (identity-key.md). `alike`: what a near-repeat shares.
    `person`: what one identity should not differ in: names and date of birth; where these are the identity, the rest of the address too.
    """

    verdict: int
    grounds: int = 0
    confirmed: int = 0
    number_kind: int = 0
    identity: bytes = NOBODY
    person: bytes = NOBODY
    alike: bytes = NOBODY
    token: bytes = NOBODY


def judge_row(row: OpenedRow, rules: Rules) -> Judgement:
    """Give a row's judgement by itself."""
    return judge_read(row, read_statement(row), rules)


def read_statement(row: OpenedRow) -> Statement | None:
    """Give a row's statement, None where there is none that can be read."""
    if row.plaintext is None:
        return None
    try:
        return parse_statement(row.plaintext)
    except Refused:
        return None


def judge_read(row: OpenedRow, statement: Statement | None, rules: Rules) -> Judgement:
    """Give the judgement of a row whose statement has been read."""
    if row.reason:
        return Judgement(GONE)
    if statement is None:
        return _judgement(BITS["unopenable" if row.plaintext is None else "unreadable"], rules.judge)
    return judge_statement(statement, row.received_on, rules)


def judge_statement(statement: Statement, received_on: date, rules: Rules) -> Judgement:
    """Give the judgement of a statement received on this day."""
    form = rules.form(received_on)
    grounds = _own_grounds(statement, received_on, rules, form)
    confirmed = 0
    for hint in hints(rules.procedure, form, statement.fields, received_on):
        grounds |= BITS[hint.code]
        if (hint.field, hint.code) in statement.confirmations:
            confirmed |= BITS[hint.code]
    grounds |= plausibility_of(form, statement.fields, received_on, grounds)
    return _judgement(grounds, rules.judge, confirmed, _Traces.of(statement, rules.jurisdiction, form))


def _own_grounds(statement: Statement, received_on: date, rules: Rules, form: Form) -> int:
    found = {_FAULTS.get(fault.code, fault.code) for fault in faults(rules.procedure, form, statement.fields, received_on)}
    if not rules.opens_on <= received_on <= rules.closes_on:
        found.add("outside-period")
    if not statement.declaration:
        found.add("declaration-missing")
    if not statement.privacy_read:
        found.add("privacy-not-confirmed")
    if not statement.fields.keys() <= set(form.fields):
        found.add("field-unexpected")
    return mask_of(found)


@dataclass(frozen=True, repr=False, slots=True)
class _Traces:
    """What is left of a person for comparing: hashes, and the place of the number's kind in the form's list."""

    number_kind: int = 0
    identity: bytes = NOBODY
    person: bytes = NOBODY
    alike: bytes = NOBODY
    token: bytes = NOBODY

    @classmethod
    def of(cls, statement: Statement, jurisdiction: str, form: Form) -> _Traces:
        """Give the traces of a statement, of the form's own fields alone: a field put in beside them must not change who it is."""
        fields = {field: statement.fields[field] for field in form.fields if field in statement.fields}
        names = "\0".join((fold_name(fields.get("full_first_names", "")), fold_name(fields.get("family_names", ""))))
        born = f"{names}\0{fields.get('date_of_birth', '')}"
        address = "\0".join(fold_name(fields.get(field, "")) for field in form.fields if field in _ADDRESS)
        number = fold_number(fields.get("id_number", ""))
        kinds = [kind.id for kind in form.numbers]
        chosen = fields.get("id_type", "")
        # Two "—" are not one person, as two empty fields are not.
        is_nobodys = bool(form.numbers) and not number
        return cls(
            number_kind=kinds.index(chosen) + 1 if chosen in kinds else _UNKNOWN_KIND if kinds else 0,
            identity=NOBODY if is_nobodys else _short_hash(identity_key(jurisdiction, fields)),
            person=_short_hash((born if form.numbers else f"{born}\0{address}").encode()),
            alike=_short_hash(born.encode())
            if not form.numbers
            else NOBODY
            if is_nobodys
            else _short_hash(_alike_number(number, form, chosen).encode()),
            token=_short_hash(statement.token) if statement.token else NOBODY,
        )


_NO_TRACES = _Traces()


def _alike_number(number: str, form: Form, chosen: str) -> str:
    """Give what a near-repeat shares of a number: a Swedish one is written with and without its century."""
    kind = form.number(chosen)
    return number[-10:] if kind is not None and kind.check == "se-personnummer" else number


def _judgement(grounds: int, judge: Judge, confirmed: int = 0, traces: _Traces = _NO_TRACES) -> Judgement:
    grounds &= ~judge.ignored
    return Judgement(
        verdict_of(grounds, judge),
        grounds,
        confirmed,
        traces.number_kind,
        traces.identity,
        traces.person,
        traces.alike,
        traces.token,
    )


def verdict_of(grounds: int, judge: Judge) -> int:
    """Give the verdict that follows from grounds: what strikes goes before what a person decides."""
    if grounds & judge.strikes:
        return STRUCK
    return FOR_DECISION if grounds & judge.decides else ACCEPTED


def _short_hash(raw: bytes) -> bytes:
    return sha256(raw).digest()[:HASH_SIZE]
