"""What tests of the office share: an initiative under the Regulation, on a campaign page beside the central system, and one of a region."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server.initiatives import place

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative

COMPANION = {
    "deployment": "companion",
    "registration_number": "ECI(2026)000007",
    "register_url": "https://citizens-initiative.europa.eu/initiatives/details/2026/000007_en",
    "central_url": "https://eci.ec.europa.eu/007/public/",
    "website": "https://night-trains.example",
}
GERMAN = {"title": "Nachtzüge für jede Hauptstadt", "objectives": "Wir bitten um Nachtzüge. " * 30}
REGION = {
    "slug": "slow-roads",
    "procedure": "region",
    "deployment": "procedure",
    "registration_number": "BRA-IP-2026/07",
    "original_language": "gl",
    "organisers": [{"role": "representative", "name": "Uxía Outeiro", "email": "uxia@estradas.example"}],
    "collection_end_on": "2026-12-31",
}
GALICIAN = {"title": "Estradas lentas", "objectives": "Pedimos estradas lentas para as aldeas."}


@pytest.fixture
def initiative(civium_db: Path, tmp_path: Path) -> Initiative:
    """Give an initiative whose statements the central system collects: paper is what its organisers have."""
    del civium_db
    place.make_installation("companion")
    texts = {"en": place.ENGLISH, "el": place.GREEK, "de": GERMAN, "hr": {"title": "Noćni vlakovi", "objectives": "Tražimo."}}
    return place.add_initiative(tmp_path / "night-trains", texts, **COMPANION)


@pytest.fixture
def region(civium_db: Path, tmp_path: Path) -> Initiative:
    """Give an initiative of the invented region."""
    del civium_db
    place.make_installation("procedure")
    texts = {"gl": GALICIAN, "en": {"title": "Slow roads", "objectives": "We ask for slow roads."}}
    return place.add_initiative(tmp_path / "slow-roads", texts, **REGION)
