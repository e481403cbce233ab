"""A file waits, is compared, is taken over by the act of set-up, and stays as proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import update_initiative
from civium.server.register import taking_over
from civium.server.register.loaded import folder_of, loaded_as_registered
from civium.server.register.reading import read
from civium.server.register.taking_over import Answers
from tests.server.initiatives import place
from tests.server.initiatives.conftest import config, premises
from tests.server.initiatives.place import NOW, ONE, TWO

from . import files

__all__ = ["config", "premises"]
pytestmark = pytest.mark.usefixtures("civium_db")
ANSWERS = Answers(countries={"Inés Carballeda": "ES"})


@pytest.fixture
def initiative(tmp_path: Path) -> Initiative:
    place.make_installation("central")
    return place.add_initiative(tmp_path / "folder", {"en": place.ENGLISH}, **place.CENTRAL)


def test_what_is_loaded_taken_back_changes_nothing(initiative: Initiative) -> None:
    assert update_initiative(initiative, folder_of(initiative), ONE, now=NOW) == ()
    told = loaded_as_registered(folder_of(initiative))
    assert (told.number, told.texts["en"].title) == (initiative.registration, place.ENGLISH["title"])


def test_a_file_waits_until_it_is_taken_over_and_then_stays(initiative: Initiative) -> None:
    file = taking_over.give_file(initiative, files.export(), ONE, now=NOW)
    assert taking_over.waiting_file(initiative) == file
    assert initiative.texts_in_force().keys() == {"en"}
    assert [person.name for person in taking_over.missing_answers(initiative, read(bytes(file.content)))] == ["Inés Carballeda"]
    changed = taking_over.take_over(initiative, file, ANSWERS, ONE, now=NOW)
    assert set(changed) == {"organisers", "register_url", "text-el"}
    assert initiative.texts_in_force().keys() == {"en", "el"}
    assert [person["country_of_residence"] for person in initiative.organisers] == ["BE", "SI", "ES"]
    assert taking_over.waiting_file(initiative) is None
    assert taking_over.last_taken_over(initiative) == file
    assert JournalEntry.objects.last().facts == {"sha256": bytes(file.sha256).hex(), "form": "xml", "changed": 3}  # type: ignore[union-attr]


def test_one_file_waits_at_a_time_and_can_be_thrown_away(initiative: Initiative) -> None:
    taking_over.give_file(initiative, files.export(), ONE, now=NOW)
    second = taking_over.give_file(initiative, files.details(), ONE, now=NOW)
    assert list(initiative.register_files.all()) == [second]
    taking_over.throw_away(initiative)
    assert taking_over.waiting_file(initiative) is None


def test_a_bad_file_leaves_the_one_that_waits(initiative: Initiative) -> None:
    first = taking_over.give_file(initiative, files.export(), ONE, now=NOW)
    with pytest.raises(Refused, match="register-not-xml"):
        taking_over.give_file(initiative, b"<export>", ONE, now=NOW)
    assert taking_over.waiting_file(initiative) == first


def test_an_older_file_is_refused_a_newer_one_not(initiative: Initiative) -> None:
    file = taking_over.give_file(initiative, files.export(exported_at="2026-05-01T08:00:00+02:00"), ONE, now=NOW)
    taking_over.take_over(initiative, file, ANSWERS, ONE, now=NOW)
    with pytest.raises(Refused) as refused:
        taking_over.give_file(initiative, files.export(exported_at="2026-04-30T23:00:00Z"), ONE, now=NOW)
    assert (refused.value.code, refused.value.facts) == ("register-older", {"given": "2026-04-30", "loaded": "2026-05-01"})
    assert taking_over.give_file(initiative, files.export(exported_at="2026-05-01T06:00:00"), ONE, now=NOW)
    assert taking_over.give_file(initiative, files.details(), ONE, now=NOW)


def test_a_file_that_waited_while_a_newer_one_was_taken_over_is_refused(initiative: Initiative) -> None:
    old = taking_over.give_file(initiative, files.export(exported_at="2026-05-01T08:00:00Z"), ONE, now=NOW)
    newer = old.__class__.objects.get(pk=old.pk)
    newer.pk, newer.content = None, files.export(exported_at="2026-06-01T08:00:00Z")
    newer.exported_at = read(bytes(newer.content)).exported_at
    newer.save()
    taking_over.take_over(initiative, newer, ANSWERS, ONE, now=NOW)
    with pytest.raises(Refused, match="register-older"):
        taking_over.take_over(initiative, old, ANSWERS, ONE, now=NOW)


def test_details_bring_days_annex_officer_and_entity(initiative: Initiative) -> None:
    members = [*files.DETAILS["members"], {"type": "LEGAL_ENTITY", "fullName": "Night Trains asbl"}]
    file = taking_over.give_file(initiative, files.details(members=members, partiallyRegistered=True), ONE, now=NOW)
    assert taking_over.asks_for_seat(initiative, read(bytes(file.content)))
    with pytest.raises(Refused, match="register-seat-missing"):
        taking_over.take_over(initiative, file, Answers(), ONE, now=NOW)
    taking_over.take_over(initiative, file, Answers(seat="BE"), ONE, now=NOW)
    initiative.refresh_from_db()
    assert initiative.legal_entity == {"name": "Night Trains asbl", "seat": "BE"}
    assert initiative.data_protection_officer == {"name": "Ilse Maréchal", "email": "dpo@night-trains.example"}
    assert initiative.partial_registration is not None
    assert initiative.website == "https://n.example"
    greek = initiative.text("el")
    assert greek is not None
    assert greek.annex == "Παράρτημα"


def test_what_the_law_refuses_is_refused_and_nothing_is_taken_over(initiative: Initiative) -> None:
    long = files.export(texts={"en": ("x" * 101, "y")})
    file = taking_over.give_file(initiative, long, ONE, now=NOW)
    with pytest.raises(Refused) as refused:
        taking_over.take_over(initiative, file, ANSWERS, ONE, now=NOW)
    assert (refused.value.code, refused.value.facts) == ("text-too-long", {"what": "title", "longest": 100, "length": 101})
    assert taking_over.waiting_file(initiative) == file
    assert Initiative.objects.get(pk=initiative.pk).texts_in_force().keys() == {"en"}


def test_once_live_a_language_comes_and_a_changed_text_does_not(initiative: Initiative, premises: Premises) -> None:
    place.add_proven_key(initiative, "ES")
    from civium.server.initiatives import live

    live.open_collection(initiative, premises, live.GoLive(TWO, accepts_closed_online=True), now=NOW)
    changed = taking_over.give_file(initiative, files.export(texts={"en": ("Day trains", "We ask.")}), ONE, now=NOW)
    with pytest.raises(Refused) as refused:
        taking_over.take_over(initiative, changed, ANSWERS, TWO, now=NOW)
    assert (refused.value.code, refused.value.facts) == ("register-text-changed", {"what": "title-en"})
    file = taking_over.give_file(initiative, files.export(), ONE, now=NOW)
    with pytest.raises(Refused, match="second-person-missing"):
        taking_over.take_over(initiative, file, ANSWERS, ONE, now=NOW)
    initiative.refresh_from_db()
    assert "text-el" in taking_over.take_over(initiative, file, ANSWERS, TWO, now=NOW)
    ends_earlier = files.export(deadline="<deadline>2027-02-01</deadline>")
    taking_over.take_over(initiative, taking_over.give_file(initiative, ends_earlier, ONE, now=NOW), ANSWERS, TWO, now=NOW)
    assert initiative.closes_on.isoformat() == "2027-04-13"


def test_a_demonstration_keeps_its_own_number(tmp_path: Path) -> None:
    place.make_installation("demonstration")
    initiative = place.add_initiative(tmp_path / "folder", {"en": place.ENGLISH})
    file = taking_over.give_file(initiative, files.export(), ONE, now=NOW)
    assert "number" not in {row.field for row in taking_over.rows_of(initiative, read(bytes(file.content)))}
    taking_over.take_over(initiative, file, ANSWERS, ONE, now=NOW)
    assert initiative.registration == "DEMO-1"
