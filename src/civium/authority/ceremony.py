"""The key ceremony at a terminal: shares handed out to their holders one by one, and gathered again.

The rules are:
- one share is on the screen at a time, for one person; between holders the screen and what could be scrolled back to are wiped;
- a holder types the share back from paper before the next is shown: what was not written right is found now, not in a year;
- nothing of a share goes to the disk; 'stop' at any question, Ctrl-C or a closed terminal ends it all, and nothing was made;
- a mistake is told by its place and asked again; only a stop ends the ceremony.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from civium.authority.kept_key import MOST_SHARES, SharedKey
from civium.authority.keys import SeedKey
from civium.authority.sentences import sentence_of
from civium.authority.shares import WORDS_A_SHARE, TypedShare, check_belongs, check_typed_back, combine, parse_share
from civium.errors import Refused
from civium.formats.authority_key import PublicKey

# Neither is a word of SLIP-39's list.
STOP, SHOW = "stop", "show"
_COLUMNS = 3
# ECMA-48 and xterm's own: wipe the screen and what is above it; the other screen, which nothing can be scrolled back from.
_WIPE = "\x1b[2J\x1b[3J\x1b[H"
_OTHER_SCREEN, _FIRST_SCREEN = "\x1b[?1049h", "\x1b[?1049l"
_ENTER = "press Enter: "


@dataclass(frozen=True)
class Terminal:
    """Where a ceremony happens: a person reads `shown` and types into `typed`."""

    typed: TextIO
    shown: TextIO

    def say(self, *lines: str) -> None:
        """Show lines."""
        self.shown.write("".join(f"{line}\n" for line in lines))
        self.shown.flush()

    def ask(self, question: str) -> str:
        """Give the line that is typed. Raises Refused `ceremony-stopped` for 'stop', Ctrl-C and a terminal that was closed."""
        try:
            # The question too: whoever reads it may press Ctrl-C before we listen.
            self.shown.write(question)
            self.shown.flush()
            line = self.typed.readline()
        except KeyboardInterrupt:
            line = ""
        if not line or line.strip().lower() == STOP:
            raise Refused("ceremony-stopped")
        return line.strip()

    def wipe(self) -> None:
        """Wipe the screen and what is above it."""
        self.shown.write(_WIPE)
        self.shown.flush()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Give the other screen, empty, and wipe it when one person has done with it, however that ends."""
        self.shown.write(_OTHER_SCREEN + _WIPE)
        try:
            yield
        finally:
            self.shown.write(_WIPE + _FIRST_SCREEN)
            self.wipe()


def begin(terminal: Terminal, *, jurisdiction: str, threshold: int, count: int) -> None:
    """Say who must be in the room and what will happen, and wait for a yes. Raises Refused `ceremony-stopped`."""
    terminal.say(
        f"Key ceremony for {jurisdiction}: {count} shares, of which any {threshold} open the key.",
        "",
        "In the room:",
        "  a leader, who sits here and reads these lines aloud",
        "  a recorder, who keeps the protocol sheet (it is printed afterwards) and notes what happens",
        f"  {count} holders, each with a pen, a sheet of paper and an envelope",
        "  one witness or more, who can say afterwards that it went as written",
        "No telephone, no camera; this computer is not on a network.",
        "",
        "Each holder comes to the screen alone, writes down a share, types it back, and takes the paper away sealed.",
        "Nothing of a share is written to the disk. 'stop' at any question ends it: nothing is made then, and you can begin again.",
    )
    while terminal.ask("type yes to begin: ").lower() != "yes":
        pass


def hand_out(terminal: Terminal, shares: Sequence[TypedShare]) -> list[TypedShare]:
    """Show each share to its holder and have it typed back; give what was typed. Raises Refused `ceremony-stopped`."""
    typed = []
    for share in shares:
        terminal.say("", f"Holder {share.number} of {len(shares)}: come to the screen. Everybody else: turn away.")
        terminal.ask(_ENTER)
        with terminal.alone():
            _show(terminal, share)
        with terminal.alone():
            typed.append(_typed_back(terminal, share))
        terminal.say(
            f"Share {share.number} was typed back right. Holder {share.number}: put the paper into your envelope, close it, sign across the flap."
        )
    return typed


