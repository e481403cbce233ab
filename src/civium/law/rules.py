"""What a procedure's data says, as values: who belongs where, which fields are asked, which numbers, ages and goals apply.

The rules are:
- Nothing here is decided by the code: each value comes from a folder of JSON (`eci/`, `petition/`, `region/`), with its source.
- A date or name that no source gave is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Source:
    """Where a value was read: the key its values carry, and the work that key stands for."""

    key: str
    text: str


@dataclass(frozen=True)
class Validity:
    """How far a value can be trusted, where it was read and on which days it holds (None: open, or not known)."""

    sources: tuple[str, ...]
    confidence: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    flags: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Say whether the value holds on this day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class AgeRule:
    """The minimum age of one jurisdiction: `completed_years` on the day of signing, or `calendar_year` (Art. 2(1))."""

    years: int
    rule: str
    legal_basis: str | None
    since: str | None
    validity: Validity


@dataclass(frozen=True)
class AcceptedNumber:
    """One personal number or document number that a jurisdiction accepts (Art. 9(4)); every pattern is only advice (LAW-35)."""

    id: str
    ocs_property: str | None
    kind: str
    label_en: str
    labels: Mapping[str, str]
    format: str | None
    normalise: tuple[str, ...]
    pattern: str
    check: str | None
    birth: str | None
    not_national: str | None
    example: str | None
    validity: Validity


@dataclass(frozen=True)
class PostalCode:
    """How postal codes of one country look; applied by country of residence, never of nationality (LAW-106)."""

    country: str
    pattern: str
    normalise: tuple[str, ...]
    example: str | None
    validity: Validity


@dataclass(frozen=True)
class Notice:
    """An official notice shown when a field does not hold a certain value, such as Annex III's for Germans abroad."""

    id: str
    field: str
    is_not: str
    wording: str
    source: str

    def is_shown_for(self, values: Mapping[str, str]) -> bool:
        """Say whether the notice is due: the field is filled and holds something else."""
        value = values.get(self.field, "")
        return value not in ("", self.is_not)


@dataclass(frozen=True)
class Form:
    """What one jurisdiction asks on one day: fields in the order of the model, numbers, age, notices."""

    jurisdiction: str
    part: str
    fields: tuple[str, ...]
    numbers: tuple[AcceptedNumber, ...]
    age: AgeRule
    notices: tuple[Notice, ...]
    validity: Validity

    def number(self, number_id: str) -> AcceptedNumber | None:
        """Give the accepted number with this id, or None if this form does not accept it."""
        return next((number for number in self.numbers if number.id == number_id), None)


@dataclass(frozen=True)
class FormPeriod:
    """Which part a jurisdiction uses, with which numbers, in one span of time (a State may change: Art. 9(4))."""

    part: str
    numbers: tuple[str, ...]
    notices: tuple[Notice, ...]
    validity: Validity


@dataclass(frozen=True)
class Contact:
    """Where letters to an authority go: an office's lines without the State, never a person's; with a source of its own."""

    postal_address: tuple[str, ...]
    email: str | None
    website: str | None
    validity: Validity


@dataclass(frozen=True)
class Authority:
    """Who verifies a jurisdiction's statements, as far as a source names it."""

    name_native: str | None
    name_en: str | None
    role: str | None
    validity: Validity
    contact: Contact | None = None


@dataclass(frozen=True)
class Jurisdiction:
    """One place where statements count: its codes, names, forms, numbers, ages, thresholds and authority."""

    code: str
    iso: str
    export_code: str
    name_en: str
    names: Mapping[str, str]
    languages: tuple[str, ...]
    forms: tuple[FormPeriod, ...]
    numbers: tuple[AcceptedNumber, ...]
    ages: tuple[AgeRule, ...]
    postal_code: PostalCode | None
    thresholds: Mapping[str, int]
    authority: Authority
    flags: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ThresholdPeriod:
    """The registration dates for which one set of thresholds holds, for the initiative's whole life (Annex I)."""

    key: str
    registered_from: date
    registered_to: date | None
    source: str


@dataclass(frozen=True)
class Goal:
    """How many must sign in all, and how many jurisdictions (and groups of them) must reach their own threshold (Art. 3(1))."""

    total: int
    jurisdictions: int
    source: str
    groups: int = 0


