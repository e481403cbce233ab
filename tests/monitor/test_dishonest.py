"""What a dishonest operator signs rightly is noticed all the same: entries, notices, destructions and successors that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from civium.formats.notice import Successor
from tests.monitor import made
from tests.monitor.bed import codes, look
from tests.monitor.made import NEXT, Made, head_of, record
from tests.monitor.serving import NOW


@pytest.fixture
def site() -> Iterator[Made]:
    with made.running(Made()) as running:
        running.entries = [record(number) for number in range(300)]
        yield running


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def test_a_made_site_that_is_right_is_found_right(site: Made, kept: Path) -> None:
    for _ in range(3):
        assert codes(look(site.url, kept)) == []
        site.entries.append(record(len(site.entries)))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (b"\x01" + bytes(67), "leaf-malformed"),
        (b"\x02" + record(1000)[1:], "leaf-malformed"),
        (record(1000, date(2026, 4, 13)), "leaf-outside-period"),
        (record(1000, date(2026, 11, 23)), "leaf-outside-period"),
        (record(7), "leaf-repeated"),
    ],
)
def test_a_leaf_that_cannot_be(site: Made, kept: Path, wrong: bytes, code: str) -> None:
    assert codes(look(site.url, kept)) == []
    site.entries.append(wrong)
    report = look(site.url, kept)
    assert codes(report) == [code]
    assert report.findings[0].facts == {"index": 300}
    assert report.findings[0].evidence == {"entry.bin": wrong}


def test_a_repetition_within_what_is_new_and_beside_what_was_seen(site: Made, kept: Path) -> None:
    site.entries[290] = site.entries[289]
    assert codes(look(site.url, kept)) == ["leaf-repeated"]


def test_an_entry_dated_before_what_was_public(site: Made, kept: Path) -> None:
    """Whoever takes statements after the end, and dates them before it, must publish them before it."""
    site.entries = [record(number, date(2026, 11, 20)) for number in range(5)]
    assert codes(look(site.url, kept)) == []
    site.entries.append(record(5, date(2026, 11, 20)))
    assert codes(look(site.url, kept)) == [], "a day may be one off, at midnight and between two clocks"
    site.entries.append(record(6, date(2026, 11, 19)))
    assert codes(look(site.url, kept)) == ["leaf-backdated"]


def test_notices_that_cannot_be(site: Made, kept: Path) -> None:
    site.destroy((1, 3))
    site.counts = {"ES": 297}
    assert codes(look(site.url, kept)) == []
    site.destroy((3, 3), cause="destroyed-by-law")
    assert codes(look(site.url, kept)) == ["destroyed-twice"]
    site.destroy((299, 300))
    assert "destroyed-beyond" in codes(look(site.url, kept))
    site.notices.append(b'{"civium": "notice v1"}')
    assert "notice-malformed" in codes(look(site.url, kept))
    site.notices.append(b'{"civium":"notice v1","kind":"weather","on":"2026-11-21"}')
    report = look(site.url, kept)
    assert [one.is_wrong for one in report.findings if one.code == "notice-unknown"] == [False]


def test_a_manifest_announced_twice_differently(site: Made, kept: Path) -> None:
    assert codes(look(site.url, kept)) == []
    before = site.manifests.pop()
    site.promise(closes_on=date(2027, 4, 12))
    site.manifests = [before]
    assert codes(look(site.url, kept)) == ["manifest-differs"]


@pytest.mark.parametrize(
    "changed", [{"deployment": "central"}, {"previous": bytes(32)}, {"sequence": 3}, {"closes_on": date(2027, 4, 14)}]
)
def test_a_manifest_that_does_not_continue_the_one_before(site: Made, kept: Path, changed: dict[str, object]) -> None:
    assert codes(look(site.url, kept)) == []
    site.promise(**changed)
    assert set(codes(look(site.url, kept))) & {"manifest-chain", "manifest-missing", "manifest-differs"}


def test_a_manifest_in_use_is_announced_within_the_hour(site: Made, kept: Path) -> None:
    assert codes(look(site.url, kept)) == []
    site.promise(closes_on=date(2027, 4, 12))
    held_back = site.notices.pop()
    for minutes, expected in ((0, []), (59, []), (61, ["manifest-unnoticed"])):
        assert codes(look(site.url, kept, now=NOW + timedelta(minutes=minutes))) == expected
    site.notices.append(held_back)
    assert codes(look(site.url, kept, now=NOW + timedelta(minutes=70))) == []


def test_counts_are_what_the_logs_prove(site: Made, kept: Path) -> None:
    site.counts = {"ES": 301}
    report = look(site.url, kept)
    assert [(one.code, dict(one.facts)) for one in report.findings] == [("counts-differ", {"told": 301, "proven": 300})]
    site.counts = {"ES": 300, "FR": 5}
    assert codes(look(site.url, kept)) == ["counts-differ"]


def test_a_public_log_that_stands_still_while_the_total_goes_on(site: Made, kept: Path) -> None:
    site.counts = {"ES": 300}
    ahead = Ahead(site)
    with made.running(ahead) as running:
        for minutes, expected in ((0, []), (59, []), (61, ["log-stale"])):
            assert codes(look(running.url, kept, now=NOW + timedelta(minutes=minutes))) == expected
        ahead.entries.append(record(300))
        ahead.counts = {"ES": 301}
        assert codes(look(running.url, kept, now=NOW + timedelta(minutes=70))) == []


class Ahead(Made):
    """A site whose live total is one ahead of its public log."""

    def __init__(self, like: Made) -> None:
        super().__init__(like.key, like.notices_key, like.entries, counts=like.counts)

    def answer(self, path: str) -> bytes | None:
        found = super().answer(path)
        return found.replace(b'"received": 30', b'"received": 90') if found and path.endswith("/counts") else found


def test_a_log_that_was_closed_is_told_once_and_its_successor_goes_on(site: Made, kept: Path) -> None:
    assert codes(look(site.url, kept)) == []
    site.close(280)
    report = look(site.url, kept)
    assert codes(report) == ["log-closed"]
    assert report.findings[0].facts == {"stored": 280, "signed": 300, "lost": 20}
    assert "20 receipts" in report.findings[0].sentence
    assert site.following is not None
    site.following += [record(280), record(500)]
    report = look(site.url, kept)
    assert codes(report) == []
    assert [(log.origin, log.size, log.is_closed) for log in report.collections[0].logs] == [
        (made.ORIGIN, 280, True),
        (NEXT, 2, False),
    ]
    site.entries.append(record(280))
    assert codes(look(site.url, kept)) == ["log-grew-closed", "counts-differ"]


@pytest.mark.parametrize("changed", [{"signed_size": 290}, {"signed_root": bytes(32)}, {"stored_root": bytes(32)}])
def test_a_notice_of_a_successor_that_contradicts_what_was_signed(site: Made, kept: Path, changed: dict[str, object]) -> None:
    assert codes(look(site.url, kept)) == []
    site.close(280, **changed)
    assert "successor-wrong" in codes(look(site.url, kept))


def test_a_closed_log_that_is_not_what_was_seen_of_it(site: Made, kept: Path) -> None:
    site.entries = site.entries[:100]
    assert codes(look(site.url, kept)) == []
    other = [record(number + 1000) for number in range(300)]
    site.entries = other
    site.close(280)
    assert "successor-wrong" in codes(look(site.url, kept))
    assert head_of(other[:280]) == head_of(site.entries)


def test_a_first_look_at_a_log_that_was_closed_before(site: Made, kept: Path) -> None:
    site.close(280)
    assert codes(look(site.url, kept)) == ["log-closed"]
    assert codes(look(site.url, kept)) == []


def test_a_first_look_compares_a_closed_log_with_its_notice(site: Made, kept: Path) -> None:
    """Both are signed: the notice says what is left of the log, and the log's checkpoint shows what is."""
    site.close(280, stored_root=bytes(32))
    assert set(codes(look(site.url, kept))) == {"log-closed", "successor-wrong"}


