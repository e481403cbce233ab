"""The first question of an installation, asked of a person."""

from __future__ import annotations

import io

import pytest

from civium.errors import Refused
from civium.server.commands import init
from civium.server.initiatives import setup


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _ask(monkeypatch: pytest.MonkeyPatch, typed: str) -> str:
    monkeypatch.setattr(init.sys, "stdin", _Terminal(typed))
    return init._ask()


@pytest.mark.parametrize(
    ("typed", "purpose"),
    [("1\n", "demonstration"), ("central\n", "central"), ("x\n0\n9\n\n 4 \n", "companion"), ("INDIVIDUAL\n", "individual")],
)
def test_a_number_or_a_name_answers(monkeypatch: pytest.MonkeyPatch, typed: str, purpose: str) -> None:
    assert _ask(monkeypatch, typed) == purpose


def test_the_question_shows_every_purpose_with_what_the_law_allows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _ask(monkeypatch, "1\n")
    heard = capsys.readouterr()
    assert heard.out == ""
    for purpose in setup.PURPOSES:
        assert f"{purpose}: {init.PURPOSES[purpose]}" in heard.err
    assert set(init.PURPOSES) == set(setup.PURPOSES)


def test_whoever_ends_the_question_has_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="purpose-missing"):
        _ask(monkeypatch, "perhaps\n")
    monkeypatch.setattr(init.sys, "stdin", io.StringIO("1\n"))
    with pytest.raises(Refused, match="purpose-missing"):
        init._ask()
