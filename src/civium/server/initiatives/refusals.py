"""Why an act is not possible in a state (states.py): every refusal with its rule and the way out, read by screens, commands and docs.

The rules are:
- a sentence says what stands in the way and names the rule; LAW-n is this project's number, an article is one of Regulation (EU) 2019/788;
- the way out says what to do, and the command that does it where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from civium.server.initiatives.states import Refusal

_REFUSALS = (
    Refusal(
        "not-live",
        "this initiative is not live yet (LAW-39, Art. 6(1): nothing is collected before)",
        "finish the set-up and go live",
        "civium initiative open",
    ),
    Refusal(
        "already-live",
        "this initiative is live already (LAW-56, Art. 11(1): one collection for an initiative)",
        "publish what changed as a new manifest",
        "civium initiative renew",
    ),
    Refusal(
        "live-unchangeable",
        "after go-live this does not change: {what} (LAW-26, Art. 8, 9(2))",
        "leave it as it was; organisers, contacts, languages, keys and an earlier end may change",
    ),
    Refusal("already-paused", "collection is paused already (Art. 8(1))", "two persons go on", "civium initiative resume"),
    Refusal(
        "not-paused",
        "collection is not paused (Art. 8(1))",
        "nothing needs to be done; one person may pause it at once",
        "civium initiative pause",
    ),
    Refusal(
        "collection-not-ended",
        "collection has not ended yet (LAW-65, Art. 12(2): what follows it comes after its end)",
        "wait for the last day, or set an earlier one",
        "civium initiative end",
    ),
    Refusal(
        "collection-ended",
        "collection has ended (LAW-51, Art. 8(3))",
        "what has ended is not begun again; hand over, or withdraw",
        "civium handover",
    ),
    Refusal(
        "nothing-handed-over",
        "no authority was given statements yet (LAW-84, Art. 12(2))",
        "make the packages, hand them over and record it",
        "civium handover",
    ),
    Refusal(
        "all-certified",
        "every authority that was given statements has certified them (LAW-90, Art. 12(5))",
        "correct a certificate if it was mistyped, or record the submission to the Commission",
        "civium initiative submit",
    ),
    Refusal(
        "not-certified",
        "no authority has certified statements yet (LAW-92, Art. 13)",
        "type the certificates in as they come",
        "civium initiative certificate",
    ),
    Refusal(
        "not-submitted",
        "the initiative was not submitted to the Commission yet (Art. 13, 14(1))",
        "record the submission first",
        "civium initiative submit",
    ),
    Refusal(
        "already-submitted",
        "the initiative was submitted to the Commission, and what comes before that is over (Art. 7, 13)",
        "what comes next is the answer, and the destruction of statements within one month",
        "civium initiative destroy",
    ),
    Refusal(
        "already-answered",
        "the Commission has answered (Art. 15(2))",
        "the answer stands as it was recorded; the journal tells by whom",
        "civium journal",
    ),
    Refusal(
        "support-insufficient",
        "it was recorded that support is insufficient (LAW-65, Art. 3(1), 12(2))",
        "what is left is to destroy statements",
        "civium initiative destroy",
    ),
    Refusal(
        "initiative-withdrawn",
        "this initiative was withdrawn (LAW-45, Art. 7)",
        "what is left is to destroy statements, within one month",
        "civium initiative destroy",
    ),
    Refusal(
        "statements-destroyed",
        "all statements were destroyed (LAW-75, Art. 19(5))",
        "leaf records, counts, the journal and the proof of destruction stay",
        "civium initiative dates",
    ),
    Refusal(
        "destroy-too-early",
        "statements are kept until they were submitted, or nothing needs them any more (LAW-75, Art. 19(5))",
        "record submission, withdrawal or insufficient support first; one statement can be destroyed by its identifier",
        "civium destroy",
    ),
    Refusal(
        "nothing-is-collected",
        "nothing is collected here, the Commission's central system does that (LAW-55, Art. 10)",
        "do this there; what follows collection can be recorded here",
    ),
)

REFUSALS: Final[Mapping[str, Refusal]] = MappingProxyType({refusal.code: refusal for refusal in _REFUSALS})
