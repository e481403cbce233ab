"""The organisers' own key: one file of public keys given, one file of tests taken, one file of answers given, for all States at once."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse

from civium.errors import Refused
from civium.formats import organisers_key
from civium.server.console import frame
from civium.server.console.downloads import download
from civium.server.console.setup.acts import CHANGE_KEYS
from civium.server.console.setup.deciding import decide, here, mend, refused
from civium.server.console.setup.given import Form
from civium.server.console.setup.keys import PAGE, standing
from civium.server.initiatives.organisers_keys import make_tests

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from civium.server.console.screens import ConsoleRequest

# The files in base64, and what a form puts around them.
LARGEST_BODY: Final = 2 * organisers_key.LARGEST_FILE


def give(request: ConsoleRequest) -> HttpResponse:
    """Take the file of public keys in; say its fingerprint, to be compared with the one on the paper."""
    _ = frame.words_of(request)
    form = Form(request)
    raw = form.file(
        "bundle", organisers_key.LARGEST_FILE, missing=_("Choose the file that ends in .civium-organisers-public-keys.")
    )
    custody = form.line("organisers-custody", longest=300)
    if form.errors:
        return _mend(request, form)
    try:
        keys = organisers_key.parse(raw)
        words = organisers_key.fingerprint_words(keys)
        facts = {"do": "add-bundle", "file": b64encode(raw).decode(), "number": len(keys), "words": words, "custody": custody}
        decide(request, CHANGE_KEYS, facts)
    except Refused as error:
        return _refused(request, error)
    frame.say(
        request,
        _(
            "The fingerprint of the file you gave: %(words)s. It must be the one that was read aloud.",
            words=words.replace("-", " "),
        ),
    )
    return frame.back(request, "setup-keys")


def tests(request: ConsoleRequest) -> HttpResponseBase:
    """Make a test for each of the organisers' keys that waits, and give them as one file."""
    try:
        content = make_tests(here(request), frame.persons(request), now=request.now)
    except Refused as error:
        return _refused(request, error)
    return download(request, (content,), f"{here(request).slug}.civium-key-tests", "application/octet-stream")


def answers(request: ConsoleRequest) -> HttpResponse:
    """Check a file of answers: all of them are right, or nothing is accepted."""
    _ = frame.words_of(request)
    form = Form(request)
    raw = form.file("answers-file", organisers_key.LARGEST_FILE, missing=_("Choose the file that ends in .civium-key-answers."))
    if form.errors:
        return _mend(request, form)
    try:
        told = sorted(organisers_key.parse_answers(raw))
        decide(request, CHANGE_KEYS, {"do": "prove-bundle", "file": b64encode(raw).decode(), "jurisdictions": told})
    except Refused as error:
        return _refused(request, error)
    return frame.back(request, "setup-keys")


def _mend(request: ConsoleRequest, form: Form) -> HttpResponse:
    return mend(request, form.errors, PAGE, _context(request))


def _refused(request: ConsoleRequest, error: Refused) -> HttpResponse:
    return refused(request, error, PAGE, _context(request))


def _context(request: ConsoleRequest) -> dict[str, Any]:
    return standing(request)
