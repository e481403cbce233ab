"""What each act of the journal says in words: its name, for the list to choose from, and the sentence with its facts.

The rules are:
- a sentence names facts in %(name)s; one that an entry lacks is shown as a dash, never an error: old entries stay readable;
- facts that a sentence does not name are listed after it, so that nothing of an entry is hidden;
- an act that is not in the table is shown by its own name with all its facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from civium.server.console.permissions import Role
from civium.server.site.languages import language

if TYPE_CHECKING:
    from civium.server.site.words import Words

_ = str  # marks a sentence for the catalogue; it is translated when it is shown
_NAMED = re.compile(r"%\((\w+)\)s")
_ROLES = frozenset(role.value for role in Role)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HASH = re.compile(r"[0-9a-f]{24,}")

_SET_UP = {
    "installation-made": (_("Installation made"), _("Made this installation. Purpose: %(purpose)s.")),
    "initiative-added": (_("Initiative added"), _("Added the initiative in these languages: %(languages)s.")),
    "initiative-changed": (_("Initiative changed"), _("Changed the initiative: %(changed)s.")),
    "register-taken-over": (_("Register taken over"), _("Took over a file of the register; %(changed)s details changed.")),
    "appearance-changed": (_("Appearance changed"), _("Changed how the pages look: %(changed)s.")),
    "key-added": (_("Key added"), _("Added a key of %(jurisdiction)s.")),
    "organisers-keys-given": (
        _("Organisers' keys given"),
        _("Took the organisers' keys of %(number)s States where they had none. Fingerprint of all: %(fingerprint)s."),
    ),
    "key-tested": (_("Key tested"), _("Put a test to the key of %(jurisdiction)s.")),
    "key-proven": (_("Key proven"), _("Whoever holds the key of %(jurisdiction)s proved it by opening a test.")),
    "key-retired": (_("Key retired"), _("Retired a key of %(jurisdiction)s.")),
    "preview-opened": (_("Preview opened"), _("Opened the private preview, until %(last_on)s.")),
    "preview-made-anew": (
        _("Preview made anew"),
        _("Made the private preview anew, as its texts or keys had changed; what was signed in it is gone."),
    ),
    "preview-link-renewed": (_("Preview: new link"), _("Made a new link to the private preview; the one before opens nothing.")),
    "preview-link-closed": (_("Preview: link closed"), _("Closed the link to the private preview.")),
    "preview-keys-taken": (_("Preview: keys taken"), _("Downloaded the private preview's demonstration keys.")),
    "preview-exported": (
        _("Preview: working copy"),
        _("Made a working copy of the private preview for %(jurisdiction)s with %(rows)s rows."),
    ),
    "preview-dropped": (_("Preview dropped"), _("Dropped the private preview whole: %(because)s.")),
    "work-set": (_("Proof of work set"), _("Set the work that a browser does before it sends to %(work)s.")),
}
_COLLECTING = {
    "collection-opened": (_("Went live"), _("Opened the collection.")),
    "collection-paused": (_("Paused"), _("Paused the collection.")),
    "collection-resumed": (_("Went on"), _("Went on collecting after a pause.")),
    "end-set": (_("Earlier end set"), _("Set the last day of collection to %(closes_on)s.")),
    "collection-ended": (_("Ended"), _("Ended the collection, for ever.")),
    "manifest-published": (_("Manifest published"), _("Published manifest number %(sequence)s.")),
    "heads-accepted": (_("Log heads accepted"), _("Accepted the store's %(logs)s logs with %(entries)s entries as the newest.")),
    "logs-closed": (_("Logs closed"), _("Closed logs that had lost entries, and opened their successors.")),
    "token-keys-destroyed": (_("Token keys destroyed"), _("Destroyed the keys of duplicate tokens.")),
}
_AFTER = {
    "export-made": (_("Export made"), _("Made a file for %(jurisdiction)s (%(kind)s) with %(rows)s rows.")),
    "export-stopped": (_("Export stopped"), _("Stopped an export; the part written was removed.")),
    "export-taken": (_("Export taken"), _("Downloaded the file for %(jurisdiction)s (%(kind)s).")),
    "route-noted": (_("Route noted"), _("Noted how statements reach the authority of %(jurisdiction)s: %(way)s.")),
    "log-handed-over": (_("Handed over"), _("Handed the statements of %(jurisdiction)s over to its authority.")),
    "receipt-recorded": (_("Receipt recorded"), _("The authority of %(jurisdiction)s received the statements on %(on)s.")),
    "certificate-recorded": (
        _("Certificate recorded"),
        _("Recorded the certificate of %(jurisdiction)s: %(online)s valid online, %(paper)s on paper, of %(on)s."),
    ),
    "certificate-corrected": (
        _("Certificate corrected"),
        _("Corrected the certificate of %(jurisdiction)s: %(online)s valid online, %(paper)s on paper, of %(on)s."),
    ),
    "certificate-scan-kept": (
        _("Signed certificate kept"),
        _("Kept the signed certificate of %(jurisdiction)s as it came, with %(pages)s pages."),
    ),
    "certificate-scans-destroyed": (
        _("Signed certificates destroyed"),
        _("Destroyed %(number)s scans of signed certificates."),
    ),
    "initiative-submitted": (_("Submitted"), _("Submitted to the Commission on %(on)s.")),
    "submission-published": (_("Submission published"), _("The Commission published the submission on %(on)s.")),
    "initiative-answered": (_("Answered"), _("The Commission answered on %(on)s.")),
    "support-insufficient": (_("Support insufficient"), _("The numbers were not reached; recorded for %(on)s.")),
    "initiative-withdrawn": (_("Withdrawn"), _("Withdrew the initiative on %(on)s.")),
    "proposal-made": (_("Proposed"), _("Proposed: %(act)s. A second person has to agree.")),
    "proposal-approved": (_("Agreed"), _("Both agreed: %(act)s.")),
    "proposal-withdrawn": (_("Proposal turned down"), _("Took back or turned down a proposal: %(act)s.")),
    "proposal-lapsed": (_("Proposal lapsed"), _("Nobody agreed in time: %(act)s.")),
}
_DESTROYED = {
    "statement-destroyed": (
        _("Statement destroyed"),
        _("Destroyed entry %(index)s of the log %(jurisdiction)s/%(channel)s. Cause: %(cause)s."),
    ),
    "destruction-agreed": (_("Destruction agreed"), _("Agreed to destroy %(statements)s statements. Cause: %(cause)s.")),
    "destruction-ordered": (_("Destruction ordered"), _("Ordered that all statements are destroyed. Ground: %(ground)s.")),
    "destruction-stopped": (_("Destruction stopped"), _("Stopped a destruction before it was done.")),
    "statements-destroyed": (_("Statements destroyed"), _("Destroyed all statements.")),
    "demonstration-destroyed": (_("Demonstration destroyed"), _("Destroyed the %(statements)s statements of a demonstration.")),
    "hold-placed": (_("Legal hold placed"), _("Placed a legal hold: nothing is destroyed while it lasts.")),
    "hold-lifted": (_("Legal hold lifted"), _("Lifted the legal hold; proceedings ended on %(proceedings_ended_on)s.")),
    "data-request-received": (_("Request received"), _("Received request number %(number)s of a person about their data.")),
    "data-request-extended": (_("Request extended"), _("Took two further months for request number %(number)s.")),
    "data-request-filed": (_("Request filed"), _("Made the file of request number %(number)s for the holder of the key.")),
    "data-request-answered": (_("Request answered"), _("Answered request number %(number)s: %(outcome)s.")),
}
_OUTSIDE = {
    "add-partner": (_("Partner added"), _("Added the partner code %(code)s.")),
    "retire-partner": (_("Partner retired"), _("Retired the partner code %(code)s.")),
    "message-sent": (_("Message sent"), _("Let message %(message)s leave to %(addresses)s addresses.")),
    "message-stopped": (_("Message stopped"), _("Stopped message %(message)s after %(taken)s copies.")),
    "message-finished": (_("Message finished"), _("Message %(message)s is sent: %(taken)s copies were taken.")),
    "supporters-exported": (_("Addresses exported"), _("Took the list of %(addresses)s addresses away, for: %(purpose)s.")),
    "supporters-destroyed": (
        _("Addresses destroyed"),
        _(
            "Destroyed %(subscriptions)s addresses, %(unconfirmed)s that nobody had confirmed, and %(feedback)s pieces of feedback."
        ),
    ),
}
_OFFICE = {
    "burst-decided": (
        _("Burst decided"),
        _("Said of the burst in %(jurisdiction)s, indices %(first)s to %(last)s: %(decision)s (%(reason)s)."),
    ),
    "duty-marked": (_("Duty marked"), _("Marked the duty %(duty)s, due on %(due_on)s, as done on: %(done_on)s.")),
    "letter-written": (_("Letter written"), _("Wrote letter %(number)s (%(letter)s).")),
    "letter-sent": (_("Letter sent"), _("Noted that letter %(number)s (%(letter)s) was sent on %(sent_on)s.")),
    "support-entered": (_("Support entered"), _("Entered entry %(entry)s in the ledger of funding: %(kind)s.")),
    "support-struck": (_("Support struck"), _("Struck entry %(entry)s out of the ledger of funding.")),
    "paper-place-set": (_("Paper: address set"), _("Set where paper forms are sent to.")),
    "paper-counted": (_("Paper counted"), _("Entered statements on paper of %(jurisdiction)s: %(number)s.")),
    "paper-corrected": (_("Paper corrected"), _("Corrected the statements on paper of %(jurisdiction)s to %(number)s.")),
}
_PEOPLE = {
    "account-invited": (_("Person invited"), _("Invited somebody as %(role)s.")),
    "invitation-withdrawn": (_("Invitation withdrawn"), _("Took an invitation as %(role)s back.")),
    "account-made": (_("Account made"), _("Accepted an invitation and made account %(account)s.")),
    "person-joined": (_("Person joined"), _("%(name)s joined as %(role)s.")),
    "role-changed": (_("Role changed"), _("%(name)s is now %(role)s.")),
    "person-removed": (_("Person removed"), _("%(name)s is no longer %(role)s.")),
    "logged-on": (_("Logged on"), _("Logged on with: %(with)s.")),
    "log-on-refused": (_("Log-on refused"), _("A log-on to account %(account)s was refused: wrong %(factor)s.")),
    "factor-added": (_("Second factor added"), _("Added a second factor: %(kind)s.")),
    "factor-removed": (_("Second factor removed"), _("Removed a second factor: %(kind)s.")),
    "recovery-code-used": (_("Recovery code used"), _("Used a recovery code; %(left)s are left.")),
    "password-changed": (_("Password changed"), _("Changed the password of account %(account)s.")),
    "log-on-unlocked": (_("Log-on unlocked"), _("Let account %(account)s log on again after too many attempts.")),
    "way-back-vouched": (_("Way back seconded"), _("Vouched that the way back into account %(account)s is its owner's.")),
    "way-back-agreed": (_("Way back agreed"), _("Agreed, as operator, to the way back into account %(account)s.")),
    "way-back-opened": (_("Way back opened"), _("Made the link of the way back into account %(account)s.")),
    "way-back-gone": (_("Way back gone"), _("Came back into account %(account)s: new password, old factors and sessions ended.")),
    "way-back-stopped": (_("Way back stopped"), _("Stopped the way back into account %(account)s.")),
    "recovery-codes-made": (_("Recovery codes made"), _("Made new recovery codes; the old ones are void.")),
}
# Act -> its name, and its sentence.
ACTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {**_SET_UP, **_COLLECTING, **_AFTER, **_DESTROYED, **_OUTSIDE, **_OFFICE, **_PEOPLE}
)


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "–"


def said(words: Words, act: str, facts: Mapping[str, Any]) -> str:
    """Give an entry in words."""
    if act not in ACTS:
        return act
    told = {name: shown(words, name, value) for name, value in facts.items()}
    return words(ACTS[act][1]) % _Facts(told)


def other_facts(words: Words, act: str, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the facts that an act's sentence does not name."""
    named = set(_NAMED.findall(ACTS[act][1])) if act in ACTS else set()
    return [(name.replace("_", " "), shown(words, name, value)) for name, value in sorted(facts.items()) if name not in named]


def shown(words: Words, name: str, value: object) -> str:
    """Give a fact as a person reads it."""
    tongue = language(words.code)
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if name in ("message", "number", "account", "sequence") else tongue.number(value)
    if isinstance(value, list):
        return ", ".join(shown(words, name, one) for one in value) or "–"
    if isinstance(value, dict):
        return "; ".join(f"{key} {shown(words, str(key), one)}" for key, one in sorted(value.items())) or "–"
    text = str(value)
    if name == "role" and text in _ROLES:
        return words(Role(text).words)
    if name == "act":
        return words(_title_of(text))
    if _HASH.fullmatch(text):
        return f"{text[:16]}…"
    if _DAY.fullmatch(text):
        try:
            return tongue.date(date.fromisoformat(text))
        except ValueError:  # a name, or anything else that somebody typed
            return text
    return tongue.country(text) if name == "jurisdiction" and len(text) == 2 else text


def _title_of(act: str) -> str:
    """Give the title of an act that two decide."""
    from civium.server.console.proposals.acts import (
        ACTS as DECIDED_BY_TWO,  # it imports every area's acts, which may come after this one
    )

    return DECIDED_BY_TWO[act].title or act if act in DECIDED_BY_TWO else act
