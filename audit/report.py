"""What came of an audit: a table for people, the whole as JSON, and the small evidence that the accessibility statement is computed from."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from audit.chromium import axe_version
from audit.examining import Fault
from civium.server.site import accessibility_page, languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from audit.working import Unit

OUR_OWN = "ours"  # in place of a criterion: a rule of the house that is stricter than WCAG
_MOST_ROWS = 80
_MOST_NAMES = 6


@dataclass
class Found:
    """Everything an audit found: how often each page was seen in which language, every fault, the journeys by keyboard."""

    views: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    by_keyboard: list[str] = field(default_factory=list)
    chromium: str = ""

    @property
    def failures(self) -> list[Fault]:
        """Faults that must be mended; the others are advice of axe-core."""
        return [fault for fault in self.faults if fault.criterion]

    @property
    def advice(self) -> list[Fault]:
        """What axe-core calls best practice."""
        return [fault for fault in self.faults if not fault.criterion]


def table(found: Found) -> Iterator[str]:
    """Give the lines of the table: one for each fault, however many languages and sizes show it."""
    codes = {language for _, language in found.views}
    yield f"{len(found.views)} pages and screens in {len(codes & set(languages.CODES))} languages; by keyboard: {' '.join(found.by_keyboard) or 'none'}"
    for title, faults in (("failures", found.failures), ("advice", found.advice)):
        rows = _grouped(faults)
        yield f"{title}: {len(rows)}"
        for (check, criterion, what), where in rows[:_MOST_ROWS]:
            codes_of = _listed(fault.language for fault in where)
            sizes = _listed(f"{fault.width}/{fault.scheme}" for fault in where)
            yield f"  {check:<18} {criterion:<7} {_listed(fault.page for fault in where)} [{codes_of}] [{sizes}]\n      {what}"
        if len(rows) > _MOST_ROWS:
            yield f"  and {len(rows) - _MOST_ROWS} more, in the JSON"


def whole(found: Found, *, on: date, seconds: float) -> str:
    """Give everything as JSON."""
    told = {
        "on": on.isoformat(),
        "seconds": round(seconds),
        "axe": axe_version(),
        "chromium": found.chromium,
        "by_keyboard": found.by_keyboard,
        "views": sorted(f"{language} {name}" for name, language in found.views),
        "failures": [dataclasses.asdict(fault) for fault in found.failures],
        "advice": [dataclasses.asdict(fault) for fault in found.advice],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def read_whole(told: bytes) -> Found:
    """Read what `whole` wrote. Raises ValueError, KeyError, TypeError for anything else."""
    read = json.loads(told)
    parted = (view.partition(" ") for view in read["views"])
    return Found(
        views=Counter((name, language) for language, _, name in parted),
        faults=[Fault(**fault) for fault in (*read["failures"], *read["advice"])],
        by_keyboard=list(read["by_keyboard"]),
        chromium=read["chromium"],
    )


def joined(before: Found, again: Found, work: Iterable[Unit]) -> Found:
    """Give what an audit found, with the units that were done again in place of what they gave before."""
    seen = {(name, language) for name, language in again.views} | {(unit.name, unit.language) for unit in work}
    return Found(
        views=Counter(dict.fromkeys([*before.views, *again.views], 1)),
        faults=[fault for fault in before.faults if (fault.page, fault.language) not in seen] + again.faults,
        by_keyboard=sorted({*before.by_keyboard, *again.by_keyboard}),
        chromium=again.chromium or before.chromium,
    )


def evidence(found: Found, *, on: date, before: accessibility_page.Audited) -> str:
    """Give the evidence for the accessibility statement; whether people have tested the pages is kept as it was."""
    by_criterion = Counter(key[1] for key, _ in _grouped(found.failures) if key[1] != OUR_OWN)
    faulty = {(fault.page, fault.language) for fault in found.failures if fault.criterion != OUR_OWN}
    told = {
        "on": on.isoformat(),
        "views": len(found.views),
        "faulty_views": len(faulty),
        "languages": len({language for _, language in found.views} & set(languages.CODES)),
        "by_keyboard": len(found.by_keyboard),
        "axe": axe_version(),
        "chromium": found.chromium.split(".")[0],
        "faults": dict(sorted(by_criterion.items())),
        "tested_by_people_on": before.tested_by_people_on.isoformat() if before.tested_by_people_on else None,
    }
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


def _grouped(faults: list[Fault]) -> list[tuple[tuple[str, str, str], list[Fault]]]:
    """Give each fault once, with all places where it shows: what differs between languages is the text in the place, so it is left out."""
    groups: dict[tuple[str, str, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        groups[fault.check, fault.criterion, fault.what if fault.check == "english" else _placed(fault.what)].append(fault)
    return sorted(groups.items(), key=lambda group: (group[0][0], -len(group[1]), group[0]))


def _placed(what: str) -> str:
    before, quoted, after = what.partition("“")
    return before + "…" + after.partition("”")[2] if quoted else what


def _listed(names: Iterable[str]) -> str:
    known = sorted(set(names))
    more = f" and {len(known) - _MOST_NAMES} more" if len(known) > _MOST_NAMES else ""
    return " ".join(known[:_MOST_NAMES]) + more
