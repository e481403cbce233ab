"""In what two statements differ, in words for whoever decides about a group: field by field, how, and never what stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from civium.authority.near_repeats import date_slip, one_slip, with_zeros
from civium.authority.near_repeats_latin import turned
from civium.formats.identity_key import fold_name, fold_number

_FIRST, _FAMILY, _NUMBER, _KIND, _BORN = "full_first_names", "family_names", "id_number", "id_type", "date_of_birth"
_NAMED = (_FIRST, _FAMILY, _NUMBER, _KIND, _BORN)
_ADDRESS = {
    "residence_street": "street",
    "residence_number": "house number",
    "residence_postal_code": "postal code",
    "residence_city": "town",
    "residence_country": "country of residence",
}
# Beyond these an explanation would compare with the first alone.
_COMPARED = 50


def explain_group(members: Sequence[Mapping[str, str]]) -> list[str]:
    """Give one sentence for each member of a group but the first: against which member before it, and what differs.

    Compared is the one before that it is most like; places are counted from 1, as the members are listed.
    """
    told = [""] if members else []
    for at in range(1, len(members)):
        before = range(at) if at < _COMPARED else range(1)
        found = {place: differences(members[place], members[at]) for place in before}
        place = min(found, key=lambda place: (len(found[place]), place))
        told.append(f"against {place + 1}: {'; '.join(found[place]) or 'the same in every field'}")
    return told


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Give in what one statement's fields differ from another's, a phrase for each."""
    found = [
        _names(one, other),
        _number(one.get(_NUMBER, ""), other.get(_NUMBER, "")),
        "another kind of number" if one.get(_KIND, "") != other.get(_KIND, "") else "",
        _born(one.get(_BORN, ""), other.get(_BORN, "")),
    ]
    others = sorted((one.keys() | other.keys()) - set(_NAMED))
    found += [_plain(_ADDRESS.get(field, "field of no form"), one.get(field, ""), other.get(field, "")) for field in others]
    return [phrase for phrase in found if phrase]


def _names(one: Mapping[str, str], other: Mapping[str, str]) -> str:
    names, others = ((fields.get(_FIRST, ""), fields.get(_FAMILY, "")) for fields in (one, other))
    if names == others:
        return ""
    folded, folded_others = (tuple(map(fold_name, pair)) for pair in (names, others))
    if folded == folded_others:
        return "names alike but for capitals, accents, spaces or hyphens"
    if folded == folded_others[::-1]:
        return "first and family names exchanged"
    if not set(turned(*names)) & set(turned(*others)):
        return _other_names(folded, folded_others)
    if _scripts("".join(folded)) != _scripts("".join(folded_others)):
        return "names the same in another script"
    return "names the same in another spelling or order"


def _other_names(folded: tuple[str, ...], others: tuple[str, ...]) -> str:
    if folded[1] == others[1]:
        return "other first names"
    return "another family name" if folded[0] == others[0] else "other names"


def _scripts(text: str) -> set[str]:
    """Say roughly in which alphabets a text is: enough to tell Latin, Greek and Cyrillic apart."""
    return {"latin" if ord(sign) < 0x370 else "greek" if ord(sign) < 0x400 else "cyrillic" for sign in text if sign.isalpha()}


def _number(one: str, other: str) -> str:
    if one == other:
        return ""
    folded, folded_other = fold_number(one), fold_number(other)
    if folded == folded_other:
        return "number written in another way"
    return _slip("number", with_zeros(one), with_zeros(other))


def _born(one: str, other: str) -> str:
    if one == other:
        return ""
    digits, others = one.replace("-", ""), other.replace("-", "")
    block = [(digits.encode(), 0), (others.encode(), 1)]
    if len(digits) == len(others) == 8 and digits[:4] == others[:4] and digits[4:] == others[6:] + others[4:6]:
        return "day and month of birth exchanged"
    return _slip("date of birth", digits, others) if any(date_slip(block)) else "another date of birth"


def _slip(what: str, one: str, other: str) -> str:
    if len(one) != len(other) or not any(one_slip([(one.encode(), 0), (other.encode(), 1)])):
        return f"another {what}"
    unlike = sum(sign != sign_there for sign, sign_there in zip(one, other, strict=True))
    return f"one sign of the {what} differs" if unlike == 1 else f"two neighbouring signs of the {what} exchanged"


def _plain(what: str, one: str, other: str) -> str:
    if one == other:
        return ""
    folded, folded_other = fold_name(one), fold_name(other)
    return f"{what} written in another way" if folded == folded_other else f"another {what}"
