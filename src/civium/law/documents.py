"""The shape of each document of a procedure's folder (docs/procedures.md tells the same in words)."""

from __future__ import annotations

import re
from typing import Final

from civium.law import letters, paper_form, particulars, shapes, wording
from civium.law.ages import AGE_RULES
from civium.law.deployments import CONTROLLERS, KINDS, READERS
from civium.law.periods import EVENTS
from civium.law.shapes import Shape, by_language, by_name, day, flag, many, matching, maybe, number, one_of, record, text
from civium.law.soundness import FIELD_KINDS

BELONGS_BY: Final = ("nationality", "residence")
# Remarks for whoever reads the data: the code does not use them.
_REMARKS: Final = ("note", "article", "source", "confidence", "flags", "sources", "as_of")
_CODE: Final = matching(
    re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}"), "write capital letters, digits and hyphens, 32 at most: it goes into every statement"
)
_NAME: Final = matching(re.compile(r"[a-z][a-z0-9_]{0,39}"), "write small letters, digits and underscores")
_ID: Final = matching(re.compile(r"[a-z][a-z0-9-]{0,39}"), "write small letters, digits and hyphens")
_LANGUAGE: Final = matching(shapes.LANGUAGE, 'write the code of a language, such as "en" or "gl"')
_VALIDITY: Final[dict[str, Shape]] = {
    "sources": many(text()),
    "confidence": maybe(text()),
    "flags?": many(text()),
    "valid_from?": maybe(day()),
    "valid_to?": maybe(day()),
}

PROCEDURE: Final = record(
    {
        "name": _ID,
        "version": text(),
        "as_of": day(),
        "title": by_language(text()),
        "legal_basis": text(),
        "belongs_by": one_of(BELONGS_BY),
        "languages": many(_LANGUAGE, least=1),
        "territory": record(
            {
                "code": _CODE,
                "names": by_language(text()),
                "jurisdictions": many(_CODE, least=1),
                "groups?": many(
                    record(
                        {
                            "code": _CODE,
                            "names": by_language(text()),
                            "members": many(_CODE, least=1),
                            "needed": number(0),
                            "total?": number(0),
                        },
                        _REMARKS,
                    )
                ),
            },
            _REMARKS,
        ),
        "kinds": by_name(one_of(FIELD_KINDS), re.compile(r"[a-z][a-z0-9_]{0,39}"), "write small letters, digits and underscores"),
        "choices": by_name(many(_ID, least=1)),
        "parts": by_name(many(_NAME, least=1), least=1),
        "goal": record(
            {"total": number(1), "jurisdictions": number(0), "groups?": number(0), "source": text()},
            _REMARKS,
        ),
        "threshold_periods": many(
            record(
                {"key": text(), "registered_from": day(), "registered_to": maybe(day()), "source": text()},
                (*_REMARKS, "members_of_parliament"),
            ),
            least=1,
        ),
        "collection": record({"longest_months": number(1), "starts_within_months": number(0)}, _REMARKS),
        "registration_number": maybe(record({"pattern": text()}, _REMARKS)),
        "lengths": record({"title": number(1), "objectives": number(1), "annex?": number(0)}, _REMARKS),
        "plausible_age_years": record({"most": number(1)}, _REMARKS),
        "postal_code_elsewhere": record({"longest": number(1)}, _REMARKS),
        "name_letters": record({"scripts": many(text(), least=1)}, _REMARKS),
        "documents?": by_name(text()),
        "emblem?": maybe(record({"file": text(), "alternative": by_language(text())}, _REMARKS)),
        "roles": many(
            record(
                {
                    "role": one_of(particulars.ROLES),
                    "least": number(0),
                    "most": maybe(number(1)),
                    "names": by_language(text()),
                },
                _REMARKS,
            ),
            least=1,
        ),
        "phases": many(record({"phase": one_of(particulars.PHASES), "names": by_language(text())}, _REMARKS), least=1),
        "funding?": maybe(
            record({"above": number(0), "currency": matching(re.compile(r"[A-Z]{3}"), 'write a code such as "EUR"')}, _REMARKS)
        ),
        "words?": by_language(record({f"{name}?": text() for name in (*particulars.WORDS, *particulars.TERMS)})),
        "switches": record({f"{name}?": flag() for name in particulars.SWITCHES}, _REMARKS),
    },
    ("threshold_rule", "parts_source", "valid_from", "valid_to", *_REMARKS),
)

