"""civium-authority decide, certify: each decision in the journal; no certificate while one is missing."""

from __future__ import annotations

import json

import pytest

from civium.authority.commands import deciding
from civium.authority.keys import make_key
from tests.authority.build import Log, authority_key, dni, read_json, spanish, statement, write_key
from tests.authority.commands.desk import Desk

BY = ("--by", "R. Ejemplo")
FOUND = ("--accept", "--reason", "found in the register")


def _log() -> tuple[Log, list[str]]:
    log = Log(authority_key())
    made = [
        log.add(statement(spanish("00000000A", "Ana"))),
        log.add(statement(spanish("00000001A", "Berta"))),
        log.add(statement(spanish(dni(3), "Falsa"))),
        log.add(statement(spanish(dni(3), "Dora"))),
        log.add(statement(spanish(dni(4), "Elsa"))),
        log.add_envelope(log.seal(b"\xff" * 2048)),
        log.add(statement(spanish(dni(6), "Gema"), declaration=False)),
    ]
    return log, made


def test_from_waiting_to_certificate(desk: Desk) -> None:
    log, made = _log()
    desk.open_and_verify(log)
    certify = ("certify", desk.export, "--to", desk.folder / "certificate")
    desk.run(*certify, expected=1)
    assert "5 statements still wait" in desk.err
    assert not (desk.folder / "certificate.pdf").exists()
    assert desk.run("decide", desk.export, *BY, "--ground", "number-checksum", *FOUND) == "decided 2\nstill for decision 3\n"
    desk.run("decide", desk.export, *BY, "--identifier", made[2], "--strike", "--reason", "not the person of that number")
    listed = desk.folder / "decisions.json"
    told = [
        {"identifier": made[3], "decision": "accept", "reason": "found in the register"},
        {"identifier": made[5], "decision": "strike", "reason": "nothing to read"},
    ]
    listed.write_text(json.dumps(told), "utf-8")
    assert desk.run("decide", desk.export, *BY, "--from", listed) == "decided 2\nstill for decision 0\n"
    paper = ("--paper-received", "10", "--paper-valid", "7")
    assert desk.run(*certify, *paper).startswith("valid 11\n  online 4\n  paper 7\n")
    value = read_json(desk.folder / "certificate.json")
    assert value["hashes"]["decision_journal"]
    assert value["online"]["struck_by_decision"] == 2
    assert (desk.folder / "certificate.pdf").read_bytes().startswith(b"%PDF-")
    desk.run(*certify, *paper, expected=1)
    assert "nothing was overwritten" in desk.err


def test_what_cannot_be_decided_is_refused_and_nothing_is_written(desk: Desk) -> None:
    log, made = _log()
    desk.open_and_verify(log)
    decide = ("decide", desk.export, *BY)
    for told, sentence in (
        (("--identifier", made[6], *FOUND), "struck by a certain ground"),
        (("--ground", "declaration-missing", *FOUND), "no undecided statement"),
        (("--identifier", made[5], *FOUND), "nobody can read"),
        (("--identifier", "01234567-89ab-8def-8123-456789abcdef", *FOUND), "not in this export"),
        (("--identifier", made[0], "--accept"), "not a list of decisions"),
        (("--identifier", made[0], "--reason", "x"), "not a list of decisions"),
        (("--ground", "hello", *FOUND), "no such ground"),
        (("--ground", "near-repeat", *FOUND), "no undecided statement"),
        (("--from", desk.key), "not a list of decisions"),
    ):
        desk.run(*decide, *told, expected=1)
        assert sentence in desk.err
    (desk.folder / "latin").write_bytes(b"\xff")
    desk.run(*decide, "--from", desk.folder / "latin", expected=1)
    assert not (desk.folder / "x.civium-decisions").exists()


def test_what_the_machine_accepted_is_struck_by_name_alone(desk: Desk) -> None:
    log, made = _log()
    desk.open_and_verify(log)
    decide = ("decide", desk.export, *BY, "--identifier", made[4])
    assert desk.run(*decide, "--strike", "--reason", "not in the register") == "decided 1\nstill for decision 5\n"
    assert made[4] in desk.run("show", desk.export, "--verdict", "struck")
    desk.run(*decide, *FOUND)
    assert made[4] in desk.run("show", desk.export, "--verdict", "accepted")


def test_a_journal_that_was_touched_stops_everything(desk: Desk) -> None:
    log, made = _log()
    desk.open_and_verify(log)
    journal = desk.folder / "elsewhere"
    desk.run("decide", desk.export, *BY, "--identifier", made[0], *FOUND, "--journal", journal)
    journal.write_text(journal.read_text("utf-8").replace('"accept"', '"strike"'), "utf-8")
    desk.run("report", desk.export, "--journal", journal, expected=3)
    assert "journal has been changed" in desk.err


def test_an_authority_whose_name_is_not_known_must_be_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = make_key("DK", b"s" * 32)
    desk.key.unlink()
    write_key(desk.key, key)
    desk.open_and_verify(Log(key))
    certify = ("certify", desk.export, "--to", desk.folder / "c")
    desk.run(*certify, expected=1)
    assert "--authority NAME" in desk.err
    monkeypatch.setattr(deciding, "certificate_pdf", lambda _draft: b"%PDF-")
    desk.run(*certify, "--authority", "Opfundet Styrelse")
    assert read_json(desk.folder / "c.json")["authority"] == "Opfundet Styrelse"
