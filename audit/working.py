"""The work of an audit, shared out among browsers: a page or a journey is one piece of it."""

from __future__ import annotations

import multiprocessing
import queue
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from audit import examining, keyboard, places, screens
from audit.chromium import audited_context, chromium
from audit.demonstration import Demonstration
from audit.examining import Fault, View
from audit.report import Found

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_SCREENS = "screens"


@dataclass(frozen=True)
class Unit:
    """A piece of work: a page (`page`), or a journey (`form`, `sending`, `outage`, `keyboard`)."""

    kind: str
    language: str
    name: str = ""
    path: str = ""


@dataclass(frozen=True)
class Done:
    """What came of a unit."""

    unit: Unit
    views: tuple[View, ...]
    faults: tuple[Fault, ...]
    chromium: str


def units(here: Demonstration, codes: tuple[str, ...], wanted: frozenset[str] = frozenset()) -> Iterator[Unit]:
    """Give the work, the longest first."""
    if not wanted or _SCREENS in wanted:
        for code in codes:
            # In Croatian the official wording is missing: there is no form.
            if code != "hr":
                yield Unit("form", code, _SCREENS)
                yield Unit("sending", code, _SCREENS)
        for code in keyboard.LANGUAGES:
            if code in codes:
                yield Unit("keyboard", code, "keyboard")
        yield Unit("outage", "mul", screens.OUTAGE)
    if wanted != {_SCREENS}:
        for place in places.places(here, codes, wanted):
            yield Unit("page", place.language, place.name, place.path)


def failed(work: list[Unit], before: Found) -> list[Unit]:
    """Give the units in which an earlier audit found something to mend, or that it did not know; of journeys all of that language."""
    wrong = {(fault.page, fault.language) for fault in before.failures}
    pages = {(unit.name, unit.language) for unit in work if unit.kind == "page"}
    on_the_way = {language for name, language in wrong if (name, language) not in pages}
    todo = wrong | (pages - set(before.views))
    return [unit for unit in work if (unit.name, unit.language) in todo or (unit.kind != "page" and unit.language in on_the_way)]


def audit(here: Demonstration, work: list[Unit], *, processes: int, tell: Callable[[str], None]) -> Found:
    """Do the work in so many browsers and give what was found, telling how it goes."""
    context = multiprocessing.get_context("spawn")
    todo: Any = context.Queue()
    done: Any = context.Queue()
    for unit in (*work, *[None] * processes):
        todo.put(unit)
    workers = [context.Process(target=_work, args=(here, todo, done), daemon=True) for _ in range(processes)]
    for worker in workers:
        worker.start()
    found, began_at = Found(), time.monotonic()
    for number in range(1, len(work) + 1):
        result = _next(done, workers)
        found.chromium = result.chromium
        found.views.update((view.name, view.language) for view in result.views)
        found.faults += result.faults
        if result.unit.kind == "keyboard" and not result.faults:
            found.by_keyboard.append(result.unit.language)
        left = (time.monotonic() - began_at) / number * (len(work) - number)
        wrong = sum(bool(fault.criterion) for fault in result.faults)
        told = f"{wrong} wrong" if wrong else ""
        tell(f"[{number:>4}/{len(work)}] {result.unit.language} {result.unit.name:<28} {told:<10} {left / 60:4.1f} min left")
    for worker in workers:
        worker.join()
    return found


def _next(done: Any, workers: list[Any]) -> Done:
    """Give what comes next. Raises RuntimeError where a browser's process ended before its work was done."""
    while True:
        try:
            result: Done = done.get(timeout=5)
        except queue.Empty:
            if any(worker.exitcode not in (None, 0) for worker in workers):
                raise RuntimeError("a process of the audit ended: what it said stands above") from None
        else:
            return result


def look_at(browser: Browser, here: Demonstration, unit: Unit) -> Done:
    """Do one unit of work."""
    views: list[View] = []
    faults: list[Fault] = []
    with audited_context(browser) as context:
        page = context.new_page()
        try:
            if unit.kind == "page":
                names = _open(page, here, unit)
            elif unit.kind == "keyboard":
                keyboard.sign_by_keyboard(page, here, unit.language)
                names = iter(())
            elif unit.kind == "outage":
                names = screens.of_an_outage(page)
            else:
                names = (screens.of_the_form if unit.kind == "form" else screens.of_sending)(page, here, unit.language)
            for name in names:
                views.append(View(name, unit.language))
                faults += examining.examine(page, views[-1])
        except (Error, keyboard.Stuck, places.Broken) as error:
            last = views[-1].name if views else unit.name
            what = f"after {last}: {str(error).splitlines()[0]}"
            faults.append(Fault(f"{unit.kind}-broken", "2.1.1", unit.name, unit.language, 0, "light", what))
    return Done(unit, tuple(views), tuple(faults), browser.version)


def _open(page: Page, here: Demonstration, unit: Unit) -> Iterator[str]:
    """Open a page and give its name. Raises Broken where it answers as no page may."""
    reply = page.goto(f"{here.url}{unit.path}")
    wanted = 404 if unit.name == places.NOWHERE else 200
    if reply is None or reply.status != wanted:
        raise places.Broken(f"it answered {reply.status if reply else 'nothing'}")
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
    yield unit.name


def end_when_told() -> None:
    """Make this process leave by its own doors when it is asked to end, so that it closes browser and server behind itself."""
    for told in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, lambda number, _frame: sys.exit(128 + number))


def _work(here: Demonstration, todo: Any, done: Any) -> None:
    end_when_told()
    with chromium() as browser:
        while (unit := _next_unit(todo)) is not None:
            done.put(look_at(browser, here, unit))


def _next_unit(todo: Any) -> Unit | None:
    """Give what is to be done next; None where nothing is, or whoever asked for it is gone."""
    asking = multiprocessing.parent_process()
    while asking is None or asking.is_alive():
        try:
            unit: Unit | None = todo.get(timeout=5)
        except queue.Empty:
            continue
        else:
            return unit
    return None
