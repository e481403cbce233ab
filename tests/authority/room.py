"""The people of a key ceremony: they read the screen and type what such people type, also their mistakes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

_CELL = re.compile(r"\b(\d{1,2}) ([a-z]{4,8})\b")
_WIPED = "\x1b[2J\x1b[3J\x1b[H"


class Room:
    """Answers questions as they come. `papers` are what holders wrote down; `mistakes` maps (question, time) to what is typed instead."""

    def __init__(self, papers: dict[int, str] | None = None, *, holders: list[int] | None = None) -> None:
        self.papers = papers or {}
        self.holders = list(holders or [])
        self.mistakes: dict[tuple[str, int], str] = {}
        self.asked: dict[str, int] = {}
        self.holder = 0

    def answer(self, seen: str) -> str | None:
        """Give what is typed after `seen`, which ends in a question; None while no question has come."""
        for question, act in self._acts().items():
            if seen.endswith(question):
                self.asked[question] = time = self.asked.get(question, 0) + 1
                assert time < 100, "nobody is asked a hundred times"
                usual = act(seen)
                return self.mistakes.get((question, time), usual)
        return None

    def _acts(self) -> dict[str, Callable[[str], str]]:
        return {
            "type yes to begin: ": lambda _seen: "yes",
            "the words will disappear: ": self._write_down,
            "press Enter: ": lambda _seen: "",
            "words 1 to 33: ": self._type,
        }

    def _write_down(self, seen: str) -> str:
        screen = seen.rpartition(_WIPED)[2]
        number = re.findall(r"Share (\d+)\. Write down", screen)[-1]
        cells = {int(place): word for place, word in _CELL.findall(screen)}
        self.papers[int(number)] = " ".join(cells[place] for place in range(1, 34))
        return ""

    def _type(self, seen: str) -> str:
        found = re.findall(r"Share (\d+): type it back", seen)
        if found:
            return self.papers[int(found[-1])]
        if "again" not in seen.rpartition(_WIPED)[2]:
            self.holder = self.holders.pop(0)
        return self.papers[self.holder]


class Screen(io.StringIO):
    """What is shown, and a reader of it that types: both ends of a terminal."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room = room
        self._seen = 0

    def readline(self, *_: object) -> str:  # type: ignore[override]
        """Give the line that the room types at this question."""
        seen = self.getvalue()
        answer = self.room.answer(seen)
        assert answer is not None, seen[-300:]
        self.write("\r\n")
        return "" if answer == "\x04" else f"{answer}\n"
