"""Personal and document numbers: how they are brought into one form, their check digits, the date of birth inside some.

The rules are:
- Nothing here refuses: a wrong form or check digit is a hint that the signatory may confirm (LAW-35).
- Check digits and dates are read from normalised text. Text of another shape than the check expects does not agree.
- `src/civium/browser/numbers.ts` does the same; vectors/numbers.json binds both.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from civium.errors import Misconfigured

# Unicode's White_Space, with the zero-width space and the byte order mark that copying from other programs brings along.
_WHITE: Final = "\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200C)))
_SPACES: Final = str.maketrans("", "", _WHITE)
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
# Only a to z: patterns know no other letters, and two Unicode versions never disagree about them.
_CAPITALS: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_PLAIN_STEPS: Final[dict[str, Callable[[str], str]]] = {
    "nfkc": lambda text: unicodedata.normalize("NFKC", text),
    "upper": lambda text: text.translate(_CAPITALS),
    "strip_spaces": lambda text: text.translate(_SPACES),
    "dashes": lambda text: text.translate(_DASHES),
}
_DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
# Base of the century for the first digit; Hungary gives 5 to 8 by the same pattern.
_EE_CENTURIES: Final = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000, "7": 2100, "8": 2100}
_HU_CENTURIES: Final = {"1": 1900, "2": 1900, "3": 2000, "4": 2000, "5": 1900, "6": 1900, "7": 2000, "8": 2000}
_RO_CENTURIES: Final = {"1": 1900, "2": 1900, "3": 1800, "4": 1800, "5": 2000, "6": 2000}


def trim(text: str) -> str:
    """Give the text as it is stored: Unicode NFC, no white space at either end, nothing else changed."""
    return unicodedata.normalize("NFC", text).strip(_WHITE)


def normalise(steps: Iterable[str], text: str) -> str:
    """Apply the steps of a rule in their order; the result is for checks only and is never stored.

    Raises Misconfigured for a step that docs/spec/rules.md does not know.
    """
    for step in steps:
        name, _, given = step.partition(":")
        if step in _PLAIN_STEPS:
            text = _PLAIN_STEPS[step](text)
        elif name == "strip":
            text = text.translate(str.maketrans("", "", given))
        elif name == "pad":
            text = text.zfill(int(given)) if re.match("[0-9]", text) else text
        else:
            raise Misconfigured("procedure-step-unknown")
    return text


def check_digits_agree(name: str, text: str) -> bool:
    """Say whether the check digits of normalised text are what the rule called `name` gives."""
    shape, agrees = _CHECKS[name]
    return re.fullmatch(shape, text, re.ASCII) is not None and agrees(text)


def birth_date_inside(name: str, text: str, on: date) -> date | None:
    """Give the date of birth that normalised text holds, or None if it holds none, an unreal one or one after `on`.

    It is advice only (LAW-38): never stored, never shown to others. `on` decides the century of Sweden's short form.
    """
    shape, read = _BIRTH_DATES[name]
    if re.fullmatch(shape, text, re.ASCII) is None:
        return None
    try:
        born_on = date(*read(text, on))
    except ValueError:
        return None
    return born_on if born_on <= on else None


def is_check_known(name: str) -> bool:
    """Say whether there is a check of this name."""
    return name in _CHECKS


def is_birth_date_known(name: str) -> bool:
    """Say whether dates of birth of this name can be read."""
    return name in _BIRTH_DATES


def _weighted(text: str, weights: Iterable[int]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, text, strict=False))


def _belgium(text: str) -> bool:
    # Births since 2000 are counted with a 2 before the nine digits.
    return int(text[9:]) in (97 - int(text[:9]) % 97, 97 - int("2" + text[:9]) % 97)


def _bulgaria(text: str) -> bool:
    return _weighted(text, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(text[9])


def _estonia(text: str) -> bool:
    rest = _weighted(text, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if rest == 10:
        rest = _weighted(text, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return rest == int(text[10])


def _spain(text: str) -> bool:
    return _DNI_LETTERS[int(text[:8]) % 23] == text[8]


def _mod_11_10(text: str) -> bool:
    # ISO 7064 MOD 11,10.
    rest = 10
    for digit in text[:-1]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return (rest + int(text[-1])) % 10 == 1


def _latvia(text: str) -> bool:
    # Of the codes without a date only those beginning 32 have a known rule.
    return text[:2] > "32" or (1 + _weighted(text, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11 % 10 == int(text[10])


def _hungary(text: str) -> bool:
    # The weights were turned round for births after 31.12.1996; a remainder of 10 is not issued.
    is_old = _HU_CENTURIES[text[0]] == 1900 and text[1:7] <= "961231"
    return _weighted(text, range(1, 11) if is_old else range(10, 0, -1)) % 11 == int(text[10])


def _poland(text: str) -> bool:
    return _weighted(text, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def _portugal(text: str) -> bool:
    values = [int(character, 36) for character in reversed(text)]
    doubled = (2 * value - 9 if value >= 5 else 2 * value for value in values[1::2])
    return (sum(values[::2]) + sum(doubled)) % 10 == 0


def _romania(text: str) -> bool:
    rest = _weighted(text, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (1 if rest == 10 else rest) == int(text[12])


def _slovenia(text: str) -> bool:
    return -_weighted(text, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11 % 10 == int(text[12])


def _sweden(text: str) -> bool:
    digits = re.sub("[-+]", "", text)[-10:]
    return sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(digits)) % 10 == 0


def _two_digit_year(text: str, century: int) -> tuple[int, int, int]:
    return century + int(text[:2]), int(text[2:4]), int(text[4:6])


def _born_belgium(text: str, _on: date) -> tuple[int, int, int]:
    is_later = int(text[9:]) == 97 - int("2" + text[:9]) % 97
    return _two_digit_year(text, 2000 if is_later else 1900)


def _month_offset(text: str, centuries: dict[int, int]) -> tuple[int, int, int]:
    """Read yymmdd where 20, 40, … added to the month stand for the century."""
    offset, month = divmod(int(text[2:4]), 20)
    return centuries[offset] + int(text[:2]), month, int(text[4:6])


def _born_latvia(text: str, _on: date) -> tuple[int, int, int]:
    return 1800 + 100 * int(text[6]) + int(text[4:6]), int(text[2:4]), int(text[:2])


def _born_slovenia(text: str, _on: date) -> tuple[int, int, int]:
    year = int(text[4:7])
    return year + (1000 if year >= 800 else 2000), int(text[2:4]), int(text[:2])


def _born_sweden(text: str, on: date) -> tuple[int, int, int]:
    digits = re.sub("[-+]", "", text)
    if len(digits) == 12:
        return int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    year = on.year - (on.year - int(digits[:2])) % 100
    return year - (100 if "+" in text else 0), int(digits[2:4]), int(digits[4:6])


_CHECKS: Final[dict[str, tuple[str, Callable[[str], bool]]]] = {
    "be-rrn": (r"\d{11}", _belgium),
    "bg-egn": (r"\d{10}", _bulgaria),
    "ee-isikukood": (r"\d{11}", _estonia),
    "es-dni": (r"\d{8}[A-Z]", _spain),
    "hu-szemelyi": (r"[1-8]\d{10}", _hungary),
    "lv-personas-kods": (r"[0-3]\d{10}", _latvia),
    "mod-11-10": (r"\d{2,}", _mod_11_10),
    "pl-pesel": (r"\d{11}", _poland),
    "pt-cc": (r"\d{9}[A-Z0-9]{2}\d", _portugal),
    "ro-cnp": (r"\d{13}", _romania),
    "se-personnummer": (r"(?:\d{2})?\d{6}[-+]?\d{4}", _sweden),
    "si-emso": (r"\d{13}", _slovenia),
}
_BIRTH_DATES: Final[dict[str, tuple[str, Callable[[str, date], tuple[int, int, int]]]]] = {
    "be": (r"\d{11}", _born_belgium),
    "bg": (r"\d\d[0-5]\d{7}", lambda text, _on: _month_offset(text, {0: 1900, 1: 1800, 2: 2000})),
    "ee": (r"[1-8]\d{10}", lambda text, _on: _two_digit_year(text[1:], _EE_CENTURIES[text[0]])),
    "hu": (r"[1-8]\d{10}", lambda text, _on: _two_digit_year(text[1:], _HU_CENTURIES[text[0]])),
    "lv": (r"(?:[0-2]\d|3[01])\d{4}[0-2]\d{4}", _born_latvia),
    "pl": (r"\d{11}", lambda text, _on: _month_offset(text, {0: 1900, 1: 2000, 2: 2100, 3: 2200, 4: 1800})),
    "ro": (r"[1-6]\d{12}", lambda text, _on: _two_digit_year(text[1:], _RO_CENTURIES[text[0]])),
    "se": (r"(?:\d{2})?\d{6}[-+]?\d{4}", _born_sweden),
    "si": (r"\d{13}", _born_slovenia),
}
