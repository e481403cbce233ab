"""Appearance, certificate and preview: tried before it is taken over, tricks refused, nothing public before its time."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from civium.server.initiatives import uploads
from civium.server.initiatives.models import Initiative, Upload
from civium.server.site import picture
from tests.server.console.conftest import BrowserOf, Installation

OF = "/console/initiatives/night-trains/set-up/"
PETITION = "/console/initiatives/quiet-skies/set-up/"
LOOK = {
    "theme_colour": "#f5c400",
    "maker": "Night Trains",
    "layout": "column",
    **{f"block-{name}": str(number) for number, name in enumerate(("share", "organisers", "questions", "funding", "states"), 1)},
    "block-video": "0",
    "act": "take",
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/>{}</svg>'


def _png(width: int = 800, height: int = 300) -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#51307a").save(stream, "PNG")
    return SimpleUploadedFile("../../etc/passwd.png", stream.getvalue())


def _pdf(*, acts: bool = False) -> SimpleUploadedFile:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    if acts:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
    stream = io.BytesIO()
    writer.write(stream)
    return SimpleUploadedFile("x.pdf", stream.getvalue())


def _look(slug: str = "night-trains") -> dict[str, Any]:
    return Initiative.objects.get(slug=slug).appearance


def test_a_look_is_tried_then_taken_over(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    assert browser.post(f"{OF}appearance/", {**LOOK, "act": "try", "logo": _png(), "cover": _png()}).status_code == 303
    assert _look() == {}
    page = browser.get(f"{OF}appearance/")
    assert "This look is tried" in page.content.decode()
    assert "Moved: as given it would have" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    tried, stored = (browser.get(f"{OF}preview/en/{query}").content.decode() for query in ("?look=tried", ""))
    assert "theme-night-trains" in tried
    assert "theme-night-trains" not in stored
    other = browser_of("substitute", installation.demonstration).get(f"{OF}preview/en/?look=tried").content.decode()
    assert "theme-night-trains" not in other
    assert browser.post(f"{OF}appearance/", LOOK).status_code == 303
    look = _look()
    assert (look["theme_colour"], look["layout"], look["blocks"][0]) == ("#f5c400", "column", "share")
    kept = uploads.contents(installation.demonstration, uploads.names_in(look))
    assert picture.kind(kept[look["logo"]]) == "png"
    assert [picture.kind(kept[one]) for one in look["cover"]] == ["webp", "webp"]
    assert Upload.objects.count() == 3
    assert browser.post(f"{OF}appearance/", {**LOOK, "without_logo": "yes", "without_cover": "yes"}).status_code == 303
    assert not {"logo", "cover"} & _look().keys()
    assert not Upload.objects.exists(), "what nothing names is removed"


def test_what_is_wrong_with_a_look_is_told(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    wrong = {**LOOK, "theme_colour": "red;}", "block-organisers": "0", "video_url": "https://f.example", "layout": "sideways"}
    page = browser.post(f"{OF}appearance/", wrong).content.decode()
    for sentence in ("six digits", "the law wants their names", "needs its address and its title", "Choose one"):
        assert sentence in page
    for name, told in (("<script>alert(1)</script>", "script, a link"), ('<rect onload="x"/>', "script, a link")):
        refused = browser.post(f"{OF}appearance/", {**LOOK, "logo": SimpleUploadedFile("l.svg", SVG.format(name).encode())})
        assert refused.status_code == 422
        assert told in refused.content.decode()
    assert browser.post(f"{OF}appearance/", {**LOOK, "cover": _png(10_000, 20)}).status_code == 422
    assert _look() == {}


def test_a_tried_look_is_forgotten(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    browser.post(f"{OF}appearance/", {**LOOK, "act": "try", "logo": _png()})
    browser.post(f"{OF}appearance/", {**LOOK, "act": "try", "logo": _png(400)})
    assert Upload.objects.count() == 1, "of two that were tried the last"
    assert browser.post(f"{OF}appearance/", {"act": "forget"}).status_code == 303
    assert not Upload.objects.exists()
    assert "This look is tried" not in browser.get(f"{OF}appearance/").content.decode()


def test_a_preview_is_the_page_behind_the_log_on(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    browser.post(f"{OF}appearance/", {**LOOK, "logo": _png()})
    answer = browser.get(f"{OF}preview/en/")
    page = answer.content.decode()
    assert "Night trains for every capital" in page
    assert "Nothing can be sent from here." in page
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "form-action 'none'" in answer["Content-Security-Policy"]
    assert '<script type="module"' not in page
    assert f'href="{OF}preview/el/"' in page
    assert f'href="{OF}preview/en/privacy/' in page
    theme = page.split('href="' + OF + "preview-files/theme-")[1].split('"')[0]
    assert browser.get(f"{OF}preview-files/theme-{theme}").status_code == 200
    assert browser.get("/en/i/night-trains").status_code == 404
    assert browser.get(f"{OF}preview-files/nothing.css").status_code == 404
    assert browser.get(f"{OF}preview/xx/").status_code == 404
    assert browser.get(f"{OF}preview/en/nowhere/").status_code == 404
    stranger = browser_of("representative", installation.petition)
    assert stranger.get(f"{OF}preview/en/").status_code == 404


def test_a_drawn_logo_is_served_in_a_sandbox(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    browser.post(f"{OF}appearance/", {**LOOK, "logo": SimpleUploadedFile("l.svg", SVG.format("").encode())})
    name = browser.get(f"{OF}preview/en/").content.decode().split("preview-files/logo-")[1].split('"')[0]
    answer = browser.get(f"{OF}preview-files/logo-{name}")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "sandbox" in answer["Content-Security-Policy"]


CERTIFICATE = {"authority": "Agència de Certificació", "country": "LU", "issued_on": "2026-09-01"}


def test_a_certificate_is_looked_through_and_kept_as_it_came(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.petition)
    countries = browser.get(f"{PETITION}certificate/").content.decode()
    assert 'name="country"' in countries
    refused = browser.post(f"{PETITION}certificate/", {**CERTIFICATE, "file": _pdf(acts=True)})
    assert refused.status_code == 422
    large = browser.post(
        f"{PETITION}certificate/", {**CERTIFICATE, "file": SimpleUploadedFile("x", b"%PDF-1.7" + bytes(5_000_001))}
    )
    assert "larger than 5000000 bytes" in large.content.decode()
    assert "certificate" not in _look("quiet-skies")
    paper = _pdf()
    assert browser.post(f"{PETITION}certificate/", {**CERTIFICATE, "file": paper}).status_code == 303
    kept = browser.get(f"{PETITION}certificate/file/")
    assert (kept.content, kept["Content-Type"]) == (_pdf().read(), "application/pdf")
    assert kept["Content-Disposition"] == 'attachment; filename="certificate-of-conformity.pdf"'
    with CaptureQueriesContext(connection) as asked:
        assert "certificate-of-conformity.pdf" in browser.get(f"{PETITION}certificate/").content.decode()
    assert not [one["sql"] for one in asked if '"content"' in one["sql"].replace('LENGTH("initiatives_upload"."content")', "")], (
        "loaded to show its size"
    )
    assert sum(uploads.sizes(installation.petition, [Upload.objects.get().sha256]).values()) == len(kept.content)
    demonstration = browser_of("representative", installation.demonstration)
    assert "Not needed here" in demonstration.get(f"{OF}certificate/").content.decode()
    assert demonstration.post(f"{OF}certificate/", {**CERTIFICATE, "file": _pdf()}).status_code == 422
