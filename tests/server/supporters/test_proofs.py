"""What proves that whoever is written to agreed, and that giving the list out is noted without naming anybody."""

from __future__ import annotations

from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.supporters import proofs
from tests.server.initiatives.place import NOW, ONE

from .asked import WORDS
from .written import subscribe


def test_counts_say_which_words_were_agreed_to(initiative: Initiative) -> None:
    assert proofs.agreements(initiative).by_words == ()
    subscribe(initiative, "a@example.org", "el")
    subscribe(initiative, "b@example.org", "en", other=True)
    subscribe(initiative, "c@example.org", "en", news=False, other=True)
    found = proofs.agreements(initiative)
    assert (found.number, found.news, found.other_news) == (3, 2, 2)
    assert found.languages == (("en", 2), ("el", 1))
    assert [(one.language, one.number, one.words) for one in found.by_words] == [("en", 2, WORDS), ("el", 1, WORDS)]


def test_the_list_is_given_out_by_an_act(initiative: Initiative) -> None:
    subscribe(initiative, "a@example.org", "el")
    subscribe(initiative, "b@example.org", "en", news=False, other=True)
    rows = list(proofs.export_consents(initiative, "news", "", ONE, now=NOW))
    (version,) = {row[4] for row in rows}
    assert [row[:4] for row in rows] == [("a@example.org", "el", "2026-11-21", "2026-11-21")]
    assert list(proofs.consent_words(initiative)) == [(version, "en", WORDS)]
    list(proofs.export_consents(initiative, "other", "en", ONE, now=NOW))
    facts = list(JournalEntry.objects.filter(act="supporters-exported").order_by("number").values_list("facts", flat=True))
    assert facts == [{"purpose": "news", "addresses": 1}, {"purpose": "other", "addresses": 1, "language": "en"}]
