"""A ceremony shows one share at a time, believes only what was typed back, and leaves nothing when it is stopped."""

from __future__ import annotations

import io

import pytest

from civium.authority.ceremony import Terminal, begin, gather, hand_out, one_share
from civium.authority.kept_key import SharedKey
from civium.authority.shares import combine, split
from civium.errors import Refused
from tests.authority.build import authority_key
from tests.authority.room import Room, Screen

KEY = authority_key()
MADE = split(KEY.seed, threshold=3, count=5)
KEPT = SharedKey(KEY.public, MADE[0].identifier, 3, 5)
PAPERS = {share.number: " ".join(share.words) for share in MADE}
WIPE = "\x1b[2J\x1b[3J\x1b[H"
TYPING, READ = "words 1 to 33: ", "the words will disappear: "


def _terminal(room: Room) -> tuple[Terminal, Screen]:
    screen = Screen(room)
    return Terminal(screen, screen), screen


def _is_shown(page: str) -> bool:
    """Tell whether a word of a share stands on a page with its number."""
    return any(f"{place:>2} {word}" in page for share in MADE for place, word in enumerate(share.words, start=1))


def test_every_share_is_written_down_and_typed_back() -> None:
    room = Room()
    terminal, screen = _terminal(room)
    begin(terminal, jurisdiction="ES", threshold=3, count=5)
    typed = hand_out(terminal, MADE)
    assert typed == MADE
    assert room.papers == PAPERS
    assert combine(KEY.public, typed[2:]).seed == KEY.seed
    assert "5 shares, of which any 3 open the key" in screen.getvalue()


def test_no_two_shares_are_ever_on_one_screen_and_none_stays() -> None:
    terminal, screen = _terminal(Room())
    hand_out(terminal, MADE)
    for page in screen.getvalue().split(WIPE):
        # What tells one share from another: its words from the fifth on, with their numbers.
        cells = [{f"{place:>2} {word}" for place, word in enumerate(share.words[4:], start=5)} for share in MADE]
        whole = [share.number for share, its in zip(MADE, cells, strict=True) if all(cell in page for cell in its)]
        assert len(whole) <= 1
        assert bool(whole) == _is_shown(page)
    assert not _is_shown(screen.getvalue().rpartition(WIPE)[2])
    assert screen.getvalue().count("\x1b[?1049h") == screen.getvalue().count("\x1b[?1049l") == 10


def test_a_mistake_on_paper_is_found_at_once_and_can_be_looked_at_again() -> None:
    room = Room()
    wrong = PAPERS[1].split()
    wrong[4] = "academic" if wrong[4] != "academic" else "acid"
    room.mistakes = {(TYPING, 1): " ".join(wrong), (TYPING, 2): "SHOW", (TYPING, 4): "papre " * 33}
    terminal, screen = _terminal(room)
    assert hand_out(terminal, MADE) == MADE
    assert "word 5 is not the one that was shown: correct the paper if it is wrong there." in screen.getvalue()
    assert "word 1 is not in the list of words" in screen.getvalue()
    assert room.asked[READ] == 6


def test_words_come_on_as_many_lines_as_one_likes() -> None:
    words = PAPERS[2].split()
    lines = io.StringIO("".join(f"{' '.join(words[at : at + 5])}\n" for at in range(0, 33, 5)))
    shown = io.StringIO()
    assert one_share(Terminal(lines, shown), KEPT) == MADE[1]
    assert "words 31 to 33: " in shown.getvalue()


def test_an_empty_line_ends_a_share_early_and_tells_what_is_missing() -> None:
    typed = io.StringIO(f"\n{PAPERS[2][:40].rpartition(' ')[0]}\n\n{PAPERS[2]}\n")
    shown = io.StringIO()
    assert one_share(Terminal(typed, shown), KEPT) == MADE[1]
    assert "words were typed, and a share has 33" in shown.getvalue()


def test_three_holders_open_the_key_in_any_order() -> None:
    terminal, screen = _terminal(Room(PAPERS, holders=[4, 1, 5]))
    assert gather(terminal, KEPT).seed == KEY.seed
    assert "Share 4 belongs to this key" in screen.getvalue()


def test_foreign_and_repeated_shares_are_told_and_asked_again() -> None:
    other = split(b"t" * 32, threshold=3, count=5)
    room = Room(PAPERS, holders=[4, 1, 5])
    room.mistakes = {(TYPING, 1): " ".join(other[0].words)}
    terminal, screen = _terminal(room)
    assert gather(terminal, KEPT).seed == KEY.seed
    assert "belongs to another key" in screen.getvalue()


def test_a_share_typed_twice_is_told() -> None:
    typed = io.StringIO(f"\n{PAPERS[4]}\n\n{PAPERS[4]}\n{PAPERS[1]}\n\n{PAPERS[2]}\n")
    shown = io.StringIO()
    assert gather(Terminal(typed, shown), KEPT).seed == KEY.seed
    assert "share 4 has been typed already" in shown.getvalue()


class _Interrupting(io.StringIO):
    def readline(self, *_: object) -> str:  # type: ignore[override]
        raise KeyboardInterrupt


@pytest.mark.parametrize("typed", [io.StringIO(""), io.StringIO("no\nSTOP\n"), _Interrupting()])
def test_a_stop_before_the_beginning(typed: io.StringIO) -> None:
    with pytest.raises(Refused, match="ceremony-stopped"):
        begin(Terminal(typed, io.StringIO()), jurisdiction="ES", threshold=3, count=5)


@pytest.mark.parametrize("question", ["press Enter: ", READ, TYPING])
@pytest.mark.parametrize("answer", ["stop", "\x04"])
def test_a_stop_at_any_question_wipes_the_screen(question: str, answer: str) -> None:
    room = Room()
    room.mistakes = {(question, 2): answer}
    terminal, screen = _terminal(room)
    with pytest.raises(Refused, match="ceremony-stopped"):
        hand_out(terminal, MADE)
    assert not _is_shown(screen.getvalue().rpartition(WIPE)[2])
