"""A procedure made from its documents, and the form that one jurisdiction asks on one day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from civium.errors import Misconfigured, Refused
from civium.law import particulars
from civium.law.rules import (
    AcceptedNumber,
    AgeRule,
    Authority,
    Contact,
    DeadlineRule,
    Deployment,
    Form,
    FormPeriod,
    Goal,
    Jurisdiction,
    Notice,
    Offset,
    PostalCode,
    Procedure,
    Source,
    ThresholdPeriod,
    Validity,
)
from civium.law.shelf import country_codes, documents_of

__all__ = [
    "AcceptedNumber",
    "AgeRule",
    "Authority",
    "Contact",
    "DeadlineRule",
    "Deployment",
    "Form",
    "FormPeriod",
    "Goal",
    "Jurisdiction",
    "Notice",
    "Offset",
    "PostalCode",
    "Procedure",
    "Source",
    "ThresholdPeriod",
    "Validity",
    "form_of",
    "jurisdiction_of",
    "load_procedure",
    "procedure_from",
]

Document = Mapping[str, Any]


@cache
def load_procedure(name: str = "eci") -> Procedure:
    """Give one of the package's own procedures; the European citizens' initiative unless another is named.

    Raises Refused("procedure-unknown") for any other name.
    """
    return procedure_from(documents_of(name))


def jurisdiction_of(procedure: Procedure, code: str) -> Jurisdiction:
    """Give a jurisdiction by its code; raises Refused if the procedure has none of that code."""
    try:
        return procedure.jurisdictions[code]
    except KeyError:
        raise Refused("jurisdiction-unknown") from None


def form_of(procedure: Procedure, jurisdiction: str, on: date) -> Form:
    """Give the form that a jurisdiction asks on a day.

    Raises Refused("jurisdiction-unknown") for a code that the procedure does not have, Refused("form-unknown") for a day
    on which no form or no age rule is known to hold.
    """
    place = jurisdiction_of(procedure, jurisdiction)
    period = next((form for form in place.forms if form.validity.holds_on(on)), None)
    age = next((age for age in place.ages if age.validity.holds_on(on)), None)
    if period is None or age is None:
        raise Refused("form-unknown", jurisdiction=place.code)
    numbers = tuple(number for number in place.numbers if number.id in period.numbers and number.validity.holds_on(on))
    return Form(place.code, period.part, procedure.parts[period.part], numbers, age, period.notices, period.validity)


def procedure_from(documents: Document) -> Procedure:
    """Make a procedure from its documents (path without ending -> parsed JSON), however they were read.

    Raises Misconfigured("procedure-incomplete") if a document or a value is missing or of the wrong kind.
    """
    try:
        return _procedure(documents)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Misconfigured("procedure-incomplete") from None


def _procedure(documents: Document) -> Procedure:
    told = documents["procedure"]
    places = [_jurisdiction(documents[f"jurisdictions/{code}"]) for code in told["territory"]["jurisdictions"]]
    return Procedure(
        name=told["name"],
        version=told["version"],
        as_of=date.fromisoformat(told["as_of"]),
        title=dict(told["title"]),
        legal_basis=told["legal_basis"],
        belongs_by=told["belongs_by"],
        territory=told["territory"]["code"],
        languages=tuple(told["languages"]),
        kinds=dict(told["kinds"]),
        parts={part: tuple(fields) for part, fields in told["parts"].items()},
        choices={field: tuple(choices) for field, choices in told["choices"].items()},
        jurisdictions={place.code: place for place in places},
        postal_codes={code.country: code for place in places if (code := place.postal_code) is not None},
        goal=Goal(told["goal"]["total"], told["goal"]["jurisdictions"], told["goal"]["source"], told["goal"].get("groups", 0)),
        threshold_periods=tuple(_threshold_period(period) for period in told["threshold_periods"]),
        deadlines=tuple(_deadline(row) for row in documents["deadlines"]),
        deployments={row["kind"]: _deployment(row) for row in documents["deployments"]},
        longest_months=told["collection"]["longest_months"],
        starts_within_months=told["collection"]["starts_within_months"],
        registration_number=told["registration_number"] and told["registration_number"]["pattern"],
        lengths={name: length for name, length in told["lengths"].items() if isinstance(length, int)},
        most_plausible_age_years=told["plausible_age_years"]["most"],
        longest_postal_code_elsewhere=told["postal_code_elsewhere"]["longest"],
        name_scripts=tuple(told["name_letters"]["scripts"]),
        countries=country_codes(),
        sources={key: Source(key, text) for key, text in documents["sources"].items()},
        groups=particulars.groups_from(told["territory"]),
        roles=particulars.roles_from(told),
        phases=particulars.phases_from(told),
        documents=particulars.documents_from(told),
        emblem=particulars.emblem_from(told),
        switches=particulars.switches_from(told),
        funding=particulars.funding_from(told),
        words={language: dict(words) for language, words in told.get("words", {}).items()},
    )


def _jurisdiction(told: Document) -> Jurisdiction:
    native = {language: names["short"] for language, names in told["names"]["native"].items()}
    return Jurisdiction(
        code=told["code"],
        iso=told["iso"],
        export_code=told["export_code"],
        name_en=told["names"]["en"],
        names={"en": told["names"]["en"], **native},
        languages=tuple(told["languages"]),
        forms=tuple(_form_period(form) for form in told["forms"]),
        numbers=tuple(_number(number) for number in told["numbers"]),
        ages=tuple(_age(age) for age in told["ages"]),
        postal_code=told["postal_code"] and _postal_code(told["iso"], told["postal_code"]),
        thresholds=dict(told["thresholds"]),
        authority=_authority(told["authority"]),
        flags=tuple(told["flags"]),
        sources=tuple(told["sources"]),
    )


def _authority(told: Document) -> Authority:
    contact = told.get("contact")
    return Authority(told["name_native"], told["name_en"], told["role"], _validity(told), contact and _contact(contact))


def _contact(told: Document) -> Contact:
    return Contact(tuple(told.get("postal_address", ())), told.get("email"), told.get("website"), _validity(told))


def _form_period(told: Document) -> FormPeriod:
    notices = tuple(
        Notice(notice["id"], notice["when"]["field"], notice["when"]["is_not"], notice["wording"], notice["source"])
        for notice in told["notices"]
    )
    return FormPeriod(told["part"], tuple(told["numbers"]), notices, _validity(told))


def _number(told: Document) -> AcceptedNumber:
    return AcceptedNumber(
        id=told["id"],
        ocs_property=told["ocs_property"],
        kind=told["kind"],
        label_en=told["label_en"],
        labels=dict(told["labels"]),
        format=told["format"],
        normalise=tuple(told["normalise"]),
        pattern=told["pattern"],
        check=told["check"],
        birth=told["birth"],
        not_national=told["not_national"] and told["not_national"]["pattern"],
        example=told["example"],
        validity=_validity(told),
    )


def _age(told: Document) -> AgeRule:
    return AgeRule(told["years"], told["rule"], told["legal_basis"], told["since"], _validity(told))


def _postal_code(country: str, told: Document) -> PostalCode:
    return PostalCode(country, told["pattern"], tuple(told["normalise"]), told["example"], _validity(told))


def _threshold_period(told: Document) -> ThresholdPeriod:
    return ThresholdPeriod(told["key"], date.fromisoformat(told["registered_from"]), _day(told["registered_to"]), told["source"])


def _deadline(told: Document) -> DeadlineRule:
    groups = tuple(tuple(_offset(offset) for offset in group) for group in told["on"])
    return DeadlineRule(
        id=told["id"],
        by=told["by"],
        article=told["article"],
        groups=groups,
        extends=told["extends"],
        is_earliest=told["meaning"] == "earliest",
        ends_with_withdrawal=told["ends_with_withdrawal"],
        every_months=told.get("every_months"),
        counted_from=told.get("counted_from"),
        titles=dict(told.get("title", {})),
    )


def _offset(told: Document) -> Offset:
    if "before" in told:
        return Offset(told["before"], None, told["working_days"])
    return Offset(told["after"], told["months"], None)


def _deployment(told: Document) -> Deployment:
    return Deployment(
        kind=told["kind"],
        collects=told["collects"],
        privacy_statement=told["privacy_statement"],
        controller=told["controller"],
        readers=tuple(told["readers"]),
        banner=told["banner"],
        destroyed_after_days=told["destroyed_after_days"],
        english_fallback=told["english_fallback"],
        names_legal_basis=told["names_legal_basis"],
        certificate_required=told["certificate_required"],
        registered_from=_day(told["registered_from"]),
        registered_to=_day(told["registered_to"]),
        closes_by=_day(told["closes_by"]),
        article=told["article"],
        source=told["source"],
    )


def _validity(told: Document) -> Validity:
    return Validity(
        sources=tuple(told["sources"]),
        confidence=told["confidence"],
        valid_from=_day(told.get("valid_from")),
        valid_to=_day(told.get("valid_to")),
        flags=tuple(told.get("flags", ())),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
