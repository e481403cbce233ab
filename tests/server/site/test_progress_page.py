"""The page of progress: the figures that are published, in every language and state, with tables that say what the charts say."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from lxml import html

from civium.server.open_data.numbers import Series, series_of
from civium.server.site import languages, progress_page, shown
from civium.server.site.languages import language
from civium.server.site.pages import Site
from civium.server.site.words import words
from tests.server.site import made
from tests.server.site.test_pages import check_html

URL = "https://collect.example"
STATES = {
    "waiting": "Not open yet",
    "paused": "Paused for the moment",
    "ended": "",
    "withdrawn": "Withdrawn",
    "destroyed": "Closed",
}


def _series(days: int, last: date = made.TODAY, **destroyed: int) -> Series:
    end = (last - date(1970, 1, 1)).days
    sums = {
        code: {end - place: 10 * (number + 1) + place % 3 for place in range(days)}
        for number, code in enumerate(("ES", "IT", "MT"))
    }
    return series_of(sums if days else {}, destroyed)


def _site(
    series: Series | None, *, received: int = 612_480, jurisdictions: dict[str, int] | None = None, **changes: object
) -> Site:
    one = made.initiative(**changes)
    counts = shown.Counts(received, made.SOME_COUNTS if jurisdictions is None else jurisdictions)
    return Site(
        find=lambda slug: one if slug == one.slug else None,
        hosted=lambda: (one,),
        counts=lambda _: counts,
        today=lambda: made.TODAY,
        url=URL,
        series=lambda _: series,
    )


def _tree(site: Site, code: str = "en") -> html.HtmlElement:
    page = site.render(f"/{code}/i/night-trains/progress")
    assert page is not None
    return check_html(page.body, code)


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _rows(tree: html.HtmlElement, table: str) -> list[list[str]]:
    return [[_text(cell) for cell in row.xpath("th|td")] for row in tree.xpath(f"{table}/tbody/tr")]


@pytest.mark.parametrize("code", languages.CODES)
def test_every_language_writes_figures_in_its_own_way_and_loads_only_what_is_ours(code: str) -> None:
    site = _site(_series(222))
    tree, tongue = _tree(site, code), language(code)
    assert tree.xpath("//strong[@data-live='received']/text()") == [tongue.number(612_480)]
    row = tree.xpath("//tr[@data-place='DE']")[0]
    assert [cell.text_content() for cell in row.xpath("td")[:3]] == [
        tongue.number(71_400),
        tongue.number(69_120),
        tongue.percent(71_400 / 69_120),
    ]
    main = tree.get_element_by_id("progress")
    written = re.sub(r"\B(?=(?:\d{3})+$)", main.get("data-grouping"), "1234567")
    assert written == tongue.number(1_234_567), "a script writes thousands as the server does"
    assert main.get("data-percent").replace("0", "61") == tongue.percent(0.61)
    assert set(tree.xpath("//script/@src|//link[@rel='stylesheet']/@href")) <= set(site.assets())
    assert not tree.xpath("//*[@style]")


def test_every_state_stands_in_the_table_the_highest_share_first() -> None:
    rows = _rows(_tree(_site(_series(3))), "//table[contains(@class,'states')]")
    assert len(rows) == 27
    assert [row[0] for row in rows[:6]] == ["Greece", "Germany", "Finland", "Bulgaria", "Belgium", "Malta"]
    assert rows[0][1:4] == ["16,020", "15,120", "105%"]
    assert [row[0] for row in rows[9:12]] == ["Austria", "Croatia", "Cyprus"], "with the same share, as one reads"
    shares = [int(row[3].rstrip("%")) for row in rows]
    assert shares == sorted(shares, reverse=True)


def test_table_tiles_and_map_agree_on_who_is_over_the_threshold() -> None:
    tree = _tree(_site(_series(3)))
    over = {"EL", "DE", "FI", "BG", "BE"}
    assert set(tree.xpath("//tr[contains(@class,'is-over')]/@data-place")) == over
    assert set(tree.xpath("//*[local-name()='g'][@class='in']/@data-place")) == over
    assert {path.get("data-place") for path in tree.xpath("//path[@fill='url(#over-threshold)']")} == over
    assert _text(tree.xpath("//dl[@class='facts']/div[3]/dd[1]")[0]) == "5 of 7 States"
    assert len(tree.xpath("//*[contains(@class,'pips')]//rect[@class='on']")) == 5
    for svg in tree.xpath("//figure//svg[@role='img']"):
        assert svg.get("aria-label")
    label = tree.xpath("//svg[@class='tiles'][@role='img']/@aria-label")[0]
    assert label.endswith("Over their threshold: Greece, Germany, Finland, Bulgaria and Belgium.")
    assert len(tree.xpath("//svg[@role='img']/path[@data-place]/title")) == 27


def test_a_share_is_never_rounded_up_to_a_threshold() -> None:
    tree = _tree(_site(None, jurisdictions={"MT": 4_319}))
    assert _text(tree.xpath("//tr[@data-place='MT']/td[3]")[0]) == "99%"
    assert not tree.xpath("//tr[contains(@class,'is-over')]")
    assert tree.xpath("//svg[@class='tiles'][@role='img']/@aria-label")[0].endswith("No State is over its threshold yet.")


@pytest.mark.parametrize("received", [0, 1, 2, 1_000_000, 2_000_000])
def test_any_total_is_told_and_the_bar_ends_at_the_goal(received: int) -> None:
    tree = _tree(_site(_series(1), received=received, jurisdictions={"MT": received}))
    bar = tree.xpath("//progress")[0]
    assert int(bar.get("value")) == min(received, 1_000_000)
    assert tree.xpath("//strong[@data-live='received']/text()") == [f"{received:,}"]
    assert _text(tree.xpath("//dd[@data-live='percent']")[0]) == f"{received // 10_000}%"


@pytest.mark.parametrize("days", [1, 3, 62, 222, 560])
def test_tables_beside_the_bars_say_the_same_numbers(days: int) -> None:
    series = _series(days)
    tree = _tree(_site(series))
    values = list(series.all_entries)
    figure = "//figure[@aria-labelledby='days-h']"
    tables = tree.xpath(f"{figure}//table")
    in_days = _rows(tables[-1], ".")
    assert [int(row[1].replace(",", "")) for row in in_days] == values
    assert int(in_days[-1][2].replace(",", "")) == sum(values)
    assert in_days[-1][0] == "21 November 2026"
    if len(tables) == 2:
        months = _rows(tables[0], ".")
        assert sum(int(row[1].replace(",", "")) for row in months) == sum(values)
        assert months[-1][0] == "November 2026"
    else:
        assert days <= 3
    bars = tree.xpath(f"{figure}//svg/svg/path[1]/@d")[0]
    assert bars.count("M") == days
    assert len(tree.xpath(f"{figure}//svg/line[@class='grid']")) <= 4


def test_days_without_a_statement_since_the_last_one_are_there_up_to_today() -> None:
    tree = _tree(_site(_series(3, last=made.TODAY - timedelta(days=5))))
    rows = _rows(tree.xpath("//figure[@aria-labelledby='days-h']//table")[-1], ".")
    assert len(rows) == 8
    assert [row[1] for row in rows[-5:]] == ["0"] * 5


def test_no_day_is_not_the_same_as_not_counted_yet() -> None:
    figure = "//figure[@aria-labelledby='days-h']"
    assert "No statement is in the public log yet." in _text(_tree(_site(_series(0))).xpath(figure)[0])
    assert "The days are being counted." in _text(_tree(_site(None)).xpath(figure)[0])
    assert not _tree(_site(None)).xpath(f"{figure}//table")


def test_the_latest_support_tells_state_and_day_and_nothing_finer() -> None:
    section = _tree(_site(_series(5))).xpath("//section[@aria-labelledby='latest-h']")[0]
    days = section.xpath(".//dl/div")
    assert [_text(day.find("dt")) for day in days] == ["Today, 21 November 2026", "20 November 2026", "19 November 2026"]
    assert [_text(place) for place in days[0].xpath(".//li")] == ["Malta 30", "Italy 20", "Spain 10"]
    assert not re.search(r"\d:\d|hour|minute ago|latest at", _text(section))


@pytest.mark.parametrize(("state", "title"), STATES.items())
def test_a_page_that_is_not_open_says_so_and_has_no_button(state: str, title: str) -> None:
    tree = _tree(_site(_series(30), state=state))
    assert title in _text(tree.xpath("//div[contains(@class,'notice')]")[0])
    assert not tree.xpath("//a[contains(@class,'button')]")
    assert bool(tree.xpath("//script[@src]")) == (state == "paused"), "what no longer moves asks for nothing"


def test_what_was_destroyed_is_told_where_the_days_still_count_it() -> None:
    assert "3 of these statements were destroyed later" in _text(_tree(_site(_series(9, ES=2, MT=1))))
    assert "destroyed later" not in _text(_tree(_site(_series(9))))


def _petition_days() -> Series:
    return series_of({"VAL-C": {(made.TODAY - date(1970, 1, 1)).days: 812}}, {})


def test_another_procedure_has_its_own_places_and_no_map() -> None:
    petition = {
        "procedure": "petition",
        "collection": made.collection("demonstration", "petition"),
        "goal": 3000,
        "registered_on": date(2026, 3, 2),
    }
    tree = _tree(_site(_petition_days(), received=812, jurisdictions={"VAL-C": 812}, **petition))
    rows = _rows(tree, "//table[contains(@class,'states')]")
    assert [row[0] for row in rows] == ["Central Vallorsa", "Northern Vallorsa", "Southern Vallorsa"]
    assert rows[0][1:4] == ["812", "800", "101%"]
    assert "1 of 2 places" in _text(tree)
    assert not re.search(r"\bStates?\b", _text(tree.get_element_by_id("progress")))
    assert not tree.xpath("//svg[@class='tiles']|//svg[@class='land']")


def test_figures_can_be_taken_away_and_the_page_passed_on() -> None:
    tree = _tree(_site(_series(3)))
    api = f"/api/collections/{made.COLLECTION}"
    wanted = {f"{api}/counts.csv", f"{api}/counts", f"{api}/series.csv", f"{api}/series"}
    assert wanted <= set(tree.xpath("//ul[@class='downloads']//a/@href"))
    assert tree.get_element_by_id("progress").get("data-counts") == f"{api}/counts"
    assert tree.get_element_by_id("address").text == f"{URL}/en/i/night-trains/progress"
    assert any("collect.example" in link for link in tree.xpath("//a[starts-with(@href,'mailto:')]/@href"))


def test_the_initiatives_page_leads_here_and_a_page_that_collects_nothing_has_none() -> None:
    site = _site(_series(3))
    front = html.document_fromstring(site.render("/el/i/night-trains").body)  # type: ignore[union-attr]
    assert "/el/i/night-trains/progress" in front.xpath("//main//a/@href")
    companion = made.site(made.initiative(deployment="companion", collection=None))
    assert companion.render("/en/i/night-trains/progress") is None
    page = html.document_fromstring(companion.render("/en/i/night-trains").body)  # type: ignore[union-attr]
    assert "/en/i/night-trains/progress" not in page.xpath("//a/@href")


def test_without_numbers_the_page_says_that_they_cannot_be_shown() -> None:
    body = progress_page.render(words("en"), made.initiative(), None, None, today=made.TODAY, url=URL)
    assert body is not None
    tree = check_html(body, "en")
    assert "The numbers cannot be shown just now." in _text(tree)
    assert not tree.xpath("//table")
