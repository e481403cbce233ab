"""The rules as the browser reads them: one small JSON document made from a procedure (docs/spec/rules.md)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from civium.law.procedure import form_of
from civium.law.rules import AcceptedNumber, Jurisdiction, Notice, Procedure


def compile_rules(procedure: Procedure, on: date | None = None) -> dict[str, Any]:
    """Give the document of the forms that hold on a day; without one, on the day the procedure's data was last compared."""
    day = procedure.as_of if on is None else on
    return {
        "version": procedure.version,
        "procedure": procedure.name,
        "kinds": dict(procedure.kinds),
        "choices": {field: list(choices) for field, choices in procedure.choices.items()},
        "countries": " ".join(procedure.countries) if procedure.asks("country") else "",
        "name_scripts": list(procedure.name_scripts),
        "most_plausible_age_years": procedure.most_plausible_age_years,
        "longest_postal_code_elsewhere": procedure.longest_postal_code_elsewhere,
        "jurisdictions": {code: _jurisdiction(procedure, place, day) for code, place in procedure.jurisdictions.items()},
        "postal_codes": {
            country: {"pattern": code.pattern, "normalise": list(code.normalise), "example": code.example}
            for country, code in procedure.postal_codes.items()
        },
    }


def encode_rules(procedure: Procedure, on: date | None = None) -> bytes:
    """Give the document's bytes, always the same for the same rules; the manifest pins their SHA-256."""
    document = compile_rules(procedure, on)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _jurisdiction(procedure: Procedure, place: Jurisdiction, day: date) -> dict[str, Any]:
    form = form_of(procedure, place.code, day)
    return {
        "iso": place.iso,
        "part": form.part,
        "fields": list(form.fields),
        "age": {"years": form.age.years, "rule": form.age.rule},
        "numbers": [_number(number) for number in form.numbers],
        "notices": [_notice(notice) for notice in form.notices],
    }


def _number(number: AcceptedNumber) -> dict[str, Any]:
    return {
        "id": number.id,
        "label": dict(number.labels),
        "format": number.format,
        "pattern": number.pattern,
        "normalise": list(number.normalise),
        "check": number.check,
        "example": number.example,
        "birth": number.birth,
        "not_national": number.not_national,
    }


def _notice(notice: Notice) -> dict[str, str]:
    return {"id": notice.id, "field": notice.field, "is_not": notice.is_not, "wording": notice.wording}
