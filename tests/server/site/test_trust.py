"""P17: the sentences on who reads and who answers are true for each kind of deployment, in every language."""

from __future__ import annotations

import dataclasses

import pytest
from lxml import html

from civium.law.deployments import KINDS, deployment
from civium.law.procedure import load_procedure
from civium.server.site import languages, shown, trust
from civium.server.site.words import words
from tests.server.site import made

ENGLISH = words("en")


def _deployment(kind: str):  # type: ignore[no-untyped-def]
    return deployment(load_procedure("petition" if kind == "procedure" else "eci"), kind)


def _initiative(kind: str, **changes: object) -> shown.Initiative:
    changes = {"collection": None, **changes} if kind == "companion" else changes
    made_one = made.initiative(deployment="demonstration" if kind == "procedure" else kind, **changes)
    return dataclasses.replace(made_one, deployment=kind, procedure="petition") if kind == "procedure" else made_one


def test_a_demonstration_says_that_its_people_can_read() -> None:
    readers = trust.readers(ENGLISH, _deployment("demonstration"), _initiative("demonstration"))
    assert [reader.who for reader in readers if reader.can] == ["You", "The people who run this demonstration"]
    assert not any("authority of your State" in reader.who for reader in readers)
    strip = trust.strip(ENGLISH, _deployment("demonstration"), _initiative("demonstration"))
    assert strip is not None
    assert "Nothing entered here counts" in strip.sentence


@pytest.mark.parametrize("kind", ["central", "individual"])
def test_only_the_authority_reads_where_authorities_hold_the_keys(kind: str) -> None:
    readers = trust.readers(ENGLISH, _deployment(kind), _initiative(kind))
    assert [(reader.who, reader.can) for reader in readers] == [
        ("You", True),
        ("The organisers and this server", False),
        ("The authority of your State", True),
    ]


@pytest.mark.parametrize("kind", ["central", "individual", "procedure"])
def test_organisers_who_hold_the_key_can_read_and_the_page_says_so(kind: str) -> None:
    initiative = _initiative(kind, keys_held_by_organisers=True)
    readers = trust.readers(ENGLISH, _deployment(kind), initiative)
    assert "The organisers" in [reader.who for reader in readers if reader.can]
    assert "Only the authority" not in trust.summary(ENGLISH, _deployment(kind), initiative)
    assert not any("still sealed" in step.title for step in trust.steps(ENGLISH, _deployment(kind), initiative))


BOTH = {"organisers_hold": ("MT", "EL")}


@pytest.mark.parametrize("code", languages.CODES)
def test_where_organisers_hold_some_keys_the_page_names_those_states(code: str) -> None:
    _, kind, initiative = words(code), _deployment("individual"), _initiative("individual", **BOTH)
    names = [languages.state_name(languages.language(code), load_procedure("eci").jurisdictions[state]) for state in ("MT", "EL")]
    organisers = trust.readers(_, kind, initiative)[2]
    assert organisers.can
    for said in (organisers.sentence, trust.summary(_, kind, initiative), trust.keys_sentence(_, kind, initiative)):
        assert all(name in said for name in names)
    assert trust.steps(_, kind, initiative)[3] not in trust.steps(_, kind, _initiative("individual"))


def test_where_organisers_hold_some_keys_nothing_is_said_that_is_false_for_them() -> None:
    kind, initiative = _deployment("individual"), _initiative("individual", **BOTH)
    readers = trust.readers(ENGLISH, kind, initiative)
    assert [reader.who for reader in readers if reader.can] == ["You", "The organisers", "The authority of your State"]
    assert readers[2].sentence.startswith("For these States the organisers hold the key: Greece, Malta.")
    assert not any("only one with the key" in reader.sentence for reader in readers)
    assert "Only the authority" not in trust.summary(ENGLISH, kind, initiative)


@pytest.mark.parametrize("changes", [BOTH, {"keys_held_by_organisers": True, "organisers_hold": ("MT",)}])
def test_nobody_here_can_open_is_not_said_where_organisers_hold_a_key(changes: dict[str, object]) -> None:
    pairs = trust.responsible(ENGLISH, _deployment("individual"), _initiative("individual", **changes))
    rights = next(pair for pair in pairs if pair.title == "Your rights")
    assert "nobody here can open" not in rights.lines[0]
    assert "stay closed until the collection is over" in rights.lines[0]
    pairs = trust.responsible(ENGLISH, _deployment("individual"), _initiative("individual"))
    assert "nobody here can open" in next(pair for pair in pairs if pair.title == "Your rights").lines[0]


