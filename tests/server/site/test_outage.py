"""The outage page stands alone: 24 languages, nothing loaded."""

from __future__ import annotations

from lxml import html

from civium.server.site import languages
from civium.server.site.outage import outage_page


def test_it_speaks_every_language_and_loads_nothing() -> None:
    tree = html.document_fromstring(outage_page().decode())
    assert sorted(section.get("lang") for section in tree.xpath("//section")) == sorted(languages.CODES)
    assert tree.xpath("//script|//link|//img|//a") == []
    said = [section.xpath("p")[0].text for section in tree.xpath("//section")]
    assert len(set(said)) == len(said)
