"""What a procedure calls what every procedure has: its places, whom an initiative is submitted to, who is told beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from civium.law.rules import Procedure


@dataclass(frozen=True)
class Terms:
    """Names within a sentence, as in "by {place}" and "submit it to {recipient}", and the numbers that are needed."""

    place: str
    places: str
    recipient: str
    office: str
    total: int
    needed: int


def terms_of(procedure: Procedure, language: str = "en") -> Terms:
    """Give the terms in a language, or else in the procedure's reference language; plain words where its data has none."""
    told = {**procedure.words.get(procedure.reference_language, {}), **procedure.words.get(language, {})}
    return Terms(
        place=told.get("place", "place"),
        places=told.get("places", "places"),
        recipient=told.get("recipient", "whoever decides on it"),
        office=told.get("office", "the authority"),
        total=procedure.goal.total,
        needed=procedure.goal.jurisdictions,
    )
