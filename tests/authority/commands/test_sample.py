"""civium-authority sample: from the plan to the certificate, and what an officer is told when an act cannot be done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from civium.authority.command import main
from civium.authority.sampling.seed import commitment_of, draw_key, seed_from_dice
from civium.authority.sampling.selection import drawn_order
from tests.authority.build import Log, authority_key, called, dni, spanish, statement, write_key
from tests.authority.commands.desk import Desk
from tests.authority.sampling.drawn import BY, DICE, drawn, fill, journal_acts, plan, sampled_log, split, told


def merge(desk: Desk, sheets: list[Path], *options: str, expected: int = 0) -> str:
    """Merge sheets."""
    return desk.run("sample", "merge", desk.export, *BY, *map(str, sheets), *options, expected=expected)


def estimate(desk: Desk, *options: str | Path, expected: int = 0) -> str:
    """Estimate."""
    return desk.run("sample", "estimate", desk.export, *BY, *options, expected=expected)


def test_from_the_plan_to_the_certificate(desk: Desk) -> None:
    told_now = plan(desk, "--preset", "nl")
    assert "demand: Uitvoeringsbesluit" in told_now
    assert "made on 2026-11-21, before opening" in told_now
    assert f"commitment: {commitment_of(seed_from_dice(DICE))}" in told_now
    assert "522 of 1,000" in told_now
    assert "next: civium-authority open" in desk.err
    desk.open_and_verify(sampled_log())
    assert "draw 1" in desk.run("sample", "draw", desk.export, *BY)
    assert "next: civium-authority sample split" in desk.err
    assert journal_acts(desk) == ["sample-plan", "sample-draw"]
    sheets = split(desk, "--sheets", "3", "--second-opinion", "10")
    assert "destroy them" in desk.err
    assert len(sheets) == 3
    for sheet in sheets:
        assert sheet.stat().st_mode & 0o77 == 0
        fill(sheet, row3="invalid", row7="INVALID ")
    assert "rows with a result 57\n  valid 55\n  invalid 2\n  unclear 0\nnew in the journal 57\nmissing 0\n" in merge(
        desk, sheets
    )
    assert "new in the journal 0" in merge(desk, sheets)
    told_now = estimate(desk, "--to", desk.folder / "told")
    assert "decided: the bounds lie no further apart than planned" in told_now
    lines = (desk.folder / "x.civium-decisions").read_bytes()
    assert estimate(desk) == told_now
    assert (desk.folder / "x.civium-decisions").read_bytes() == lines, "the same estimate is not written twice"
    numbers = told(desk.folder / "told.json")
    assert (numbers["population"], numbers["drawn"], numbers["valid"], numbers["estimate"]) == (60, 57, 55, 57)
    page = (desk.folder / "told.html").read_text("utf-8")
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    desk.run("certify", desk.export, "--to", desk.folder / "draft", expected=1)
    assert "say what counts" in desk.err
    assert "online 57" in desk.run("certify", desk.export, "--to", desk.folder / "draft", "--sample", "estimate")
    certified = told(desk.folder / "draft.json")
    assert certified["sample"]["counts"] == "estimate"  # type: ignore[index]
    assert certified["online"]["accepted"] == 60  # type: ignore[index]
    text = " ".join(" ".join(part.extract_text() for part in PdfReader(desk.folder / "draft.pdf").pages).split())
    assert "Accepted 60 less: not valid, by the sample −3 Valid 57" in text
    assert "The seed was fixed by its hash on 2026-11-21, before opening" in text
    assert "What counts of the statements collected online: the number by the sample, rounded down." in text
    assert commitment_of(seed_from_dice(DICE))[:16] in text
    assert "all 95.00 %" in text, "the picture"
    assert "online 55" in desk.run("certify", desk.export, "--to", desk.folder / "lower", "--sample", "lower")
    assert "online 60" in desk.run("certify", desk.export, "--to", desk.folder / "all", "--sample", "none")
    assert "random sample of the accepted statements" in desk.run("report", desk.export, "--to", desk.folder / "report.json")
    assert told(desk.folder / "report.json")["sample"] == numbers


def test_the_draw_is_found_again_from_seed_and_export_alone(desk: Desk) -> None:
    drawn(desk, "--confidence", "60", "--margin", "20")
    (line,) = [
        json.loads(line) for line in (desk.folder / "x.civium-decisions").read_text("utf-8").splitlines() if "sample-draw" in line
    ]
    one = line["told"]
    key = draw_key(bytes.fromhex(one["seed"]), bytes.fromhex(one["export"]))
    first = [index for index in drawn_order(key, 62) if index < 60][: one["drawn"][0]]
    sheet = split(desk, "--form", "csv", "--separator", ",")[0].read_text("utf-8-sig")
    assert one["drawn"] == [5] or len(first) == one["drawn"][0]
    serials = {called(serial): serial for serial in range(60)}
    names = {serials[text.split(",")[6].rsplit(" ", 1)[1].strip('"')] for text in sheet.splitlines()[1:]}
    assert names == set(first)


def test_the_same_acts_give_the_same_bytes(desk: Desk) -> None:
    drawn(desk)
    for form in ("xlsx", "csv"):
        first, second = (split(desk, "--form", form, folder=f"{form}-{number}") for number in (1, 2))
        assert [sheet.read_bytes() for sheet in first] == [sheet.read_bytes() for sheet in second]
    fill(first := split(desk, folder="filled")[0])
    merge(desk, [first])
    for name in ("a", "b"):
        estimate(desk, "--to", desk.folder / name)
    assert (desk.folder / "a.html").read_bytes() == (desk.folder / "b.html").read_bytes()


def test_a_sample_that_does_not_decide_is_followed_by_another(desk: Desk) -> None:
    drawn(desk, "--confidence", "90", "--margin", "20", "--strata", "days", "--cut", "2026-05-01")
    assert "1: before 2026-05-01: 10 of 15" in desk.out
    sheets = split(desk)
    fill(sheets[0], row1="invalid", row2="invalid")
    merge(desk, sheets)
    assert "not decided: draw" in estimate(desk, "--threshold", "55")
    assert "next: civium-authority sample draw" in desk.err
    more = [
        line["told"]["more"]
        for line in map(json.loads, (desk.folder / "x.civium-decisions").read_text("utf-8").splitlines())
        if line.get("act") == "sample-estimate"
    ]
    out = desk.run("sample", "draw", desk.export, *BY, "--more")
    assert "draw 2\n" in out
    assert f"drawn {sum(more[0])}" in out
    estimate(desk, expected=1)
    assert "have no clear result" in desk.err
    fill(second := split(desk, folder="second")[0])
    merge(desk, [second])
    text = estimate(desk, "--threshold", "40")
    assert "There were 2 draws" in text
    assert "decided: even the lower bound reaches 40" in text
    assert [part["phase"] for part in told_estimate(desk)["phases"]] == [1, 2]
    merge(desk, sheets, expected=1)
    assert "another sample or another draw" in desk.err


def told_estimate(desk: Desk) -> dict[str, list[dict[str, int]]]:
    """Give the last estimate of the journal."""
    lines = (desk.folder / "x.civium-decisions").read_text("utf-8").splitlines()
    return [line["told"] for line in map(json.loads, lines) if line.get("act") == "sample-estimate"][-1]


def test_a_further_draw_takes_what_is_left(desk: Desk) -> None:
    drawn(desk, "--confidence", "60", "--margin", "20", number=20)
    desk.run("sample", "draw", desk.export, *BY, expected=1)
    assert "--more" in desk.err
    desk.run("sample", "draw", desk.export, *BY, "--more", expected=1)
    assert "asks for no further draw" in desk.err
    assert "drawn 3" in desk.run("sample", "draw", desk.export, *BY, "--more", "3")
    desk.run("sample", "draw", desk.export, *BY, "--more", "3000")
    desk.run("sample", "draw", desk.export, *BY, "--more", "1", expected=1)
    assert "every accepted statement has been drawn" in desk.err


def test_conflicts_are_told_and_settled(desk: Desk) -> None:
    drawn(desk)
    sheets = split(desk, "--sheets", "2", "--second-opinion", "100")
    fill(sheets[0], row5="invalid")
    fill(sheets[1], row6="perhaps")
    merge(desk, sheets, expected=1)
    assert "row 5 (sheet 1, 2): the sheets say different things" in desk.err
    assert "row 6 (sheet 2): the result is none of valid, invalid, unclear" in desk.err
    assert "do not agree: 2, told above" in desk.err
    assert journal_acts(desk).count("sample-result") == 0
    assert "missing 0" in merge(desk, sheets, "--settle", "5=invalid", "--settle", "6=valid")
    for sheet in sheets:
        fill(sheet, "?")
    merge(desk, sheets, expected=1)
    assert "and 76 more" in desk.err


def test_missing_rows_are_told_and_filled_in_later(desk: Desk) -> None:
    drawn(desk)
    sheets = split(desk, "--sheets", "2")
    fill(sheets[0])
    fill(sheets[1], "")
    out = merge(desk, sheets)
    assert "rows with a result 29" in out
    assert "missing 29" in out
    estimate(desk, expected=1)
    assert "29 drawn statements have no clear result" in desk.err
    assert "29 drawn statements without a clear result count as invalid." in estimate(desk, "--open-as", "invalid")
    fill(sheets[1])
    assert "new in the journal 29" in merge(desk, sheets)
    assert "count as invalid" not in estimate(desk)
    assert "and 18 more" in merge(desk, [sheets[0]], expected=0) or "missing 29" in desk.out


def test_a_register_is_compared_by_a_stated_rule(desk: Desk) -> None:
    drawn(desk)
    register = desk.folder / "register.csv"
    lines = ["bsn;naam", *(f"{dni(serial + 1).lower()};ROBLEDO-VIA" for serial in range(59)), f"{dni(60)};Other"]
    register.write_text("\r\n".join(lines), "utf-8-sig")
    options = ("--register", register, "--column", "id_number=bsn", "--column", "family_names=naam")
    out = desk.run("sample", "match", desk.export, *BY, *options, "--rule", "number-name")
    assert "rule: the number and the family names agree\nlines in the register 60\ncompared 58\n" in out
    assert journal_acts(desk).count("sample-match") == 1
    unclear = int(out.rsplit("unclear ", 1)[1])
    assert unclear in (0, 1)
    out = desk.run("sample", "match", desk.export, *BY, *options, "--rule", "number", "--not-found", "invalid")
    assert f"compared {unclear}\n" in out
    assert "found valid" in estimate(desk)
    desk.run("sample", "match", desk.export, *BY, *options, "--rule", "names-birth", expected=1)
    assert "does not ask date_of_birth" in desk.err


def test_an_extract_that_two_statements_share_leaves_them_unclear(desk: Desk) -> None:
    plan(desk)
    log = Log(authority_key())
    both = [log.add(statement(spanish(dni(7), "Ana", id_type=kind))) for kind in ("dni", "passport")]
    log.add(statement(spanish(dni(8), "Berta")))
    desk.open_and_verify(log)
    chosen = [word for identifier in both for word in ("--identifier", identifier)]
    desk.run("decide", desk.export, *BY, *chosen, "--accept", "--reason", "to be sampled")
    desk.run("sample", "draw", desk.export, *BY)
    (desk.folder / "r.csv").write_text(f"id_number\n{dni(7)}\n{dni(8)}\n", "utf-8")
    out = desk.run("sample", "match", desk.export, *BY, "--register", desk.folder / "r.csv", "--rule", "number")
    assert "found 3\n  of them by a line that two statements find 2\nvalid 1\ninvalid 0\nunclear 2\n" in out
    (desk.folder / "big.csv").write_bytes(b"a" * ((1 << 26) + 1))
    desk.run("sample", "match", desk.export, *BY, "--register", desk.folder / "big.csv", "--rule", "number", expected=1)
    assert "larger than" in desk.err


def test_plans_are_made_once_and_at_a_stage(desk: Desk) -> None:
    desk.hand_over(sampled_log(20))
    desk.run("open", desk.export, "--confirm-rules")
    assert "before verifying" in plan(desk)
    assert "next: civium-authority verify" in desk.err
    desk.run("verify", desk.export)
    kept = desk.folder / "x.civium-sample"
    plan_again(desk, expected=1)
    assert "nothing was overwritten" in desk.err
    kept.rename(desk.folder / "kept")
    told_now = desk.run("sample", "plan", desk.export, *BY)
    assert "after verifying" in told_now
    assert "next: civium-authority sample draw" in desk.err
    assert journal_acts(desk) == ["sample-plan"]
    kept.rename(desk.folder / "second")
    plan_again(desk, expected=1)
    assert "the journal names a plan" in desk.err
    shutil.copy(desk.folder / "kept", kept)
    desk.run("sample", "draw", desk.export, *BY, expected=1)
    assert "not the one that the journal names" in desk.err
    kept.unlink()
    desk.run("sample", "draw", desk.export, *BY, expected=1)
    assert "there is no plan" in desk.err
    shutil.copy(desk.folder / "second", kept)
    desk.run("sample", "draw", desk.export, *BY)
    assert journal_acts(desk) == ["sample-plan", "sample-draw"]


def plan_again(desk: Desk, *options: str, expected: int = 0) -> str:
    """Plan with the dice that lie on the desk."""
    return desk.run("sample", "plan", desk.export, *BY, *options, expected=expected)


def test_an_own_demand_is_given_whole(desk: Desk) -> None:
    plan_again(desk, "--margin", "2,5", expected=1)
    assert "must be given together" in desk.err
    plan_again(desk, "--confidence", "95", expected=1)
    assert "95 % confidence, 2.5 points" in plan_again(
        desk, "--confidence", "95", "--margin", "2,5", "--strata", "entries", "--cut", "30"
    )
    assert "strata: entries 30" in desk.out
    for wrong in ("x", "1/0"):
        with pytest.raises(SystemExit):
            main(["sample", "plan", "x", "--key", "k", "--by", "b", "--margin", wrong])


def test_acts_out_of_order_are_refused(desk: Desk) -> None:
    plan(desk)
    desk.open_and_verify(sampled_log(20))
    for act in (("draw", "--more", "5"), ("split", "--to", "s"), ("merge", "s.csv"), ("estimate",)):
        desk.run("sample", act[0], desk.export, *BY, *act[1:], expected=1)
        assert "no sample has been drawn" in desk.err
    desk.run("certify", desk.export, "--to", desk.folder / "c", "--sample", "lower", expected=1)
    assert "no sample has been drawn" in desk.err
    desk.run("certify", desk.export, "--to", desk.folder / "c")
    desk.run("sample", "draw", desk.export, *BY)
    desk.run("sample", "merge", desk.export, *BY, "s.csv", expected=1)
    assert "has not been given out" in desk.err
    desk.run("certify", desk.export, "--to", desk.folder / "d", "--sample", "lower", expected=1)
    assert "nothing was estimated" in desk.err
    sheets = split(desk)
    for options, said in ((("--sheets", "2"), "given out in another way"), (("--sheets", "201"), "more than 200 sheets")):
        desk.run("sample", "split", desk.export, *BY, "--to", desk.folder / "t", *options, expected=1)
        assert said in desk.err
    desk.run("sample", "split", desk.export, *BY, "--to", desk.folder / "sheets", expected=1)
    assert "nothing was overwritten" in desk.err
    fill(sheets[0])
    merge(desk, sheets)
    estimate(desk, "--threshold", "21", expected=1)
    assert "20 are accepted" in desk.err


def test_a_decision_after_the_draw_ends_the_sample(desk: Desk) -> None:
    drawn(desk)
    sheets = split(desk)
    fill(sheets[0])
    merge(desk, sheets)
    estimate(desk)
    shown = desk.run("show", desk.export, "--verdict", "accepted", "--most", "1").split()[0]
    strike = ("decide", desk.export, *BY, "--identifier", shown, "--reason", "left the country")
    desk.run(*strike, "--strike")
    for act in (("estimate",), ("draw", "--more", "1")):
        desk.run("sample", act[0], desk.export, *BY, *act[1:], expected=1)
        assert "no longer a sample of what is accepted now" in desk.err
    desk.run("certify", desk.export, "--to", desk.folder / "c", "--sample", "lower", expected=1)
    assert "no longer a sample" in desk.err
    desk.run(*strike, "--accept")
    assert "next: civium-authority certify" in (estimate(desk) and desk.err)
    assert "  online" in desk.run("certify", desk.export, "--to", desk.folder / "c", "--sample", "lower")


def test_statements_of_another_opening_are_not_shown_for_these_verdicts(desk: Desk) -> None:
    drawn(desk, number=20)
    (desk.folder / "x.civium-opened").unlink()
    rules = desk.run("policy", "show", "--jurisdiction", "ES", has_key=False)
    (desk.folder / "policy.json").write_text(rules.replace('"number-format": "decide"', '"number-format": "list"'), "utf-8")
    desk.run("open", desk.export, "--confirm-rules", "--policy", desk.folder / "policy.json")
    desk.run("sample", "split", desk.export, *BY, "--to", desk.folder / "sheets", expected=1)
    assert "the verdicts are of another opening" in desk.err
    assert not (desk.folder / "sheets").exists()


def test_a_plan_file_of_another_key_or_kind_is_refused(desk: Desk) -> None:
    plan(desk)
    desk.open_and_verify(sampled_log(20))
    other = write_key(desk.folder / "other.civium-private-key", authority_key(seed=b"o" * 32))
    (desk.folder / "x.civium-sample").unlink()
    words = ("--key", str(other), "--passphrase-file", str(desk.folder / "passphrase"))
    desk.run("sample", "plan", desk.folder / "y.civium", *BY, *words, has_key=False)
    (desk.folder / "y.civium-sample").rename(desk.folder / "x.civium-sample")
    desk.run("sample", "draw", desk.export, *BY, expected=1)
    assert "not the one that was sealed to" in desk.err


@pytest.mark.parametrize(
    "words",
    [
        ("merge", "x", "--settle", "5"),
        ("merge", "x", "--settle", "a=valid"),
        ("merge", "x", "--settle", "5=perhaps"),
        ("match", "--register", "r", "--rule", "number", "--column", "bsn"),
        ("match", "--register", "r", "--rule", "number", "--column", "=bsn"),
        ("split", "--to", "x", "--second-opinion", "101"),
        ("split", "--to", "x", "--second-opinion", "-1"),
        ("estimate", "--threshold", "-1"),
    ],
)
def test_what_cannot_be_meant_is_told_at_once(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sample", words[0], "x.civium", "--key", "k", "--by", "b", *words[1:]])
    assert "usage: civium-authority sample" in capsys.readouterr().err


def test_the_way_is_taught(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sample", "--help"])
    text = capsys.readouterr().out
    for act in ("plan", "draw", "split", "merge", "match", "estimate"):
        assert f"sample {act}" in text or f"'{act}'" in text
        with pytest.raises(SystemExit):
            main(["sample", act, "--help"])
        assert "--by NAME" in capsys.readouterr().out
