"""civium-authority organisers-key: made in each custody, shown, tried, answering all tests; at the desk a key is given or a package opened."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import pytest

from civium.authority import keys as key_pairs
from civium.authority import organisers_key as own
from civium.formats import authority_key, canonical, export, organisers_key
from civium.formats.envelope import P256_SUITE
from civium.law.procedure import load_procedure
from tests.authority.build import QUICK_N, Log, dni, spanish, statement
from tests.authority.commands.desk import Desk
from tests.authority.room import Room, Screen
from tests.authority.softhsm import PIN, SoftHSM

SECRET = b"twelve bytes"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds of a real key take half a second; these take a sixteenth of it."""
    encode = key_pairs.encode_private_key
    for room in ("organisers", "organisers_desk"):
        monkeypatch.setattr(
            f"civium.authority.commands.{room}.encode_private_key", lambda *told, **settings: encode(*told, **settings, n=QUICK_N)
        )


def _run(desk: Desk, *told: str | Path, expected: int = 0) -> str:
    return desk.run("organisers-key", *told, has_key=False, expected=expected)


def _made(desk: Desk, name: str = "ours", *more: str | Path) -> tuple[Path, Path]:
    _run(desk, "make", "--to", desk.folder / name, "--passphrase-file", desk.folder / "passphrase", *more)
    return _files(desk, name)


def _files(desk: Desk, name: str) -> tuple[Path, Path]:
    return desk.folder / f"{name}.civium-organisers-private-key", desk.folder / f"{name}.civium-organisers-public-keys"


def _opens(desk: Desk, private: Path) -> tuple[str | Path, ...]:
    return "--key", private, "--passphrase-file", desk.folder / "passphrase"


def _line(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(name))


def test_a_key_is_made_shown_and_tried(desk: Desk) -> None:
    private, public = _made(desk)
    assert private.stat().st_mode & 0o777 == 0o600
    fingerprint = _line(desk.out, "fingerprint of all: ")
    keys = organisers_key.parse(public.read_bytes())
    assert len(keys) == 27
    assert fingerprint == f"fingerprint of all: {organisers_key.fingerprint_words(keys)}"
    assert fingerprint in _run(desk, "show", private)
    assert "custody: passphrase" in desk.out
    shown = _run(desk, "show", public)
    assert fingerprint in shown
    assert f"EL: {authority_key.fingerprint_words(keys['EL'].key_id)}" in shown
    assert "all 27 keys open what is sealed to them" in _run(desk, "test", *_opens(desk, private), "--public", public)
    _run(desk, "make", "--to", desk.folder / "ours", "--passphrase-file", desk.folder / "passphrase", expected=1)
    assert "nothing was overwritten" in desk.err


def test_another_procedure_and_suite(desk: Desk) -> None:
    _, public = _made(desk, "petition", "--procedure", "petition", "--suite", P256_SUITE)
    keys = organisers_key.parse(public.read_bytes())
    assert {key.suite.name for key in keys.values()} == {P256_SUITE}
    assert set(keys) == set(load_procedure("petition").jurisdictions)


def test_all_tests_are_answered_in_one_go(desk: Desk) -> None:
    private, public = _made(desk)
    keys = organisers_key.parse(public.read_bytes())
    tests = {code: authority_key.make_key_test(key, SECRET) for code, key in keys.items() if code != "LU"}
    file = desk.folder / "all.civium-key-tests"
    file.write_bytes(organisers_key.encode_tests(tests))
    told = ("prove", file, *_opens(desk, private), "--to", desk.folder / "answers")
    assert "answered: 26 (AT BE" in _run(desk, *told)
    answers = organisers_key.parse_answers((desk.folder / "answers.civium-key-answers").read_bytes())
    assert set(answers) == set(tests)
    assert all(answer.words == authority_key.proquints(SECRET) for answer in answers.values())
    _run(desk, *told, expected=1)
    assert "nothing was overwritten" in desk.err