_NUMBER: Final = record(
    {
        "id": _NAME,
        "kind": text(),
        "label_en": text(),
        "labels": by_language(text()),
        "format": maybe(text()),
        "normalise": many(text()),
        "pattern": text(),
        "check": maybe(text()),
        "birth": maybe(text()),
        "not_national": maybe(record({"pattern": text()}, _REMARKS)),
        "example": maybe(text()),
        "ocs_property": maybe(text()),
        **_VALIDITY,
    },
    ("note", "birth_note", "check_confidence", "check_rule"),
)
_CONTACT: Final = record(
    {"postal_address?": many(text()), "email?": maybe(text()), "website?": maybe(text()), **_VALIDITY}, _REMARKS
)
JURISDICTION: Final = record(
    {
        "code": _CODE,
        "iso": matching(re.compile(r"[A-Z]{2}"), "write two capital letters: the country of its addresses (ISO 3166-1)"),
        "export_code": matching(re.compile(r"[a-z0-9][a-z0-9-]{0,31}"), "write small letters, digits and hyphens"),
        "languages": many(_LANGUAGE),
        "names": record(
            {"en": text(), "native": by_language(record({"short": text(), "official?": text()}))},
            ("en_official", *_REMARKS),
        ),
        "forms": many(
            record(
                {
                    "part": text(),
                    "numbers": many(_NAME),
                    "notices": many(
                        record(
                            {
                                "id": _ID,
                                "when": record({"field": _NAME, "is_not": text()}),
                                "wording": text(),
                                "source": text(),
                            },
                            _REMARKS,
                        )
                    ),
                    **_VALIDITY,
                }
            ),
            least=1,
        ),
        "numbers": many(_NUMBER),
        "ages": many(
            record(
                {
                    "years": number(0),
                    "rule": one_of(AGE_RULES),
                    "legal_basis": maybe(text()),
                    "since": maybe(text()),
                    **_VALIDITY,
                }
            ),
            least=1,
        ),
        "postal_code": maybe(
            record({"pattern": text(), "normalise": many(text()), "example": maybe(text()), **_VALIDITY}, ("note",))
        ),
        "thresholds": by_name(number(0)),
        "authority": record(
            {
                "name_native": maybe(text()),
                "name_en": maybe(text()),
                "role": maybe(text()),
                "contact?": maybe(_CONTACT),
                **_VALIDITY,
            }
        ),
        "flags": many(text()),
        "sources": many(text()),
    },
    ("languages_note", "members_of_parliament", "eid_in_central_system", "note"),
)

_OFFSET: Final = record({"after?": one_of(EVENTS), "months?": number(0), "before?": one_of(EVENTS), "working_days?": number(0)})
DEADLINES: Final = many(
    record(
        {
            "id": _ID,
            "by": _ID,
            "title": by_language(text()),
            "article": text(),
            "on": many(many(_OFFSET, least=1), least=1),
            "extends": flag(),
            "meaning": one_of(("latest", "earliest")),
            "ends_with_withdrawal": flag(),
            "every_months?": number(1),
            "counted_from?": one_of(EVENTS),
        },
        _REMARKS,
    ),
    least=1,
)
DEPLOYMENTS: Final = many(
    record(
        {
            "kind": one_of(KINDS),
            "collects": flag(),
            "privacy_statement": maybe(text()),
            "controller": one_of(CONTROLLERS),
            "readers": many(one_of(READERS)),
            "banner": flag(),
            "destroyed_after_days": maybe(number(1)),
            "english_fallback": flag(),
            "names_legal_basis": flag(),
            "certificate_required": flag(),
            "registered_from": maybe(day()),
            "registered_to": maybe(day()),
            "closes_by": maybe(day()),
            "article": maybe(text()),
            "source": text(),
        },
        ("note",),
    ),
    least=1,
)
PAPER: Final = record(
    {
        **{name: text() for name in ("mandatory", "organisers", "signatories", "declaration", "privacy_heading", "privacy")},
        "code_place": flag(),
        "items": many(
            record(
                {
                    "wording": text(),
                    "fact": one_of(paper_form.FACTS),
                    "notes": many(record({"wording": text(), "part": maybe(text())})),
                }
            ),
            least=1,
        ),
        "parts": by_name(
            record(
                {
                    "title": text(),
                    "title_note": maybe(text()),
                    "columns": many(record({"wording": text(), "fields": many(_NAME, least=1), "width": number(1)}), least=1),
                }
            ),
            least=1,
        ),
    },
    _REMARKS,
)
LETTERS: Final = many(
    record(
        {
            "id": _ID,
            "duty": maybe(_ID),
            "article": text(),
            "to": record({"lines": many(text(), least=1), "email": maybe(text())}),
            "heading": maybe(text()),
            "subjects": by_language(text()),
            "paragraphs": by_language(many(text())),
            "asks": many(
                record(
                    {
                        "name": _NAME,
                        "kind": one_of(letters.ASK_KINDS),
                        "labels": by_language(text()),
                        "choices?": by_name(by_language(text()), least=1),
                        "optional": flag(),
                    }
                )
            ),
            "table": maybe(one_of(letters.TABLES)),
            "items": many(record({"wording": text(), "fact": one_of(letters.ITEM_FACTS)})),
        },
        ("status", *_REMARKS),
    )
)
SOURCES: Final = by_name(text(), least=1)
WORDING: Final = by_name(text())
PROVENANCE: Final = by_name(
    record(
        {
            "legal_basis": text(),
            "source": text(),
            "status": one_of(wording.STATUSES),
            "confidence": text(),
            "flags": by_language(text()),
            "official_journal?": by_language(text()),
        },
        ("description",),
    )
)
# Documents that a folder must have, those that it may have, and those of which it has one for each jurisdiction and language.
NEEDED: Final = {"procedure": PROCEDURE, "deadlines": DEADLINES, "deployments": DEPLOYMENTS, "sources": SOURCES}
OPTIONAL: Final = {"paper": PAPER, "letters": LETTERS}
PROVENANCE_NAME: Final = "wording/provenance"


def shape_of(name: str) -> Shape | None:
    """Give the shape of a document by its name in the folder (path without ending), or None where no such document belongs there."""
    if name == PROVENANCE_NAME:
        return PROVENANCE
    if name.startswith("wording/") and shapes.LANGUAGE.fullmatch(name.removeprefix("wording/")):
        return WORDING
    if name.startswith("jurisdictions/"):
        return JURISDICTION
    return NEEDED.get(name) or OPTIONAL.get(name)
