"""Partners: list, add, retire; each one's links, codes and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.campaign.models import LONGEST_CODE, LONGEST_NAME
from civium.server.campaign.partners import MOST_PARTNERS, THRESHOLD, Figures, add_partner, figures, figures_of, retire_partner
from civium.server.console import frame
from civium.server.console.downloads import download, saved_as
from civium.server.console.permissions import Permission
from civium.server.site import frame as site_frame
from civium.server.site import languages, qr
from civium.server.supporters.spreadsheets import csv_lines

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Initiative

_ADD = "console/partners/add.html"
_MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def partners(request: ConsoleRequest) -> HttpResponse:
    """All partners with what may be shown of their figures."""
    context = {"partners": _figures(request), "may_change": request.may(Permission.CHANGE_PARTNERS), "threshold": THRESHOLD}
    return frame.page(request, "console/partners/partners.html", context)


def add(request: ConsoleRequest) -> HttpResponse:
    """Add a partner."""
    context = {"longest_code": LONGEST_CODE, "longest_name": LONGEST_NAME, "most": MOST_PARTNERS}
    if request.method != "POST":
        return frame.page(request, _ADD, context)
    code = request.POST.get("code", "").strip()
    try:
        add_partner(_initiative(request), code, request.POST.get("name", ""), frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, _ADD, context)
    _ = frame.words_of(request)
    frame.say(request, _("Added. Here are the links to give out; figures appear from the next day on."))
    return frame.back(request, "partner", code=code)


def partner(request: ConsoleRequest, code: str) -> HttpResponse:
    """One partner: links and codes to give out, and its days."""
    initiative = _initiative(request)
    found = figures_of(initiative, code, today=brussels_date(request.now))
    if found is None:
        raise Http404
    language, state = _chosen(request, initiative)
    procedure = load_procedure(initiative.procedure)
    context = {
        "partner": found,
        "link": link(initiative, code, language, state),
        "language_chosen": language,
        "state_chosen": state,
        "languages": [(one, languages.own_name(one)) for one in site_frame.page_languages(procedure)],
        "states": sorted(
            (languages.state_name(languages.language(frame.words_of(request).code), one), code)
            for code, one in procedure.jurisdictions.items()
        ),
        "largest_day": max((count for _, count in found.days), default=0),
        "may_change": request.may(Permission.CHANGE_PARTNERS),
        "threshold": THRESHOLD,
    }
    return frame.page(request, "console/partners/partner.html", context)


def code_drawn(request: ConsoleRequest, code: str, kind: str) -> HttpResponseBase:
    """The QR code of a partner's link, for print and screens."""
    initiative = _initiative(request)
    if kind not in _MEDIA_TYPES or not initiative.partners.filter(code=code).exists():
        raise Http404
    address = link(initiative, code, *_chosen(request, initiative))
    _ = frame.words_of(request)
    drawn = qr.png(address) if kind == "png" else qr.svg(address, _("QR code of %(address)s", address=address))
    answer = HttpResponse(drawn, content_type=_MEDIA_TYPES[kind])
    if "save" in request.GET:
        saved_as(answer, f"{initiative.slug}-{code}.{kind}")
    return answer


def retire(request: ConsoleRequest, code: str) -> HttpResponse:
    """Count no more for a partner."""
    try:
        retire_partner(_initiative(request), code, frame.persons(request), now=request.now)
    except Refused as error:
        context = {"partners": _figures(request), "may_change": True, "threshold": THRESHOLD}
        return frame.refused(request, error, "console/partners/partners.html", context)
    _ = frame.words_of(request)
    frame.say(request, _("Retired. Its links still lead to the initiative, but are counted no more."))
    return frame.back(request, "partners")


def as_csv(request: ConsoleRequest) -> HttpResponseBase:
    """What may be shown of all partners: a row for each day that reaches the threshold, one for the other days together."""
    rows = (
        (one.code, one.name, day, str(told))
        for one in _figures(request)
        for day, told in (*((str(on), count) for on, count in one.days), ("other days", one.other_days))
    )
    lines = csv_lines(("code", "name", "day", "told"), rows)
    return download(request, lines, f"partners-{_initiative(request).slug}.csv", "text/csv; charset=utf-8")


def link(initiative: Initiative, code: str, language: str = "", state: str = "") -> str:
    """Give a partner's link: what it sets stands behind #, which no browser sends to a server."""
    path = site_frame.initiative_path(language, initiative.slug) if language else f"/i/{initiative.slug}"
    return f"{settings.CONFIG.url}{path}#{f'state={state}&' if state else ''}source={code}"


def _initiative(request: ConsoleRequest) -> Initiative:
    assert request.initiative is not None, "a screen of an initiative"
    return request.initiative


def _figures(request: ConsoleRequest) -> tuple[Figures, ...]:
    return figures(_initiative(request), today=brussels_date(request.now))


def _chosen(request: ConsoleRequest, initiative: Initiative) -> tuple[str, str]:
    """Give language and State of a link; what is none of the procedure's is left out."""
    procedure: Any = load_procedure(initiative.procedure)
    language, state = request.GET.get("language", ""), request.GET.get("state", "")
    return (
        language if language in site_frame.page_languages(procedure) else "",
        state if state in procedure.jurisdictions else "",
    )
