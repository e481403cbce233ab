"""civium-authority show and decide with --group: a group is seen whole, and what may be one person's is never struck at once."""

from __future__ import annotations

from tests.authority.build import Log, authority_key, dni, spanish, statement
from tests.authority.commands.desk import Desk

BY = ("--by", "R. Ejemplo")
FOUND = ("--accept", "--reason", "two persons in the register")


def _log() -> Log:
    log = Log(authority_key())
    log.add(statement(spanish(dni(3), "Falsa")))
    log.add(statement(spanish(dni(3), "Dora")))
    log.add(statement(spanish("12345671Y")))
    log.add(statement(spanish("12345670Y", "Robledo Vía", "Ana")))
    log.add(statement(spanish(dni(7), "Elsa")))
    return log


def test_a_group_is_shown_whole_with_what_differs(desk: Desk) -> None:
    desk.open_and_verify(_log())
    shown = desk.run("show", desk.export, "--group", "near-1")
    assert shown.count("near-1  (for-decision)") == 2
    assert "against 1: first and family names exchanged; one sign of the number differs" in shown
    assert "Elsa" not in shown
    assert "Dora" in desk.run("show", desk.export, "--group", "group-1")
    assert "against 1: other first names" in desk.out
    assert desk.run("show", desk.export, "--group", "near-9") == "none\n"
    desk.run("show", desk.export, "--group", "hello", expected=1)
    assert "there is no such group" in desk.err


def test_a_group_that_may_be_one_persons_is_accepted_or_struck_one_by_one(desk: Desk) -> None:
    desk.open_and_verify(_log())
    for label in ("near-1", "group-1"):
        desk.run("decide", desk.export, *BY, "--group", label, "--strike", "--reason", "all false", expected=1)
        assert "not struck all at once" in desk.err
    for label in ("near-9", "hello"):
        desk.run("decide", desk.export, *BY, "--group", label, *FOUND, expected=1)
        assert "there is no such group" in desk.err
    assert desk.run("decide", desk.export, *BY, "--group", "group-1", *FOUND) == "decided 2\nstill for decision 2\n"
    # One of the two waits for its check digit, too: that is decided apart.
    assert desk.run("decide", desk.export, *BY, "--group", "near-1", *FOUND) == "decided 1\nstill for decision 1\n"
    desk.run("decide", desk.export, *BY, "--group", "near-1", *FOUND, expected=1)
    assert "no undecided statement" in desk.err


def test_what_one_has_because_of_another_is_not_struck_all_at_once_by_its_ground(desk: Desk) -> None:
    desk.open_and_verify(_log())
    for ground in ("repeat-names-differ", "near-repeat-number"):
        desk.run("decide", desk.export, *BY, "--ground", ground, "--strike", "--reason", "all false", expected=1)
        assert "not struck all at once" in desk.err
    assert desk.run("decide", desk.export, *BY, "--ground", "repeat-names-differ", *FOUND) == "decided 2\nstill for decision 2\n"


def test_the_table_shows_each_check_with_its_threshold(desk: Desk) -> None:
    told = desk.run("policy", "show", "--jurisdiction", "EL", has_key=False)
    assert '"address-shared": 20' in told
    policy = desk.folder / "policy.json"
    policy.write_text(told.replace('"address-shared": 20', '"address-shared": 33'), "utf-8")
    assert "(from 33 on)" in desk.run("policy", "check", policy, has_key=False)
    policy.write_text(told.replace('"address-shared": 20', '"address-shared": 0'), "utf-8")
    desk.run("policy", "check", policy, has_key=False, expected=1)
    assert "a threshold that is none" in desk.err
