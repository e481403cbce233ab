"""The statements as lists on paper, for offices that work with paper: tagged PDF in volumes, by the columns of the State's form.

The rules are:
- headings are the official words in the State's language, English where no source has them; no word is translated here;
- a value stands as it was typed; what a font does not have or nobody can see is spelled out (`<U+202E>`), and nothing reaches into
  the next column;
- a volume is set by itself: memory is that of one volume, whatever the number of statements;
- the same statements give the same bytes, with one process or with several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from civium.authority.crew import in_order
from civium.authority.documents.signs import set_signs
from civium.authority.documents.volumes import MOST_VOLUMES, batches, begin_volumes
from civium.authority.grounds import codes_of
from civium.authority.placing import write_bytes
from civium.authority.results import Result
from civium.authority.typesetting import forget_pages, set_pdf
from civium.errors import Refused
from civium.law.paper_form import DATE, paper_form
from civium.law.procedure import form_of
from civium.law.rules import Form, Jurisdiction, Procedure
from civium.law.wording import wording

VOLUME_SIZE, LARGEST_VOLUME = 1000, 5000
_WIDTHS = {"full_first_names": 20, "family_names": 20, "residence_street": 22, "residence_number": 8, "residence_city": 16}
_WIDTHS |= {"residence_country": 8, "residence_postal_code": 10, "date_of_birth": 11, "id_number": 18, "id_type": 16}
_UNREADABLE = "(cannot be read)"
# A page's width; what the widest letters, other letters and digits take at most of it.
_PAGE_POINTS, _INSET_POINTS, _WIDEST, _OTHERS, _DIGIT = 773.0, 5.0, 8.5, 5.2, 4.2
_WIDE_SIGNS = frozenset("mwœæшщжюфѡ@%<>—…")


@dataclass(frozen=True)
class ListAbout:
    """What stands on every page, and which columns there are. `which`: a verdict, or `all`."""

    registration: str
    state: str
    channel: str
    which: str
    language: str
    is_demonstration: bool
    fields: tuple[str, ...]
    headings: tuple[str, ...]
    date_heading: str
    kinds: Mapping[str, str]

    @property
    def head(self) -> tuple[str, ...]:
        """The headings of all columns."""
        more = ("Verdict, grounds",) if self.which != "accepted" else ()
        return ("No", self.date_heading, *self.headings, *more, "Identifier", "")

    @property
    def widths(self) -> tuple[int, ...]:
        """The columns' shares of the width."""
        more = (20,) if self.which != "accepted" else ()
        return (9, 11, *(_WIDTHS.get(field, 16) for field in self.fields), *more, 19, 7)


def list_about(
    facts: Mapping[str, Any], *, procedure: Procedure, jurisdiction: Jurisdiction, which: str, language: str = ""
) -> ListAbout:
    """Give what a list says of itself. `language`: otherwise the State's first."""
    form = form_of(procedure, jurisdiction.code, date.fromisoformat(facts["closes_on"]))
    languages = tuple(filter(None, (language or jurisdiction.languages[0], procedure.reference_language)))
    return ListAbout(
        registration=facts["registration"],
        state=jurisdiction.names.get(languages[0], jurisdiction.name_en),
        channel=facts["channel"],
        which=which,
        language=languages[0],
        is_demonstration=facts["deployment"] == "demonstration",
        fields=tuple(form.fields),
        headings=tuple(_official(f"field_{field}", languages, procedure.name) or field for field in form.fields),
        date_heading=_date_heading(form, languages, procedure),
        kinds={number.id: number.labels.get(languages[0], number.label_en) for number in form.numbers},
    )


def _date_heading(form: Form, languages: Sequence[str], procedure: Procedure) -> str:
    try:
        columns = paper_form(procedure.name, form.part).columns
    except Refused:
        return "DATE"
    return next((_official(column.wording, languages, procedure.name) for column in columns if column.fields == (DATE,)), "DATE")


def _official(key: str, languages: Sequence[str], procedure: str) -> str:
    for language in languages:
        try:
            return wording(language, key, procedure).text
        except Refused:
            continue
    return ""


