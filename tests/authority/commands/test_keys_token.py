"""civium-authority keys token: real tokens from the list to an opened export; taken out in the middle; PINs wrong and few."""

from __future__ import annotations

import getpass
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from civium.authority import tokens
from civium.authority.command import main
from civium.authority.commands import unlocking
from civium.errors import Refused
from civium.formats import authority_key as public_keys
from tests.authority.build import Log, called, dni, spanish, statement
from tests.authority.commands.desk import NOW, Desk
from tests.authority.room import Room, Screen
from tests.authority.softhsm import PIN, SoftHSM


@pytest.fixture
def bench(desk: Desk, softhsm: SoftHSM) -> Desk:
    """Give a desk with tokens plugged in and their PIN in a file."""
    (desk.folder / "pin").write_text(f"{PIN}\n")
    return desk


def _told(desk: Desk, softhsm: SoftHSM) -> tuple[str | Path, ...]:
    return ("--module", softhsm.module, "--pin-file", desk.folder / "pin")


def _make(desk: Desk, softhsm: SoftHSM, name: str, *more: str | Path, token: str = "first", expected: int = 0) -> str:
    told = ("keys", "token", "make", "--jurisdiction", "ES", "--to", desk.folder / name, "--token", token)
    return desk.run(*told, *_told(desk, softhsm), *more, has_key=False, expected=expected)


def test_tokens_are_listed_with_what_they_can_do(bench: Desk, softhsm: SoftHSM) -> None:
    out = bench.run("keys", "token", "list", "--module", softhsm.module, has_key=False)
    assert "token: first (serial number " in out
    assert "  PIN: set\n  forms: wrapped, x25519, p256\n" in out


def test_no_token_and_no_forms_are_told(bench: Desk, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "forms_of", lambda _token: [])
    assert "forms: none" in bench.run("keys", "token", "list", "--module", softhsm.module, has_key=False)
    monkeypatch.setattr(tokens, "find_tokens", lambda _modules: [])
    bench.run("keys", "token", "list", "--module", softhsm.module, has_key=False, expected=1)
    assert "no token of this name is plugged in" in bench.err


@pytest.mark.parametrize("form", ["wrapped", "x25519", "p256"])
def test_a_key_is_made_in_two_tokens_and_each_opens_an_export(form: str, bench: Desk, softhsm: SoftHSM) -> None:
    out = _make(bench, softhsm, form, "--form", form, "--backup-token", "second")
    assert ("custody: token-wrapped" if form == "wrapped" else "custody: token-resident") in out
    key, public = (bench.folder / f"{form}.civium-{half}-key" for half in ("private", "public"))
    assert key.stat().st_mode & 0o777 == 0o600
    log = _log(public, 3)
    log.write(bench.export)
    told = ("--key", key, *_told(bench, softhsm))
    bench.run("open", bench.export, "--confirm-rules", *told, has_key=False)
    assert ("envelopes a second for one process" in bench.err) == (form != "wrapped")
    assert f"--module {softhsm.module} --pin-file" in bench.err, "what comes next can be typed as it stands"
    assert "accepted 3" in bench.run("verify", bench.export, *told, "--with-token", "second", has_key=False)
    out = bench.run("keys", "test", "--public", public, *told, "--with-token", "second", has_key=False)
    assert "private key file, token and public key agree" in out
    assert "token: second (serial number" in bench.run("keys", "show", key, has_key=False)
    bench.run("keys", "test", *told, "--with-token", "spare", has_key=False, expected=1)
    assert "no token of this name" in bench.err


def _log(public: Path, rows: int) -> Log:
    """Give a log sealed to a public key: the private half is elsewhere."""
    from civium.authority.keys import AuthorityKey

    key = public_keys.parse(public.read_bytes())
    log = Log(AuthorityKey(key, b"", None, lambda: None))  # type: ignore[arg-type, return-value]
    for serial in range(rows):
        log.add(statement(spanish(dni(serial), first=f"Ana {called(serial)}")))
    return log


