"""Why a statement may not count: the closed set of grounds, and what a State's policy makes of those that are only indications.

The rules are (Art. 12(4) leaves the checks to the State; features A4, A5):
- a *certain* ground strikes, in every State: it follows from the Regulation and from the text alone;
- an *indication* strikes nothing unless the State's policy says so; by default a person decides, or it is only listed;
- what concerns several statements together is never struck by machine; differing names on one number, or differing addresses
  of one name, date of birth and postal code, always go to a person;
- what looks implausible (`plausibility.py`) is an indication too: there are people called Test, and homes with a hundred names;
- what the signatory confirmed when warned is shown beside the ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CERTAIN, INDICATION = "certain", "indication"
DECIDE, LIST, STRIKE, IGNORE = "decide", "list", "strike", "ignore"
ACTIONS = (DECIDE, LIST, STRIKE, IGNORE)


@dataclass(frozen=True)
class Ground:
    """One ground: certain or an indication, what happens by default, what a policy may choose, and a sentence for people.

    `ebig` is the item of section 4 of the German EBIG under which a German list would have it, in this project's words; empty: none.
    """

    code: str
    kind: str
    default: str
    choices: tuple[str, ...]
    sentence: str
    ebig: str = ""


def _certain(code: str, sentence: str, ebig: str) -> Ground:
    return Ground(code, CERTAIN, STRIKE, (STRIKE,), sentence, ebig)


def _indication(code: str, sentence: str, *, default: str = DECIDE, choices: tuple[str, ...] = ACTIONS, ebig: str = "") -> Ground:
    return Ground(code, INDICATION, default, choices, sentence, ebig)


_INCOMPLETE = "illegible or incomplete, so that the person is not beyond doubt identifiable"
_WRONG = "wrong data, so that the person is not beyond doubt identifiable"
_ANOTHERS = "not given by the person whose data were used, or given more than once"
_PERSON = (DECIDE, LIST)

# The place of a ground in this list is its bit in the working files: new ones are added at the end, none is moved.
_LIST = (
    _certain("missing-field", "a mandatory field is empty", _INCOMPLETE),
    _certain("outside-period", "received outside the collection period", "outside the collection period"),
    _certain("under-age", "too young on the day of signing, by the date of birth given", "under the minimum age"),
    _certain("declaration-missing", "the declaration was not made", "not on the proper form"),
    _certain("repeat", "this person's support is counted by an earlier statement", "given more than once"),
    _indication(
        "unopenable",
        "the envelope does not open: changed on its way, or sealed wrongly",
        choices=(DECIDE, STRIKE),
        ebig=_INCOMPLETE,
    ),
    _indication(
        "unreadable", "the envelope opens, but its content is not a statement", choices=(DECIDE, STRIKE), ebig=_INCOMPLETE
    ),
    _indication("privacy-not-confirmed", "the privacy statement was not ticked as read", default=LIST),
    _indication("field-unexpected", "holds a field this form does not ask", default=LIST),
    _indication("choice-unknown", "a kind of number or a choice that this form does not offer", ebig=_INCOMPLETE),
    _indication("country-unknown", "a country of residence that is not a country code", ebig=_WRONG),
    _indication("date-not-real", "the date of birth does not exist", ebig=_INCOMPLETE),
    _indication("date-in-future", "the date of birth lies after the day of signing", ebig=_WRONG),
    _indication("birth-date-implausible", "the date of birth lies implausibly long ago", ebig=_WRONG),
    _indication("name-characters", "a name holds signs that names do not have", default=LIST, ebig=_INCOMPLETE),
    _indication("name-script", "a word of a name mixes two alphabets", default=LIST, ebig=_INCOMPLETE),
    _indication("number-format", "the number does not have the usual form", ebig=_WRONG),
    _indication("number-checksum", "the check digit of the number does not agree", ebig=_WRONG),
    _indication("number-not-national", "the number is of a kind that foreign residents have", ebig="not a national"),
    _indication(
        "number-suggests-under-age", "the date inside the number suggests somebody too young", ebig="under the minimum age"
    ),
    _indication("postal-code-format", "the postal code does not have the usual form of its country", default=LIST, ebig=_WRONG),
    _indication(
        "repeat-names-differ",
        "one number, but the names or dates of birth differ: the whole group waits",
        choices=(DECIDE,),
        ebig=_ANOTHERS,
    ),
    _indication(
        "near-repeat",
        "like another statement: same person with another postal code, or same number as another kind",
        choices=_PERSON,
        ebig=_ANOTHERS,
    ),
    _indication(
        "same-name-other-document", "the same full name stands beside another kind of document", default=LIST, choices=_PERSON
    ),
    _indication("token-against-text", "the duplicate token and the text disagree with another statement", choices=_PERSON),
    _indication(
        "repeat-address-differs",
        "one name, date of birth and postal code, but the addresses differ: the whole group waits",
        choices=(DECIDE,),
        ebig=_ANOTHERS,
    ),
    _indication("name-keyboard", "a name is a run of keys that lie side by side", ebig=_INCOMPLETE),
    _indication("name-repeated", "a name is one sign or one syllable again and again", ebig=_INCOMPLETE),
    _indication("name-one-sign", "a name of one letter where names are longer", ebig=_INCOMPLETE),
    _indication("name-digit", "a name holds a digit", ebig=_INCOMPLETE),
    _indication("name-placeholder", 'a name is a word that stands for none, such as "test"', ebig=_INCOMPLETE),
    _indication("birth-date-placeholder", "a date of birth that is typed to fill the field, such as 1.1.1900", ebig=_WRONG),
    _indication("age-above-110", "above 110 years old, by the date of birth or the date inside the number", ebig=_WRONG),
    _indication("number-sample", "a number that is known as an example, or counts 1, 2, 3", ebig=_WRONG),
    _indication("address-shared", "one address given by many: look at the group, families and homes are honest", choices=_PERSON),
    _indication("burst-of-street", "many of one street within a short run of the log", choices=_PERSON),
    _indication(
        "near-repeat-number",
        "same person with nearly the same number: one sign differs, or two stand the other way round",
        choices=_PERSON,
        ebig=_ANOTHERS,
    ),
    _indication(
        "near-repeat-spelling",
        "same date of birth, and the same names in another spelling, order or script",
        choices=_PERSON,
        ebig=_ANOTHERS,
    ),
    _indication(
        "near-repeat-birth-date",
        "same names and address, and nearly the same date of birth",
        choices=_PERSON,
        ebig=_ANOTHERS,
    ),
)

GROUNDS = {ground.code: ground for ground in _LIST}
CERTAIN_CODES = tuple(ground.code for ground in _LIST if ground.kind == CERTAIN)
INDICATION_CODES = tuple(ground.code for ground in _LIST if ground.kind == INDICATION)
BITS = {ground.code: 1 << place for place, ground in enumerate(_LIST)}
# Bytes that hold the bits of all grounds, in memory and in the verdicts file.
GROUNDS_SIZE = 8
# Nothing readable stands behind these, so nobody can find that it is a valid statement.
NEVER_ACCEPTED = BITS["unopenable"] | BITS["unreadable"]

# What the members of a group wait for, by the kind of group.
GROUP_GROUNDS = {
    "group": ("repeat-names-differ", "repeat-address-differs"),
    "near": ("near-repeat", "near-repeat-number", "near-repeat-spelling", "near-repeat-birth-date"),
    "place": ("address-shared", "burst-of-street"),
}
# These may be one person's; those of a place are not.
ONE_PERSONS_GROUPS = ("group", "near")


def mask_of(codes: Iterable[str]) -> int:
    """Give the bits of some grounds."""
    mask = 0
    for code in codes:
        mask |= BITS[code]
    return mask


def codes_of(mask: int) -> Iterator[str]:
    """Give the grounds of some bits, in the order of the list."""
    return (code for code, bit in BITS.items() if mask & bit)