def test_another_procedure_does_not_speak_of_states() -> None:
    readers = trust.readers(ENGLISH, _deployment("procedure"), _initiative("procedure"))
    assert "The authority that checks the statements" in [reader.who for reader in readers]
    assert trust.strip(ENGLISH, _deployment("procedure"), _initiative("procedure")) is None


def test_a_companion_collects_and_reads_nothing() -> None:
    kind, initiative = _deployment("companion"), _initiative("companion")
    assert [reader.can for reader in trust.readers(ENGLISH, kind, initiative)] == [False]
    assert "no statements" in trust.summary(ENGLISH, kind, initiative)


@pytest.mark.parametrize("kind", ["demonstration", "central", "individual"])
def test_after_everything_was_destroyed_nobody_can_read(kind: str) -> None:
    readers = trust.readers(ENGLISH, _deployment(kind), _initiative(kind, state="destroyed"))
    assert [(reader.who, reader.can) for reader in readers] == [("Nobody here", False)]
    assert "destroyed" in readers[0].sentence


def test_the_central_system_names_its_article_its_operator_and_both_controllers() -> None:
    initiative = _initiative("central", legal_basis="Agreement 12/2026")
    strip = trust.strip(ENGLISH, _deployment("central"), initiative)
    assert strip is not None
    assert "Article 10" in strip.sentence
    assert "Lantern Servers, Ghent" in strip.sentence
    pairs = {pair.title: pair for pair in trust.responsible(ENGLISH, _deployment("central"), initiative)}
    assert pairs["Responsible for the data"].lines == (
        "The European Commission",
        "and Annelore Vantieghem, for the group of organisers",
    )
    assert pairs["Legal basis"].lines == ("Agreement 12/2026",)


@pytest.mark.parametrize(
    ("kind", "controller"),
    [
        ("demonstration", "Lantern Servers, Ghent"),
        ("individual", "Annelore Vantieghem, for the group of organisers"),
        ("companion", "The European Commission, for its central system"),
        ("procedure", "Annelore Vantieghem, for the group of organisers"),
    ],
)
def test_the_controller_follows_from_the_deployment(kind: str, controller: str) -> None:
    pairs = {pair.title: pair for pair in trust.responsible(ENGLISH, _deployment(kind), _initiative(kind))}
    assert pairs["Responsible for the data"].lines == (controller,)


def test_a_legal_entity_takes_the_place_of_the_representative() -> None:
    initiative = _initiative("individual", legal_entity=shown.LegalEntity("Night Trains asbl", "BE"))
    pair = trust.responsible(ENGLISH, _deployment("individual"), initiative)[0]
    assert pair.lines == ("Night Trains asbl, for the group of organisers",)


def test_where_data_lies_is_said_or_said_to_be_unknown() -> None:
    known = trust.responsible(ENGLISH, _deployment("individual"), _initiative("individual", stored_in="Ghent, Belgium"))
    assert ("Ghent, Belgium",) in [pair.lines for pair in known]
    unknown = trust.responsible(ENGLISH, _deployment("individual"), _initiative("individual"))
    assert any("has not named the country" in pair.lines[0] for pair in unknown)


@pytest.mark.parametrize("code", languages.CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks_every_language(kind: str, code: str) -> None:
    _, chosen, initiative = words(code), _deployment(kind), _initiative(kind)
    assert trust.readers(_, chosen, initiative)
    assert trust.summary(_, chosen, initiative)
    assert trust.steps(_, chosen, initiative)
    assert trust.responsible(_, chosen, initiative)
    strip = trust.strip(_, chosen, initiative)
    assert (strip is None) == (kind in ("individual", "procedure"))
    assert strip is None or strip.calm == (kind != "demonstration")


@pytest.mark.parametrize("page", ["", "/protection", "/privacy"])
@pytest.mark.parametrize("code", languages.CODES)
def test_a_demonstration_is_marked_on_every_page_in_every_language(code: str, page: str) -> None:
    body = made.site(made.initiative()).render(f"/{code}/i/night-trains{page}").body  # type: ignore[union-attr]
    strip = html.document_fromstring(body.decode()).xpath("//header/div[@class='strip']")
    assert len(strip) == 1
    assert words(code)("Nothing entered here counts. Please use invented data only.") in strip[0].text_content()
