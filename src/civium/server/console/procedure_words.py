"""The words of the console for procedures other than the European citizens' initiative: the same sentences with what holds there.

The rules are:
- sentences in the code are those of the citizens' initiative; `ELSEWHERE` (procedure_sentences.py) has others for those that do not hold elsewhere;
- names come from the procedure's data (law/terms.py): whom it is submitted to, who is told, what its places are called, how many are needed;
- articles of Regulation (EU) 2019/788 and numbers of our rules for it are left out; articles of the procedure's own law come from its duties;
- what is filled into a sentence (titles, names, numbers) is never touched.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from civium.law.procedure import load_procedure
from civium.law.terms import Terms, terms_of
from civium.server.console.procedure_sentences import ELSEWHERE, REFUSED
from civium.server.console.sentences import as_sentence
from civium.server.console.words import words
from civium.server.site.languages import language
from civium.server.site.words import Words

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative

ECI: Final = "eci"
# "(LAW-26, Art. 8, 9(2))", "(Annex II)", "(T-8)"; a citation of another law names it first, as in "(GDPR, Art. 12(3))".
_CITED: Final = re.compile(r" ?\((?:LAW-\d|Art\. \d|Annex [IVX]|T-\d)[^()]*(?:\(\d+\)[^()]*)*\)")
_NAME: Final = re.compile(r"\{(\w+)\}")
_PLACE: Final = re.compile(r"\b(?:([Aa]) )?(Member )?State(s?)\b")
_RECIPIENT: Final = re.compile(r"\b([Tt])he (?:European )?Commission\b")
# Refusals are lines where they stand, and sentences where they are shown.
_HERE: Final = {**ELSEWHERE, **{as_sentence(line): as_sentence(other) for line, other in REFUSED.items()}}
_VOWELS: Final = "aeiou"


class ProcedureWords(Words):
    """As `Words`, told for one procedure."""

    def __init__(self, plain: Words, terms: Terms) -> None:
        super().__init__(plain.code, plain._messages, plain._plural)  # noqa: SLF001  the same catalogue, read once
        self._terms = terms

    def __call__(self, message: str, **values: object) -> str:
        """The sentence as it holds for this procedure, its %(places)s filled."""
        said = self._told(super().__call__(_HERE.get(message, message)))
        return said % values if values else said

    def ngettext(self, singular: str, plural: str, number: int, **values: object) -> str:
        """As above, in the form that the number asks for."""
        said = self._told(super().ngettext(_HERE.get(singular, singular), _HERE.get(plural, plural), number))
        return said % values if values else said

    def _told(self, sentence: str) -> str:
        said = _NAME.sub(self._named, _CITED.sub("", sentence))
        said = _RECIPIENT.sub(lambda found: _as(self._terms.recipient, is_first=found[1] == "T"), said)
        return _PLACE.sub(self._place, said)

    def _named(self, found: re.Match[str]) -> str:
        """Give what stands for a name in braces; written with a capital it begins a sentence."""
        value = getattr(self._terms, found[1].lower(), None)
        if value is None:
            return found[0]
        return language(self.code).number(value) if isinstance(value, int) else _as(value, is_first=found[1][0].isupper())

    def _place(self, found: re.Match[str]) -> str:
        name = self._terms.places if found[3] else self._terms.place
        is_first = found.start() == 0 or found.string[: found.start()].endswith((". ", ": ", "? "))
        if not found[1]:
            return _as(name, is_first=is_first)
        return f"{found[1]}{'n' if name[0] in _VOWELS else ''} {name}"


@cache
def words_for(code: str, procedure: str) -> Words:
    """Give the words of a language as they hold for a procedure."""
    plain = words(code)
    return plain if procedure == ECI else ProcedureWords(plain, terms_of(load_procedure(procedure), plain.code))


def rule_of(initiative: Initiative, act: str, rule: str) -> str:
    """Give the rule of an act where its initiative stands: the article of the procedure's own duty, or else the name of its law."""
    if initiative.procedure == ECI:
        return rule
    procedure = load_procedure(initiative.procedure)
    wanted = _DUTIES.get(act, ())
    return next((duty.article for duty in procedure.deadlines if duty.id in wanted), procedure.legal_basis)


# Act -> the duties whose article is its rule.
_DUTIES: Final = {
    "go-live": ("start",),
    "end-early": ("end",),
    "end-now": ("end",),
    "make-package": ("submit-to-authorities",),
    "hand-over": ("submit-to-authorities",),
    "record-receipt": ("authority-verifies",),
    "record-certificate": ("authority-verifies",),
    "submit": ("submit-to-commission", "submit-to-parliament"),
    "record-answer": ("communication",),
    "withdraw": ("destroy-statements",),
    "destroy-statements": ("destroy-statements",),
}


def _as(name: str, *, is_first: bool) -> str:
    return name[0].upper() + name[1:] if is_first else name
