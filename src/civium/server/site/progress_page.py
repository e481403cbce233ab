"""The page that shows how far an initiative has come: total, days, each State against its threshold, what the words mean.

The rules are:
- numbers are those that open data publishes: the total live, States and days as the public log moved last; nothing is counted for the page;
- nothing finer than a State's day is shown: no hour, no order, no change since the last look;
- a procedure without a map of its places has the table alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from markupsafe import Markup

from civium.law import progress
from civium.law.deployments import deployment as deployment_of
from civium.law.periods import Period
from civium.law.procedure import load_procedure
from civium.server.site import assets, catalogues, frame, rendering, standing
from civium.server.site.charts import days as day_chart
from civium.server.site.charts import geography, places, shares, tiles
from civium.server.site.initiative_page import shared_context, shown_text, state_name
from civium.server.site.languages import Language, language, reading_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from civium.law.rules import Procedure
    from civium.server.open_data.numbers import Series
    from civium.server.site.shown import Counts, Initiative
    from civium.server.site.words import Words

PAGE = "progress"
_LATEST_DAYS = 3
_SHARED_WORDS = ("copied", "copy.failed")


@dataclass(frozen=True)
class PlaceRow:
    """One State in the table; `bar` is for the eye."""

    code: str
    name: str
    received: int
    threshold: int
    percent: str
    share: float
    bar: Markup

    @property
    def is_over(self) -> bool:
        return self.received >= self.threshold


@dataclass(frozen=True)
class Progress:
    """The figures of the goal, and every State against its threshold, the highest share first."""

    received: int
    goal: int
    percent: str
    over: int
    needed: int
    rows: tuple[PlaceRow, ...]


@dataclass(frozen=True)
class DayRow:
    """A day or a month in the table beside the bars."""

    name: str
    received: int
    total: int


@dataclass(frozen=True)
class Days:
    """The bars by day with the tables that say the same."""

    chart: Markup
    first: date
    last: date
    has_line: bool
    months: tuple[DayRow, ...]
    days: tuple[DayRow, ...]
    destroyed: int


@dataclass(frozen=True)
class LatestDay:
    """One of the latest days on which statements came: how many from which State."""

    name: str
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Maps:
    """Tiles and land, and what the land's colours mean."""

    tiles: Markup
    land: Markup
    key: tuple[tuple[Markup, str], ...]


def render(
    _: Words, initiative: Initiative, counts: Counts | None, series: Series | None, *, today: date, url: str
) -> bytes | None:
    """The page in the language of the words; None where nothing is collected here."""
    if initiative.collection is None:
        return None
    procedure = load_procedure(initiative.procedure)
    tongue = language(_.code)
    period = Period(initiative.opens_on, initiative.closes_on)
    numbers = progress_of(tongue, initiative, procedure, counts) if counts else None
    context = shared_context(_, initiative, PAGE)
    address = url + frame.initiative_path(_.code, initiative.slug, PAGE)
    api = f"/api/collections/{initiative.collection.identifier}"
    context |= {
        "page_stylesheet": assets.page_stylesheet(PAGE).path,
        "closed": standing.closed(_, tongue, initiative, deployment_of(procedure, initiative.deployment)),
        "state": initiative.state,
        "days_left": period.days_left(today),
        "days_until_open": max(0, (initiative.opens_on - today).days),
        "numbers": numbers,
        "is_by_state": procedure.belongs_by == "nationality",
        "maps": maps(_, tongue, procedure, numbers) if numbers else None,
        "days": days(_, tongue, series, last=min(today, initiative.closes_on)) if series and series.days else None,
        "is_counted": series is not None,
        "latest": latest(_, tongue, procedure, series, today) if series else (),
        "downloads": _downloads(_, api),
        "counts_path": f"{api}/counts",
        "address": address,
        "mail": f"mailto:?subject={quote(shown_text(initiative, _.code).text.title)}&body={quote(address)}",
        # What no longer moves needs no script.
        "script": assets.bundle()["progress.js"].path if initiative.state in ("collecting", "paused") else None,
        "words": rendering.json_block(_words(_)),
        # A script writes figures as this page does, also where the browser does not know the language.
        "grouping": tongue.number(1000)[1:2],
        "percent_pattern": tongue.percent(0),
    }
    return rendering.render("progress.html", _, context)


def progress_of(tongue: Language, initiative: Initiative, procedure: Procedure, counts: Counts) -> Progress:
    """The figures of the goal and the rows of the table; a place's share is that of its own threshold."""
    found = progress.progress(procedure, initiative.registered_on, dict(counts.jurisdictions))
    goal = initiative.goal or found.goal
    rows = []
    for place in found.jurisdictions:
        share = place.count / place.threshold
        name = state_name(tongue, procedure.jurisdictions[place.code])
        bar = shares.share_bar(share)
        rows.append(PlaceRow(place.code, name, place.count, place.threshold, tongue.percent(share), share, bar))
    rows.sort(key=lambda row: (-row.share, reading_order(tongue.code, row.name)))
    return Progress(counts.received, goal, tongue.percent(counts.received / goal), len(found.over), found.needed, tuple(rows))


