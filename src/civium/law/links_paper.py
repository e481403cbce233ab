"""What paper forms and letters of a procedure say of its wording, its fields and its duties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from civium.law import letters as law_letters
from civium.law.letters import BLANK, BLANKS
from civium.law.links import reference_language
from civium.law.paper_form import DATE, SIGNATURE, paper_form_from
from civium.law.shapes import Fault, shown

Documents = Mapping[str, Any]
_PAPER: Final = "paper.json"
_LETTERS: Final = "letters.json"


def faults(documents: Documents) -> Iterator[Fault]:
    """Give what does not agree; every document has its shape."""
    told = documents["procedure"]
    texts = documents.get(f"wording/{reference_language(told)}", {})
    if "paper" in documents:
        yield from _paper(documents["paper"], told, texts)
    elif told["switches"].get("paper"):
        yield Fault("procedure.json", "switches.paper", "is true, but there is no paper.json", "write paper.json, or false")
    duties = [row["id"] for row in documents["deadlines"]]
    ids: list[str] = []
    for place, row in enumerate(documents.get("letters", ())):
        if row["id"] in ids:
            yield Fault(_LETTERS, f"[{place}].id", f"{shown(row['id'])} stands twice", "remove one")
        ids.append(row["id"])
        if row["duty"] is not None and row["duty"] not in duties:
            yield Fault(_LETTERS, f"[{place}].duty", f"{shown(row['duty'])} is no duty", "write an id of deadlines.json, or null")
        yield from _letter(f"[{place}]", row, texts)


def _paper(paper: Mapping[str, Any], told: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Fault]:
    for part in told["parts"]:
        if part not in paper["parts"]:
            yield Fault(_PAPER, f"parts.{part}", "is missing", "say which columns this part has on paper")
    for part, row in paper["parts"].items():
        if part not in told["parts"]:
            yield Fault(_PAPER, f"parts.{part}", "is no part", "write one of: " + ", ".join(sorted(told["parts"])))
            continue
        columns = [field for column in row["columns"] for field in column["fields"]]
        wanted = {*told["parts"][part], DATE, SIGNATURE}
        for field in sorted(wanted - set(columns)):
            yield Fault(_PAPER, f"parts.{part}.columns", f'lack "{field}"', "add a column that holds it")
        for place, column in enumerate(row["columns"]):
            for field in column["fields"]:
                if field not in wanted or columns.count(field) > 1:
                    instead = "ask what the form asks, once, and nothing more"
                    yield Fault(_PAPER, f"parts.{part}.columns[{place}].fields", f"{shown(field)} is not asked here", instead)
        for key in paper_form_from(paper, part).wordings():
            if key not in texts:
                yield Fault(_PAPER, f"parts.{part}", f"{shown(key)} is no official text", "add it to wording")


def _letter(key: str, row: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Fault]:
    letter = law_letters.letter_from(row)
    asked = [ask.name for ask in letter.asks]
    for language in letter.languages:
        if language not in letter.paragraphs:
            yield Fault(_LETTERS, f"{key}.paragraphs.{language}", "is missing", "write the letter in this language too")
        for ask in letter.asks:
            if language not in ask.labels:
                yield Fault(_LETTERS, f"{key}.asks.{ask.name}.labels.{language}", "is missing", "write it in this language too")
    for place, name in enumerate(asked):
        if name in BLANKS or name in asked[:place]:
            yield Fault(_LETTERS, f"{key}.asks[{place}].name", f"{shown(name)} is taken", "choose another name")
        if row["asks"][place]["kind"] == "choice" and not row["asks"][place].get("choices"):
            yield Fault(_LETTERS, f"{key}.asks[{place}].choices", "is missing", "list what can be chosen")
    written = {f"subjects.{language}": line for language, line in letter.subjects.items()}
    for language, paragraphs in letter.paragraphs.items():
        written |= {f"paragraphs.{language}[{place}]": line for place, line in enumerate(paragraphs)}
    for where, line in written.items():
        for name in BLANK.findall(line):
            if name not in BLANKS and name not in asked:
                instead = "ask it, or write one of: " + ", ".join(BLANKS)
                yield Fault(_LETTERS, f"{key}.{where}", f"{{{name}}} is no blank", instead)
    named = [item.wording for item in letter.items] + ([letter.heading] if letter.heading else [])
    for name in named:
        if name not in texts:
            yield Fault(_LETTERS, f"{key}.items", f"{shown(name)} is no official text", "add it to wording")
    if not letter.items and not any(letter.paragraphs.values()):
        yield Fault(_LETTERS, key, "says nothing", "write paragraphs, or items of an official form")
