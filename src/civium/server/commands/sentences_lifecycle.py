"""What each code of an initiative's life says to a person (sentences.py): the refusals of the table of states, and what acts refuse."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from civium.server.initiatives.refusals import REFUSALS

_ACTS = {
    "day-in-the-future": (
        "this day lies in the future",
        "name the day on which it happened; what is still to come is recorded when it has come",
    ),
    "day-too-early": ("this day lies before what it follows: {earliest} is the first day possible", "check the day"),
    "line-malformed": (
        "a line ({what}) is empty, unreadable or longer than {longest} characters",
        "write one line of plain text",
    ),
    "facts-malformed": ("something ({what}) is missing, or not what is asked for", "fill it in again"),
    "number-out-of-bounds": ("a number ({what}) is not possible", "check it against the letter or the certificate"),
    "way-unknown": (
        "there is no such way of handing over",
        "file-exchange-service, registered-post, carrier or in-person (LAW-79)",
    ),
    "channel-unknown": ("nothing comes that way here", "online, paper or sheets; central where the Commission's system collects"),
    "not-handed-over": (
        "the authority of this State was given nothing yet (Art. 12(2))",
        "record the hand-over first: civium handover",
    ),
    "certified-more-than-handed-over": (
        "more is certified {part} than was handed over: {most} (Annex VI)",
        "check the certificate: paper and online may be exchanged, or a hand-over not recorded",
    ),
    "too-few-certified": (
        "{valid} of {goal} certified statements and {over} of {needed} States do not suffice (LAW-62, LAW-63, Art. 3(1))",
        "wait for the certificates still to come, or record that support is insufficient: civium initiative insufficient",
    ),
    "enough-certified": (
        "what is certified suffices (LAW-62, LAW-63, Art. 3(1))",
        "submit it to the Commission, or withdraw the initiative: civium initiative submit",
    ),
    "submitted-too-late": (
        "the three months after the last certificate ended on {latest} (Art. 13)",
        "check the day; what was not submitted in time cannot be any more: civium initiative insufficient or withdraw",
    ),
    "already-published": ("the publication was recorded before (Art. 14(1))", "civium initiative dates shows its day"),
    "hold-in-force": (
        "a legal hold keeps all statements (LAW-75, Art. 19(7))",
        "two persons lift it when the proceedings have ended: civium initiative release",
    ),
    "no-hold": ("no legal hold is in force", "civium initiative dates shows when statements are destroyed"),
    "destruction-ordered": ("the destruction of all statements is ordered already", "it begins a day after it was ordered"),
    "destruction-not-yet": ("the day between order and destruction is not over yet", "wait; until then anybody may stop it"),
    "destruction-begun": ("this destruction has begun, or is ordered by the law's date", "it cannot be stopped"),
    "no-order": ("no destruction of all statements is ordered", ""),
    "destruction-not-read-back": (
        "entry {index} was to be destroyed and is still there, or the log's tree is another",
        "keep everything as it is and find out why; running it again goes on where it stopped",
    ),
    "language-exists": ("there is a text in {language} already (Art. 9(2))", "what was signed does not change"),
    "proposal-open": ("the same was proposed before and waits for a second person", "ask another person to agree to it"),
    "proposal-over": ("this proposal is over: it was done, or withdrawn", "propose it again if it is still wanted"),
    "done-meanwhile": ("somebody else did the same at this moment", "look what is there now; what is missing can be done again"),
    "upload-missing": ("a picture or paper that it names is not here any more", "give it again, and propose it again"),
    "proposal-lapsed": ("nobody agreed to this proposal within seven days", "propose it again if it is still wanted"),
    "own-proposal": ("whoever proposes cannot agree as the second person (T-8)", "ask another person of the initiative"),
    "proposer-gone": ("whoever proposed this may propose nothing any more", "propose it again if it is still wanted"),
    "proposal-too-large": (
        "what is proposed at once is larger than {largest} bytes: the texts of some languages are very long",
        "propose it in parts: some languages now, the others after another person has agreed to these",
    ),
    "certificate-file-malformed": (
        "this is not the file that civium-authority certify writes, or its numbers do not add up",
        "ask the authority for the file that ends in .json, or type the numbers in from the signed paper",
    ),
    "certificate-other-initiative": (
        "this certificate is of another initiative, or of a demonstration",
        "nothing was kept; ask the authority for the file of this initiative",
    ),
    "certificate-other-state": (
        "this certificate is another State's",
        "nothing was kept; check which State it names, and of which package it was made",
    ),
    "certificate-scan-over": (
        "scans of signed certificates are kept here until the statements are destroyed, and that day has come",
        "keep the paper itself; the numbers stay here",
    ),
    "certificate-other-package": (
        "this certificate was not made of a submission package of this initiative: hash, entries or root differ",
        "nothing was kept; ask the authority which file it verified, and give it the package again",
    ),
    "certificate-more-than-entries": (
        "more is certified online than the package has entries: {most}",
        "nothing was kept; ask the authority to look at it again",
    ),
    "certificate-numbers-missing": (
        "neither numbers nor a file",
        "type --online and --paper, or name the authority's file with --from",
    ),
    "certificate-numbers-differ": (
        "the numbers that were typed are not those of the file",
        "leave them out, or check them against the signed paper",
    ),
    "nothing-destroyed": (
        "no destruction of all statements of this initiative is done",
        "civium initiative dates shows when statements are destroyed",
    ),
    "file-unwritable": (
        "this file cannot be written",
        "name one in a folder that is there and that you may write to",
    ),
    "act-unknown": ("there is no such act", "docs/lifecycle.md lists them"),
}


def _hint(way_out: str, command: str) -> str:
    return f"{way_out}: {command}" if command else way_out


LIFECYCLE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {code: (one.sentence, _hint(one.way_out, one.command)) for code, one in REFUSALS.items()} | _ACTS
)