def test_a_key_that_exists_goes_into_a_token_and_its_file_stays_the_backup(bench: Desk, softhsm: SoftHSM) -> None:
    out = _make(bench, softhsm, "moved", "--form", "x25519", "--key", bench.key, "--passphrase-file", bench.folder / "passphrase")
    fingerprint = next(line for line in out.splitlines() if line.startswith("fingerprint"))
    assert fingerprint in bench.run("keys", "show", bench.key, has_key=False)
    moved = bench.folder / "moved.civium-private-key"
    _make(bench, softhsm, "again", "--form", "wrapped", "--key", moved, expected=1)
    assert "lies in a token and never leaves it" in bench.err
    _make(bench, softhsm, "other", "--form", "p256", "--key", bench.key, expected=1)
    assert "this form is for keys of the other suite" in bench.err


def test_one_token_alone_and_one_token_twice_are_refused(bench: Desk, softhsm: SoftHSM) -> None:
    _make(bench, softhsm, "alone", "--form", "wrapped", expected=1)
    assert "one fall away from being lost" in bench.err
    _make(bench, softhsm, "twice", "--form", "wrapped", "--backup-token", "first", expected=1)
    assert "another token than the first" in bench.err
    _make(bench, softhsm, "lost", "--form", "wrapped", "--backup-token", "nowhere", expected=1)
    assert "no token of this name is plugged in" in bench.err
    assert not list(bench.folder.glob("alone*")) + list(bench.folder.glob("twice*")) + list(bench.folder.glob("lost*"))


