"""The charts as files: CSV of the numbers, SVG that stands alone. What is a name of none gives nothing."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from civium.server.console.dashboard.pictures import Told, standing_alone
from civium.server.console.dashboard.weeks_shown import by_week
from civium.server.dashboard.hours import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from civium.server.console.dashboard.chart import Chart
    from civium.server.console.dashboard.shown import Sight


def picture(sight: Sight, name: str) -> str | None:
    """Give a chart as SVG that stands alone; None where there is no such chart now."""
    _ = sight._
    if name in ("tiles", "map"):
        maps = sight.maps
        if maps is None:
            return None
        chart = maps.tiles if name == "tiles" else maps.land
        sentence = _("Share of its threshold that each State has reached.")
        return standing_alone(chart, Told(_("States against their thresholds"), sentence, _source(sight)))
    found = _chart(sight, name)
    if found is None:
        return None
    title = f"{found.title} · {sight.place}" if sight.place else found.title
    return standing_alone(found.drawing, Told(title, found.sentence, _source(sight)))


def as_csv(sight: Sight, name: str) -> str | None:
    """Give the numbers of a chart or table as CSV (RFC 4180): columns named in English, days as ISO 8601, nothing rounded."""
    rows = _rows(sight, name)
    if rows is None:
        return None
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


def _chart(sight: Sight, name: str) -> Chart | None:
    return (
        {"course": sight.course, "days": sight.days, "weeks": sight.weeks, "months": sight.months}[name]
        if name in ("course", "days", "weeks", "months")
        else None
    )


def _source(sight: Sight) -> str:
    _, seen = sight._, sight.seen
    text = seen.initiative.text(seen.initiative.original_language)
    title = text.title if text is not None else seen.initiative.slug
    day = sight.tongue.date(seen.today)
    if sight.has_paper:
        return _("%(title)s. Statements received online and counted on paper, not yet verified. %(day)s.", title=title, day=day)
    return _("%(title)s. Statements received, not yet verified. %(day)s.", title=title, day=day)


def _rows(sight: Sight, name: str) -> Iterable[tuple[object, ...]] | None:
    seen = sight.seen
    if name == "course":
        # The forecast's columns are of both together.
        head: tuple[str, ...] = (
            "day",
            "online_total",
            "paper_total",
            "middle",
            "inner_low",
            "inner_high",
            "outer_low",
            "outer_high",
        )
        dated = zip(sight.dated(), sight.paper_totals(), strict=True)
        past = ((day, total, paper, "", "", "", "", "") for (day, _value, total), paper in dated)
        made = seen.forecast.courses[1:] if seen.forecast else ()
        ahead = ((one.day.isoformat(), "", "", one.middle, *one.inner, *one.outer) for one in made)
        return (head, *past, *ahead)
    if name == "days":
        return (("day", "entries", "total"), *sight.dated())
    if name == "weeks":
        return (("week", "online", "paper"), *((monday.isoformat(), *counted) for monday, *counted in by_week(sight)))
    if name == "months":
        return (("month", "entries"), *sight.by_month())
    if name == "states":
        head = ("state", "online", "paper", "threshold", "share", "usual_loss", "left_after_loss", "share_left", "outlook")
        places = (
            (
                one.code,
                one.received,
                one.paper,
                one.threshold,
                f"{one.share:.4f}",
                _share(one.loss),
                one.left,
                f"{one.share_left:.4f}",
                one.outlook,
            )
            for one in seen.margins
        )
        return (head, *places)
    if name == "funnel" and seen.funnel is not None:
        steps = (("pages", seen.funnel.pages), ("challenges", seen.funnel.challenges), ("received", seen.funnel.received))
        refused = ((REFUSED + code, count) for code, count in seen.funnel.refused.items())
        return (("step", "count"), *steps, *refused)
    if name == "partners" and seen.partners:
        return (("partner", "code", "told"), *((_safe(one.name), one.code, one.total) for one in seen.partners))
    return None


def _share(loss: float | None) -> str:
    return "" if loss is None else f"{loss:.4f}"


def _safe(text: str) -> str:
    """Give a name that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
