"""Keys in the console: given as files, tested, proven by six words, taken out; nobody else's key is reached."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from civium.formats import authority_key
from civium.server.initiatives.models import AuthorityKey
from tests.server.console.conftest import BrowserOf, Installation
from tests.server.folders import answer, private_key

OF = "/console/initiatives/night-trains/set-up/keys/"


def _file(jurisdiction: str, number: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{jurisdiction}.civium-public-key", authority_key.encode(private_key(jurisdiction, number).public))


def test_keys_are_given_tested_and_proven(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("security-officer", installation.demonstration)
    given = browser.post(OF, {"files": [_file("LU"), _file("MT")], "custody": "In a safe"})
    assert given.status_code == 303, given.content.decode()
    luxembourg = AuthorityKey.objects.get(jurisdiction="LU")
    page = browser.get(OF).content.decode()
    assert authority_key.fingerprint_words(bytes(luxembourg.key_id)).replace("-", " ") in page
    assert "0 of 27" in page
    test = browser.post(f"{OF}{luxembourg.pk}/test/")
    assert test["Content-Disposition"].startswith('attachment; filename="lu-')
    wrong = browser.post(f"{OF}{luxembourg.pk}/prove/", {f"words-{luxembourg.pk}": "lusab-babad-gutih-tugad-mudof-sakat"})
    assert wrong.status_code == 422
    assert "not the words of the test" in wrong.content.decode()
    right = browser.post(f"{OF}{luxembourg.pk}/prove/", {f"words-{luxembourg.pk}": answer(private_key("LU"), test.content)})
    assert right.status_code == 303
    luxembourg.refresh_from_db()
    assert luxembourg.proven_on is not None
    assert "1 of 27" in browser.get(OF).content.decode()
    assert "proven on" in browser.get(OF).content.decode()


def test_the_words_of_several_are_checked_at_once_and_the_wrong_ones_told(
    installation: Installation, browser_of: BrowserOf
) -> None:
    browser = browser_of("representative", installation.demonstration)
    browser.post(OF, {"files": [_file("LU"), _file("MT"), _file("IE")]})
    words = {}
    for key in AuthorityKey.objects.all():
        words[key.jurisdiction] = answer(private_key(key.jurisdiction), browser.post(f"{OF}{key.pk}/test/").content)
    lines = f"LU {words['LU']}\nmt: {words['MT'].replace('-', ' ')}\nIE {words['LU']}\nXX {words['LU']}"
    told = browser.post(f"{OF}prove/", {"answers": lines})
    assert told.status_code == 422
    assert "2 of 4 were accepted." in told.content.decode()
    assert "IE: " in told.content.decode()
    assert set(AuthorityKey.objects.exclude(proven_on=None).values_list("jurisdiction", flat=True)) == {"LU", "MT"}
    assert browser.post(f"{OF}prove/", {"answers": "nonsense"}).status_code == 422


def test_a_bad_file_among_good_ones_adds_none(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    for files in (
        [_file("LU"), SimpleUploadedFile("x", b"{}")],
        [_file("LU"), _file("LU")],
        [SimpleUploadedFile("x", authority_key.encode(private_key("VAL").public))],
        [SimpleUploadedFile("x", b"x" * 100_000)],
    ):
        assert browser.post(OF, {"files": files}).status_code == 422
        assert not AuthorityKey.objects.exists()
    assert "Choose the authority" in browser.post(OF, {}).content.decode()
    assert browser.post(OF, {"pasted": authority_key.encode(private_key("LU").public).decode()}).status_code == 303
    assert AuthorityKey.objects.count() == 1


def test_a_key_is_taken_out_and_another_initiatives_key_is_not_there(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    browser.post(OF, {"files": [_file("LU")]})
    key = AuthorityKey.objects.get()
    stranger = browser_of("representative", installation.petition)
    for act in ("test", "prove", "retire"):
        assert stranger.post(f"/console/initiatives/quiet-skies/set-up/keys/{key.pk}/{act}/").status_code == 404
    assert browser.post(f"{OF}{key.pk}/retire/").status_code == 303
    assert browser.post(f"{OF}{key.pk}/test/").status_code == 404


def test_a_demonstration_gets_keys_for_a_first_look_and_nothing_else_does(
    installation: Installation, browser_of: BrowserOf
) -> None:
    browser = browser_of("representative", installation.demonstration)
    browser.post(OF, {"files": [_file("LU")]})
    assert browser.post(f"{OF}first-look/").status_code == 303
    assert AuthorityKey.objects.exclude(proven_on=None).count() == 26
    assert "thrown away" in AuthorityKey.objects.get(jurisdiction="MT").custody_note
    petition = browser_of("representative", installation.petition)
    refused = petition.post("/console/initiatives/quiet-skies/set-up/keys/first-look/")
    assert refused.status_code == 422
    assert not installation.petition.keys.exists()
