"""The room's own JSON: whole, sorted, and readable by people."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.law.shelf import PROCEDURES, country_codes, documents_of

FOLDER = Path(str(files("civium.law")))


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_document_is_sorted_and_indented_so_that_a_change_reads_as_one(procedure: str) -> None:
    paths = sorted((FOLDER / procedure).rglob("*.json"))
    assert len(paths) == len(documents_of(procedure)) >= 10
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n", path.name


def test_a_name_outside_the_package_reaches_no_file() -> None:
    with pytest.raises(Refused, match="procedure-unknown"):
        documents_of("..")


def test_every_country_of_the_world_is_listed_once() -> None:
    """Compared with the territories that Unicode's CLDR names in English (Babel)."""
    core = pytest.importorskip("babel")
    codes = country_codes()
    assert list(codes) == sorted(set(codes))
    regions = {code for code in core.Locale("en").territories if len(code) == 2 and code.isalpha()}
    not_countries = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
    assert set(codes) == regions - not_countries
