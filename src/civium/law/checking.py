"""Whether a procedure's folder can be used: every fault with its file, its key, and what to write instead (`civium procedure check`).

`check_documents` performs steps (1) to (4):
(1) every document that is needed is there, and every document that is there is known;
(2) each document has the keys and the kinds of values that its shape says (`documents.py`);
(3) what one document says of another agrees: jurisdictions, languages, fields, wording, thresholds, groups (`links.py`), letters and paper (`links_paper.py`);
(4) what the code itself would stumble on (`soundness.flaws`) and no step before has named.
Steps (3) and (4) need whole documents: they are taken only where (1) and (2) found nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from civium.law import links, links_paper
from civium.law.documents import NEEDED, PROVENANCE_NAME, shape_of
from civium.law.procedure import procedure_from
from civium.law.shapes import Fault
from civium.law.soundness import flaws

Documents = Mapping[str, Any]


def check_documents(documents: Documents, pictures: Collection[str] = ()) -> tuple[Fault, ...]:
    """Give every fault of a procedure's documents (path without ending -> parsed JSON); () if it can be used.

    `pictures` are the names of the picture files that lie beside them.
    """
    found = [*_missing(documents), *_shapes(documents)]
    if found:
        return tuple(found)
    found = [*links.faults(documents, pictures), *links_paper.faults(documents)]
    return tuple(found or _flaws(documents))


def _missing(documents: Documents) -> Iterator[Fault]:
    for name in (*NEEDED, PROVENANCE_NAME):
        if name not in documents:
            yield Fault(f"{name}.json", "", "is missing", "write it: docs/procedures.md says what it holds")
    if not any(name.startswith("wording/") and name != PROVENANCE_NAME for name in documents):
        yield Fault("wording/en.json", "", "is missing", "write a file of official texts for each language")


def _shapes(documents: Documents) -> Iterator[Fault]:
    for name, document in documents.items():
        shape = shape_of(name)
        if shape is None:
            yield Fault(f"{name}.json", "", "is not a document of a procedure", "remove it, or give it its right name")
            continue
        for fault in shape(document, ""):
            yield Fault(f"{name}.json", fault.key, fault.wrong, fault.instead)


def _flaws(documents: Documents) -> Iterator[Fault]:
    for flaw in flaws(procedure_from(documents)):
        file = f"jurisdictions/{flaw.jurisdiction}.json" if flaw.jurisdiction else "procedure.json"
        yield Fault(file, "", f"does not fit together ({flaw.code})", "docs/procedures.md explains this code")