def test_a_log_is_closed_once(site: Made, kept: Path) -> None:
    signed, before = (len(site.entries), head_of(site.entries)), list(site.entries)
    site.close(280)
    assert codes(look(site.url, kept)) == ["log-closed"]
    site.tell(Successor("store-behind", made.ORIGIN, *signed, 280, head_of(before[:280]), NEXT, made.TODAY + timedelta(1)))
    assert codes(look(site.url, kept)) == [], "the same, told again on another day"
    site.tell(Successor("store-behind", made.ORIGIN, *signed, 270, head_of(before[:270]), NEXT, made.TODAY))
    assert codes(look(site.url, kept)) == ["successor-wrong"]


def test_days_are_brussels_days(site: Made, kept: Path) -> None:
    site.entries.append(record(400, date(2026, 11, 22)))
    late = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # 23:30 in Brussels
    assert codes(look(site.url, kept, now=late)) == []


def test_a_notices_log_that_was_closed_goes_on_in_its_successor(site: Made, kept: Path) -> None:
    site.destroy((1, 3))
    site.destroy((10, 10), cause="destroyed-by-law")
    site.counts = {"ES": 296}
    assert codes(look(site.url, kept)) == []
    lost = site.close_notices(2)
    assert len(lost) == 1
    report = look(site.url, kept)
    assert "log-closed" in codes(report)
    assert set(codes(report)) == {"log-closed", "counts-differ"}, "the destruction that was lost has not been told again"
    site.destroy((10, 10), cause="destroyed-by-law")
    report = look(site.url, kept)
    assert codes(report) == []
    assert report.collections[0].logs[0].destroyed == {"destroyed-by-organisers": 3, "destroyed-by-law": 1}
    site.destroy((3, 4))
    assert codes(look(site.url, kept)) == ["destroyed-twice"]
    site.notices.append(site.notices[0])
    assert "log-grew-closed" in codes(look(site.url, kept))
