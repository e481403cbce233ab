"""From an overview to what the page says: figures, captions, rows and charts in the words of whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from babel.dates import format_date, format_skeleton
from babel.numbers import format_percent

from civium.law.procedure import load_procedure
from civium.server.console.dashboard import burst_words, course_chart, steps, weeks_chart, weeks_shown
from civium.server.console.dashboard.chart import Chart
from civium.server.dashboard import margins
from civium.server.dashboard.forecast import PACE_DAYS
from civium.server.dashboard.overview import since_start
from civium.server.initiatives.standing import last_day
from civium.server.site import progress_page
from civium.server.site.charts import days as day_chart
from civium.server.site.languages import language, reading_order, state_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from civium.server.campaign.partners import Figures
    from civium.server.dashboard.margins import Margin
    from civium.server.dashboard.overview import Overview
    from civium.server.site.languages import Language
    from civium.server.site.words import Words

_MOST_PARTNERS = 8
_MOST_ROWS = 62
_FEWEST_DAYS = 13
_ROUND = 3  # significant figures of a forecast: more would claim to know


@dataclass(frozen=True)
class PlaceRow:
    """One State in the table of margins."""

    name: str
    margin: Margin
    bar: Markup


class Sight:
    """An overview in the words of a reader: everything the templates, tables and pictures are filled from."""

    def __init__(self, _: Words, seen: Overview) -> None:
        self._ = _
        self.seen = seen
        self.tongue: Language = language(_.code)
        self.procedure = load_procedure(seen.initiative.procedure)
        self.first, self.entries = since_start(seen.series, seen.begun_on)
        self.last = last_day(seen.initiative)

    def place_name(self, code: str) -> str:
        """Give the name of a jurisdiction."""
        return state_name(self.tongue, self.procedure.jurisdictions[code])

    @property
    def place(self) -> str:
        """Give the name of the one jurisdiction that is shown, or nothing."""
        return self.place_name(self.seen.jurisdiction) if self.seen.jurisdiction else ""

    def exact(self, share: float) -> str:
        """Give a share in tenths of a per cent."""
        return exact(self.tongue, share)

    @property
    def places(self) -> list[tuple[str, str]]:
        """Give all jurisdictions by name, for the choice of one."""
        named = [(code, self.place_name(code)) for code in self.procedure.jurisdictions]
        return sorted(named, key=lambda one: reading_order(self.tongue.code, one[1]))

    @cached_property
    def rows(self) -> list[PlaceRow]:
        """Give every State with its margin, the best first."""
        bar = weeks_chart.stacked_bar
        return [
            PlaceRow(self.place_name(one.code), one, bar(one.received / one.threshold, one.paper / one.threshold))
            for one in self.seen.margins
        ]

    def burst_reason(self, reason: str) -> str:
        """Give what organisers said a burst was."""
        return burst_words.reasons(self._)[reason]

    @property
    def has_paper(self) -> bool:
        """Say whether anything was counted on paper."""
        return bool(self.seen.paper.total)

    @property
    def safe(self) -> int:
        """Give how many States are safe."""
        return margins.by_outlook(self.seen.margins)["safe"]

    @property
    def day_number(self) -> int:
        """Give which day of the collection today is."""
        return (self.seen.today - self.seen.initiative.opens_on).days + 1

    @property
    def day_count(self) -> int:
        """Give how many days the collection has."""
        return (self.last - self.seen.initiative.opens_on).days + 1

    @property
    def best_partners(self) -> list[Figures]:
        """Give the partners by whose links most came."""
        return sorted(self.seen.partners, key=lambda one: -one.total)[:_MOST_PARTNERS]

    @property
    def losses(self) -> margins.Losses | None:
        """Give the observed losses that the margins are made with."""
        return margins.losses(self.procedure.name)

    @cached_property
    def steps(self) -> list[steps.StepSaid]:
        """Give what to do next."""
        return steps.said(self._, self)

    @cached_property
    def course(self) -> Chart | None:
        """Give the chart of the total with its forecast; None before the first day."""
        if not (self.entries or self.has_paper) or not self.to_today():
            return None
        chart = self._course()
        drawing = course_chart.course_chart(chart, self._month_ticks(chart), self._course_words(chart), say=self.tongue.number)
        head = (self._("Day"), self._("Most likely"), self._("5 of 10 cases"), self._("8 of 10 cases"))
        return Chart(self._("Where this is going"), self.forecast_sentence, drawing, head, tuple(self._course_rows()))

    @property
    def forecast_sentence(self) -> str:
        """Give the forecast in words: the range before the middle is believed; or why there is none."""
        made = self.seen.forecast
        if made is None:
            return self._no_forecast()
        sentence = self._(
            "At the pace of the last %(days)s days: about %(middle)s at the end. In 8 of 10 cases between %(low)s and %(high)s.",
            days=made.pace_days,
            middle=self._rounded(made.end.middle),
            low=self._rounded(made.end.outer[0]),
            high=self._rounded(made.end.outer[1]),
        )
        if self._course().shows_goal:
            return sentence
        return sentence + " " + self._("The goal of %(goal)s lies far above this chart.", goal=self.tongue.number(self.seen.goal))

    @cached_property
    def days(self) -> Chart | None:
        """Give the bars of days; None before the first day."""
        if not self.entries:
            return None
        entries = self.to_today()
        slots = max(len(entries), day_chart.FEWEST_SLOTS)
        ticks = [
            tick for tick in day_chart.ticks(self.first, slots, self.short_day, self._short_month) if tick.place < len(entries)
        ]
        most = max(entries)
        label = self._(
            "Statements received per day, %(first)s to %(last)s. The most on one day: %(most)s, on %(day)s.",
            first=self.tongue.date(self.first),
            last=self.tongue.date(self.first + timedelta(days=len(entries) - 1)),
            most=self.tongue.number(most),
            day=self.tongue.date(self.first + timedelta(days=entries.index(most))),
        )
        sentence = (
            self._("Bars: each day. Line: mean of seven days.")
            if day_chart.has_line(entries)
            else self._("One bar for each day.")
        )
        if self.has_paper:
            sentence += " " + self._("Online alone: paper is counted by week, below.")
        drawing = day_chart.day_bars(entries, ticks, slots=slots, say=self.tongue.number, label=label)
        cut = max(0, len(entries) - _MOST_ROWS)
        named = [(self.tongue.date(self.first + timedelta(days=cut + place)), value) for place, value in enumerate(entries[cut:])]
        return Chart(
            self._("Statements received per day"),
            sentence,
            drawing,
            self._head(self._("Day")),
            _summed(named, sum(entries[:cut])),
            cut > 0,
        )

    @cached_property
    def weeks(self) -> Chart | None:
        """Give the bars of weeks, online and on paper; None while nothing was counted on paper."""
        return weeks_shown.weeks(self) if self.has_paper else None

    @cached_property
    def months(self) -> Chart | None:
        """Give the bars of months; None while there is one month only."""
        sums = self.by_month()
        if len(sums) < 2:
            return None
        months = [date.fromisoformat(f"{month}-01") for month, _value in sums]
        values = [value for _month, value in sums]
        few = max(1, -(-len(months) // 6))
        ticks = [
            day_chart.Tick(place, self._short_month(one), is_wide_only=bool(place % few)) for place, one in enumerate(months)
        ]
        named = [
            (str(format_skeleton("yMMMM", one, locale=self.tongue.locale)), value)
            for one, value in zip(months, values, strict=True)
        ]
        label = self._(
            "Statements received per month: %(list)s",
            list="; ".join(f"{name}: {self.tongue.number(value)}" for name, value in named),
        )
        drawing = day_chart.day_bars(values, ticks, slots=max(len(values) + 1, 6), say=self.tongue.number, label=label)
        title = self._("Statements received per month")
        sentence = self._("The first and the present month are not whole.")
        if self.has_paper:
            sentence += " " + self._("Online alone: paper is counted by week.")
        return Chart(title, sentence, drawing, self._head(self._("Month")), _summed(named))

    @cached_property
    def maps(self) -> progress_page.Maps | None:
        """Give tiles and land of all States; None where the procedure has no map."""
        rows = [
            progress_page.PlaceRow(
                row.margin.code,
                row.name,
                row.margin.together,
                row.margin.threshold,
                self.tongue.percent(row.margin.share),
                row.margin.share,
                row.bar,
            )
            for row in self.rows
        ]
        found = self.seen.progress
        percent = self.tongue.percent(found.total / self.seen.goal)
        numbers = progress_page.Progress(found.total, self.seen.goal, percent, len(found.over), found.needed, tuple(rows))
        return progress_page.maps(self._, self.tongue, self.procedure, numbers)

    def dated(self) -> list[tuple[str, int, int]]:
        """Give each day until today with its entries and the sum of all, for a file."""
        rows, total = [], 0
        for place, value in enumerate(self.to_today()):
            total += value
            rows.append(((self.first + timedelta(days=place)).isoformat(), value, total))
        return rows

    def by_month(self) -> list[tuple[str, int]]:
        """Give each month with its entries, for a file."""
        sums: dict[str, int] = {}
        for day, value, _total in self.dated():
            sums[day[:7]] = sums.get(day[:7], 0) + value
        return list(sums.items())

    def _course(self) -> course_chart.Course:
        online = list(accumulate(self.to_today()))
        # What was destroyed has no day of its own: it is taken off where the line ends.
        if online:
            online[-1] = max(0, online[-1] - sum(self.seen.series.destroyed.values()))
        totals = [received + paper for received, paper in zip(online, self.paper_totals(), strict=True)]
        shown = online if self.has_paper else ()
        last = max(self.last, self.first)
        if self.seen.forecast is None:
            # A few days in the width of a year would be a stroke at its edge.
            last = min(last, self.first + timedelta(days=max(_FEWEST_DAYS, 2 * len(totals))))
        return course_chart.Course(self.first, last, totals, self.seen.forecast, self.seen.goal, shown)

    def paper_totals(self) -> list[int]:
        """Give how many were counted on paper by the end of each day until today: a week's on its last day."""
        count = len(self.to_today())
        until = self.first + timedelta(days=max(0, count - 1))
        added = [0] * count
        for day, number in self.seen.paper.by_day(until=until).items() if count else ():
            added[max(0, (day - self.first).days)] += number
        return list(accumulate(added))

    def _course_words(self, chart: course_chart.Course) -> course_chart.Words:
        made = self.seen.forecast
        now = chart.totals[-1]
        if made is None:
            label = self._(
                "The total until now: %(total)s. The goal is %(goal)s.",
                total=self.tongue.number(now),
                goal=self.tongue.number(self.seen.goal),
            )
        else:
            label = self._(
                "Forecast of the total: %(total)s today; most likely about %(middle)s on %(day)s; "
                "in eight of ten cases between %(low)s and %(high)s. The goal is %(goal)s.",
                total=self.tongue.number(now),
                middle=self._rounded(made.end.middle),
                day=self.tongue.date(self.last),
                low=self._rounded(made.end.outer[0]),
                high=self._rounded(made.end.outer[1]),
                goal=self.tongue.number(self.seen.goal),
            )
        goal = (
            self._("Threshold %(goal)s", goal=self.tongue.number(self.seen.goal))
            if self.seen.jurisdiction
            else self._("Goal %(goal)s", goal=self.tongue.number(self.seen.goal))
        )
        return course_chart.Words(goal, self._("today"), self.short_day(chart.last), label)

    def _course_rows(self) -> Sequence[tuple[str | int, ...]]:
        made = self.seen.forecast
        if made is None:
            return ()
        courses = made.courses[1:]
        step = max(1, len(courses) // 8)
        picked = [one for place, one in enumerate(courses) if place % step == step - 1 or one is courses[-1]]
        number = self.tongue.number
        return [
            (
                self.tongue.date(one.day),
                number(one.middle),
                f"{number(one.inner[0])} – {number(one.inner[1])}",
                f"{number(one.outer[0])} – {number(one.outer[1])}",
            )
            for one in picked
        ]

    def _month_ticks(self, chart: course_chart.Course) -> Sequence[day_chart.Tick]:
        span = (chart.last - chart.first).days + 1
        return day_chart.ticks(chart.first, span, self.short_day, self._short_month)

    def _no_forecast(self) -> str:
        if self.seen.phase not in ("collecting", "paused"):
            return self._("The total, day by day.")
        if self.seen.counted_share < 1:
            return self._("The days are being counted; the forecast follows in a minute.")
        if len(self.entries) <= PACE_DAYS:
            return self._("A forecast is made from seven whole days, or 1,000 statements, on: less would say nothing.")
        return self._("There is no forecast: nothing came in the last %(days)s days.", days=PACE_DAYS)

    def to_today(self) -> list[int]:
        """Give the entries of each day until today, or until the last day."""
        until = min(self.seen.today, self.last)
        return self.entries + [0] * max(0, (until - self.first).days + 1 - len(self.entries))

    def _head(self, first: str) -> tuple[str, ...]:
        return (first, self._("Received"), self._("Total"))

    def _rounded(self, value: int) -> str:
        step = 10 ** max(0, len(str(value)) - _ROUND)
        return self.tongue.number(round(value / step) * step)

    def short_day(self, day: date) -> str:
        """Give a day without its year, short."""
        return str(format_skeleton("MMMd", day, locale=self.tongue.locale))

    def _short_month(self, day: date) -> str:
        return str(day.year) if day.month == 1 else str(format_date(day, "LLL", locale=self.tongue.locale))


def _summed(named: Sequence[tuple[str, int]], before: int = 0) -> tuple[tuple[str | int, ...], ...]:
    rows, total = [], before
    for name, value in named:
        total += value
        rows.append((name, value, total))
    return tuple(rows)


def exact(tongue: Language, share: float) -> str:
    """Give a share in tenths of a per cent: a loss that is rounded down would look smaller than it was."""
    return str(format_percent(share, format="#,##0.#%", locale=tongue.locale))