def test_a_test_of_another_secret_is_told_and_nothing_answered(desk: Desk) -> None:
    private, public = _made(desk)
    others, other_public = _made(desk, "others")
    test = authority_key.make_key_test(organisers_key.parse(other_public.read_bytes())["ES"], SECRET)
    file = desk.folder / "all.civium-key-tests"
    file.write_bytes(organisers_key.encode_tests({"ES": test}))
    _run(desk, "prove", file, *_opens(desk, private), "--to", desk.folder / "answers", expected=1)
    assert "the test for ES is to another key" in desk.err
    assert not (desk.folder / "answers.civium-key-answers").exists()
    _run(desk, "test", *_opens(desk, others), "--public", public, expected=1)
    assert "do not follow from this organisers' key" in desk.err


def test_what_is_no_organisers_key_and_what_is_one_are_told_apart(desk: Desk) -> None:
    private, public = _made(desk)
    for told in (("test", "--key", desk.key), ("hand-over", "key", "ES", "--key", desk.key, "--to", desk.folder / "spain")):
        _run(desk, *told, "--passphrase-file", desk.folder / "passphrase", expected=1)
        assert "this is not an organisers' private key file" in desk.err
    for told in (
        ("show", private),
        ("statement", "--key", private, "--to", desk.folder / "said"),
        ("test", *_opens(desk, private)),
    ):
        desk.run("keys", *told, has_key=False, expected=1)
        assert "this is an organisers' key: it stands for several States" in desk.err
    public.write_bytes(public.read_bytes().replace(b'"LU"', b'"LV"', 1))
    _run(desk, "show", public, expected=1)
    assert "is not a file of organisers' public keys" in desk.err


def test_a_state_gets_its_key_and_opens_its_package_and_no_other(desk: Desk) -> None:
    private, public = _made(desk)
    keys = organisers_key.parse(public.read_bytes())
    (desk.folder / "new").write_text("a passphrase for Spain\n", "utf-8")
    told = (
        "hand-over",
        "key",
        "ES",
        *_opens(desk, private),
        "--new-passphrase-file",
        desk.folder / "new",
        "--to",
        desk.folder / "spain",
    )
    out = _run(desk, *told)
    assert "it opens what was sealed to this State alone" in out
    given = desk.folder / "spain.civium-private-key"
    assert given.stat().st_mode & 0o777 == 0o600
    assert authority_key.parse((desk.folder / "spain.civium-public-key").read_bytes()) == keys["ES"]
    _run(desk, *told, expected=1)
    assert "nothing was overwritten" in desk.err
    log = _package(own.derived_key(_root(desk, private), "ES"))
    desk.hand_over(log)
    opened = ("--key", given, "--passphrase-file", desk.folder / "new")
    desk.run("open", desk.export, "--confirm-rules", *opened, has_key=False)
    assert "accepted 2" in desk.run("verify", desk.export, *opened, has_key=False)
    _package(own.derived_key(_root(desk, private), "MT")).write(desk.folder / "mt.civium")
    desk.run("open", desk.folder / "mt.civium", "--confirm-rules", *opened, has_key=False, expected=1)
    assert "this key is not the one that was sealed to" in desk.err


def test_a_package_is_opened_at_the_desk_and_everything_after_takes_the_same_key(desk: Desk) -> None:
    private, _public = _made(desk)
    desk.hand_over(_package(own.derived_key(_root(desk, private), "ES")))
    told = ("hand-over", "open", desk.export, *_opens(desk, private), "--confirm-rules")
    assert "opened 2" in _run(desk, *told)
    assert "no other State's is touched" in desk.err
    _run(desk, *told, expected=1)
    assert "nothing was overwritten" in desk.err
    assert "accepted 2" in desk.run("verify", desk.export, *_opens(desk, private), has_key=False)
    desk.run("report", desk.export, *_opens(desk, private), has_key=False)
    out = desk.folder / "es.csv"
    desk.run("write", desk.export, "--form", "csv", "--to", out, *_opens(desk, private), has_key=False)
    assert "Robledo" in out.read_text("utf-8")


def test_a_working_copy_is_not_handed_over(desk: Desk) -> None:
    private, _public = _made(desk)
    log = _package(own.derived_key(_root(desk, private), "ES"))
    log.kind = export.WORKING_COPY
    desk.hand_over(log)
    _run(desk, "hand-over", "open", desk.export, *_opens(desk, private), "--confirm-rules", expected=1)
    assert "only a State's submission package is handed over" in desk.err


