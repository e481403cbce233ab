"""Adding and changing an initiative: what is taken over, and what is refused with which rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from civium.errors import Misconfigured, Refused
from civium.server.initiatives import setup
from civium.server.initiatives.folder import read_folder
from civium.server.initiatives.models import Initiative, Installation, JournalEntry
from civium.server.initiatives.premises import Premises

from . import place
from .place import NOW, ONE, TODAY, TWO

DEMONSTRATION = Path(__file__).parents[3] / "src" / "civium" / "rehearsal" / "night_trains"
pytestmark = pytest.mark.usefixtures("civium_db")


def test_an_installation_says_once_what_it_is_for() -> None:
    place.make_installation("demonstration")
    assert setup.installation().purpose == "demonstration"
    with pytest.raises(Refused, match="purpose-set"):
        place.make_installation("procedure")


def test_nothing_is_added_before_the_purpose_is_known(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="not-initialised"):
        place.add_initiative(tmp_path / "folder")


def test_a_central_system_names_operator_and_legal_basis() -> None:
    with pytest.raises(Refused, match="legal-basis-missing"):
        setup.set_purpose("central", setup.Operator(name="Somebody"), ONE, now=NOW)
    with pytest.raises(Refused, match="purpose-unknown"):
        setup.set_purpose("for fun", setup.Operator(), ONE, now=NOW)
    with pytest.raises(Refused, match="operator-malformed"):
        setup.set_purpose("demonstration", setup.Operator(email="nowhere"), ONE, now=NOW)
    assert not Installation.objects.exists()


def test_the_demonstrations_folder_is_taken_over_whole() -> None:
    place.make_installation()
    initiative = setup.add_initiative(read_folder(DEMONSTRATION, today=TODAY), ONE, now=NOW)
    assert initiative.slug == "night-trains"
    assert len(initiative.texts_in_force()) == 24
    assert (initiative.closes_on - TODAY).days == 143
    english = initiative.text("en")
    assert english is not None
    assert english.title == "Night trains for every capital"
    assert len(english.organiser_questions) == 4
    assert initiative.appearance == {"theme_colour": "#51307a", "maker": "Night Trains"}
    assert [entry.act for entry in JournalEntry.objects.all()] == ["installation-made", "initiative-added"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"registration_number": "ECI(2026)000007"}, "registration-looks-real"),
        ({"registration_number": "Δ1"}, "registration-malformed"),
        ({"deployment": "central"}, "deployment-differs"),
        ({"deployment": "holiday"}, "deployment-not-possible"),
        ({"procedure": "plebiscite"}, "procedure-unknown"),
        ({"collection_end_on": "2027-04-15"}, "period-too-long"),
        ({"collection_start_on": "2026-09-03"}, "period-starts-too-late"),
        ({"collection_start_on": "2026-03-01"}, "period-starts-before-registration"),
        ({"collection_end_on": "2026-04-13"}, "period-ends-before-it-starts"),
        ({"collection_end_on": "yesterday"}, "folder-malformed"),
        ({"collection_end_on": None}, "folder-malformed"),
        ({"collection_end_on_offset_days": 3}, "folder-malformed"),
        ({"registered_on": None, "registered_on_offset_days": "soon"}, "folder-malformed"),
        ({"original_language": "fr"}, "text-missing"),
        ({"original_language": ["en"]}, "folder-malformed"),
        ({"languages": ["en"]}, "folder-malformed"),
        ({"slug": "Night trains"}, "folder-malformed"),
        ({"theme_colour": "purple"}, "folder-malformed"),
        ({"maker": "x" * 61}, "folder-malformed"),
        ({"website": "javascript:alert(1)"}, "folder-malformed"),
        ({"contact_email": "nobody"}, "folder-malformed"),
        ({"goal": -1}, "folder-malformed"),
        ({"organisers": []}, "organisers-malformed"),
        ({"organisers": [{"role": "king", "name": "Anna", "country_of_residence": "BE"}]}, "organisers-malformed"),
        ({"organisers": [{"role": "representative", "name": "Anna", "country_of_residence": "BE"}]}, "organisers-malformed"),
        ({"organizers": "misspelt"}, "folder-key-unknown"),
        ({"contact_email": None}, "folder-malformed"),
        ({"legal_entity": {"name": "Trains"}}, "folder-malformed"),
        ({"legal_entity": ["Trains"]}, "folder-malformed"),
        ({"funding": {"currency": "EUR", "total": 1, "sources": [{"name": "Anna"}]}}, "folder-malformed"),
        ({"treaty_provisions": {"treaty": "TFEU"}}, "folder-malformed"),
        ({"data_protection_officer": {"name": "Eimear", "fax": "1"}}, "folder-malformed"),
    ],
)
def test_a_folder_that_breaks_a_rule_is_refused_by_its_name(tmp_path: Path, changed: dict[str, Any], code: str) -> None:
    place.make_installation()
    with pytest.raises(Refused, match=f"^{code}"):
        place.add_initiative(tmp_path / "folder", **changed)
    assert not Initiative.objects.exists()


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"en": {"title": "Night trains"}}, "folder-malformed"),
        ({"en": {**place.ENGLISH, "titel": "misspelt"}}, "folder-key-unknown"),
        ({"en": {**place.ENGLISH, "title": "x" * 101}}, "text-too-long"),
        ({"en": {**place.ENGLISH, "objectives": "x" * 1101}}, "text-too-long"),
        ({"en": {**place.ENGLISH, "lead": "a bell \a"}}, "folder-malformed"),
        ({"en": {**place.ENGLISH, "organiser_questions": [{"question": "Why?"}]}}, "folder-malformed"),
        ({"en": place.ENGLISH, "xx": place.ENGLISH}, "language-unknown"),
        ({"en": place.ENGLISH, "English": place.ENGLISH}, "language-unknown"),
    ],
)
def test_a_text_that_breaks_a_rule_is_refused_by_its_name(tmp_path: Path, texts: dict[str, Any], code: str) -> None:
    place.make_installation()
    with pytest.raises(Refused, match=f"^{code}"):
        place.add_initiative(tmp_path / "folder", texts)


def test_a_translation_may_be_longer_than_the_original(tmp_path: Path) -> None:
    place.make_installation()
    place.add_initiative(tmp_path / "folder", {"en": place.ENGLISH, "el": {**place.GREEK, "title": "ν" * 130}})


def test_a_folder_that_is_none_or_no_json_is_refused(tmp_path: Path) -> None:
    place.make_installation()
    with pytest.raises(Refused, match="folder-missing"):
        read_folder(tmp_path, today=TODAY)
    folder = place.write_folder(tmp_path / "folder")
    for raw in (b"{", b"[]", b"\xff", b"[" * 100_000, b" " * (1 << 20) + b"{}"):
        (folder / "initiative.json").write_bytes(raw)
        with pytest.raises(Refused, match="folder-malformed"):
            read_folder(folder, today=TODAY)


def test_days_counted_from_today_are_for_a_demonstration_alone(tmp_path: Path) -> None:
    offsets = {"registered_on": None, "registered_on_offset_days": -30}
    assert (
        read_folder(place.write_folder(tmp_path / "a", **offsets), today=TODAY).dates["registered_on"].isoformat() == "2026-10-22"
    )
    with pytest.raises(Refused, match="folder-malformed"):
        read_folder(place.write_folder(tmp_path / "b", **{**place.CENTRAL, **offsets}), today=TODAY)


def test_outside_a_demonstration_number_and_goal_are_the_procedures(tmp_path: Path) -> None:
    place.make_installation("central")
    with pytest.raises(Refused, match="registration-malformed"):
        place.add_initiative(tmp_path / "a", **{**place.CENTRAL, "registration_number": "7"})
    with pytest.raises(Refused, match="goal-differs"):
        place.add_initiative(tmp_path / "b", **place.CENTRAL, goal=10)
    assert place.add_initiative(tmp_path / "c", **place.CENTRAL).goal == 1_000_000


def test_a_demonstration_may_stand_beside_the_real_thing(tmp_path: Path) -> None:
    place.make_installation("central")
    assert place.add_initiative(tmp_path / "a").deployment == "demonstration"


def test_two_initiatives_do_not_share_a_name(tmp_path: Path) -> None:
    place.make_installation()
    place.add_initiative(tmp_path / "a")
    with pytest.raises(Refused, match="initiative-exists"):
        place.add_initiative(tmp_path / "b")
    with pytest.raises(Refused, match="initiative-unknown"):
        setup.find_initiative("another")


def test_before_go_live_everything_may_change_and_old_texts_are_kept(tmp_path: Path) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "a")
    version = setup.installation().version
    folder = place.write_folder(
        tmp_path / "a", {"en": {**place.ENGLISH, "title": "More night trains"}}, contact_email="new@trains.example"
    )
    changed = setup.update_initiative(initiative, read_folder(folder, today=TODAY), ONE, now=NOW)
    assert set(changed) == {"contact_email", "text-en"}
    assert [text.title for text in initiative.texts.filter(language="en")] == [place.ENGLISH["title"], "More night trains"]
    assert setup.installation().version > version
    assert setup.update_initiative(initiative, read_folder(folder, today=TODAY), ONE, now=NOW) == ()


def test_after_go_live_only_what_the_law_lets_change_does(tmp_path: Path, premises: Premises) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "a")
    place.go_live(initiative, premises)
    retitled = place.write_folder(tmp_path / "a", {"en": {**place.ENGLISH, "title": "Other trains"}, "el": place.GREEK})
    with pytest.raises(Refused, match="live-unchangeable"):
        setup.update_initiative(initiative, read_folder(retitled, today=TODAY), ONE, now=NOW)
    shorter = place.write_folder(tmp_path / "a", {"en": place.ENGLISH})
    with pytest.raises(Refused, match="live-unchangeable"):
        setup.update_initiative(initiative, read_folder(shorter, today=TODAY), ONE, now=NOW)
    later = place.write_folder(tmp_path / "a", collection_end_on="2027-04-12")
    with pytest.raises(Refused, match="live-unchangeable"):
        setup.update_initiative(setup.find_initiative("night-trains"), read_folder(later, today=TODAY), ONE, now=NOW)
    french = {"en": place.ENGLISH, "el": place.GREEK, "fr": {"title": "Des trains de nuit", "objectives": "Nous demandons."}}
    allowed = place.write_folder(tmp_path / "a", french, website="https://night-trains.example/")
    live = setup.find_initiative("night-trains")
    assert set(setup.update_initiative(live, read_folder(allowed, today=TODAY), TWO, now=NOW)) == {"website", "text-fr"}
