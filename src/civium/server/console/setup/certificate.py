"""The certificate of conformity (Annex IV): a PDF that is looked through, with who gave it and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.http import Http404, HttpResponse

from civium.errors import Refused
from civium.law.deployments import deployment
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.downloads import saved_as
from civium.server.console.setup.acts import CHANGE_CERTIFICATE
from civium.server.console.setup.deciding import decide, here, mend, page, refused
from civium.server.console.setup.given import Form
from civium.server.initiatives import uploads
from civium.server.initiatives.appearance import appearance_of
from civium.server.uploads.papers import LARGEST_PAPER, checked_paper

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Initiative

_PAGE: Final = "console/setup/certificate.html"


def certificate(request: ConsoleRequest) -> HttpResponse:
    """Show the certificate; take another in."""
    _ = frame.words_of(request)
    initiative = here(request)
    context = _context(initiative)
    if request.method != "POST":
        return page(request, _PAGE, context)
    form = Form(request)
    told = {
        "authority": form.line("authority", longest=200, missing=_("Write which authority gave it.")),
        "country": form.one_of("country", context["countries"], missing=_("Choose its State.")),
        "issued_on": form.day("issued_on", missing=_("Write the day on which it was given.")),
        "file": "certificate.pdf",
    }
    raw = form.file("file", LARGEST_PAPER, missing=_("Choose the PDF that the authority gave you."))
    if form.errors:
        return mend(request, form.errors, _PAGE, context)
    try:
        paper = checked_paper(raw)
        checked = appearance_of({"certificate": told}, lambda _name, _largest: paper.content, initiative)
        with transaction.atomic():
            uploads.keep(initiative, checked.files, now=request.now)
            decide(request, CHANGE_CERTIFICATE, {"stored": dict(checked.stored)})
    except Refused as error:
        return refused(request, error, _PAGE, _context(initiative))
    return frame.back(request, "setup-certificate")


def file(request: ConsoleRequest) -> HttpResponse:
    """Give the certificate that is kept, under a name of ours."""
    initiative = here(request)
    kept = uploads.contents(initiative, _names(initiative))
    if not kept:
        raise Http404
    answer = HttpResponse(*kept.values(), content_type="application/pdf")
    return saved_as(answer, "certificate-of-conformity.pdf")


def _names(initiative: Initiative) -> list[str]:
    kept = initiative.appearance.get("certificate")
    return [kept["sha256"]] if kept else []


def _context(initiative: Initiative) -> dict[str, Any]:
    procedure = load_procedure(initiative.procedure)
    chosen = deployment(procedure, initiative.deployment)
    kept = initiative.appearance.get("certificate")
    return {
        "chosen": chosen,
        "is_possible": chosen.collects and not chosen.banner,
        "kept": {**kept, "size": sum(uploads.sizes(initiative, _names(initiative)).values())} if kept else None,
        "countries": [code for code in procedure.countries if len(code) == 2],
    }