def test_a_state_without_a_key_of_this_secret_is_told(desk: Desk) -> None:
    private, _public = _made(desk)
    for told in (("key", "VAL", "--to", desk.folder / "val"), ("open", desk.export)):
        desk.hand_over(_package(key_pairs.make_key("VAL", bytes(32))))
        _run(desk, "hand-over", *told, *_opens(desk, private), *(("--confirm-rules",) if told[0] == "open" else ()), expected=1)
        assert "the key of this State does not follow from the organisers' key" in desk.err


def test_the_ceremony_of_an_organisers_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room()
    with monkeypatch.context() as here:
        screen = _enter(here, room)
        _run(desk, "make", "--to", desk.folder / "shared", "--in-shares")
    private, public = _files(desk, "shared")
    fingerprint = _line(desk.out, "fingerprint of all: ")
    assert fingerprint in screen.getvalue()
    assert (desk.folder / "shared-protocol.pdf").read_bytes().startswith(b"%PDF")
    assert "shares: 5, of which any 3 open it" in _run(desk, "show", private)
    with monkeypatch.context() as here:
        _enter(here, Room(room.papers, holders=[5, 2, 3]))
        _run(desk, "test", "--key", private, "--public", public)
    with monkeypatch.context() as here:
        _enter(here, Room(room.papers, holders=[4]))
        assert _run(desk, "check", "--key", private) == "share 4 of 5: every word is right, and it belongs to this key\n"
    with monkeypatch.context() as here:
        _enter(here, Room(room.papers, holders=[1, 2, 4]))
        told = ("combine", "--key", private, "--to", desk.folder / "open", "--passphrase-file", desk.folder / "passphrase")
        _run(desk, *told)
    opened, _none = _files(desk, "open")
    assert "all 27 keys" in _run(desk, "test", *_opens(desk, opened), "--public", public)
    _run(desk, *told, expected=1)
    assert "nothing was overwritten" in desk.err
    _run(desk, "combine", "--key", opened, "--to", desk.folder / "again", expected=1)
    assert "not in shares" in desk.err


def test_a_secret_in_two_tokens(desk: Desk, softhsm: SoftHSM) -> None:
    (desk.folder / "pin").write_text(f"{PIN}\n")
    tokens = ("--module", softhsm.module, "--pin-file", desk.folder / "pin")
    for wrong, told in (
        (("--token", "first"), "one fall away"),
        (("--token", "first", "--backup-token", "first"), "another token"),
    ):
        _run(desk, "make", "--to", desk.folder / "hsm", *wrong, *tokens, expected=1)
        assert told in desk.err
    _run(desk, "make", "--to", desk.folder / "hsm", "--token", "first", "--backup-token", "second", *tokens)
    private, public = _files(desk, "hsm")
    assert "custody: token-wrapped" in _run(desk, "show", private)
    assert "all 27 keys" in _run(desk, "test", "--key", private, "--public", public, "--with-token", "second", *tokens)


def test_a_file_whose_fingerprint_was_changed_opens_nothing(desk: Desk) -> None:
    private, _public = _made(desk)
    told = canonical.parse(private.read_bytes()[:-1], limit=100_000)
    private.write_bytes(canonical.encode({**told, "fingerprint": "00" * 16}) + b"\n")
    _run(desk, "test", *_opens(desk, private), expected=1)
    assert "do not follow from this organisers' key" in desk.err


def _package(key: key_pairs.SeedKey) -> Log:
    log = Log(key)
    for serial in (1, 2):
        log.add(statement(spanish(dni(serial))))
    return log


def _root(desk: Desk, private: Path) -> key_pairs.SeedKey:
    from civium.authority.custody import SealedKey, unlock

    kept = own.parse_file(private.read_bytes()).kept
    assert isinstance(kept, SealedKey)
    return unlock(kept, (desk.folder / "passphrase").read_text("utf-8").strip())


def _enter(monkeypatch: pytest.MonkeyPatch, room: Room) -> Screen:
    """Put the room's people before the terminal."""
    screen = Screen(room)
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(getpass, "getpass", lambda prompt="", stream=None: "")
    return screen
