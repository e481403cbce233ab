"""The register of data subjects' requests: the law's clock, nothing personal, files that the holder of a key can read."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats import data_request, envelope, receipt
from civium.server.desk import register
from civium.server.desk.models import DataRequest
from civium.server.desk.register import Received
from civium.server.initiatives import handing_over
from civium.server.initiatives.exports import Wanted, make_export
from civium.server.initiatives.models import Collection, Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE, TODAY

UNKNOWN = "5d0c8f9e-7a51-8c0b-9d2e-1f6a3b7c4d55"


def _receive(initiative: Initiative, **told: object) -> DataRequest:
    values = {"kind": "erasure", "received_on": TODAY, **told}
    return register.receive(initiative, Received(**values), ONE, now=NOW)  # type: ignore[arg-type]


def _identifier(premises: Premises, collection: Collection) -> str:
    (raw,) = place.receive(premises, collection, "ES", 1)
    return str(receipt.identifier(envelope.envelope_hash(raw)))


def test_the_month_runs_from_the_day_it_came_in(live: Initiative) -> None:
    assert _receive(live, received_on=date(2026, 10, 31)).due_on == date(2026, 11, 30)
    assert [made.number for made in (_receive(live), _receive(live))] == [2, 3]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"kind": "everything"}, "request-kind-unknown"),
        ({"received_on": TODAY + timedelta(days=1)}, "day-to-come"),
        ({"reference": "Maria Example"}, "reference-malformed"),
        ({"reference": "MARIA"}, "reference-malformed"),
        ({"reference": "A-1" * 20}, "reference-malformed"),
        ({"identifier": "Maria"}, "identifier-malformed"),
        ({"jurisdiction": "XX"}, "jurisdiction-unknown"),
    ],
)
def test_what_the_register_has_no_room_for_is_refused(live: Initiative, told: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        _receive(live, **told)
    assert refused.value.code == code
    assert not DataRequest.objects.exists()


def test_two_further_months_once_and_in_time(live: Initiative) -> None:
    made = _receive(live, received_on=date(2026, 11, 1))
    register.extend(made, ONE, now=NOW)
    assert (made.due_on, made.extended_on) == (date(2027, 2, 1), TODAY)
    with pytest.raises(Refused, match="request-extended"):
        register.extend(made, ONE, now=NOW)
    late = _receive(live, received_on=date(2026, 10, 1))
    with pytest.raises(Refused, match="request-too-late"):
        register.extend(late, ONE, now=NOW)


def test_the_clock_is_told(live: Initiative) -> None:
    made = _receive(live)
    days = [made.due_on - timedelta(days=8), made.due_on - timedelta(days=7), made.due_on, made.due_on + timedelta(days=1)]
    assert [register.urgency(made, today=day) for day in days] == ["", "soon", "soon", "late"]
    first = _receive(live, received_on=TODAY - timedelta(days=5))
    assert register.open_requests(live) == [first, made]
    register.answer(first, "told", ONE, now=NOW)
    assert register.urgency(first, today=days[3]) == ""
    assert register.open_requests(live) == [made]


def test_an_answer_is_given_once_and_the_identifier_goes_with_it(
    live: Initiative, collection: Collection, premises: Premises
) -> None:
    identifier = _identifier(premises, collection)
    made = _receive(live, identifier=identifier, reference="2026/17-B")
    with pytest.raises(Refused, match="outcome-unknown"):
        register.answer(made, "forgotten", ONE, now=NOW)
    register.answer(made, "destroyed", ONE, now=NOW)
    made.refresh_from_db()
    assert (made.identifier, made.outcome, made.answered_on) == (None, "destroyed", TODAY)
    for act in (lambda: register.answer(made, "told", ONE, now=NOW), lambda: register.extend(made, ONE, now=NOW)):
        with pytest.raises(Refused, match="request-answered"):
            act()
    assert identifier not in str([entry.facts for entry in JournalEntry.objects.all()])


def test_what_is_known_by_identifier_is_known_at_once(
    live: Initiative, collection: Collection, premises: Premises, tmp_path: Path
) -> None:
    made = _receive(live, identifier=_identifier(premises, collection))
    assert made.identifier is not None
    known = register.look_up(live, premises, made.identifier)
    assert (known.jurisdiction, known.channel, known.received_on) == ("ES", "online", TODAY)
    assert (known.reason, known.is_handed_over) == ("", False)
    wanted = Wanted("ES", "online", "submission-package")
    make_export(live, premises, wanted, tmp_path, ONE, now=NOW, progress=lambda done, total: None)
    handing_over.hand_over(live, premises, "ES", "online", ONE, now=NOW)
    premises.store.destroy_body(place.log_of(premises, collection, "ES"), 0, reason="destroyed-by-organisers")
    known = register.look_up(live, premises, made.identifier)
    assert (known.reason, known.is_handed_over) == ("destroyed-by-organisers", True)
    with pytest.raises(Refused, match="unknown-entry"):
        register.look_up(live, premises, _receive(live, identifier=UNKNOWN).identifier)  # type: ignore[arg-type]


def test_the_holder_of_a_key_gets_a_file_that_the_log_signed(
    live: Initiative, collection: Collection, premises: Premises
) -> None:
    made = _receive(live, identifier=_identifier(premises, collection))
    asked, signed = data_request.parse(register.request_file(made, premises, ONE, now=NOW))
    data_request.check(asked, signed, bytes(collection.log_key))
    assert (asked.number, asked.kind, asked.jurisdiction, asked.due_on) == (1, "erasure", "ES", made.due_on)
    assert asked.logs == (place.log_of(premises, collection, "ES").origin,)
    assert asked.identifier == made.identifier
    assert made.filed_on == TODAY


def test_without_an_identifier_the_state_must_be_known(live: Initiative, premises: Premises) -> None:
    with pytest.raises(Refused, match="request-jurisdiction-missing"):
        register.request_file(_receive(live), premises, ONE, now=NOW)
    asked, _ = data_request.parse(register.request_file(_receive(live, jurisdiction="MT"), premises, ONE, now=NOW))
    assert (asked.identifier, asked.jurisdiction) == (None, "MT")
