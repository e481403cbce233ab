"""The official texts of a procedure by language, with their provenance; nothing is translated, nothing is improved.

The rules are:
- A text is given exactly as its source has it, or not at all: there is no silent fall-back to another language.
- What a language lacks is told (`gaps`), and a language without its privacy statement is not offered for signing.
- A demonstration may show the English text in place of a missing one; the text itself says which language it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from civium.errors import Refused
from civium.law.deployments import deployment
from civium.law.procedure import load_procedure
from civium.law.shelf import documents_of

FALLBACK_LANGUAGE: Final = "en"  # of a demonstration's pages under the Regulation; any procedure: `reference_language`
# Closed set: read in the Official Journal; the Commission's interface; a copy by others; this project's own (a petition's).
STATUSES: Final = ("official_journal", "commission_ui_2020", "third_party_copy_of_official_text", "own")


@dataclass(frozen=True)
class OfficialText:
    """One text in one language: what it says, where it stands in the law, where it was read and how far to trust it."""

    key: str
    language: str
    text: str
    legal_basis: str
    source: str
    status: str
    confidence: str
    flag: str | None


def wording(language: str, key: str, procedure: str = "eci") -> OfficialText:
    """Give an official text in a language.

    Raises Refused("language-unknown") for a language the procedure does not have, Refused("official-text-missing") if no
    source gave this text in it.
    """
    texts = _texts(language, procedure)
    if key not in texts:
        raise Refused("official-text-missing", language=language, key=key)
    told = _provenance(key, procedure)
    journal = told.get("official_journal", {}).get(language)
    return OfficialText(
        key=key,
        language=language,
        text=texts[key],
        legal_basis=told["legal_basis"],
        source=journal or told["source"],
        status="official_journal" if journal else told["status"],
        confidence="high" if journal else told["confidence"],
        flag=told["flags"].get(language),
    )


def wordings(language: str, prefix: str, procedure: str = "eci") -> tuple[OfficialText, ...]:
    """Give the numbered texts below a key in their order, such as the ten items of `annex_v.items`; none gives ()."""
    numbers = [key.removeprefix(f"{prefix}.") for key in _texts(language, procedure) if key.startswith(f"{prefix}.")]
    places = sorted(int(number) for number in numbers if number.isdecimal())
    return tuple(wording(language, f"{prefix}.{place}", procedure) for place in places)


def keys(procedure: str = "eci") -> tuple[str, ...]:
    """Give the key of every official text of a procedure: its reference language has all of them."""
    return tuple(sorted(_texts(load_procedure(procedure).reference_language, procedure)))


def gaps(language: str, procedure: str = "eci") -> tuple[str, ...]:
    """Give the keys of the official texts that a language lacks."""
    texts = _texts(language, procedure)
    return tuple(key for key in keys(procedure) if key not in texts)


def privacy_statement(language: str, kind: str, procedure: str = "eci") -> OfficialText:
    """Give the one privacy statement that applies to a kind of deployment (Annex III: only one of the two versions).

    A demonstration gets the English one where a language has none. Raises Refused("nothing-is-collected") for a kind that
    collects nothing, Refused("official-text-missing") otherwise.
    """
    rules = load_procedure(procedure)
    chosen = deployment(rules, kind)
    if chosen.privacy_statement is None:
        raise Refused("nothing-is-collected")
    if chosen.english_fallback and chosen.privacy_statement in gaps(language, procedure):
        language = rules.reference_language
    return wording(language, chosen.privacy_statement, procedure)


def languages_for(kind: str, procedure: str = "eci") -> tuple[str, ...]:
    """Give the languages in which a kind of deployment may be offered: those with declaration and privacy statement.

    A kind that collects nothing, and a demonstration, may use every language of the procedure.
    """
    rules = load_procedure(procedure)
    chosen = deployment(rules, kind)
    if chosen.privacy_statement is None or chosen.english_fallback:
        return rules.languages
    needed = {"declaration", chosen.privacy_statement}
    return tuple(language for language in rules.languages if needed.isdisjoint(gaps(language, procedure)))


def _texts(language: str, procedure: str) -> Mapping[str, str]:
    if language not in load_procedure(procedure).languages:
        raise Refused("language-unknown")
    texts: Mapping[str, str] = documents_of(procedure)[f"wording/{language}"]
    return texts


def _provenance(key: str, procedure: str) -> Mapping[str, Any]:
    """Give the provenance of a text: its own row, or the row of the annex in which it stands."""
    rows = documents_of(procedure)["wording/provenance"]
    row: Mapping[str, Any] = rows.get(key) or rows[key.partition(".")[0]]
    return row