def gather(terminal: Terminal, kept: SharedKey | PublicKey) -> SeedKey:
    """Have as many holders as it takes type their shares, in any order; give the key. Raises Refused `ceremony-stopped`, `shares-wrong`.

    Where the file of the ceremony is lost the public key will do: the first share then tells what set it is of.
    """
    shares: list[TypedShare] = []
    if isinstance(kept, PublicKey):
        terminal.say("The first holder: come to the screen alone.")
        terminal.ask(_ENTER)
        with terminal.alone():
            shares.append(_share_by_itself(terminal))
        kept = SharedKey(kept, shares[0].identifier, shares[0].threshold, MOST_SHARES)
        terminal.say(f"Share {shares[0].number} is right in itself. Holder: put the paper away again.")
    terminal.say(f"The key of {kept.public.jurisdiction}: {kept.threshold} holders are needed, in any order. 'stop' ends it.")
    while len(shares) < kept.threshold:
        terminal.say("", f"{len(shares)} of {kept.threshold} shares are here. The next holder: come to the screen alone.")
        terminal.ask(_ENTER)
        shares.append(one_share(terminal, kept, shares))
        terminal.say(f"Share {shares[-1].number} belongs to this key. Holder: put the paper away again.")
    return combine(kept.public, shares)


def one_share(terminal: Terminal, kept: SharedKey, before: Sequence[TypedShare] = ()) -> TypedShare:
    """Have one holder type a share until it is one of this key's. Raises Refused `ceremony-stopped`."""
    with terminal.alone():
        while True:
            share = _share_by_itself(terminal)
            try:
                check_belongs(share, kept, before)
            except Refused as refused:
                _tell(terminal, refused)
            else:
                return share


def _share_by_itself(terminal: Terminal) -> TypedShare:
    """Have a holder type a share until its words fit together."""
    terminal.say(
        f"Type your share, {WORDS_A_SHARE} words, as many on a line as you like. The first four letters of a word will do."
    )
    while True:
        words = _typed_words(terminal)
        try:
            return parse_share(words)
        except Refused as refused:
            _tell(terminal, refused)


def _show(terminal: Terminal, share: TypedShare) -> None:
    rows = -(-WORDS_A_SHARE // _COLUMNS)
    cells = [f"{place:>2} {word:<12}" for place, word in enumerate(share.words, start=1)]
    terminal.say(f"Share {share.number}. Write down all {WORDS_A_SHARE} words with their numbers, in print letters.", "")
    terminal.say(*("   ".join(cells[row::rows]).rstrip() for row in range(rows)), "")
    terminal.ask("all written and compared once? press Enter, the words will disappear: ")


def _typed_back(terminal: Terminal, share: TypedShare) -> TypedShare:
    terminal.say(
        f"Share {share.number}: type it back from your paper, as many words on a line as you like.",
        f"The first four letters of a word will do. '{SHOW}' shows the share once more.",
    )
    while True:
        words = _typed_words(terminal)
        if words == SHOW:
            terminal.wipe()
            _show(terminal, share)
            terminal.wipe()
            terminal.say("Type it back from the beginning.")
            continue
        try:
            return check_typed_back(share, words)
        except Refused as refused:
            _tell(terminal, refused)


def _typed_words(terminal: Terminal) -> str:
    """Give the words of one share, however many lines they were typed on (an empty line ends it early), or `show`."""
    words: list[str] = []
    while len(words) < WORDS_A_SHARE:
        line = terminal.ask(f"words {len(words) + 1} to {WORDS_A_SHARE}: ")
        if line.lower() == SHOW:
            return SHOW
        if words and not line:
            break
        words += line.split()
    return " ".join(words)


def _tell(terminal: Terminal, refused: Refused) -> None:
    sentence, hint = sentence_of(refused)
    terminal.say("", f"{sentence}: {hint}.", "Type the share again, from the beginning.")
