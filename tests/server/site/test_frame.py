"""The frame of a page: whose it is, where it leads."""

from __future__ import annotations

from lxml import html

from tests.server.site import made


def _tree(path: str, **changes: object) -> html.HtmlElement:
    page = made.site(made.initiative(**changes)).render(path)
    assert page is not None
    return html.document_fromstring(page.body.decode())


def test_a_page_carries_the_organisers_name_or_their_website_or_ours() -> None:
    assert _tree("/en/i/night-trains").xpath("//a[@class='maker']/span/text()") == ["Night Trains"]
    assert _tree("/en/i/night-trains", maker=None).xpath("//a[@class='maker']/span/text()") == ["night-trains.example"]
    assert _tree("/en/i/night-trains", maker=None, website=None).xpath("//a[@class='maker']/span/text()") == ["Civium"]


def test_the_footer_marks_the_page_one_is_on() -> None:
    for page in ("protection", "privacy"):
        assert _tree(f"/en/i/night-trains/{page}").xpath("//footer//a[@aria-current='page']/@href") == [
            f"/en/i/night-trains/{page}"
        ]


def test_changing_the_language_stays_on_the_page() -> None:
    links = _tree("/en/i/night-trains/privacy").xpath("//header//nav//a/@href")
    assert all(link.endswith("/i/night-trains/privacy") for link in links)


def test_a_logo_and_a_cover_are_files_of_this_server() -> None:
    tree = _tree("/en/i/night-trains", logo=b"<svg xmlns='http://www.w3.org/2000/svg'/>", cover=(b"\x89PNG",))
    assert [address.split(".")[0] for address in tree.xpath("//img/@src")] == [
        "/assets/logo-night-trains",
        "/assets/cover-night-trains",
    ]


def test_every_link_of_the_foot_leads_to_a_page() -> None:
    site = made.site(made.initiative())
    for path in ("/en/i/night-trains", "/en/"):
        page = site.render(path)
        assert page is not None
        found = html.document_fromstring(page.body.decode()).xpath("//footer//a/@href")
        assert len(found) >= 5
        # What stands on mail being set up is there only with it.
        assert [
            address for address in found if site.render(address) is None and not address.endswith(("/news", "/feedback"))
        ] == []


def test_every_page_below_an_initiatives_leads_back() -> None:
    for page in ("protection", "privacy", "rights", "take-back", "questions", "authorities", "conformity"):
        crumbs = _tree(f"/en/i/night-trains/{page}").xpath("//main//nav[@class='crumbs']//a/@href")
        assert crumbs == ["/en/", "/en/i/night-trains"], page
