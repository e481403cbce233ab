"""PDFs made from our own templates: filled with plain JSON, tagged, the same bytes for the same content."""

from __future__ import annotations

from importlib.resources import files

import typst

MEDIA_TYPE = "application/pdf"


def typeset(package: str, template: str, told: str) -> bytes:
    """Give the PDF (PDF/UA-1) of a template of a package; `told` is JSON, which the template reads from its inputs."""
    made = typst.compile(
        template_of(package, template),
        format="pdf",
        sys_inputs={"told": told},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=0,
    )
    assert isinstance(made, bytes)
    return made


def template_of(package: str, template: str) -> bytes:
    """Give a template's source."""
    return files(package).joinpath(template).read_bytes()
