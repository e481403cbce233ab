"""civium-authority keys: made once, shown, proven, checked, never overwritten."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path

import pytest

from civium.authority import keys as key_pairs
from civium.formats import authority_key as public_keys
from tests.authority.build import PASSPHRASE, QUICK_N, authority_key, write_key
from tests.authority.commands.desk import Desk

SECRET = b"twelve bytes"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds of a real key take half a second; these take a sixteenth of it."""
    encode = key_pairs.encode_private_key
    monkeypatch.setattr(
        "civium.authority.commands.keys.encode_private_key", lambda *told, **settings: encode(*told, **settings, n=QUICK_N)
    )


def _terminal(monkeypatch: pytest.MonkeyPatch, *typed: str) -> list[str]:
    answers, asked = list(typed), []

    def ask(prompt: str = "", stream: object = None) -> str:
        asked.append(prompt)
        return answers.pop(0)

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", ask)
    return asked


def test_a_key_pair_is_made_and_shown(desk: Desk) -> None:
    made = desk.run(
        "keys",
        "make",
        "--jurisdiction",
        "EL",
        "--to",
        desk.folder / "el",
        "--passphrase-file",
        desk.folder / "passphrase",
        has_key=False,
    )
    private, public = (desk.folder / f"el.civium-{half}-key" for half in ("private", "public"))
    assert private.stat().st_mode & 0o777 == 0o600
    assert public_keys.parse(public.read_bytes()).jurisdiction == "EL"
    fingerprint = next(line for line in made.splitlines() if line.startswith("fingerprint: "))
    for file in (private, public):
        assert fingerprint in desk.run("keys", "show", file, has_key=False)
    before = private.read_bytes()
    desk.run("keys", "make", "--jurisdiction", "EL", "--to", desk.folder / "el", has_key=False, expected=1)
    assert "nothing was overwritten" in desk.err
    assert private.read_bytes() == before


def test_a_new_passphrase_is_asked_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    make = ("keys", "make", "--jurisdiction", "ES", "--suite", "0010-0001-0002", "--to", desk.folder / "new")
    asked = _terminal(monkeypatch, "a long passphrase", "a long passphrase")
    assert "suite: 0010-0001-0002" in desk.run(*make, has_key=False)
    assert asked == ["new passphrase: ", "once more: "]
    _terminal(monkeypatch, "a long passphrase", "a long passphrase", "other")
    desk.run("keys", "check", "--key", desk.folder / "new.civium-private-key", has_key=False)
    (desk.folder / "new.civium-private-key").unlink()
    (desk.folder / "new.civium-public-key").unlink()
    _terminal(monkeypatch, "a long passphrase", "another passphrase")
    desk.run(*make, has_key=False, expected=1)
    assert "not the same" in desk.err
    _terminal(monkeypatch, "short", "short")
    desk.run(*make, has_key=False, expected=1)
    assert "too short" in desk.err
    assert not (desk.folder / "new.civium-private-key").exists()


def test_a_state_that_is_none_is_refused(desk: Desk) -> None:
    desk.run("keys", "make", "--jurisdiction", "GR", "--to", desk.folder / "gr", has_key=False, expected=1)
    assert "EL for Greece" in desk.err


def test_without_a_terminal_the_passphrase_must_be_in_a_file(desk: Desk) -> None:
    desk.run("keys", "check", "--key", desk.key, has_key=False, expected=2)
    assert "--passphrase-file" in desk.err


def test_a_key_test_is_answered_in_six_words(desk: Desk) -> None:
    test = desk.folder / "test.json"
    made = public_keys.make_key_test(authority_key().public, SECRET)
    test.write_bytes(public_keys.encode_key_test(made))
    words = desk.run("keys", "prove", test).strip()
    public_keys.check_answer(made.key_id, words, public_keys.answer_hash(made.key_id, SECRET))
    test.write_bytes(b"hello")
    desk.run("keys", "prove", test, expected=1)
    assert "not a key test" in desk.err


