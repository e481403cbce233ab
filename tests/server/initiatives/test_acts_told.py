"""Whoever does an act, or agrees to it, reads what signatories see, whether it can be undone, and what comes next."""

from __future__ import annotations

from civium.server.console.proposals.acts import ACTS
from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.acts_told import TOLD


def test_every_act_says_it_and_nothing_else_does() -> None:
    assert set(TOLD) == set(ROWS) | set(ACTS)
    for told in TOLD.values():
        for sentence in (told.seen, told.undone, told.after):
            assert sentence[0].isupper()
            assert sentence.endswith(".")


def test_an_act_has_the_name_of_its_row() -> None:
    for name, act in ACTS.items():
        assert act.title
        if name in ROWS:
            assert act.title == ROWS[name].title
    titles = [act.title for act in ACTS.values()]
    assert len(set(titles)) == len(titles)
