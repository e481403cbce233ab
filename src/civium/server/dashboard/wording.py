"""What an alert says, on the dashboard and in its letter: a title, what happened with its threshold, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from civium.law.procedure import load_procedure
from civium.server.dashboard import alerts
from civium.server.site.languages import language, state_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from civium.server.dashboard.models import Alert
    from civium.server.initiatives.models import Initiative
    from civium.server.site.words import Words


@dataclass(frozen=True)
class Said:
    """An alert in words; `level` is `warn`, `bad` or `ok`."""

    title: str
    sentence: str
    advice: str
    level: str = "warn"


def said(_: Words, initiative: Initiative, alert: Alert) -> Said:
    """Give what an alert says."""
    return _SAYING[alert.kind](_, _Telling(_, initiative, alert.subject, alert.facts))


class _Telling:
    """The facts of an alert, written as the language writes them."""

    def __init__(self, _: Words, initiative: Initiative, subject: str, facts: Mapping[str, Any]) -> None:
        self._tongue = language(_.code)
        self._places = load_procedure(initiative.procedure).jurisdictions
        self.subject = subject
        self.facts = facts

    def number(self, name: str) -> str:
        """Give a number."""
        return self._tongue.number(int(self.facts[name]))

    def day(self, name: str = "on") -> str:
        """Give a day."""
        return self._tongue.date(date.fromisoformat(str(self.facts[name])))

    def place(self, code: str) -> str:
        """Give the name of a jurisdiction."""
        return state_name(self._tongue, self._places[code]) if code in self._places else code

    def places(self, name: str) -> str:
        """Give the names of jurisdictions."""
        return ", ".join(self.place(code) for code in str(self.facts[name]).split())

    @property
    def days(self) -> int:
        """Give the number of days that the alert is about."""
        return int(self.subject)


def _silence(_: Words, one: _Telling) -> Said:
    return Said(
        _("Nothing has arrived for an hour"),
        _(
            "At this time of day about %(usual)s statements an hour are usual, by the seven days before.",
            usual=one.number("usual"),
        ),
        _("Open the initiative’s page yourself and look whether the form appears. If it does not, tell whoever runs the server."),
        "bad",
    )


def _refusals(_: Words, one: _Telling) -> Said:
    return Said(
        _("More refusals than usual"),
        _(
            "Of %(arrived)s arrivals in the last whole hour %(refused)s were refused, most of them with the code %(code)s.",
            arrived=one.number("arrived"),
            refused=one.number("refused"),
            code=one.facts["code"],
        ),
        _("Ask whoever runs the server to look the code up; the list of codes says what each means and what helps."),
    )


def _disk(_: Words, one: _Telling) -> Said:
    return Said(
        _("The disk is nearly full"),
        _(
            "%(free)s megabytes are free, less than a tenth of the disk or less than %(least)s megabytes. A full disk takes no statements.",
            free=one.number("free_megabytes"),
            least=language(_.code).number(alerts.DISK_BYTES // 1024**2),
        ),
        _("Tell whoever runs the server today."),
        "bad",
    )


def _ends(_: Words, one: _Telling) -> Said:
    return Said(
        _.ngettext("The collection ends within a day", "The collection ends within %(days)s days", one.days, days=one.days),
        _("The last day is %(day)s; it ends at midnight in Brussels.", day=one.day()),
        _("Nothing can be collected after it. Do not change the server or the page on the last days."),
    )


def _opens(_: Words, one: _Telling) -> Said:
    return Said(
        _.ngettext("The collection begins within a day", "The collection begins within %(days)s days", one.days, days=one.days),
        _("The first day is %(day)s.", day=one.day()),
        _("Look at every language of the page once more, and try the form."),
    )


def _destruction(_: Words, one: _Telling) -> Said:
    return Said(
        _("The statements are destroyed soon"),
        _("On %(day)s, as the rules say.", day=one.day()),
        _("What is still to be handed over must be handed over before."),
    )


def _key(_: Words, one: _Telling) -> Said:
    return Said(
        _.ngettext(
            "A key was not proven for two months",
            "%(count)s keys were not proven for two months",
            int(one.facts["count"]),
            count=one.number("count"),
        ),
        _(
            "Whether the authority can still open what is sealed to its key is only known when it opens a test: %(names)s.",
            names=one.places("jurisdictions"),
        ),
        _("Send a key test. An officer opens it and reads six words to you; that takes five minutes."),
    )


def _unlikely(_: Words, one: _Telling) -> Said:
    return Said(
        _("At this pace the goal is missed"),
        _(
            "In nine of ten cases the total stays under %(high)s; the goal is %(goal)s.",
            high=one.number("high"),
            goal=one.number("goal"),
        ),
        _("Look at the States that are nearest, and at what brought people before."),
    )


def _goal(_: Words, one: _Telling) -> Said:
    return Said(
        _("The goal is reached: %(goal)s statements", goal=one.number("goal")),
        _("They are received, not yet verified: authorities usually find some that do not count."),
        _("Go on until the States have a safe margin, too."),
        "ok",
    )


def _threshold(_: Words, one: _Telling) -> Said:
    return Said(
        _("%(state)s is over its threshold", state=one.place(one.subject)),
        _("As received. After verification fewer may be left: its margin is in the table of States."),
        _("Tell the people there, and thank them."),
        "ok",
    )


_SAYING: Mapping[str, Callable[[Words, _Telling], Said]] = {
    "silence": _silence,
    "refusals": _refusals,
    "disk": _disk,
    "ends-soon": _ends,
    "opens-soon": _opens,
    "destruction-near": _destruction,
    "key-old": _key,
    "goal-unlikely": _unlikely,
    "goal-reached": _goal,
    "threshold-reached": _threshold,
}
