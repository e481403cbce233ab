"""The last word: decisions first, repeats last, and the numbers add up."""

from __future__ import annotations

from pathlib import Path

from civium.authority.grounds import codes_of
from civium.authority.judging import VERDICTS
from civium.authority.settling import Tally
from tests.authority.build import DAY, Log, authority_key, dni, greek, spanish, statement
from tests.authority.case import Verified, verified


def _verdicts(done: Verified, decisions: dict[str, str] | None = None) -> list[str]:
    return [VERDICTS.get(row.verdict, "gone") for row in done.settled(decisions)]


def test_of_one_persons_statements_the_earliest_counts(tmp_path: Path) -> None:
    log = Log(authority_key())
    for _ in range(3):
        log.add(statement(spanish()))
    done = verified(log, tmp_path)
    assert _verdicts(done) == ["accepted", "struck", "struck"]
    assert list(codes_of(done.settled()[1].grounds)) == ["repeat"]


def test_the_next_stands_in_for_one_that_is_struck(tmp_path: Path) -> None:
    log = Log(authority_key())
    log.add(statement(spanish(), declaration=False))
    log.add(statement(spanish()))
    assert _verdicts(verified(log, tmp_path)) == ["struck", "accepted"]


def test_the_next_stands_in_for_one_that_is_undecided_and_the_number_of_persons_stays(tmp_path: Path) -> None:
    log = Log(authority_key())
    wrong = log.add(statement(spanish("00000000A", nickname="one")))
    log.add(statement(spanish("00000000A")))
    third = spanish("00000000A")
    log.add(statement(third))
    done = verified(log, tmp_path)
    assert _verdicts(done) == ["for-decision"] * 3
    identifiers = [row.row.identifier for row in done.settled()]
    assert identifiers[0] == wrong
    assert _verdicts(done, {identifiers[1]: "accept"}) == ["for-decision", "accepted", "for-decision"]
    assert _verdicts(done, {identifiers[1]: "accept", identifiers[0]: "accept"}) == ["accepted", "struck", "for-decision"]
    assert _verdicts(done, dict.fromkeys(identifiers, "strike")) == ["struck"] * 3


def test_a_hostile_first_entry_cannot_cancel_the_true_statement(tmp_path: Path) -> None:
    """Somebody who knows a number sends it first with a false name: the true one counts once a person has looked."""
    log = Log(authority_key())
    false = log.add(statement(spanish(dni(5), "Falsa", "Persona")))
    true = log.add(statement(spanish(dni(5))))
    again = log.add(statement(spanish(dni(5))))
    done = verified(log, tmp_path)
    assert _verdicts(done) == ["for-decision"] * 3
    assert _verdicts(done, {false: "strike", true: "accept", again: "accept"}) == ["struck", "accepted", "struck"]


def test_even_decided_statements_of_one_name_count_once_and_of_two_names_twice(tmp_path: Path) -> None:
    log = Log(authority_key())
    identifiers = [log.add(statement(spanish(dni(5), first))) for first in ("Ana", "Berta", "Ana")]
    done = verified(log, tmp_path)
    assert _verdicts(done, dict.fromkeys(identifiers, "accept")) == ["accepted", "accepted", "struck"]


def test_a_false_street_cannot_cancel_the_true_statement_either(tmp_path: Path) -> None:
    log = Log(authority_key("EL"))
    false = log.add(statement(greek(residence_street="Οδός Ψεύδους")))
    true = log.add(statement(greek()))
    done = verified(log, tmp_path)
    assert _verdicts(done) == ["for-decision"] * 2
    assert _verdicts(done, {false: "strike", true: "accept"}) == ["struck", "accepted"]
    assert _verdicts(done, {false: "accept", true: "accept"}) == ["accepted", "struck"]


def test_a_decision_about_what_is_certain_changes_nothing(tmp_path: Path) -> None:
    log = Log(authority_key())
    struck = log.add(statement(spanish(), declaration=False))
    assert _verdicts(verified(log, tmp_path), {struck: "accept"}) == ["struck"]


def test_a_person_may_strike_what_the_machine_accepted_and_the_next_stands_in(tmp_path: Path) -> None:
    log = Log(authority_key())
    first = log.add(statement(spanish()))
    second = log.add(statement(spanish()))
    log.add(statement(spanish(dni(6), "Berta")))
    done = verified(log, tmp_path)
    assert _verdicts(done, {first: "strike"}) == ["struck", "accepted", "accepted"]
    assert _verdicts(done, {second: "accept"}) == ["accepted", "struck", "accepted"]
    assert _verdicts(done, {first: "strike", second: "strike"}) == ["struck", "struck", "accepted"]
    tally = done.tally({first: "strike"})
    _check_sum(tally)
    assert (tally.struck_grounds, tally.struck_by_decision, tally.repeats) == ({"decided": 1}, 1, 0)


def _check_sum(tally: Tally) -> None:
    assert tally.entries == tally.gone.total() + tally.accepted + tally.struck + tally.undecided
    assert tally.struck == tally.repeats + tally.struck_grounds.total()
    assert tally.opened == sum(counts.total() for counts in tally.days.values())


def test_the_numbers_add_up_before_and_after_decisions(tmp_path: Path) -> None:
    log = Log(authority_key())
    wrong = log.add(statement(spanish("00000000A", privacy="x"), confirmations=frozenset({("id_number", "number-checksum")})))
    other = log.add(statement(spanish("00000001A", "Berta")))
    for _ in range(2):
        log.add(statement(spanish(dni(7), "Carla")))
    log.add(statement(spanish(dni(8), "Dora"), declaration=False, privacy_read=False))
    log.add(statement(spanish(dni(9), "Elsa")))
    log.destroy(5, "erased-by-signatory", b"e" * 16)
    done = verified(log, tmp_path)
    before = done.tally()
    _check_sum(before)
    assert (before.entries, before.accepted, before.struck, before.undecided, before.repeats) == (6, 1, 2, 2, 1)
    assert before.struck_grounds == {"declaration-missing": 1}
    assert before.undecided_grounds == {"number-checksum": 2, "field-unexpected": 1}
    assert before.confirmed == {"number-checksum": 1}
    assert before.days[DAY]["for-decision"] == 2
    after = done.tally({wrong: "accept", other: "strike"})
    _check_sum(after)
    assert (after.accepted, after.struck, after.undecided) == (2, 3, 0)
    assert after.struck_grounds == {"declaration-missing": 1, "decided": 1}
    assert (after.accepted_by_decision, after.struck_by_decision) == (1, 1)
