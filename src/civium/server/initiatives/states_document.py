"""docs/lifecycle.md, made of the table of states and acts: `python -m civium.server.initiatives.states_document` writes it anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.acts_told import TOLD
from civium.server.initiatives.refusals import REFUSALS
from civium.server.initiatives.states import MEANINGS, Row, State

_PERSONS = {"one": "one", "two": "two", "two-once-live": "one; two once live"}
_HEAD = """\
# The life of an initiative

This page is made of the table that the console, the commands and the acts read (`src/civium/server/initiatives/acts_table.py`); a test compares them.
Articles without a name are those of Regulation (EU) 2019/788. LAW-n and T-n number this project's rules and the clauses of Implementing
Regulation (EU) 2019/1799.

- A state is never set: it follows from what was recorded, and from the day in Brussels.
- Where *two* is written, one person proposes and another agrees, with an account of their own; what nobody agreed to lapses after seven days.
  A demonstration counts for nothing: one is enough for everything.
- Whatever is refused is refused with a code, the rule and a way out (the last table). Numbers and days are checked by the act itself
  ([errors.md](errors.md)).
- On a campaign page beside the Commission's central system nothing is collected; acts marked with a circle (°) are possible there, too.
"""
_DATES = """\
## When statements are destroyed

- At the latest one month after the submission to the Commission, or 21 months after the beginning of collection, whichever is earlier; one month
  after a withdrawal (Art. 19(5)). Months end on the same date, or on the month's last day; the date is never moved to a working day.
- At the earliest on the day of submission, withdrawal or of the record that support is insufficient: two persons order it, a day passes in which
  anybody may stop it, then it is done. On the last day it is done without an order (`civium initiative due`, and by a serving process);
  a last day that had come when what it follows from was recorded waits a day, so that everybody is warned and a hold can be placed.
- A legal hold stops both: two persons place it for proceedings that relate to the initiative, and say why and who decides when they are over. Two lift
  it with the day of the final decision; one month later is then the last day, if it is later than the other (Art. 19(7)).
- What goes: every envelope and mark, files that exports left here, scans of signed certificates, keys of duplicate tokens. What stays: leaf records,
  counts, the numbers certified, the journal, and the proof of destruction, made of what was read back. Scans are no statements; they show an
  official's name and are kept no longer than they are needed (GDPR, Art. 5(1)(e)). Copies that were taken away, and backups, are destroyed by
  whoever has them.
- Addresses and opinions have dates of their own (Art. 19(8)): one month after a withdrawal, twelve months after submission or the end, three years
  after an answer that announces action. `civium initiative dates` shows all of them.
"""


def document() -> str:
    """Give the page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    yield "## States\n"
    yield "| State | Means |\n|---|---|"
    yield from (f"| {state.value} | {meaning.title}. {meaning.sentence} |" for state, meaning in MEANINGS.items())
    yield "\n## Acts\n"
    yield "| Act | What | Persons | Permission | Rule | What the law says |\n|---|---|---|---|---|---|"
    yield from (_row(row) for row in ROWS.values())
    yield "\n## Before and after an act\n"
    yield "The page of an act, and that of a proposal to the second person, say what stands here. In a demonstration nothing waits a day.\n"
    yield "| Act | What signatories see | Can it be undone? | What comes after it |\n|---|---|---|---|"
    yield from (f"| `{act}` | {TOLD[act].seen} | {TOLD[act].undone} | {TOLD[act].after} |" for act in ROWS)
    yield "\n## Which act is possible where\n"
    yield "`x` possible; `d` in a demonstration only; otherwise the code of the refusal.\n"
    states = list(State)
    yield "| | " + " | ".join(state.value for state in states) + " |\n|---|" + "---|" * len(states)
    yield from (f"| `{row.act}` | " + " | ".join(_cell(row, state) for state in states) + " |" for row in ROWS.values())
    yield "\n## Refusals\n"
    yield "| Code | Why | What to do |\n|---|---|---|"
    for refusal in REFUSALS.values():
        command = f" (`{refusal.command}`)" if refusal.command else ""
        yield f"| `{refusal.code}` | {refusal.sentence.replace('{what}', '*what*')} | {refusal.way_out}{command} |"
    yield f"\n{_DATES}"


def _row(row: Row) -> str:
    name = f"`{row.act}`" + ("" if row.needs_collection else " °")
    return f"| {name} | {row.title} | {_PERSONS[row.persons]} | `{row.permission}` | {row.rule} | {row.sentence} |"


def _cell(row: Row, state: State) -> str:
    code = row.code(state)
    if code is None:
        return "x"
    return "d" if row.code(state, is_demonstration=True) is None else code


if __name__ == "__main__":
    sys.stdout.write(document())
