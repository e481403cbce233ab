"""The screens of an initiative's life."""

from __future__ import annotations

from civium.formats.certificate import LARGEST_FILE
from civium.server.console.lifecycle import certificate, destruction, views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen
from civium.server.uploads.papers import LARGEST_PAPER

_OF = "initiatives/<slug:slug>/lifecycle/"
_BOTH = ("GET", "POST")

SCREENS: tuple[Screen, ...] = (
    Screen("lifecycle", _OF, views.lifecycle, Permission.SEE_SET_UP, place="Where we stand"),
    Screen("certificates", f"{_OF}certificates/", views.certificates, Permission.SEE_SET_UP, place="Certificates"),
    Screen(
        "certificate-read",
        f"{_OF}certificates/read/",
        certificate.read,
        Permission.PROPOSE,
        _BOTH,
        largest_body=2 * LARGEST_FILE,
    ),
    Screen(
        "certificate-scan",
        f"{_OF}certificates/scan/",
        certificate.scan,
        Permission.PROPOSE,
        _BOTH,
        largest_body=2 * LARGEST_PAPER,
    ),
    Screen(
        "certificate-scan-file", f"{_OF}certificates/scan/<int:number>/scan.pdf", certificate.scan_file, Permission.SEE_SET_UP
    ),
    Screen("pause", f"{_OF}pause/", views.pause, Permission.PAUSE, _BOTH),
    Screen("act", f"{_OF}act/<slug:act>/", views.one_act, Permission.PROPOSE, _BOTH),
    Screen(
        "destruction", f"{_OF}destruction/", destruction.destruction, Permission.SEE_SET_UP, place="Destruction of statements"
    ),
    Screen(
        "destruction-order", f"{_OF}destruction/order/", destruction.order, Permission.DESTROY_STATEMENTS, ("POST",), fresh=True
    ),
    Screen("destruction-stop", f"{_OF}destruction/stop/", destruction.stop, Permission.PAUSE, ("POST",)),
    Screen("destruction-proof", f"{_OF}destruction/<int:number>/proof.txt", destruction.proof_text, Permission.SEE_SET_UP),
    Screen("destruction-proof-pdf", f"{_OF}destruction/<int:number>/proof.pdf", destruction.proof_pdf, Permission.SEE_SET_UP),
)
