"""An early look opens what it draws and tells rates; of fewer than 200 statements it tells nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from civium.authority.completeness import check_export
from civium.authority.opened import facts_of
from civium.authority.policy import Policy
from civium.authority.sampling import early
from civium.authority.sampling.early import early_rates
from civium.errors import Refused
from civium.formats.export import WORKING_COPY
from tests.authority.build import Log, authority_key, called, dni, spanish, statement
from tests.authority.commands.desk import Desk
from tests.authority.sampling.drawn import BY, told


def running_log(number: int = 240) -> Log:
    """Give a working copy: a twelfth without a declaration, some with a wrong check digit, some gone, one unopenable."""
    log = Log(authority_key(), kind=WORKING_COPY)
    for serial in range(number):
        made = statement(spanish(dni(serial + 1), f"Ana{called(serial)}"), declaration=serial % 12 != 0)
        log.add(made, date(2026, 4, 1))
    for serial in range(20):
        log.add(statement(spanish("00000001A", f"Berta{called(serial)}")))
    log.add_envelope(log.seal(b"\xff" * 2048))
    for index in range(1, 11):
        log.destroy(index, "destroyed-by-organisers")
    return log


def rates(folder: Path, log: Log, **settings: object) -> dict[str, object]:
    """Give the rates of a log by the functions."""
    complete = check_export(log.write(folder / "x.civium"), told=lambda _done, _total: None)
    wanted = {"size": 10_000, "error": 0.1, **settings}
    return early_rates(complete, (log.key,), facts_of(complete, Policy("ES")), b"k" * 32, **wanted)  # type: ignore[arg-type]


def test_rates_of_all_are_the_known_truth(tmp_path: Path) -> None:
    found = rates(tmp_path, running_log())
    assert found["drawn"] == 251
    verdicts = found["verdicts"]
    assert isinstance(verdicts, dict)
    assert verdicts["struck"]["permille"] == round(1000 * 20 / 251)
    assert verdicts["for-decision"]["permille"] == round(1000 * 21 / 251)
    assert verdicts["struck"]["lower_permille"] < verdicts["struck"]["permille"] < verdicts["struck"]["upper_permille"]
    assert set(found["grounds"]) >= {"declaration-missing", "number-checksum", "unreadable"}  # type: ignore[call-overload]


def test_only_what_is_drawn_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    original = early.open_rows

    def watched(complete: object, keys: object, indices: object) -> object:
        def seen() -> object:
            for index in indices:  # type: ignore[attr-defined]
                opened.append(index)
                yield index

        return original(complete, keys, seen())  # type: ignore[arg-type]

    monkeypatch.setattr(early, "open_rows", watched)
    assert rates(tmp_path, running_log(), size=200)["drawn"] == 200
    assert 200 <= len(opened) < 225
    assert len(set(opened)) == len(opened)


def test_few_statements_tell_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"sample-early-few \(usable=199, fewest=200\)"):
        rates(tmp_path, running_log(), size=199)


def test_the_command_tells_rates_and_keeps_nothing(desk: Desk) -> None:
    desk.hand_over(running_log())
    desk.run("sample", "early", desk.export, expected=1)
    assert "there is no plan" in desk.err
    desk.run("sample", "plan", desk.export, *BY, "--confidence", "90", "--margin", "3")
    before = sorted(path.name for path in desk.folder.iterdir())
    out = desk.run("sample", "early", desk.export, "--to", desk.folder / "rates.json", "--size", "220")
    # The seed is known from here on: the plan is put aside, and no sample that counts can be drawn by it.
    before = [name.replace("x.civium-sample", "x.civium-sample-early") for name in before]
    assert sorted(path.name for path in desk.folder.iterdir()) == sorted([*before, "rates.json"])
    assert "declaration-missing" in out
    assert "Ana" not in out + desk.err
    assert "nothing was kept" in desk.err
    assert told(desk.folder / "rates.json")["drawn"] == 220
    desk.run("sample", "early", desk.export, expected=1)
    assert "fewer than 200 say too much" in desk.err
    policy = desk.folder / "policy.json"
    policy.write_text(
        desk.run("policy", "show", "--jurisdiction", "ES", has_key=False).replace(
            '"name-characters": "list"', '"name-characters": "ignore"'
        ),
        "utf-8",
    )
    assert "name-characters" not in desk.run("sample", "early", desk.export, "--policy", policy, "--size", "251")
    policy.write_text(desk.run("policy", "show", "--jurisdiction", "PT", has_key=False), "utf-8")
    desk.run("sample", "early", desk.export, "--policy", policy, expected=1)
    assert "the policy is another State's" in desk.err


def test_a_seed_that_an_early_look_opened_draws_no_sample_that_counts(desk: Desk) -> None:
    """Whoever makes the export must not know the seed; after an early look its seed may stand in a letter to the organisers."""
    desk.hand_over(running_log())
    desk.run("sample", "plan", desk.export, *BY)
    desk.run("sample", "early", desk.export, "--size", "220")
    desk.run("open", desk.export, "--confirm-rules")
    desk.run("verify", desk.export)
    desk.run("decide", desk.export, *BY, "--ground", "name-characters", "--accept", "--reason", "no matter", expected=1)
    desk.run("sample", "draw", desk.export, *BY, expected=1)
    assert "there is no plan" in desk.err
    desk.run("sample", "plan", desk.export, *BY)


def test_a_submission_package_is_sampled_the_other_way(desk: Desk) -> None:
    log = running_log(20)
    log.kind = "submission-package"
    desk.hand_over(log)
    desk.run("sample", "plan", desk.export, *BY)
    desk.run("sample", "early", desk.export, expected=1)
    assert "this is the submission package" in desk.err
