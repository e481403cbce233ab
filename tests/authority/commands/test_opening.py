"""civium-authority open, verify, policy: shown and confirmed before anything is opened; nothing overwritten."""

from __future__ import annotations

import io
import sys
from hashlib import sha256

import pytest

from civium.authority import completeness
from civium.authority.commands import opening as commands
from civium.authority.placing import unfinished
from civium.formats import note
from civium.formats.export import WORKING_COPY
from tests.authority.build import LOG_KEY, Log, authority_key, called, dni, spanish, statement, write_key
from tests.authority.commands.desk import Desk


def _log(count: int = 3, **settings: object) -> Log:
    log = Log(authority_key(), **settings)  # type: ignore[arg-type]
    for serial in range(count):
        log.add(statement(spanish(dni(serial), f"Ana {called(serial)}")))
    return log


def test_an_export_is_opened_and_verified_and_nothing_twice(desk: Desk) -> None:
    log = _log()
    log.destroy(1, "destroyed-by-law")
    desk.hand_over(log)
    assert desk.run("open", desk.export, "--confirm-rules") == "entries 3\nnot in the file 1\nopened 2\nwritten x.civium-opened\n"
    assert "rules for ES (neutral)" in desk.err
    assert "the export is the whole log: 3 entries" in desk.err
    assert "from elsewhere" in desk.err
    assert sha256(desk.export.read_bytes()).hexdigest() in desk.err, "who changed the file on its way is found out by this alone"
    assert "not in the file, destroyed-by-law: 1" in desk.err
    assert "next: civium-authority verify" in desk.err
    judged = "judged 3\naccepted 2\nstruck 0\n  of them repeats 0\nfor decision 0\nwritten x.civium-verdicts\n"
    assert desk.run("verify", desk.export) == judged
    for act in (("open", desk.export, "--confirm-rules"), ("verify", desk.folder / "x.civium-opened")):
        desk.run(*act, expected=1)
        assert "nothing was overwritten" in desk.err


