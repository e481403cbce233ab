"""The words that are agreed to follow from the initiative, and no page says that nothing personal is kept where an address may be left."""

from __future__ import annotations

import dataclasses

import pytest

from civium.server.site import shown
from civium.server.site.words import words
from civium.server.supporters.consent import consent
from tests.server.site import made


def test_a_legal_entity_writes_in_its_own_name() -> None:
    initiative = made.initiative(legal_entity=shown.LegalEntity("Night Trains Association", "BE"))
    assert consent(words("en"), initiative).news.startswith(
        "Night Trains Association, for the group of organisers may write to me"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deployment": "demonstration"}, "destroyed after 14 days"),
        ({"deployment": "central"}, "Article 19(8) of Regulation (EU) 2019/788"),
        ({"deployment": "procedure", "procedure": "petition"}, "twelve months after the collection ends."),
    ],
)
def test_until_when_follows_from_the_procedure(changes: dict[str, str], said: str) -> None:
    initiative = dataclasses.replace(made.initiative(), **changes)
    assert said in consent(words("en"), initiative).until


def test_the_proof_holds_every_word_and_changes_with_each() -> None:
    agreed = consent(words("en"), made.initiative())
    for line in (agreed.condition, agreed.news, agreed.other_news, agreed.until, agreed.withdrawal):
        assert line in agreed.text
    assert agreed.sha256 != consent(words("en"), made.initiative(deployment="central")).sha256


@pytest.mark.parametrize("page", ["", "/protection"])
def test_a_campaign_page_that_takes_addresses_does_not_say_that_nothing_personal_is_kept(page: str) -> None:
    claim = b"Nothing personal is asked for or stored"
    for offers_news in (False, True):
        initiative = made.initiative(deployment="companion", collection=None, offers_news=offers_news)
        found = made.site(initiative).render(f"/en/i/night-trains{page}")
        assert found is not None
        assert (claim in found.body) is not offers_news