def test_shares_can_be_the_backup_of_a_token(bench: Desk, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room()
    screen = Screen(room)
    monkeypatch.setattr("civium.authority.commands.keys_token.ceremony_terminal", lambda: _terminal(screen))
    out = _make(bench, softhsm, "both", "--form", "p256", "--backup-shares", "--threshold", "2", "--shares", "3")
    assert "protocol: both-protocol.pdf" in out
    assert len(room.papers) == 3
    screen = Screen(Room(room.papers, holders=[3, 1]))
    monkeypatch.setattr("civium.authority.commands.unlocking.ceremony_terminal", lambda: _terminal(screen))
    shares = ("--key", bench.folder / "both-shares.civium-private-key")
    assert "agree" in bench.run("keys", "test", *shares, "--public", bench.folder / "both.civium-public-key", has_key=False)
    room = Room()
    room.mistakes = {("press Enter: ", 2): "stop"}
    _make_stopped(bench, softhsm, monkeypatch, Screen(room))


def _make_stopped(bench: Desk, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch, screen: Screen) -> None:
    monkeypatch.setattr("civium.authority.commands.keys_token.ceremony_terminal", lambda: _terminal(screen))
    _make(bench, softhsm, "stopped", "--form", "p256", "--backup-shares", expected=1)
    assert "the ceremony was stopped; nothing was made" in bench.err
    assert not list(bench.folder.glob("stopped*"))


def _terminal(screen: Screen) -> object:
    from civium.authority.ceremony import Terminal

    return Terminal(screen, screen)


def _typing(monkeypatch: pytest.MonkeyPatch, *pins: str, lines: str = "") -> list[str]:
    answers, asked = list(pins), []

    def ask(prompt: str = "", stream: object = None) -> str:
        asked.append(prompt)
        return answers.pop(0)

    screen = Screen(Room())
    typed = iter(lines)
    monkeypatch.setattr(screen, "readline", lambda: next(typed, ""))
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", screen)
    monkeypatch.setattr(getpass, "getpass", ask)
    return asked


def test_a_pin_is_asked_without_echo_and_a_second_time_if_it_was_wrong(
    bench: Desk, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(bench, softhsm, "asked", "--form", "wrapped", "--backup-token", "second", token="counted")
    test = ("keys", "test", "--key", bench.folder / "asked.civium-private-key", "--module", softhsm.module)
    asked = _typing(monkeypatch, "9999", PIN)
    assert "agree" in bench.run(*test, has_key=False)
    assert asked == ["PIN of counted: "] * 2
    assert "the PIN is wrong (tries with this command: 1)" in bench.err
    _typing(monkeypatch, "9999", "9998", PIN)
    bench.run(*test, has_key=False, expected=1)
    assert "the PIN is wrong (tries with this command: 2)" in bench.err
    assert "9999" not in bench.err
    monkeypatch.undo()
    bench.run(*test, has_key=False, expected=2)
    assert "--pin-file FILE" in bench.err


def test_before_the_last_try_a_person_is_warned_and_a_script_stopped(
    bench: Desk, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(bench, softhsm, "few", "--form", "wrapped", "--backup-token", "second", token="counted")
    test = ("keys", "test", "--key", bench.folder / "few.civium-private-key", "--module", softhsm.module)
    monkeypatch.setattr(tokens, "is_last_try", lambda _token: True)
    bench.run(*test, "--pin-file", bench.folder / "pin", has_key=False, expected=1)
    assert "one try left" in bench.err
    _typing(monkeypatch, PIN)
    bench.run(*test, has_key=False)
    assert "the token counted has one try left: a wrong PIN locks it now" in bench.err

    def last(*_told: object, **_more: object) -> None:
        raise Refused("pin-last-try", tries=1)

    asked = _typing(monkeypatch, "9999", PIN)
    monkeypatch.setattr(tokens, "log_in", last)
    bench.run(*test, has_key=False, expected=1)
    assert len(asked) == 1, "the last try is not asked for in the same breath"


def test_with_one_reader_the_tokens_are_changed(bench: Desk, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch) -> None:
    real, plugged = tokens.find_one, ["first"]

    def find_one(modules: list[object], label: str) -> tokens.FoundToken:
        if label not in plugged:
            plugged.append(label)
            raise Refused("token-missing")
        return real(modules, label)  # type: ignore[arg-type]

    monkeypatch.setattr(tokens, "find_one", find_one)
    _typing(monkeypatch, lines="\n")
    _make(bench, softhsm, "changed", "--form", "wrapped", "--backup-token", "second")
    assert "plug in the token second" in bench.err
    plugged.remove("second")
    _typing(monkeypatch)
    _make(bench, softhsm, "closed", "--form", "wrapped", "--backup-token", "second", expected=1)
    assert not (bench.folder / "closed.civium-private-key").exists()


def test_two_tokens_of_the_backups_name_are_told(bench: Desk, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tokens.find_one

    def find_one(modules: list[object], label: str) -> tokens.FoundToken:
        if label == "second":
            raise Refused("token-several", tokens=2)
        return real(modules, label)  # type: ignore[arg-type]

    monkeypatch.setattr(tokens, "find_one", find_one)
    _make(bench, softhsm, "several", "--form", "wrapped", "--backup-token", "second", expected=1)
    assert "2 tokens have this name" in bench.err


def test_an_installation_without_pkcs11_says_what_is_missing(bench: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    monkeypatch.delitem(sys.modules, "civium.authority.tokens")
    monkeypatch.delattr(import_module("civium.authority"), "tokens")
    bench.run("keys", "token", "list", has_key=False, expected=2)
    assert "(hsm)" in bench.err
    assert "install civium[hsm]" in bench.err


def test_a_rate_is_told_in_minutes_where_it_takes_some(bench: Desk, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch) -> None:
    _make(bench, softhsm, "slow", "--form", "p256", "--backup-token", "second")
    log = _log(bench.folder / "slow.civium-public-key", 1)
    log.write(bench.export)
    monkeypatch.setattr(unlocking, "rate_of", lambda _public, _private: 1 / 300)
    told = ("--key", bench.folder / "slow.civium-private-key", *_told(bench, softhsm))
    bench.run("open", bench.export, "--confirm-rules", *told, has_key=False)
    assert "1 take about 5 minutes" in bench.err


def test_the_number_of_tokens_is_stated(bench: Desk, softhsm: SoftHSM) -> None:
    for form in ("wrapped", "p256"):
        _make(bench, softhsm, f"stated-{form}", "--form", form, "--backup-token", "second")
        key = bench.folder / f"stated-{form}.civium-private-key"
        bench.run("keys", "statement", "--key", key, "--to", bench.folder / f"statement-{form}", has_key=False)
        assert '"keeping":{"tokens":2}' in (bench.folder / f"statement-{form}.json").read_text("utf-8")


def test_a_token_taken_out_in_the_middle_stops_the_opening_and_it_goes_on_afterwards(desk: Desk, softhsm_apart: SoftHSM) -> None:
    (desk.folder / "pin").write_text(f"{PIN}\n")
    command = str(Path(sys.executable).with_name("civium-authority"))
    told = [*map(str, _told(desk, softhsm_apart))]
    make = ["keys", "token", "make", "--jurisdiction", "ES", "--to", str(desk.folder / "t"), "--form", "x25519"]
    subprocess.run(
        [command, *make, "--token", "first", "--backup-token", "second", *told],
        env=softhsm_apart.environment,
        check=True,
        capture_output=True,
    )
    _log(desk.folder / "t.civium-public-key", 2500).write(desk.export)
    opening = [command, "open", str(desk.export), "--confirm-rules", "--key", str(desk.folder / "t.civium-private-key"), *told]
    running = subprocess.Popen(
        [*opening, "--processes", "2"], env=softhsm_apart.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    part = desk.folder / "x.civium-opened.part"
    began = time.monotonic()
    while not part.exists() or part.stat().st_size < 100_000:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() - began < 120
    softhsm_apart.take_out()
    _out, err = running.communicate(timeout=120)
    assert running.returncode == 1, err
    assert "civium-authority: error: the token does not answer any more: it was taken out, or it has failed" in err
    assert "Traceback" not in err
    gone = subprocess.run(opening, env=softhsm_apart.environment, capture_output=True, text=True)
    assert gone.returncode == 1
    assert "no token of this name is plugged in" in gone.stderr
    softhsm_apart.put_in()
    done = subprocess.run(opening, env=softhsm_apart.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "going on after" in done.stderr
    assert done.stdout.startswith("entries 2500\n")


def test_the_backup_has_a_pin_of_its_own(desk: Desk, softhsm_apart: SoftHSM) -> None:
    (desk.folder / "pin").write_text(f"{PIN}\n")
    (desk.folder / "pin2").write_text("not the second's\n")
    command = str(Path(sys.executable).with_name("civium-authority"))
    make = ["keys", "token", "make", "--jurisdiction", "ES", "--to", str(desk.folder / "t"), "--form", "p256", "--token", "first"]
    refused = subprocess.run(
        [
            command,
            *make,
            "--backup-token",
            "second",
            *map(str, _told(desk, softhsm_apart)),
            "--backup-pin-file",
            str(desk.folder / "pin2"),
        ],
        env=softhsm_apart.environment,
        capture_output=True,
        text=True,
    )
    assert "the PIN is wrong" in refused.stderr
    listed = subprocess.run(["softhsm2-util", "--show-slots"], env=softhsm_apart.environment, capture_output=True, text=True)
    assert "Label:            first" in listed.stdout
    objects = [path.name for path in softhsm_apart.tokens.rglob("*.object") if path.name != "token.object"]
    assert not objects, "what went into the first token came out again"
    assert not (desk.folder / "t.civium-private-key").exists()


def test_the_private_key_file_of_a_token_is_never_asked_for_a_passphrase(bench: Desk, softhsm: SoftHSM) -> None:
    _make(bench, softhsm, "quiet", "--form", "wrapped", "--backup-token", "second")
    test = ("keys", "test", "--key", bench.folder / "quiet.civium-private-key", *_told(bench, softhsm))
    assert main([str(word) for word in test], now=NOW) == 0


@pytest.mark.parametrize("form", ["wrapped", "x25519"])
def test_a_disk_that_is_full_leaves_nothing_in_the_tokens(
    form: str, bench: Desk, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the same key could never be put into them again: they would say that they hold it."""
    told = (*_told(bench, softhsm), "--form", form, "--key", bench.key, "--passphrase-file", bench.folder / "passphrase")
    make = ("keys", "token", "make", "--to", bench.folder / f"full-{form}", "--token", "spare")
    with monkeypatch.context() as now:
        now.setattr("civium.authority.commands.keys_token.write_together", _full)
        bench.run(*make, *told, has_key=False, expected=1)
    bench.run(*make, *told, has_key=False)


def _full(_files: object) -> None:
    raise OSError(28, "No space left on device")