def test_the_rules_are_confirmed_before_anything_is_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.hand_over(_log())
    desk.run("open", desk.export, expected=1)
    assert "not confirmed" in desk.err
    for answer, code in (("no\n", 1), ("", 1), ("YES\n", 0)):
        typed = io.StringIO(answer)
        monkeypatch.setattr(typed, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", typed)
        desk.run("open", desk.export, expected=code)
        assert "type yes" in desk.err
    assert (desk.folder / "x.civium-opened").exists()


def test_a_states_own_policy_is_shown_changed_checked_and_used(desk: Desk) -> None:
    shown = desk.run("policy", "show", "--jurisdiction", "ES", has_key=False)
    policy = desk.folder / "policy.json"
    policy.write_text(shown.replace('"number-format": "decide"', '"number-format": "strike"'), "utf-8")
    assert "  strike  number-format" in desk.run("policy", "check", policy, has_key=False)
    desk.hand_over(_log())
    desk.run("open", desk.export, "--policy", policy, "--confirm-rules")
    assert "  strike  number-format" in desk.err
    policy.write_text(shown.replace('"ES"', '"PT"').replace('"neutral"', '""'), "utf-8")
    assert desk.run("policy", "check", policy, has_key=False).startswith("rules for PT\n")
    desk.run("open", desk.export, "--policy", policy, "--to", desk.folder / "other", "--confirm-rules", expected=1)
    assert "another State's" in desk.err


def test_what_is_known_from_elsewhere_is_compared(desk: Desk) -> None:
    log = _log()
    desk.hand_over(log)
    public = desk.folder / "checkpoint"
    public.write_text(log.checkpoint(2), "utf-8")
    ours = note.verifier_key(log.origin, LOG_KEY.public_key().public_bytes_raw())
    desk.run("open", desk.export, "--checkpoint", public, "--log-key", ours, "--confirm-rules")
    assert "from elsewhere" not in desk.err
    public.write_text(_log(4).checkpoint(), "utf-8")
    desk.run("open", desk.export, "--checkpoint", public, "--to", desk.folder / "other", "--confirm-rules", expected=3)
    assert "not the log that you know" in desk.err
    desk.run("open", desk.export, "--log-key", "hello", "--to", desk.folder / "other", "--confirm-rules", expected=1)


def test_a_damaged_export_is_told_and_nothing_is_opened(desk: Desk) -> None:
    desk.hand_over(_log())
    raw = desk.export.read_bytes()
    desk.export.write_bytes(raw[:-1])
    desk.run("open", desk.export, "--confirm-rules", expected=3)
    assert "the export ends too early" in desk.err
    assert sorted(path.name for path in desk.folder.iterdir()) == ["es.civium-private-key", "passphrase", "x.civium"]


def test_another_states_key_is_refused(desk: Desk) -> None:
    desk.hand_over(_log())
    other = write_key(desk.folder / "pt.civium-private-key", authority_key("PT"))
    told = ("open", desk.export, "--confirm-rules", "--key", other, "--passphrase-file", desk.folder / "passphrase")
    desk.run(*told, has_key=False, expected=1)
    assert "another State's key" in desk.err


def test_a_working_copy_is_opened_and_called_one(desk: Desk) -> None:
    log = _log(kind=WORKING_COPY)
    log.destroy(0, "outside-selection")
    desk.hand_over(log)
    desk.run("open", desk.export, "--confirm-rules")
    assert "never certified" in desk.err


def test_another_name_is_found_again(desk: Desk) -> None:
    desk.hand_over(_log())
    desk.run("open", desk.export, "--to", desk.folder / "second", "--confirm-rules")
    assert f"verify {desk.folder / 'second'}" in desk.err
    desk.run("verify", desk.folder / "second")
    desk.run("verify", desk.folder / "second", "--to", desk.folder / "third", expected=0)
    assert {"second.civium-opened", "second.civium-verdicts", "third.civium-verdicts"} <= {
        path.name for path in desk.folder.iterdir()
    }


def test_stopped_work_says_how_to_go_on_and_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civium.authority.opening.ROWS_A_CHUNK", 2)
    monkeypatch.setattr(completeness, "ROWS_A_REPORT", 2)
    desk.hand_over(_log(5))
    show = commands.Bar.show

    def stop(bar: commands.Bar, done: int, total: int) -> None:
        show(bar, done, total)
        if done == 4 and bar._verb in verbs:
            raise KeyboardInterrupt

    monkeypatch.setattr(commands.Bar, "show", stop)
    verbs = {"opened"}
    desk.run("open", desk.export, "--confirm-rules", expected=130)
    assert "the same command goes on from here" in desk.err
    desk.run("verify", desk.export, expected=1)
    assert "run 'civium-authority open' again" in desk.err
    verbs = set()
    desk.run("open", desk.export, "--confirm-rules")
    assert "going on after 4 that were opened before" in desk.err
    assert "checked 5 of 5" in desk.err
    verbs = {"judged"}
    desk.run("verify", desk.export, expected=130)
    verbs = set()
    desk.run("verify", desk.export)
    assert not unfinished(desk.folder / "x.civium-verdicts").exists()


def test_many_rows_are_shared_among_processes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "FEW_ROWS", 0)
    desk.hand_over(_log())
    desk.run("open", desk.export, "--confirm-rules", "--processes", "2")
    desk.run("verify", desk.export, "--processes", "2")


def test_an_odd_number_of_processes_is_an_error_of_use(desk: Desk) -> None:
    with pytest.raises(SystemExit) as caught:
        desk.run("verify", desk.export, "--processes", "0")
    assert caught.value.code == 2


def test_a_full_disk_is_told_and_the_work_goes_on_later(desk: Desk) -> None:
    """A real limit on the size of files stands for the full disk."""
    import resource
    import signal

    desk.hand_over(_log(9))
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2100, before[1]))
    try:
        desk.run("open", desk.export, "--confirm-rules", expected=1)
        assert "the disk is full" in desk.err
        assert not (desk.folder / "x.civium-opened").exists()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    desk.run("open", desk.export, "--confirm-rules")
    desk.run("verify", desk.export)
    assert "opened" in desk.run("report", desk.export)