def write_lists(
    results: Iterator[Result],
    target: Path,
    *,
    about: ListAbout,
    named: Mapping[str, Any],
    total: int,
    size: int,
    processes: int,
    told: Callable[[int, int], None],
) -> list[str]:
    """Write the volumes into the folder `target` and give their names. `named`: what this very result is made of, by hashes.

    `told(done, total)` hears how many statements are on paper. Raises Refused `list-volumes`, and what `begin_volumes` raises.
    """
    volumes = max(-(-total // size), 1)
    if volumes > MOST_VOLUMES or size > LARGEST_VOLUME:
        raise Refused("list-volumes", volumes=volumes, most=MOST_VOLUMES)
    folder = begin_volumes(target, {**named, "form": "pdf", "size": size, "language": about.language, "which": about.which})
    told(0, total)

    def tasks() -> Iterator[tuple[str, int, list[tuple[str, ...]]]]:
        for number, run in enumerate(batches(results, size), start=1):
            path = folder.path(f"{number:04}.pdf")
            first = (number - 1) * size + 1
            if not path.exists():
                yield str(path), number, [list_row(result, about, place) for place, result in enumerate(run, start=first)]

    for path, page in in_order(_set, tasks(), processes=processes, begin=_begin, told=(about, volumes)):
        write_bytes(Path(path), page)
        told(min(int(Path(path).stem) * size, total), total)
    return folder.finish()


def list_row(result: Result, about: ListAbout, place: int) -> tuple[str, ...]:
    """Give one statement's line."""
    row, told = result.settled.row, result.statement.fields if result.statement else {}
    cells = [told.get(field, "") for field in about.fields]
    if "id_type" in about.fields:
        kind = about.fields.index("id_type")
        cells[kind] = about.kinds.get(cells[kind], cells[kind])
    if result.statement is None:
        cells[0] = _UNREADABLE
    if about.which != "accepted":
        cells.append(f"{result.verdict}: {', '.join(codes_of(result.settled.grounds)) or '–'}")
    points = [_PAGE_POINTS * width / sum(about.widths) - _INSET_POINTS for width in about.widths[2:]]
    shown = (legible(cell, wide) for cell, wide in zip(cells, points, strict=False))
    return (f"{place:,}", row.received_on.isoformat(), *shown, row.identifier, "")


def legible(text: str, points: float) -> str:
    """Give text as paper can show it: every sign is one that a font has, and a run that is wider than its column can be broken."""
    return " ".join(_breakable(run, points) for run in set_signs(text).split(" "))


def _breakable(run: str, points: float) -> str:
    wide = sum(_points(sign) for sign in run)
    return run if wide <= points else "\u200b".join(run[at : at + 3] for at in range(0, len(run), 3))


def _points(sign: str) -> float:
    if sign in "0123456789-.":
        return _DIGIT
    return _WIDEST if sign.isupper() or sign in _WIDE_SIGNS else _OTHERS


class _Page:
    """What one process needs for all its volumes."""

    about: ListAbout
    volumes: int


def _begin(about: ListAbout, volumes: int) -> None:
    _Page.about, _Page.volumes = about, volumes


def _set(task: tuple[str, int, list[tuple[str, ...]]]) -> tuple[str, bytes]:
    path, number, rows = task
    page = volume_pdf(_Page.about, rows, number=number, volumes=_Page.volumes)
    forget_pages()
    return path, page


def volume_pdf(about: ListAbout, rows: Sequence[tuple[str, ...]], *, number: int, volumes: int) -> bytes:
    """Give one volume as a tagged PDF (PDF/UA-1)."""
    told = {
        "title": f"Statements of support, {about.registration}, {about.state}, {about.channel}",
        "which": about.which,
        "volume": f"{number:,} / {volumes:,}",
        "numbers": f"{rows[0][0]} – {rows[-1][0]}" if rows else "0",
        "language": about.language,
        "demonstration": about.is_demonstration,
        "head": [legible(cell, _PAGE_POINTS) for cell in about.head],
        "widths": about.widths,
        "rows": rows,
    }
    return set_pdf("documents/list.typ", told)
