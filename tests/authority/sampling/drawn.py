"""A verification with a sample, on a desk: enough statements for strata, small enough for a test."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from openpyxl import load_workbook

from tests.authority.build import Log, authority_key, called, dni, read_json, spanish, statement
from tests.authority.commands.desk import Desk

BY = ("--by", "R. Ejemplo")
DICE = "1234561234 5612345612 3456123456 1234561234 5612345612 3456123456"
# Every State's letters, and what a spreadsheet would reckon with.
NAMES = ("Ana", '=HYPERLINK("http://x")', "+Berta", "-Carla", "@Dora", "Ĝoa", "O'Neil", "Zoë\u200b", "Μαρία")


def sampled_log(number: int = 60) -> Log:
    """Give a log of accepted statements over four months, one struck, one destroyed."""
    log = Log(authority_key())
    for serial in range(number):
        first = f"{NAMES[serial % len(NAMES)]} {called(serial)}"
        log.add(statement(spanish(dni(serial + 1), first)), date(2026, 4, 1) + timedelta(days=2 * serial % 120))
    log.add(statement(spanish(dni(900), "Nadie"), declaration=False))
    log.add(statement(spanish(dni(901), "Nunca")))
    log.destroy(number + 1, "destroyed-by-organisers")
    return log


def plan(desk: Desk, *options: str) -> str:
    """Make a plan from dice."""
    (desk.folder / "dice.txt").write_text(DICE, "utf-8")
    return desk.run("sample", "plan", desk.export, *BY, "--dice", desk.folder / "dice.txt", *options)


def drawn(desk: Desk, *options: str, number: int = 60) -> None:
    """Plan, open, verify, draw."""
    plan(desk, *options)
    desk.open_and_verify(sampled_log(number))
    desk.run("sample", "draw", desk.export, *BY)


def split(desk: Desk, *options: str, folder: str = "sheets") -> list[Path]:
    """Write sheets and give them in order."""
    desk.run("sample", "split", desk.export, *BY, "--to", desk.folder / folder, *options)
    return sorted((desk.folder / folder).iterdir())


def fill(sheet: Path, word: str = "valid", **rows: str) -> None:
    """Write a result into every row of an XLSX sheet, another into rows named `row17="invalid"`."""
    book = load_workbook(sheet)
    page = book.active
    columns = [cell.value for cell in page[1]]
    for line in page.iter_rows(min_row=2):
        number = line[columns.index("row")].value
        line[columns.index("result")].value = rows.get(f"row{number}", word)
    book.save(sheet)


def journal_acts(desk: Desk) -> list[str]:
    """Give the acts of the journal's lines, decisions left out."""
    lines = (desk.folder / "x.civium-decisions").read_text("utf-8").splitlines()
    return [line.partition('"act":"')[2].partition('"')[0] for line in lines if '"act"' in line]


def told(path: Path) -> dict[str, object]:
    """Give a JSON object."""
    value = read_json(path)
    assert isinstance(value, dict)
    return value