def test_key_passphrase_and_public_key_are_checked_against_each_other(desk: Desk) -> None:
    public = desk.folder / "public"
    public.write_bytes(public_keys.encode(authority_key().public))
    assert "agree" in desk.run("keys", "check", "--public", public)
    assert "agree" in desk.run("keys", "test")
    public.write_bytes(public_keys.encode(authority_key(seed=b"t" * 32).public))
    desk.run("keys", "check", "--public", public, expected=1)
    assert "fingerprints" in desk.err


def test_a_wrong_and_an_empty_passphrase_are_refused(desk: Desk) -> None:
    for wrong in ("not " + PASSPHRASE, ""):
        (desk.folder / "passphrase").write_text(wrong, "utf-8")
        desk.run("keys", "check", expected=1)
        assert "does not open this key" in desk.err
        assert wrong not in desk.err or not wrong


def test_what_is_no_key_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "hello").write_bytes(b"hello")
    desk.run("keys", "show", tmp_path / "hello", has_key=False, expected=1)
    assert "not a key file" in desk.err
    desk.run("keys", "show", tmp_path / "nowhere", has_key=False, expected=1)
    assert "no such file" in desk.err


def test_a_statement_is_written_to_be_signed_without_opening_the_key(desk: Desk) -> None:
    out = desk.run("keys", "statement", "--key", desk.key, "--to", desk.folder / "statement", has_key=False)
    assert "statement statement.pdf: sign and stamp it" in out
    told = json.loads((desk.folder / "statement.json").read_text("utf-8"))
    assert (told["custody"], told["keeping"], told["made_on"]) == ("passphrase", {}, "2026-11-21")
    assert told["authority"] == "Oficina del Censo Electoral (INE)"
    assert (desk.folder / "statement.pdf").read_bytes().startswith(b"%PDF-")
    desk.run("keys", "statement", "--key", desk.key, "--to", desk.folder / "statement", has_key=False, expected=1)
    assert "nothing was overwritten" in desk.err


def test_an_authority_without_a_name_here_is_named_by_the_officer(desk: Desk) -> None:
    danish = write_key(desk.folder / "dk.civium-private-key", authority_key("DK"))
    make = ("keys", "statement", "--key", danish, "--to", desk.folder / "statement")
    desk.run(*make, has_key=False, expected=1)
    assert "--authority NAME" in desk.err
    desk.run(*make, "--authority", "An invented office", has_key=False)
    assert json.loads((desk.folder / "statement.json").read_text("utf-8"))["authority"] == "An invented office"


@pytest.mark.parametrize(
    "raw",
    [
        "a pässphrase of some length\n".encode("latin-1"),
        "a passphrase of some length\n".encode("utf-16"),
        b"a passphrase\x1b of some length",
    ],
)
def test_a_passphrase_file_that_nobody_could_type_makes_no_key(desk: Desk, raw: bytes) -> None:
    """The file would open the key, and the passphrase on paper would not."""
    (desk.folder / "odd").write_bytes(raw)
    desk.run(
        "keys",
        "make",
        "--jurisdiction",
        "EL",
        "--to",
        desk.folder / "el",
        "--passphrase-file",
        desk.folder / "odd",
        has_key=False,
        expected=1,
    )
    assert "UTF-8" in desk.err
    assert not list(desk.folder.glob("el*"))


def test_the_mark_of_an_editor_is_no_part_of_a_passphrase(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "a passphrase of some length"
    (desk.folder / "marked").write_bytes(b"\xef\xbb\xbf" + secret.encode() + b"\r\n")
    told = ("--jurisdiction", "EL", "--to", desk.folder / "el", "--passphrase-file", desk.folder / "marked")
    desk.run("keys", "make", *told, has_key=False)
    _terminal(monkeypatch, secret)
    desk.run("keys", "test", "--key", desk.folder / "el.civium-private-key", has_key=False)
