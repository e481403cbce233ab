"""The dashboard as organisers see it: right with none, one and two million; before the start and after the end; each chart as a file."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings

from civium.server.console.dashboard import views
from civium.server.dashboard import alerting, days, hours
from civium.server.dashboard.alerts import Raised
from civium.server.dashboard.models import BurstRange
from civium.server.dashboard.overview import overview
from civium.server.initiatives import lifecycle
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative, RepeatRate
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.intake.tally import Told
from civium.server.office.paper import enter_tally
from civium.server.store.opening import open_store
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation
from tests.server.dashboard.conftest import LargeStore, show
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE

PATH = "/console/initiatives/night-trains/dashboard/"
DAY = timedelta(days=1)
OPENED = date(2026, 4, 14)


@pytest.fixture
def premises(installation: Installation) -> Iterator[Premises]:
    with open_premises(installation.config, place.BUNDLE) as opened:
        yield opened


@pytest.fixture
def live(installation: Installation, premises: Premises) -> Initiative:
    """Give the demonstration, collecting from Spain and Malta."""
    place.go_live(installation.demonstration, premises)
    return installation.demonstration


@pytest.fixture
def observer(live: Initiative, browser_of: BrowserOf) -> Browser:
    """Give the least role that sees the dashboard."""
    return browser_of("observer", live)


@pytest.fixture
def large(live: Initiative, premises: Premises, monkeypatch: pytest.MonkeyPatch) -> LargeStore:
    """Let the views find two million statements, given since the first day; all is counted."""
    spain = [(OPENED + place_ * DAY, 8_600 + 100 * (place_ % 7)) for place_ in range(200)]
    malta = [(OPENED + place_ * DAY, 1_100) for place_ in range(200)]
    malta[-3] = (malta[-3][0], 2_000_000 - sum(count for _, count in spain) - 199 * 1_100)
    store = LargeStore(premises.store, {"ES": spain, "MT": malta})
    monkeypatch.setattr(views, "open_store", lambda _: store)
    show(store)
    days.count_days(store, live_collection(live))
    return store


def _page(browser: Browser, query: str = "") -> str:
    answer = browser.get(PATH + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def _figures(page: str) -> list[str]:
    return re.findall(r'<dd class="figure">([^<]*)</dd>', page)


def test_before_it_is_open_the_page_teaches(installation: Installation, browser_of: BrowserOf) -> None:
    page = _page(browser_of("observer", installation.demonstration))
    assert "Not open yet" in page
    assert 'class="kpis"' not in page


def test_with_nothing_received(observer: Browser) -> None:
    page = _page(observer)
    assert _figures(page) == ["0", "–", "0 of 7", "144"]
    assert "Nothing received yet" in page
    assert "The bands" not in page
    assert observer.get(PATH + "days.svg").status_code == 404
    assert observer.get(PATH + "states.csv").status_code == 200


def test_with_one_statement(live: Initiative, premises: Premises, observer: Browser) -> None:
    place.receive(premises, live_collection(live), "MT", 1)
    show(premises.store)
    page = _page(observer)
    assert _figures(page) == ["1", "–", "0 of 7", "144"]
    assert "A forecast is made from seven whole days" in page
    malta = _page(observer, "?state=MT")
    assert "Dashboard: Malta" in malta
    assert _figures(malta)[0] == "1"
    assert "States and their margins" not in malta


def test_with_two_million(large: LargeStore, observer: Browser) -> None:
    reads = large.reads
    page = _page(observer)
    assert _figures(page)[0] == "2,000,000"
    assert "In 8 of 10 cases between" in page
    assert page.count('class="dash"') == 1
    assert "2,000,000 statements" not in page.replace("The goal is reached", "")
    assert large.reads == reads, "a page reads no leaf record that was counted"
    assert len(page) < 200_000


def test_a_state_that_is_none_is_as_no_state(observer: Browser) -> None:
    for query in ("?state=XX", "?state=<script>", "?state=" + "A" * 5000):
        page = _page(observer, query)
        assert "<script>" not in page.replace('<script type="module"', "")
        assert "<h1>Dashboard</h1>" in page


def test_after_the_end_no_day_is_left_and_no_rate_of_repeats_is_shown(
    live: Initiative, premises: Premises, observer: Browser, large: LargeStore
) -> None:
    collection = live_collection(live)
    RepeatRate.objects.create(collection=collection, number=1, percent=3, made_at=NOW)
    page = _page(observer)
    assert "Statements that repeat another" in page
    assert "3 %" in page.replace("\u00a0", " ") or "3%" in page
    lifecycle.end_now(live, premises, ONE, now=NOW)
    page = _page(observer)
    assert _figures(page)[3] == "0"
    assert "Hand the statements over" in page
    assert "Statements that repeat another" not in page
    assert 'class="dash"' not in page


def test_paused_says_so(live: Initiative, premises: Premises, observer: Browser) -> None:
    lifecycle.pause(live, premises, ONE, now=NOW)
    page = _page(observer)
    assert "paused" in page
    assert "Nothing is received until" in page


def test_the_day_is_brussels_also_when_summer_ends(live: Initiative, observer: Browser, clock: Clock) -> None:
    """26 March 2027, 23:30 UTC is the 27th in Brussels (+1); on the 28th, from 01:00 UTC on, it is +2."""
    initiative = Initiative.objects.get(pk=live.pk)
    for now, left in (
        (datetime(2027, 3, 26, 22, 59, tzinfo=UTC), 19),
        (datetime(2027, 3, 26, 23, 1, tzinfo=UTC), 18),
        (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), 17),
        (datetime(2027, 3, 28, 22, 1, tzinfo=UTC), 16),
    ):
        with closing(open_store(settings.CONFIG)) as store:
            seen = overview(initiative, store, now=now)
        assert seen is not None
        assert seen.days_left == left, now


def test_alerts_stand_first_and_nothing_of_them_is_markup(live: Initiative, observer: Browser) -> None:
    alerting.keep(live, [Raised("threshold-reached", "MT"), Raised("disk", facts={"free_megabytes": 7})], now=NOW)
    page = _page(observer)
    assert page.index("The disk is nearly full") < page.index('class="kpis"')
    assert "Malta is over its threshold" in page


def test_the_way_to_a_statement_is_shown_as_sums(live: Initiative, observer: Browser) -> None:
    collection = live_collection(live)
    hours.HourBook().add(
        Told(
            Counter({"/en/i/night-trains": 120}),
            Counter({collection.identifier: 40}),
            Counter({(collection.identifier, "queue-full"): 2}),
        ),
        NOW,
    )
    page = _page(observer)
    assert "<dd>120</dd>" in page
    assert "<dd>40</dd>" in page
    assert "2 <code>queue-full</code>" in page
    rows = list(csv.reader(io.StringIO(observer.get(PATH + "funnel.csv").content.decode())))
    assert rows[1:] == [["pages", "120"], ["challenges", "40"], ["received", "0"], ["refused:queue-full", "2"]]


def test_numbers_as_a_file_are_those_of_the_chart(large: LargeStore, observer: Browser) -> None:
    answer = observer.get(PATH + "days.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"] == 'attachment; filename="night-trains-days-2026-11-21.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0] == ["day", "entries", "total"]
    assert rows[1] == ["2026-04-14", "9700", "9700"]
    assert rows[-1] == ["2026-11-21", "0", "2000000"]
    states = list(csv.reader(io.StringIO(observer.get(PATH + "states.csv").content.decode())))
    assert len(states) == 28
    course = list(csv.DictReader(io.StringIO(observer.get(PATH + "course.csv").content.decode())))[-1]
    assert course["day"] == "2027-04-13"
    bounds = [int(course[name]) for name in ("outer_low", "inner_low", "middle", "inner_high", "outer_high")]
    assert bounds == sorted(bounds)
    of_malta = observer.get(PATH + "days.csv?state=MT")
    assert "night-trains-days-mt-" in of_malta["Content-Disposition"]
    assert of_malta.content.decode().splitlines()[1] == "2026-04-14,1100,1100"


@pytest.mark.parametrize("name", ["course", "days", "months", "tiles", "map"])
def test_a_picture_stands_alone(large: LargeStore, observer: Browser, name: str) -> None:
    answer = observer.get(f"{PATH}{name}.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    drawing = answer.content.decode()
    root = ElementTree.fromstring(drawing)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(--" not in drawing
    assert "href" not in drawing
    assert "not yet verified" in drawing
    assert 'preserveAspectRatio="none"' not in drawing


MONDAY = date(2026, 11, 16)


def test_paper_stands_apart_and_counts(live: Initiative, large: LargeStore, observer: Browser) -> None:
    page = _page(observer)
    assert "On paper" not in page
    assert observer.get(PATH + "weeks.svg").status_code == 404
    enter_tally(live, "ES", MONDAY, 1_200, ONE, now=NOW)
    enter_tally(live, "DE", MONDAY - 7 * DAY, 800, ONE, now=NOW)
    page = _page(observer)
    assert _figures(page)[0] == "2,002,000"
    assert "2,000,000 received online, 2,000 counted on paper" in page
    assert page.count('class="bars-2"') == 1
    assert page.count('class="thin"') == 1
    assert "Germany" in page
    weeks = list(csv.reader(io.StringIO(observer.get(PATH + "weeks.csv").content.decode())))
    assert weeks[0] == ["week", "online", "paper"]
    assert weeks[1][0] == "2026-04-13"
    assert (weeks[-2][0], weeks[-2][2]) == ("2026-11-09", "800")
    assert (weeks[-1][0], weeks[-1][2]) == ("2026-11-16", "1200")
    assert sum(int(row[1]) for row in weeks[1:]) == 2_000_000
    states = {row["state"]: row for row in csv.DictReader(io.StringIO(observer.get(PATH + "states.csv").content.decode()))}
    assert (states["DE"]["online"], states["DE"]["paper"]) == ("0", "800")
    course = {row["day"]: row for row in csv.DictReader(io.StringIO(observer.get(PATH + "course.csv").content.decode()))}
    assert (course["2026-11-14"]["paper_total"], course["2026-11-15"]["paper_total"]) == ("0", "800")
    assert (course["2026-11-21"]["online_total"], course["2026-11-21"]["paper_total"]) == ("2000000", "2000")
    drawing = observer.get(PATH + "weeks.svg").content.decode()
    assert "received online and counted on paper, not yet verified" in drawing
    assert 'preserveAspectRatio="none"' not in drawing
    assert observer.get(PATH + "weeks.png").content.startswith(b"\x89PNG")
    # Of one State its own.
    assert _figures(_page(observer, "?state=DE"))[0] == "800"
    assert "2,000 counted on paper" not in _page(observer, "?state=MT")


def test_paper_alone_is_shown_before_anything_came_online(live: Initiative, observer: Browser) -> None:
    enter_tally(live, "ES", MONDAY - 7 * DAY, 31, ONE, now=NOW)
    page = _page(observer)
    assert _figures(page)[:3] == ["31", "–", "0 of 7"]
    assert "Nothing received yet" not in page
    assert "Online and on paper, by week" in page
    for name in ("course", "weeks"):
        assert observer.get(f"{PATH}{name}.png").status_code == 200
    assert observer.get(PATH + "days.svg").status_code == 404


def test_a_picture_in_pixels(large: LargeStore, observer: Browser) -> None:
    from PIL import Image

    answer = observer.get(f"{PATH}course.png")
    assert answer["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size[0] >= 1500
        colours = {pixel for _, pixel in image.convert("RGB").getcolors(1_000_000)}
    # The line, and both bands.
    assert {(0x0F, 0x55, 0x60), (0xB9, 0xD3, 0xD6), (0xDB, 0xE8, 0xEA)} <= colours


@pytest.mark.parametrize("name", ["none.csv", "days.pdf", "none.svg", "days.exe"])
def test_what_is_no_file_is_not_there(observer: Browser, name: str) -> None:
    assert observer.get(PATH + name).status_code == 404


def test_a_page_that_renews_itself_gets_its_part_and_keeps_nobody_logged_on(observer: Browser, clock: Clock) -> None:
    part = observer.get(PATH, headers={"x-civium-by-itself": "dashboard"})
    assert part.status_code == 200
    assert b"<html" not in part.content
    assert b'class="kpis"' in part.content
    for _ in range(4):
        clock.now += timedelta(minutes=4)
        last = observer.get(PATH, headers={"x-civium-by-itself": "dashboard"})
    assert last.status_code == 401


def test_how_it_is_computed_names_losses_with_their_source(observer: Browser) -> None:
    page = observer.get(PATH + "how/").content.decode()
    assert "Stop Destroying Videogames" in page
    assert "306,399 collected, 233,180 certified" in page


def test_a_clerk_may_and_a_partner_may_not(live: Initiative, browser_of: BrowserOf) -> None:
    assert browser_of("clerk", live).get(PATH).status_code == 200
    for path in ("", "how/", "days.csv", "course.png"):
        assert browser_of("partner", live).get(PATH + path).status_code == 403


def test_the_page_and_its_files_need_neither_repeats_nor_statements(large: LargeStore, observer: Browser) -> None:
    """Of the store only heads, leaf records of days and the collection are there: what else was asked for would fail."""
    assert not any(hasattr(large, name) for name in ("repeats", "read_rows", "find", "prove"))
    _page(observer)
    _page(observer, "?state=MT")
    for name in ("course", "days", "months", "states"):
        assert observer.get(f"{PATH}{name}.csv").status_code == 200


def test_a_burst_is_decided_once_by_whoever_may_and_is_public_then(
    live: Initiative, installation: Installation, browser_of: BrowserOf
) -> None:
    made = BurstRange.objects.create(
        collection=live_collection(live),
        origin="collect.example/log/00/MT/online/1",
        jurisdiction="MT",
        first_index=100,
        last_index=219,
        usual=5.0,
        day=NOW.date(),
        began_at=NOW - timedelta(minutes=10),
        ended_at=NOW,
    )
    path = f"{PATH}bursts/{made.pk}/"
    organiser, watcher = browser_of("representative", live), browser_of("observer", live)
    page = _page(organiser)
    assert "Look at one burst" in page
    assert path in page
    assert f'href="{PATH}#look-h"' in page
    assert path not in _page(watcher)
    assert watcher.get(path).status_code == 403
    assert "That is no fraud" in organiser.get(path).content.decode()
    assert organiser.get(f"{PATH}bursts/{made.pk + 1}/").status_code == 404
    refused = organiser.post(path, {"reason": "<script>"})
    assert refused.status_code == 422
    assert "choose one of the answers" in refused.content.decode().lower()
    assert organiser.post(path, {"reason": "broadcast"}).status_code == 303
    made.refresh_from_db()
    assert (made.decision, made.reason) == ("dismissed", "broadcast")
    page = _page(watcher)
    assert "Explained: a broadcast" in page
    assert "Explained: a broadcast" in organiser.get(path).content.decode()
    assert "Look at one burst" not in page
