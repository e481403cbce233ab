"""What organisers set for after signing: https addresses and a few words, or the folder is refused with the key's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.errors import Refused
from civium.server.config import Config
from civium.server.initiatives.after_signing import after_signing

from . import place

CALL = {"label": "Come to Ghent", "url": "https://night-trains.example/march"}


def test_what_is_told_is_kept_with_the_appearance(config: Config, tmp_path: Path) -> None:
    place.make_installation()
    told = {"callback_url": "https://night-trains.example/thanks?from=signing#top", "call_for_action": {"en": CALL, "el": CALL}}
    initiative = place.add_initiative(tmp_path / "folder", maker="Night Trains", **told)
    assert initiative.appearance == {"maker": "Night Trains", **told}


def test_what_is_not_told_is_not_kept() -> None:
    assert after_signing({"callback_url": None}) == {}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://night-trains.example/",
        "javascript:alert(1)",
        "//night-trains.example/",
        "/en/",
        "https:",
        "https://",
        "https:///path",
        "https://name:secret@night-trains.example/",
        "https://night-trains.example\\@evil.example/",
        "https://night-trains.example/\nX: y",
        "https://night trains.example/",
        "https://[::1",
        "https://night-trains.example/" + "x" * 500,
        5,
    ],
)
def test_an_address_begins_with_https_and_names_a_host(address: object) -> None:
    with pytest.raises(Refused, match=r"folder-malformed .file=initiative.json, key=callback_url"):
        after_signing({"callback_url": address})
    with pytest.raises(Refused, match="key=call_for_action"):
        after_signing({"call_for_action": {"en": {"label": "Go", "url": address}}})


@pytest.mark.parametrize(
    "calls",
    [
        [],
        {"en": "Go"},
        {"en": {"label": "Go"}},
        {"en": CALL | {"title": "x"}},
        {"en": CALL | {"label": " "}},
        {"en": CALL | {"label": "x" * 121}},
        {"en": CALL | {"label": "a\x00b"}},
    ],
)
def test_a_call_is_a_few_words_and_an_address(calls: object) -> None:
    with pytest.raises(Refused, match="key=call_for_action"):
        after_signing({"call_for_action": calls})
