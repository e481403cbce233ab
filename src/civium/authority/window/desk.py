"""What lies on the officer's desk while the window is open: folder, file, keys, who works here, what runs. In memory only."""

from __future__ import annotations

import threading
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from civium.authority.commands.asking import DECISIONS, OPENED, VERDICTS, beside
from civium.authority.commands.cases import Case, load_case, load_opened
from civium.authority.commands.sampled import PLAN_FILE
from civium.authority.decisions import LONGEST_NAME
from civium.authority.keys import AuthorityKey
from civium.authority.placing import unfinished
from civium.authority.sentences import sentence_of
from civium.authority.window.folder import Folder
from civium.authority.window.overview import Overview, ShownRow, overview_of, read_rows
from civium.authority.window.work import Work
from civium.authority.working_file import WorkingFile, read_facts
from civium.errors import CiviumError, Refused
from civium.formats.export import ExportReader


@dataclass(frozen=True, repr=False)
class Notice:
    """What the next page says of the act before: kind (ok, warn, bad) and sentences."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """What is known of a chosen file without a key."""

    jurisdiction: str
    registration: str
    channel: str
    size: int
    deployment: str
    generations: int = 1


@dataclass(repr=False)
class Desk:
    """The state of one window. `hold` is taken for every page and act, so that two tabs never do two things at once."""

    folder: Folder
    clock: Callable[[], float]
    now: Callable[[], datetime]
    processes: int
    keys: list[AuthorityKey] = field(default_factory=list)
    by: str = ""
    file: Path | None = None
    policy: Path | None = None
    work: Work | None = None
    certificate: Path | None = None
    notice: Notice | None = None
    last_decided: str = ""
    is_over: bool = False
    hold: threading.RLock = field(default_factory=threading.RLock)
    _overview: tuple[str, Overview] | None = None

    def chosen(self) -> Path:
        """Give the file that is worked on. Raises Refused `window-no-file`."""
        if self.file is None:
            raise Refused("window-no-file")
        return self.file

    def made(self, ending: str) -> Path:
        """Give the file of another ending beside the chosen one."""
        return beside(self.chosen(), ending)

    @property
    def has_opened(self) -> bool:
        """Whether the chosen file is opened."""
        return self.file is not None and self.made(OPENED).exists()

    @property
    def is_begun(self) -> bool:
        """Whether an opening was stopped."""
        return self.file is not None and not self.has_opened and unfinished(self.made(OPENED)).exists()

    @property
    def has_verdicts(self) -> bool:
        """Whether the chosen file is verified."""
        return self.file is not None and self.made(VERDICTS).exists()

    @property
    def has_decisions(self) -> bool:
        """Whether something stands in the journal."""
        return self.file is not None and self.made(DECISIONS).exists()

    @property
    def has_plan(self) -> bool:
        """Whether a sample is planned."""
        return self.file is not None and self.made(PLAN_FILE).exists()

    @property
    def is_busy(self) -> bool:
        """Whether a long act runs."""
        return self.work is not None and self.work.is_running

    def check_idle(self) -> None:
        """Raise Refused `window-busy` while a long act runs."""
        if self.is_busy:
            raise Refused("window-busy")

    def key(self) -> AuthorityKey:
        """Give the first key that is open. Raises Refused `window-locked`."""
        if not self.keys:
            raise Refused("window-locked")
        return self.keys[0]

    def name(self) -> str:
        """Give who works here, for the journal. Raises Refused `window-nobody`."""
        if not self.by:
            raise Refused("window-nobody")
        return self.by

    def call(self, name: str) -> None:
        """Keep who works here. Raises Refused `window-nobody` for a name that cannot stand in the journal."""
        name = name.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise Refused("window-nobody")
        self.by = name

    def choose(self, path: Path) -> Head:
        """Put a file on the desk. Raises what reading its head raises; keys of another State are locked away."""
        self.check_idle()
        head = head_of(path)
        if any(key.public.jurisdiction != head.jurisdiction for key in self.keys):
            self.keys.clear()
        self.file, self.policy, self.work, self._overview = path, None, None, None
        self.certificate, self.last_decided = None, ""
        return head

    def lock(self) -> None:
        """Forget keys and everything that they opened."""
        self.keys.clear()
        self._overview = None

    def options(self) -> Namespace:
        """Give what the functions of the commands ask about the case."""
        return Namespace(file=self.chosen(), key=self.key(), journal=None, comes_next="", command="window")

    def case(self) -> Case:
        """Give the verified case. Raises Refused `not-verified` and what `load_case` raises."""
        return load_case(self.options())

    def opened(self, case: Case) -> WorkingFile:
        """Give the opened statements of the case."""
        return load_opened(case, self.options())

    def overview(self, case: Case) -> Overview:
        """Give where the statements stand, made anew when the journal has grown."""
        state = f"{case.verdicts.head_hash()} {case.journal.last_hash}"
        if self._overview is None or self._overview[0] != state:
            self._overview = (state, overview_of(case.verdicts, case.journal.decisions, case.judge))
        return self._overview[1]

    def rows(self, case: Case, indices: Sequence[int]) -> list[ShownRow]:
        """Give some rows with their statements."""
        return read_rows(self.opened(case), case.verdicts, self.overview(case), indices)

    def say(self, kind: str, *lines: str) -> None:
        """Keep what the next page says."""
        self.notice = Notice(kind, tuple(map(_sentence, lines)))

    def add(self, lines: Sequence[str]) -> None:
        """Keep what an act told besides, but for what is about the command line."""
        if self.notice:
            self.say(self.notice.kind, *self.notice.lines, *(line for line in lines if "--" not in line))

    def refuse(self, error: CiviumError, told: Sequence[str] = ()) -> None:
        """Keep why an act was not done, in the sentences that the commands have."""
        self.say("bad", *told, *sentences_of(error))

    def heard(self) -> Notice | None:
        """Give what is to be said, once."""
        notice, self.notice = self.notice, None
        return notice


def sentences_of(error: CiviumError) -> tuple[str, str]:
    """Give sentence and hint as sentences of a page."""
    sentence, hint = sentence_of(error)
    return _sentence(sentence), _sentence(hint)


def _sentence(words: str) -> str:
    """Give what a command says as a sentence of a page."""
    words = words.strip()
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '?')) else '.'}"


def head_of(path: Path) -> Head:
    """Give what a file says of itself without a key: an export's head, or that of what was made of it. Raises what reading raises."""
    opened = beside(path, OPENED)
    if path.suffix in (OPENED, VERDICTS) or not path.exists():
        told = read_facts(opened)
        return Head(
            told["jurisdiction"],
            told["registration"],
            told["channel"],
            int(told["export"]["size"]),
            told["deployment"],
            int(told.get("generations", 1)) - len(told["export"]["origin"].split(" ")) + 1,
        )
    with path.open("rb") as stream:
        head = ExportReader(stream).head
    return Head(head.jurisdiction, head.registration, head.channel, head.size, head.deployment)
