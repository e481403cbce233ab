"""Our own JSON and CSV say what the pages say, in forms that any program reads."""

from __future__ import annotations

import csv
import io
from datetime import date

import msgspec

from civium.server.open_data import own
from civium.server.open_data.numbers import Counts, Series
from tests.server.site import made

COUNTS = Counts(40, 1_000_000, {"MT": 4, "ES": 36}, {"ES": 43_000, "MT": 4_300})
SERIES = Series((date(2026, 4, 14), date(2026, 4, 15)), {"ES": (30, 6), "MT": (0, 4)}, {"ES": 1, "MT": 0})


def _rows(table: bytes) -> list[list[str]]:
    assert table.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(table.decode("ascii"), newline=""), strict=True))


def test_counts_as_a_table_end_with_all() -> None:
    assert _rows(own.counts_csv(COUNTS)) == [
        ["jurisdiction", "received", "threshold"],
        ["ES", "36", "43000"],
        ["MT", "4", "4300"],
        ["all", "40", "1000000"],
    ]
    assert _rows(own.counts_csv(Counts(0, 9, {"ES": 0})))[1] == ["ES", "0", ""], "a threshold that is not known is no number"


def test_a_series_has_one_column_for_each_jurisdiction_and_one_for_all() -> None:
    told = msgspec.json.decode(own.series_json("ab", SERIES))
    assert told == {
        "collection": "ab",
        "days": ["2026-04-14", "2026-04-15"],
        "entries": {"all": [30, 10], "ES": [30, 6], "MT": [0, 4]},
        "destroyed": {"ES": 1, "MT": 0},
    }
    assert _rows(own.series_csv(SERIES)) == [
        ["day", "all", "ES", "MT"],
        ["2026-04-14", "30", "30", "0"],
        ["2026-04-15", "10", "6", "4"],
    ]


def test_an_initiative_is_told_whole_and_in_short() -> None:
    initiative = made.initiative()
    (short,) = msgspec.json.decode(own.initiatives_json([initiative]))["initiatives"]
    whole = msgspec.json.decode(own.initiative_json(initiative))
    assert short.items() <= whole.items()
    assert short["collection"] == made.COLLECTION
    assert short["links"]["counts"] == f"/api/collections/{made.COLLECTION}/counts"
    assert short["titles"]["en"] == initiative.texts["en"].title
    assert whole["texts"].keys() == initiative.texts.keys()
    assert len(whole["thresholds"]) == 27
    assert whole["thresholds"]["EL"] == own.thresholds_of(initiative)["EL"] > 10_000
    assert whole["organisers"][0]["name"] == initiative.organisers[0].name
    assert "LU" not in whole["logs"], "no key, no log"
    assert whole["jurisdictions_needed"] == 7


def test_a_campaign_without_collection_links_to_no_numbers() -> None:
    whole = msgspec.json.decode(own.initiative_json(made.initiative(deployment="companion", collection=None)))
    assert (whole["collection"], whole["logs"], whole["signing_languages"]) == (None, {}, [])
    assert whole["links"].keys() == {"page", "initiative"}


def test_a_day_of_registration_without_thresholds_is_no_fault() -> None:
    assert own.thresholds_of(made.initiative(registered_on=date(1999, 1, 1))) == {}
