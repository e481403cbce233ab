"""Which page stands where, which act a form does, and what asks first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from civium.authority.commands.listening import Listener, heard_by
from civium.authority.sentences import refusal_of
from civium.authority.window import (
    certificate_page,
    deciding_page,
    files_page,
    opening_acts,
    opening_page,
    sample_page,
    verdicts_page,
)
from civium.authority.window.desk import Desk, sentences_of
from civium.authority.window.frame import Page, actions, button, empty, form, hidden, link, note
from civium.authority.window.markup import Markup, joined, tag
from civium.authority.window.words import say
from civium.authority.window.work import Watch
from civium.errors import CiviumError

Show = Callable[[Desk, Mapping[str, str]], Page]
Act = Callable[[Desk, Mapping[str, str]], str]
CONFIRMED = "confirmed"

PAGES: dict[str, Show] = {
    "": opening_page.page,
    "work": opening_page.page,
    "verdicts": verdicts_page.page,
    "list": verdicts_page.list_page,
    "decide": deciding_page.page,
    "group": deciding_page.group_page,
    "one": deciding_page.one_page,
    "journal": deciding_page.journal_page,
    "sample": sample_page.page,
    "results": sample_page.results_page,
    "files": files_page.page,
    "certificate": certificate_page.page,
}
# What is not there because something comes first: where that is done.
FIRST = {
    "window-no-file": "open",
    "window-locked": "open",
    "not-verified": "open",
    "not-opened": "open",
    "work-unfinished": "open",
    "sample-not-drawn": "sample",
}
_PLACES = {"work": "open", "": "open", "list": "verdicts", "group": "decide", "one": "decide", "results": "sample"}


def _finish(desk: Desk, given: Mapping[str, str]) -> str:
    """Forget the keys; end the window as well, unless it is to be locked alone."""
    if desk.work:
        desk.work.stop()
        desk.work.wait()
    desk.lock()
    if given.get("how") == "lock":
        desk.say("ok", say("is-locked"))
    else:
        desk.is_over = True
    return "./"


ACTS: dict[str, Act] = {
    "choose": opening_acts.choose,
    "unlock": opening_acts.unlock,
    "rules": opening_acts.take_rules,
    "open": opening_acts.begin,
    "stop": opening_acts.stop,
    "decide-rows": deciding_page.decide_rows,
    "decide-group": deciding_page.decide_group,
    "decide-ground": deciding_page.decide_ground,
    "plan": sample_page.plan,
    "draw": sample_page.draw,
    "results": sample_page.results,
    "split": sample_page.split,
    "merge": sample_page.merge,
    "estimate": sample_page.estimate,
    "write-report": files_page.write_report,
    "write-list": files_page.write_list,
    "certify": certificate_page.certify,
    "end": _finish,
}
# What cannot be undone, or goes to many at once: the act, and the page that one comes back to.
ASKS = {
    "plan": "sample",
    "draw": "sample",
    "split": "sample",
    "write-list": "files",
    "certify": "certificate",
    "decide-group": "decide",
    "decide-ground": "decide",
}
_BACK = {"decide-rows": "decide", "results": "sample", "merge": "sample", "estimate": "sample", "write-report": "files", **ASKS}


def page_of(desk: Desk, name: str, query: Mapping[str, str]) -> Page:
    """Give a page; in its place, where it cannot be, one that says why and what comes first."""
    try:
        return PAGES[name](desk, query)
    except (CiviumError, OSError) as trouble:
        error = refusal_of(trouble) if isinstance(trouble, OSError) else trouble
        here = _PLACES.get(name, name)
        return Page(here, say(f"nav-{here}"), _why(error))


def _why(error: CiviumError) -> Markup:
    """Say why a page is not there yet, and lead to what comes first."""
    sentence, hint = sentences_of(error)
    if error.code in FIRST:
        place = FIRST[error.code]
        return empty(say(f"first-{error.code}"), link(say(f"nav-{place}"), "./" if place == "open" else place, kind=" "))
    return note(tag("p", sentence), tag("p", hint), kind="bad")


def act_on(desk: Desk, name: str, given: Mapping[str, str]) -> Page | str:
    """Do an act and give the path to go on to; a page instead, where the officer is asked first."""
    if name in ASKS and given.get(CONFIRMED) != "yes":
        return _asks(name, given)
    told: list[str] = []
    try:
        with heard_by(Listener(told.append, lambda verb: Watch(verb, clock=desk.clock, is_stop_asked=lambda: False))):
            went = ACTS[name](desk, given)
    except (CiviumError, OSError) as trouble:
        error = refusal_of(trouble) if isinstance(trouble, OSError) else trouble
        desk.refuse(error, told)
        return _back(name, given)
    desk.add(told)
    return went


def _back(name: str, given: Mapping[str, str]) -> str:
    back = given.get("back", "")
    if (
        name == "decide-rows"
        and back.startswith(("group?name=", "one?at=", "one?ground="))
        and back.isascii()
        and back.isprintable()
    ):
        return back
    if name == "results":
        return f"results?page={verdicts_page.number_of(given.get('page', '1'))}"
    return _BACK.get(name, "./")


def _asks(name: str, given: Mapping[str, str]) -> Page:
    kept = (hidden(key, value) for key, value in given.items() if key != CONFIRMED)
    asked = form(
        name,
        tag("p", say(f"ask-{name}")),
        *kept,
        hidden(CONFIRMED, "yes"),
        actions(button(say(f"yes-{name}")), link(say("no"), ASKS[name], kind="second")),
        card=True,
    )
    return Page(ASKS[name], say("ask-title"), joined(asked))
