"""The certificate of Annex VI as a draft: a PDF for the authority to date, sign and stamp, and the same numbers as a file.

The rules are:
- the wording is the Official Journal's, with the blanks filled in; it stands in the package's data and is not ours to improve;
- a draft says that it is one; a machine does not certify (Art. 12(5) is the authority's act);
- nothing is certified of a working copy, of a file with a selection, or while a statement waits for a decision;
- values go to the typesetter as JSON, never as text that it would read as its own commands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from civium.authority.documents.signs import set_signs
from civium.authority.grounds import GROUNDS, INDICATION_CODES
from civium.authority.reading.origin import READ, SENDERS_WORD, is_read, origin_rows
from civium.authority.report import minus, numbers_of, sum_rows
from civium.authority.sampling.certified import NONE, Certified
from civium.authority.settling import Tally
from civium.authority.typesetting import set_pdf
from civium.errors import Refused
from civium.formats.certificate import NAME
from civium.formats.export import PACKAGE
from civium.law.procedure import load_procedure
from civium.law.rules import Jurisdiction
from civium.law.wording import wording

LANGUAGE = "en"
_BLANK = re.compile(r"… \(([^)]*)\)")
_METHOD = (
    "Every statement of the export was opened and checked by machine against the form of this State, the collection period and the other"
    " statements. What only a person can judge was decided by a person; each decision stands in the decision journal."
)
_METHOD_READ = (
    "Every statement of the files was read and checked by machine against the form of this State, the collection period and the other"
    " statements. What only a person can judge was decided by a person; each decision stands in the decision journal. "
) + SENDERS_WORD


@dataclass(frozen=True)
class Paper:
    """What came on paper and was verified apart from this tool: typed in by the officer (Art. 12(2), (5))."""

    received: int = 0
    valid: int = 0


@dataclass(frozen=True)
class Draft:
    """Everything the certificate says."""

    facts: dict[str, Any]
    tally: Tally
    journal_hash: str
    verdicts_hash: str
    jurisdiction: Jurisdiction
    authority: str
    paper: Paper
    made_on: date
    sample: Certified | None = None

    @property
    def online(self) -> int:
        """The valid statements collected online: the accepted ones, or what the sample says of them if the officer chose that."""
        return self.sample.valid(self.tally.accepted) if self.sample else self.tally.accepted


def check_may_certify(facts: dict[str, Any], tally: Tally, paper: Paper) -> None:
    """Refuse what cannot be certified.

    Raises Refused `certificate-working-copy`, `certificate-channel`, `certificate-generations`, `certificate-undecided`, `certificate-paper`.
    """
    if facts["export"]["kind"] not in (PACKAGE, READ) or tally.gone["outside-selection"]:
        raise Refused("certificate-working-copy")
    if facts["channel"] == "paper":
        raise Refused("certificate-channel")
    missing = facts.get("generations", 1) - len(facts["export"]["origin"].split(" "))
    if missing:
        raise Refused("certificate-generations", missing=missing)
    if tally.undecided:
        raise Refused("certificate-undecided", undecided=tally.undecided)
    if not 0 <= paper.valid <= paper.received:
        raise Refused("certificate-paper")


def certificate_of(draft: Draft) -> dict[str, Any]:
    """Give the certificate as a value for a JSON file. Raises what `check_may_certify` raises."""
    check_may_certify(draft.facts, draft.tally, draft.paper)
    numbers = numbers_of(draft.tally)
    del numbers["days"]
    export = draft.facts["export"]
    return {
        "civium": NAME,
        "draft": True,
        "demonstration": draft.facts["deployment"] == "demonstration",
        "made_on": draft.made_on.isoformat(),
        "authority": draft.authority,
        "jurisdiction": draft.jurisdiction.code,
        "registration": draft.facts["registration"],
        "valid": {
            "total": draft.online + draft.paper.valid,
            "online": draft.online,
            "paper": draft.paper.valid,
        },
        "online": numbers,
        "paper": {"received": draft.paper.received, "valid": draft.paper.valid},
        **({"sample": draft.sample.table()} if draft.sample else {}),
        "policy": draft.facts["policy"],
        "hashes": {
            "export": export["sha256"],
            "log_root": export["root"],
            "verdicts": draft.verdicts_hash,
            "decision_journal": draft.journal_hash,
        },
        "log": {"origin": export["origin"], "size": export["size"], "exported_on": export["made_on"]},
        **({"read": draft.facts["read"]} if is_read(draft.facts) else {}),
    }


def certificate_pdf(draft: Draft) -> bytes:
    """Give the certificate as a tagged PDF (PDF/UA-1). Raises what `certificate_of` raises, and Refused `official-text-missing`."""
    return set_pdf("certificate.typ", _page_of(draft))


def _page_of(draft: Draft) -> dict[str, Any]:
    """Give what the template sets: sentences and rows, in the order in which they stand on the page."""
    told = certificate_of(draft)
    procedure = load_procedure(draft.facts["procedure"])
    prefix = procedure.documents.get("certificate", "certificate")
    official = {name: wording(LANGUAGE, f"{prefix}.{name}", procedure.name) for name in ("title", "text", "closing")}
    valid = told["valid"]
    blanks = {
        "name of competent authority": set_signs(draft.authority),
        "name of Member State": draft.jurisdiction.name_en,
        "name of jurisdiction": draft.jurisdiction.name_en,
        "NAME OF MEMBER STATE": draft.jurisdiction.name_en.upper(),
        "number of valid statements of support": f"{valid['total']:,}",
        "registration number of the initiative": draft.facts["registration"],
    }
    return {
        "language": LANGUAGE,
        "title": _filled(official["title"].text, blanks),
        "text": _filled(official["text"].text, blanks),
        "closing": official["closing"].text,
        "source": f"Wording: {official['text'].legal_basis} ({official['text'].source}).",
        "demonstration": told["demonstration"],
        "made_on": draft.made_on.isoformat(),
        "totals": [[name, f"{valid[key]:,}"] for name, key in _TOTALS],
        "online": _online_rows(
            draft.tally, draft.sample, "Statements in the files" if is_read(draft.facts) else "Entries in the log"
        ),
        **({"sample": draft.sample.page()} if draft.sample else {}),
        "paper": [["Statements on paper received", f"{draft.paper.received:,}"], ["of them valid", f"{draft.paper.valid:,}"]],
        "method": _METHOD_READ if is_read(draft.facts) else _METHOD,
        "policy": [[GROUNDS[code].sentence, told["policy"]["actions"][code]] for code in INDICATION_CODES],
        "hashes": [[name, told["hashes"][key] or _NO_HASHES[key]] for name, key in _HASHES],
        "log": [list(row) for row in origin_rows(draft.facts)]
        or [["Log", told["log"]["origin"]], ["Exported on", told["log"]["exported_on"]]],
    }


_TOTALS = (
    ("Valid statements of support, total", "total"),
    ("of them collected online", "online"),
    ("of them collected on paper", "paper"),
)
_HASHES = (
    ("Export file (SHA-256)", "export"),
    ("Merkle root of the log", "log_root"),
    ("Verdicts file (SHA-256 of its head)", "verdicts"),
    ("Decision journal (SHA-256 of its last line)", "decision_journal"),
)


_NO_HASHES = {
    "decision_journal": "none: nothing was left to decide",
    "log_root": "none: these statements come from no public log",
}


def _filled(text: str, blanks: dict[str, str]) -> list[dict[str, Any]]:
    """Give an official text in pieces, each blank with what fills it: `{"is_filled": true, "text": "…"}`."""
    pieces: list[dict[str, Any]] = []
    for place, piece in enumerate(_BLANK.split(text)):
        pieces.append({"is_filled": place % 2 == 1, "text": blanks[piece] if place % 2 else piece})
    return pieces


def _online_rows(tally: Tally, sample: Certified | None, first: str) -> list[list[str]]:
    """Give the rows whose numbers add up: entries down to the accepted; less what the sample takes off."""
    rows = [list(row) for row in sum_rows(tally, first)]
    if sample and sample.counts != NONE:
        valid = sample.valid(tally.accepted)
        rows += [["less: not valid, by the sample", minus(valid - tally.accepted)], ["Valid", minus(valid)]]
    return rows