@dataclass(frozen=True)
class Group:
    """A place above jurisdictions, such as a province with its districts: reached with so many of its members, and so many in all.

    Members are codes of jurisdictions or of other groups: together they are a tree.
    """

    code: str
    names: Mapping[str, str]
    members: tuple[str, ...]
    needed: int
    total: int


@dataclass(frozen=True)
class Role:
    """One role among the organisers: how many may hold it (`most` None: any number), and what it is called."""

    role: str
    least: int
    most: int | None
    names: Mapping[str, str]


@dataclass(frozen=True)
class Phase:
    """One phase of an initiative's life that this procedure knows, and what it is called."""

    phase: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class Emblem:
    """The picture that official papers of this procedure carry: a file in its folder, and what it shows, in words."""

    file: str
    alternative: Mapping[str, str]


@dataclass(frozen=True)
class FundingRule:
    """From which amount on a sponsor is named (Art. 17(1): above EUR 500), in whole units of a currency."""

    above: int
    currency: str


@dataclass(frozen=True)
class Switches:
    """What a procedure allows: statements on paper; whether each organiser names a country of residence."""

    paper: bool = False
    country_of_residence: bool = True


@dataclass(frozen=True)
class Offset:
    """A distance from an event: so many months after it, or so many working days before it."""

    event: str
    months: int | None
    working_days_before: int | None


@dataclass(frozen=True)
class DeadlineRule:
    """One duty with its date: the first group with a known event applies, and in it the earliest date."""

    id: str
    by: str
    article: str
    groups: tuple[tuple[Offset, ...], ...]
    extends: bool
    is_earliest: bool
    ends_with_withdrawal: bool
    every_months: int | None
    counted_from: str | None
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Deployment:
    """What one kind of deployment is for, and what follows: who is controller, who can read, which statement applies."""

    kind: str
    collects: bool
    privacy_statement: str | None
    controller: str
    readers: tuple[str, ...]
    banner: bool
    destroyed_after_days: int | None
    english_fallback: bool
    names_legal_basis: bool
    certificate_required: bool
    registered_from: date | None
    registered_to: date | None
    closes_by: date | None
    article: str | None
    source: str


@dataclass(frozen=True)
class Procedure:
    """A procedure whole: the European citizens' initiative, or any other told by the same data."""

    name: str
    version: str
    as_of: date
    title: Mapping[str, str]
    legal_basis: str
    belongs_by: str
    territory: str
    languages: tuple[str, ...]
    kinds: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    choices: Mapping[str, tuple[str, ...]]
    jurisdictions: Mapping[str, Jurisdiction]
    postal_codes: Mapping[str, PostalCode]
    goal: Goal
    threshold_periods: tuple[ThresholdPeriod, ...]
    deadlines: tuple[DeadlineRule, ...]
    deployments: Mapping[str, Deployment]
    longest_months: int
    starts_within_months: int
    registration_number: str | None
    lengths: Mapping[str, int]
    most_plausible_age_years: int
    longest_postal_code_elsewhere: int
    name_scripts: tuple[str, ...]
    countries: tuple[str, ...]
    sources: Mapping[str, Source]
    groups: Mapping[str, Group]
    roles: tuple[Role, ...]
    phases: tuple[Phase, ...]
    documents: Mapping[str, str]
    emblem: Emblem | None
    switches: Switches
    funding: FundingRule | None
    words: Mapping[str, Mapping[str, str]]

    def asks(self, kind: str) -> bool:
        """Say whether some form of this procedure asks a field of this kind."""
        return any(self.kinds[field] == kind for fields in self.parts.values() for field in fields)

    @property
    def reference_language(self) -> str:
        """Give the language that has every official text: English where the procedure has it, else the first of its languages."""
        return "en" if "en" in self.languages else self.languages[0]

    def role_name(self, role: str, language: str) -> str | None:
        """Give what a role is called here in a language; None where this procedure gives it no name of its own in it."""
        return next((known.names.get(language) for known in self.roles if known.role == role), None)

    def phase_name(self, phase: str, language: str) -> str | None:
        """Give what a phase is called here in a language; None where this procedure gives it no name of its own in it."""
        return next((known.names.get(language) for known in self.phases if known.phase == phase), None)

    def name_in(self, language: str) -> str:
        """Give the name of the procedure in a language, or else in its reference language."""
        return self.title.get(language) or self.title[self.reference_language]
