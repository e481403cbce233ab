"""Tallies of a demonstration are entered like any others, and in a demonstration alone."""

from __future__ import annotations

import pytest

from civium.errors import Refused
from civium.server.initiatives.models import Initiative
from civium.server.office.paper import paper_totals
from civium.server.office.rehearsed import load_tallies
from tests.server.initiatives.place import NOW, ONE


def test_lines_are_entered(initiative: Initiative) -> None:
    Initiative.objects.filter(pk=initiative.pk).update(deployment="demonstration")
    initiative.refresh_from_db()
    assert load_tallies(initiative, b"ES,2026-11-09,30\nMT,2026-11-09,2\nES,2026-11-16,5\n", ONE, now=NOW) == 37
    assert paper_totals(initiative) == {"ES": 35, "MT": 2}


@pytest.mark.parametrize("raw", [b"ES,2026-11-09", b"ES,then,3", b"ES,2026-11-09,many", b"\xff,2026-11-09,3"])
def test_what_is_no_tally_is_refused(initiative: Initiative, raw: bytes) -> None:
    Initiative.objects.filter(pk=initiative.pk).update(deployment="demonstration")
    initiative.refresh_from_db()
    with pytest.raises(Refused, match="rehearsal-malformed"):
        load_tallies(initiative, raw, ONE, now=NOW)
    assert paper_totals(initiative) == {}


def test_what_counts_is_never_invented(initiative: Initiative) -> None:
    Initiative.objects.filter(pk=initiative.pk).update(deployment="central")
    initiative.refresh_from_db()
    with pytest.raises(Refused, match="rehearsal-needs-demonstration"):
        load_tallies(initiative, b"ES,2026-11-09,30\n", ONE, now=NOW)