def maps(_: Words, tongue: Language, procedure: Procedure, numbers: Progress) -> Maps | None:
    """Tiles and map of the places, or None where the procedure has no map of all of them."""
    lies = places.place_map(procedure.name)
    if lies is None or not lies.covers(frozenset(row.code for row in numbers.rows)):
        return None
    shown = [
        places.Place(
            row.code,
            row.share,
            row.percent,
            f"{row.name}: {tongue.number(row.received)} / {tongue.number(row.threshold)} ({row.percent})",
        )
        for row in numbers.rows
    ]
    story = f"{_('Share of its threshold that each State has reached.')} {over_story(_, tongue, numbers)}"
    # Read in rows from the north-west, as one looks.
    by_tile = sorted(shown, key=lambda place: (lies.tiles[place.code][1], lies.tiles[place.code][0]))
    quarters = [tongue.percent(quarter / 4) for quarter in range(4)]
    key = [
        (geography.swatch(0), _("under %(share)s", share=quarters[1])),
        (geography.swatch(1), _("from %(share)s", share=quarters[1])),
        (geography.swatch(2), _("from %(share)s", share=quarters[2])),
        (geography.swatch(3), _("from %(share)s", share=quarters[3])),
        (geography.swatch(4), _("over the threshold")),
    ]
    return Maps(tiles.tile_map(by_tile, lies, label=story), geography.land_map(shown, lies, label=story), tuple(key))


def over_story(_: Words, tongue: Language, numbers: Progress) -> str:
    """Which States are over their threshold, as a sentence."""
    names = [row.name for row in numbers.rows if row.is_over]
    if not names:
        return _("No State is over its threshold yet.")
    return _("Over their threshold: %(names)s.", names=format_list(names, locale=tongue.locale))


def days(_: Words, tongue: Language, series: Series, *, last: date) -> Days:
    """The bars from the first day with a statement to today, or to the last day of the collection."""
    first, values = series.days[0], list(series.all_entries)
    values += [0] * max(0, (last - series.days[-1]).days)
    ends_on = first + timedelta(days=len(values) - 1)
    slots = max(len(values), day_chart.FEWEST_SLOTS)
    most = max(values)
    label = _(
        "Statements received per day, %(first)s to %(last)s. The most on one day: %(most)s, on %(day)s.",
        first=tongue.date(first),
        last=tongue.date(ends_on),
        most=tongue.number(most),
        day=tongue.date(first + timedelta(days=values.index(most))),
    )
    # What has no day yet has no label.
    labels = day_chart.ticks(first, slots, lambda day: _short_day(tongue, day), lambda day: _short_month(tongue, day))
    labels = tuple(tick for tick in labels if tick.place < len(values))
    chart = day_chart.day_bars(values, labels, slots=slots, say=tongue.number, label=label)
    in_days = [(tongue.date(first + timedelta(days=place)), value) for place, value in enumerate(values)]
    return Days(
        chart,
        first,
        ends_on,
        day_chart.has_line(values),
        _table(_by_month(tongue, first, values)),
        _table(in_days),
        sum(series.destroyed.values()),
    )


def latest(_: Words, tongue: Language, procedure: Procedure, series: Series, today: date) -> tuple[LatestDay, ...]:
    """The latest days with a statement: the States and how many came from each, the most first. Nothing finer is published."""
    told = []
    for place in reversed(range(len(series.days))):
        if len(told) == _LATEST_DAYS:
            break
        of_day = [
            (state_name(tongue, procedure.jurisdictions[code]), column[place])
            for code, column in series.entries.items()
            if column[place] and code in procedure.jurisdictions
        ]
        if of_day:
            of_day.sort(key=lambda one: (-one[1], reading_order(tongue.code, one[0])))
            day = series.days[place]
            name = tongue.date(day)
            told.append(LatestDay(_("Today, %(date)s", date=name) if day == today else name, tuple(of_day)))
    return tuple(told)


def _by_month(tongue: Language, first: date, values: Sequence[int]) -> list[tuple[str, int]]:
    months: dict[tuple[int, int], int] = {}
    for place, value in enumerate(values):
        day = first + timedelta(days=place)
        months[day.year, day.month] = months.get((day.year, day.month), 0) + value
    return [
        (str(format_skeleton("yMMMM", date(year, month, 1), locale=tongue.locale)), sum_)
        for (year, month), sum_ in months.items()
    ]


def _table(named: Sequence[tuple[str, int]]) -> tuple[DayRow, ...]:
    rows, total = [], 0
    for name, value in named:
        total += value
        rows.append(DayRow(name, value, total))
    return tuple(rows)


def _short_day(tongue: Language, day: date) -> str:
    return str(format_skeleton("MMMd", day, locale=tongue.locale))


def _short_month(tongue: Language, day: date) -> str:
    """A month by its short name; January by its year, where a new one begins."""
    return str(day.year) if day.month == 1 else str(format_date(day, "LLL", locale=tongue.locale))


def _downloads(_: Words, api: str) -> tuple[tuple[str, tuple[standing.Link, ...]], ...]:
    """What can be taken away, and how: the same figures as on the page."""
    return tuple(
        (title, (standing.Link(f"{api}/{name}.csv", "CSV"), standing.Link(f"{api}/{name}", "JSON")))
        for title, name in ((_("Total and thresholds"), "counts"), (_("Every day"), "series"))
    )


def _words(_: Words) -> dict[str, str]:
    shared = catalogues.browser_words()
    return {key: _(shared[key]) for key in _SHARED_WORDS} | {
        "share.button": _("Share…"),
        "share.copy": _("Copy the link"),
        "progress.none": _("No State is over its threshold yet."),
        "progress.over": _("Over their threshold: %(names)s.", names="{names}"),
        "progress.share": _("Share of its threshold that each State has reached."),
    }
