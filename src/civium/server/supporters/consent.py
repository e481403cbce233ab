"""The words that somebody who leaves an address agrees to: who writes, what about, until when, how to withdraw.

They are put together here alone, so that the page shows and the store proves the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure

if TYPE_CHECKING:
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

_DUTY = "destroy-emails"


@dataclass(frozen=True)
class Consent:
    """What is asked, in one language."""

    writer: str
    condition: str
    news: str
    other_news: str
    until: str
    withdrawal: str

    @property
    def text(self) -> str:
        """All of it, as it is kept for proof."""
        return "\n".join((self.condition, f"[ ] {self.news}", f"[ ] {self.other_news}", self.until, self.withdrawal))

    @property
    def sha256(self) -> bytes:
        """What names these words."""
        return sha256(self.text.encode()).digest()


def consent(_: Words, initiative: Initiative) -> Consent:
    """Give the words for an initiative (Reg. 2019/788, Art. 18(2); GDPR, Arts. 7 and 13)."""
    writer = writer_of(_, initiative)
    return Consent(
        writer=writer,
        condition=_("This is voluntary. Your support counts with or without it, and nothing joins your address to a statement."),
        news=_("%(writer)s may write to me about this initiative: how it goes on and what comes of it.", writer=writer),
        other_news=_("%(writer)s may also write to me about other things that they do.", writer=writer),
        until=_until(_, initiative),
        withdrawal=_("You can stop it at any time: every letter has a link for it, and your address is then destroyed at once."),
    )


def writer_of(_: Words, initiative: Initiative) -> str:
    """Give who writes: the legal entity, or the representative for the group (Art. 19(1))."""
    representative = next((person.name for person in initiative.organisers if person.role == "representative"), None)
    name = initiative.legal_entity.name if initiative.legal_entity else representative
    return _("%(name)s, for the group of organisers", name=name) if name else _("The organisers")


def _until(_: Words, initiative: Initiative) -> str:
    procedure = load_procedure(initiative.procedure)
    days = deployment_of(procedure, initiative.deployment).destroyed_after_days
    if days:
        return _("Everything sent to this demonstration is destroyed after %(days)s days.", days=days)
    if any(rule.id == _DUTY for rule in procedure.deadlines):
        return _(
            "At the latest your address is destroyed one month after the initiative is withdrawn, twelve months after the collection "
            "ends or the initiative is submitted, or three years after the Commission announces that it will act "
            "(Article 19(8) of Regulation (EU) 2019/788)."
        )
    return _("At the latest your address is destroyed twelve months after the collection ends.")
