"""What whoever does an act should know before and after it: what signatories see of it, whether it can be undone, what comes next.

The rules are:
- every act has its three sentences, those of the table (acts_table.py) and others that two decide; the page of the act, of the proposal and
  docs/lifecycle.md say the same;
- a sentence promises nothing that the act does not do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Told:
    """What signatories see; whether it can be undone; what comes next."""

    seen: str
    undone: str
    after: str


_NOT_SEEN = "Nothing: the public pages do not show it."
_CORRECTED = "It is recorded once and stays; the journal tells by whom."

_TOLD: dict[str, Told] = {
    "change-set-up": Told(
        "Nothing: nobody can sign before you go live.",
        "Yes: change it again, as long as it is not live.",
        "Compare it with the register, prove the keys, then go live.",
    ),
    "go-live": Told(
        "The form opens on the first day of collection; until then the page says from when.",
        "No. You can pause at once and end early; title, objectives, number and start stay as they are.",
        "Sign once yourselves and check the receipt, then share the address; the dashboard tells you each morning where you stand.",
    ),
    "pause": Told(
        "The page says that nothing is received for now. What was given is kept, and receipts stay good.",
        "Yes: two persons go on.",
        "Find out what is wrong and tell your people. Then one of you proposes to go on.",
    ),
    "resume": Told(
        "The form opens again within seconds.",
        "Yes: one person may pause again at once.",
        "Tell those who waited that they can sign again.",
    ),
    "end-early": Told(
        "The page names the new last day and counts down its last 24 hours.",
        "No: the last day can be set earlier again, never later.",
        "Tell everybody who still collects. Packages for the authorities are made after the last day.",
    ),
    "end-now": Told(
        "The form closes at once, and the page says that collection has ended.",
        "No: what has ended is not begun again.",
        "Make the packages for the authorities and hand them over.",
    ),
    "change-details": Told(
        "The new names and addresses stand on every page and form within seconds; statements given before name the earlier ones.",
        "Change them back the same way; once live, the earlier manifest stays readable.",
        "See that the register says the same.",
    ),
    "add-language": Told(
        "The page can be read in one more language. Texts that were signed do not change.",
        "No: once somebody signed in a language, its text stays.",
        "Read the page in that language once, or ask somebody who speaks it.",
    ),
    "change-keys": Told(
        "A place whose key is proven opens online; one whose last key is retired closes. Nothing that was given changes.",
        "A retired key is not taken back; a new one can be given. What was sealed to it stays its holder's to open.",
        "Ask the holder to keep every key until all statements are verified, retired ones too.",
    ),
    "change-certificate": Told(
        "The page of conformity shows the new certificate.",
        "Yes: show another; the one before is in the journal by its hash.",
        "Open the page of conformity and look.",
    ),
    "correct-register": Told(
        "The pages say what the register says now. Title, objectives and number stay as they were signed.",
        "By following the register again.",
        "Open the page and compare it with the register.",
    ),
    "change-appearance": Told(
        "The pages look different within seconds; what the law wants on them stays.",
        "Yes: change it back.",
        "Open the page on a telephone and look.",
    ),
    "renew-manifest": Told(
        "Nothing changes for those who sign; pages that are open go on for 24 hours.",
        "No: a manifest stays public for ever. A further one may follow.",
        "Nothing has to be done.",
    ),
    "set-work": Told(
        "More makes sending slower, on old telephones by many seconds; less makes a flood easier.",
        "Yes: set another number, at once.",
        "Watch the dashboard, and set it back when the flood is over.",
    ),
    "make-working-copy": Told(
        "Nothing.",
        "A copy here can be destroyed; one that was taken away is destroyed by whoever has it.",
        "Rehearse with the authority; a working copy is never certified.",
    ),
    "make-package": Told(
        "Nothing, until you record that it was handed over.",
        "A package can be made anew until it is handed over.",
        "Give it to the authority with its letter, and record the hand-over.",
    ),
    "destroy-statement": Told(
        "The public count goes down by one, and the log says for ever that an entry was destroyed.",
        "No. For 24 hours after the second person agreed anybody may stop it.",
        "Tell the person who asked.",
    ),
    "hand-over": Told(
        "The log tells everybody that the authority has its statements; from then on erasure codes are refused here.",
        "No: it is told in public, and stays.",
        "Wait for the authority's confirmation and record it: its time for verification begins then.",
    ),
    "record-receipt": Told(
        _NOT_SEEN,
        "Yes: record another day.",
        "Wait for the certificate; the page of certificates shows which are still to come.",
    ),
    "record-certificate": Told(
        _NOT_SEEN,
        "Yes: a certificate can be corrected until submission; the journal keeps what stood there before.",
        "When the last one has come, the page of certificates says whether they suffice.",
    ),
    "submit": Told(
        _NOT_SEEN,
        f"No. {_CORRECTED}",
        "All statements are destroyed by the day shown under “Destruction of statements”; you may order it earlier.",
    ),
    "record-publication": Told(_NOT_SEEN, f"No. {_CORRECTED}", "The time for the Commission's answer runs from this day."),
    "record-answer": Told(
        _NOT_SEEN,
        f"No. {_CORRECTED}",
        "Write to those who left an address: they asked to be told.",
    ),
    "record-insufficient": Told(
        _NOT_SEEN,
        "No: afterwards nothing can be submitted.",
        "Order that all statements are destroyed; nothing needs them any more.",
    ),
    "withdraw": Told(
        "The form closes at once, and the pages say that the initiative was withdrawn.",
        "No, never.",
        "Order that all statements are destroyed, write to those who left an address, and tell the register.",
    ),
    "place-hold": Told(
        "Nothing: but their sealed statements are kept longer than the privacy statement says without proceedings.",
        "Two persons lift it when the proceedings are over.",
        "Note when the proceedings end: from that day everything has to go.",
    ),
    "lift-hold": Told(
        "Nothing.",
        "Only by another hold, for other proceedings.",
        "See under “Destruction of statements” by which day everything goes.",
    ),
    "destroy-statements": Told(
        "The log says that every statement was destroyed; receipts still prove that one was given.",
        "No. For 24 hours after the second person agreed anybody may stop it; in a demonstration it begins at once.",
        "Keep the proof of destruction. Destroy copies that were taken away and backups, and ask the authorities to do so with theirs.",
    ),
}

# Acts that two decide and that are no row of the table.
_OTHERS = {
    "destroy-by-identifier": _TOLD["destroy-statement"],
    "make-package-below-threshold": _TOLD["make-package"],
    "change-words": Told(
        "Whoever shares the page from now on is offered the new words; what was shared stays as it was.",
        "Yes: change them back.",
        "Read them once in each language.",
    ),
    "message-sent": Told(
        "Everybody who agreed to get news gets one e-mail, with a link that ends them.",
        "What has left cannot be called back; one person may stop what has not.",
        "Watch how far it is; answers come to your own address.",
    ),
}

TOLD: Final[Mapping[str, Told]] = MappingProxyType(_TOLD | _OTHERS)
