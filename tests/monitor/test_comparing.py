"""Two places that are shown the same are found so; two histories, two keys, a log that one place is not shown are told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from civium.errors import Misconfigured
from civium.monitor import command
from civium.monitor.asking import Site
from civium.monitor.comparing import compare, view_of_folder, view_of_site
from civium.monitor.findings import Finding
from tests.monitor import made
from tests.monitor.bed import look
from tests.monitor.made import Made, record


@pytest.fixture
def one() -> Iterator[Made]:
    with made.running(Made()) as running:
        running.entries = [record(number) for number in range(300)]
        yield running


@pytest.fixture
def two(one: Made) -> Iterator[Made]:
    """The same operator's site, as it is shown elsewhere."""
    with made.running(Made(one.key, one.notices_key, list(one.entries))) as running:
        yield running


def _compared(one: Made, two: Made) -> tuple[int, list[str]]:
    found: list[Finding] = []
    sites = Site(one.url), Site(two.url)
    agreed = compare(view_of_site(sites[0], "one"), view_of_site(sites[1], "two"), found.append)
    for site in sites:
        site.close()
    return agreed, [finding.code for finding in found]


def test_the_same_in_both_places(one: Made, two: Made) -> None:
    assert _compared(one, two) == (2, [])
    two.entries += [record(number) for number in range(300, 900)]
    assert _compared(one, two) == (2, []), "one place is a little behind"
    assert _compared(two, one) == (2, [])


def test_two_histories(one: Made, two: Made) -> None:
    two.entries[17] = record(999)
    assert _compared(one, two) == (1, ["view-forked"])
    two.entries += [record(number) for number in range(1000, 1300)]
    assert _compared(one, two) == (1, ["view-forked"])
    assert _compared(two, one) == (1, ["view-forked"])


def test_two_keys_and_a_log_that_is_not_shown(one: Made, two: Made) -> None:
    with made.running(Made(notices_key=one.notices_key, notices=list(one.notices))) as other:
        other.notices = list(one.notices)
        assert _compared(one, other) == (1, ["view-key"])
    two.following = []
    two.notices = list(one.notices)
    assert _compared(one, two) == (2, ["view-lacks"])


def test_another_monitors_folder(one: Made, two: Made, tmp_path: Path) -> None:
    look(two.url, tmp_path / "theirs")
    for folder in (tmp_path / "theirs", tmp_path / "theirs" / "monitor.db"):
        assert command.main(["compare", one.url, str(folder)]) == 0
    one.entries += [record(number) for number in range(300, 400)]
    assert command.main(["compare", one.url, str(tmp_path / "theirs")]) == 0
    one.entries[3] = record(999)
    assert command.main(["compare", one.url, str(tmp_path / "theirs")]) == 3
    one.entries = one.entries[:200]
    found: list[Finding] = []
    site = Site(one.url)
    compare(view_of_site(site, "one"), view_of_folder(tmp_path / "theirs"), found.append)
    site.close()
    assert [finding.code for finding in found] == ["log-shrunk"]
    with pytest.raises(Misconfigured, match="state-foreign"):
        view_of_folder(tmp_path / "nothing")


def test_a_round_that_compares_too(one: Made, two: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["watch", one.url, "--state", str(tmp_path / "kept"), "--compare", two.url]
    assert command.main(arguments) == 0
    two.entries[17] = record(999)
    capsys.readouterr()
    assert command.main([*arguments, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert [finding["code"] for finding in told["findings"]] == ["view-forked"]
    place = Path(told["findings"][0]["evidence"])
    assert {path.name for path in place.iterdir()} == {"one.checkpoint", "two.checkpoint", "sentence.txt"}
    shutil.rmtree(tmp_path / "kept")
