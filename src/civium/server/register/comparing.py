"""What differs between a file of the register and what is loaded, field by field and language by language (Annex I, 2(a), of Reg. (EU) 2019/1799).

The rules are:
- every field that the file tells is listed, the same ones too: a list of differences alone cannot be checked by anybody;
- what the file's form does not tell (a country in XML, an annex in XML) is not compared, and stays as it is loaded;
- after go-live number, days, title, objectives and annex do not change: a file that has others is refused whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, Literal

from civium.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from civium.server.register.registered import Registered, RegisteredOrganiser, RegisteredText

Standing = Literal["same", "differs", "new", "missing"]
FIXED_ONCE_LIVE: Final = ("number", "registered_on", "original_language", "opens_on", "title", "objectives", "annex")
_TEXT_FIELDS: Final = ("title", "objectives", "lead", "annex", "treaties")
_IN_JSON_ALONE: Final = ("annex", "treaties", "opens_on", "is_partial", "legal_entity", "officer")
_WORD = re.compile(r"\s+|[^\s]+")
# Beyond this many words a text is shown as it is: comparing word by word takes the square of their number.
_MOST_WORDS: Final = 4_000


@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether the other side lacks it."""

    text: str
    is_marked: bool


@dataclass(frozen=True, repr=False)
class Row:
    """One field on both sides. `language` is "" for what all languages share."""

    field: str
    language: str
    loaded: str
    registered: str
    standing: Standing
    is_fixed: bool

    @property
    def pieces(self) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """What is loaded and what the register says, cut into pieces, those that the other side lacks marked."""
        return _pieces(self.loaded, self.registered)


def compare(loaded: Registered, registered: Registered, *, is_live: bool, keeps_number: bool = False) -> tuple[Row, ...]:
    """Give a row for each field that the file tells, first what languages share, then language by language.

    `keeps_number`: a demonstration never carries a number of the register, so its own is compared with nothing.
    """
    rows = [] if keeps_number else [_row("number", "", loaded.number, registered.number, is_live)]
    rows += [_row(name, "", before, after, is_live) for name, before, after in _shared(loaded, registered)]
    rows += _organisers(loaded, registered, is_live)
    for language in sorted({*loaded.texts, *registered.texts}):
        rows += _text_rows(language, loaded, registered, is_live)
    return tuple(rows)


def check_may_be_taken_over(rows: tuple[Row, ...], *, is_live: bool) -> None:
    """Raise Refused `register-text-changed` or `register-text-missing` where a file would change what does not change any more."""
    if not is_live:
        return
    for row in rows:
        if row.is_fixed and row.standing == "missing" and row.language and row.field in ("title", "objectives"):
            raise Refused("register-text-missing", language=row.language)
        if row.is_fixed and row.standing in ("differs", "missing"):
            raise Refused("register-text-changed", what=f"{row.field}-{row.language}" if row.language else row.field)


def _shared(loaded: Registered, registered: Registered) -> Iterator[tuple[str, str, str]]:
    yield "registered_on", loaded.registered_on.isoformat(), registered.registered_on.isoformat()
    yield "original_language", loaded.original_language, registered.original_language
    for name in ("opens_on", "closes_on"):
        before, after = getattr(loaded, name), getattr(registered, name)
        if after is not None:
            yield name, before.isoformat() if before else "", after.isoformat()
    for name in ("register_url", "website", "legal_entity"):
        before, after = getattr(loaded, name), getattr(registered, name)
        if after or (name == "legal_entity" and registered.source == "json"):
            yield name, before, after
    if registered.source == "json":
        yield "officer", _officer(loaded), _officer(registered)
        yield "is_partial", "yes" if loaded.is_partial else "no", "yes" if registered.is_partial else "no"


def _organisers(loaded: Registered, registered: Registered, is_live: bool) -> Iterator[Row]:
    """Compare person by person: who has the same role and name is the same person."""
    before = {(person.role, person.name): person for person in loaded.organisers}
    after = {(person.role, person.name): person for person in registered.organisers}
    for key in dict.fromkeys((*before, *after)):
        then, now = before.get(key), after.get(key)
        yield _row("organiser", "", _person(then, now), _person(now, then), is_live)


def _person(person: RegisteredOrganiser | None, other: RegisteredOrganiser | None) -> str:
    """Say who it is; an address or country that the other side does not tell is not compared."""
    if person is None:
        return ""
    parts = [person.role, person.name]
    parts += [person.email] if person.email and (other is None or other.email) else []
    parts += [person.country] if person.country and (other is None or other.country) else []
    return ", ".join(parts)


def _officer(registered: Registered) -> str:
    return ", ".join(part for part in registered.officer or () if part)


def _text_rows(language: str, loaded: Registered, registered: Registered, is_live: bool) -> Iterator[Row]:
    before, after = loaded.texts.get(language), registered.texts.get(language)
    for name in _TEXT_FIELDS:
        if registered.source != "json" and name in _IN_JSON_ALONE:
            continue
        given = _line(after, name)
        if name == "lead" and not given:  # only files of before 2020 have a subject matter
            continue
        row = _row(name, language, _line(before, name), given, is_live and before is not None)
        if row.loaded or row.registered:
            yield row


def _line(text: RegisteredText | None, name: str) -> str:
    return "" if text is None else getattr(text, name)


def _row(field: str, language: str, loaded: str, registered: str, is_live: bool) -> Row:
    standing: Standing = "differs"
    if loaded == registered:
        standing = "same"
    elif not loaded:
        standing = "new"
    elif not registered:
        standing = "missing"
    is_fixed = is_live and field in FIXED_ONCE_LIVE
    # A line that was empty at go-live is as fixed as one that was not.
    return Row(field, language, loaded, registered, "differs" if is_fixed and standing == "new" else standing, is_fixed)


def _pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if before == after or not before or not after:
        return (Piece(before, False),), (Piece(after, False),)
    left, right = _WORD.findall(before), _WORD.findall(after)
    if max(len(left), len(right)) > _MOST_WORDS:
        return (Piece(before, True),), (Piece(after, True),)
    cut_left, cut_right = [], []
    for kind, start, end, begin, stop in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if end > start:
            cut_left.append(Piece("".join(left[start:end]), kind != "equal"))
        if stop > begin:
            cut_right.append(Piece("".join(right[begin:stop]), kind != "equal"))
    return tuple(cut_left), tuple(cut_right)
