"""Certificates read: the file that an authority's tool wrote fills in the form, the signed paper is kept beside the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse

from civium.errors import Refused
from civium.formats.certificate import LARGEST_FILE
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.downloads import saved_as
from civium.server.console.lifecycle import shown, views
from civium.server.console.lifecycle.forms import Field, options
from civium.server.console.proposals.asking import here
from civium.server.initiatives import certificate_files
from civium.server.initiatives.models import CertificateScan
from civium.server.initiatives.retention_dates import retention_dates
from civium.server.site.languages import language, state_name
from civium.server.uploads.papers import LARGEST_PAPER

if TYPE_CHECKING:
    from civium.formats.certificate import CertificateFile
    from civium.server.console.screens import ConsoleRequest

_READ, _SCAN = "console/lifecycle/certificate_read.html", "console/lifecycle/certificate_scan.html"
_ACT = "record-certificate"
_PLACE = Field("jurisdiction", "given-jurisdiction", "State")


def read(request: ConsoleRequest) -> HttpResponse:
    """Ask for the file; read, it gives the form of the act with its fields filled in. Nothing is kept until that is sent."""
    _ = frame.words_of(request)
    context = {"stands_in_the_way": shown.refusal_of(here(request), _ACT, _, today=shown.today(request))}
    if request.method != "POST":
        return frame.page(request, _READ, context)
    raw = _uploaded(request, LARGEST_FILE)
    if raw is None:
        return frame.mend(request, {"file": _("Choose the file that the authority sent with its certificate.")}, _READ, context)
    try:
        with frame.premises(request) as premises:
            told = certificate_files.read_certificate(here(request), premises, raw)
    except Refused as error:
        return frame.refused(request, error, _READ, context)
    return frame.page(request, "console/lifecycle/act.html", views.context_of(request, _ACT) | _filled_in(request, told))


def scan(request: ConsoleRequest) -> HttpResponse:
    """Ask for the signed paper, and keep it."""
    _, initiative = frame.words_of(request), here(request)
    if request.method != "POST":
        return frame.page(request, _SCAN, _scans(request))
    jurisdiction, raw = request.POST.get("jurisdiction", ""), _uploaded(request, LARGEST_PAPER)
    errors = {}
    if jurisdiction not in load_procedure(initiative.procedure).jurisdictions:
        errors["jurisdiction"] = _("Choose whose certificate it is.")
    if raw is None:
        errors["file"] = _("Choose the PDF of the signed certificate.")
    if errors or raw is None:
        return frame.mend(request, errors, _SCAN, _scans(request))
    try:
        certificate_files.keep_scan(initiative, jurisdiction, raw, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, _SCAN, _scans(request))
    frame.say(request, _("Kept, byte for byte. Whoever agrees to the numbers can open it and compare."))
    return frame.back(request, "certificates")


def scan_file(request: ConsoleRequest, number: int) -> HttpResponse:
    """Give a scan that is kept, under a name of ours."""
    kept = CertificateScan.objects.filter(initiative=here(request), pk=number).first()
    if kept is None:
        raise Http404
    response = HttpResponse(bytes(kept.content), content_type="application/pdf")
    return saved_as(response, f"certificate-{kept.jurisdiction}-{kept.pk}.pdf")


def _filled_in(request: ConsoleRequest, told: CertificateFile) -> dict[str, Any]:
    """Give the form's values; the reference stands on the paper alone, and the day is the draft's until it is corrected."""
    values = {
        "jurisdiction": told.jurisdiction,
        "online_valid": str(told.online_valid),
        "paper_valid": str(told.paper_valid),
        "on": min(told.made_on, shown.today(request)).isoformat(),
        "packages": " ".join(package.sha256.hex() for package in told.packages),
    }
    given = frame.Given({name: [value] for name, value in values.items()}, {}, was_sent=True)
    place = load_procedure(here(request).procedure).jurisdictions[told.jurisdiction]
    name = state_name(language(frame.words_of(request).code), place)
    return {"given": given, "read": {"file": told, "name": name}}


def _scans(request: ConsoleRequest) -> dict[str, Any]:
    initiative = here(request)
    return {"places": options(_PLACE, initiative, frame.words_of(request)), "scans_until": retention_dates(initiative)}


def _uploaded(request: ConsoleRequest, largest: int) -> bytes | None:
    """Give the bytes of the file that was sent, None where none was; one that is too large is read only so far that those who look see it."""
    uploaded = request.FILES.get("file")
    return None if uploaded is None else bytes(uploaded.read(largest + 1))
