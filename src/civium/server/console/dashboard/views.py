"""The dashboard, how its numbers are made, and its charts as files."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse

from civium.server.console import frame
from civium.server.console.dashboard import files, pictures
from civium.server.console.dashboard.shown import Sight, exact
from civium.server.console.downloads import saved_as
from civium.server.console.gate import BY_ITSELF
from civium.server.console.permissions import may
from civium.server.dashboard import alerting, alerts, bursts, forecast, margins, ranges
from civium.server.dashboard.overview import overview
from civium.server.dashboard.wording import said
from civium.server.site import assets
from civium.server.site.languages import language
from civium.server.store.opening import open_store

if TYPE_CHECKING:
    from typing import Any

    from civium.server.console.screens import ConsoleRequest

_TYPES = {"csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}

_LEVELS = ("bad", "warn", "ok")


def dashboard(request: ConsoleRequest) -> HttpResponse:
    """What organisers look at each morning; a page that renews itself gets what changes alone."""
    sight = _sight(request)
    context = _around(request) | {"sight": sight}
    if sight is None:
        return frame.page(request, "console/dashboard/nothing_yet.html", context)
    is_renewal = bool(request.headers.get(BY_ITSELF))
    return frame.page(request, f"console/dashboard/{'_now' if is_renewal else 'dashboard'}.html", context | _alerts(request))


def method(request: ConsoleRequest) -> HttpResponse:
    """How the numbers are made: forecast, margins with their sources, alerts with their thresholds."""
    initiative = request.initiative
    assert initiative is not None, "a screen of an initiative"
    return frame.page(
        request,
        "console/dashboard/method.html",
        _around(request)
        | {
            "exact": lambda share: exact(language(frame.words_of(request).code), share),
            "losses": margins.losses(initiative.procedure),
            "forecast": forecast,
            "alerts": alerts,
            "bursts": bursts,
            "ranges": ranges,
            "safe": margins.SAFE,
        },
    )


def file(request: ConsoleRequest, chart: str, kind: str) -> HttpResponse:
    """A chart as CSV, SVG or PNG."""
    sight = _sight(request)
    if sight is None or kind not in _TYPES:
        raise Http404
    content: bytes | str | None
    if kind == "csv":
        content = files.as_csv(sight, chart)
    else:
        content = files.picture(sight, chart)
        if content is not None and kind == "png":
            content = pictures.as_png(content)
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type=_TYPES[kind])
    part = f"-{sight.seen.jurisdiction.lower()}" if sight.seen.jurisdiction else ""
    name_of_file = f"{sight.seen.initiative.slug}-{chart}{part}-{sight.seen.today.isoformat()}.{kind}"
    return saved_as(answer, name_of_file)


def _sight(request: ConsoleRequest) -> Sight | None:
    initiative = request.initiative
    assert initiative is not None, "a screen of an initiative"
    with closing(open_store(settings.CONFIG)) as store:
        seen = overview(initiative, store, now=request.now, jurisdiction=request.GET.get("state") or None)
    return Sight(frame.words_of(request), seen) if seen is not None else None


def _alerts(request: ConsoleRequest) -> dict[str, Any]:
    initiative = request.initiative
    assert initiative is not None, "a screen of an initiative"
    _ = frame.words_of(request)
    told = [(alert, said(_, initiative, alert)) for alert in alerting.shown(initiative, now=request.now)]
    # What needs somebody stands before what is good to hear.
    return {"alarms_here": sorted(told, key=lambda one: _LEVELS.index(one[1].level))}


def _around(request: ConsoleRequest) -> dict[str, Any]:
    from civium.server.console.urls import all_screens

    open_to = {screen.name for screen in all_screens() if may(request.role, screen.permission)}
    return {
        "stylesheets": (assets.page_stylesheet("progress").path, assets.page_stylesheet("dashboard").path),
        "scripts": ("dashboard.js",),
        "open_to": open_to,
    }
