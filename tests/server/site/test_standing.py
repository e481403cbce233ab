"""A state in a few words, and what to do next, in every language."""

from __future__ import annotations

import pytest

from civium.law.deployments import deployment
from civium.law.procedure import load_procedure
from civium.server.site import languages, shown, standing
from civium.server.site.languages import language
from civium.server.site.words import words
from tests.server.site import made


@pytest.mark.parametrize("code", languages.CODES)
@pytest.mark.parametrize("state", shown.STATES)
def test_every_state_has_its_word_and_all_but_one_their_sentences(state: str, code: str) -> None:
    initiative = made.initiative(state=state)
    _, tongue = words(code), language(code)
    assert standing.state_word(_, tongue, initiative)
    closed = standing.closed(_, tongue, initiative, deployment(load_procedure(), "demonstration"))
    assert (closed is None) == (state == "collecting")
    if closed is not None:
        assert closed.title
        assert closed.sentence
        assert closed.next


@pytest.mark.parametrize("status", [404, 500, 503])
def test_trouble_always_leads_somewhere(status: int) -> None:
    found = standing.problem(words("en"), status, "/en/")
    assert found.href == "/en/"
    assert found.button


def test_a_companion_without_addresses_still_says_where_statements_go() -> None:
    initiative = made.initiative(deployment="companion", collection=None, register_url=None)
    closed = standing.closed(words("en"), language("en"), initiative, deployment(load_procedure(), "companion"))
    assert closed is not None
    assert "central system" in closed.sentence
    assert closed.link is None


@pytest.mark.parametrize(
    ("kind", "next_step"), [("demonstration", "nothing goes to any authority"), ("central", "the authorities check")]
)
def test_what_follows_the_end_is_true_for_the_deployment(kind: str, next_step: str) -> None:
    closed = standing.closed(words("en"), language("en"), made.initiative(state="ended"), deployment(load_procedure(), kind))
    assert closed is not None
    assert next_step in closed.next
