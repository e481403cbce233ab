"""What a procedure arranges in its own way: groups with goals of their own, names of roles and phases, a language that none of the 24 is."""

from __future__ import annotations

from datetime import date

import pytest

from civium.law.procedure import load_procedure
from civium.law.progress import GroupProgress, progress
from civium.law.rules import FundingRule
from civium.law.wording import gaps, languages_for, privacy_statement

ECI, REGION = load_procedure("eci"), load_procedure("region")
DAY = date(2026, 5, 1)


def test_the_region_counts_residents_of_sixteen_in_districts_of_provinces() -> None:
    assert REGION.belongs_by == "residence"
    assert {age.years for place in REGION.jurisdictions.values() for age in place.ages} == {16}
    assert set(REGION.languages) - set(ECI.languages) == {"gl"}
    assert REGION.reference_language == "en"
    assert gaps("gl", "region") == ()
    assert languages_for("procedure", "region") == ("en", "gl")
    assert privacy_statement("gl", "procedure", "region").language == "gl"
    assert [group.members for group in REGION.groups.values()] == [
        ("BRA-ILLA", "BRA-CABO"),
        ("BRA-LAGOA", "BRA-PEDRA"),
        ("BRA-MONTE", "BRA-VAL"),
    ]


@pytest.mark.parametrize(
    ("counts", "reached", "is_goal"),
    [
        # Three districts and a thousand, but one province alone has enough in all.
        ({"BRA-ILLA": 900, "BRA-CABO": 90, "BRA-PEDRA": 60}, ["BRA-COSTA"], False),
        # Two provinces, the third with only one of the two districts that it needs.
        ({"BRA-ILLA": 500, "BRA-LAGOA": 400, "BRA-MONTE": 160}, ["BRA-COSTA", "BRA-CHAIRA"], True),
        # Enough in every province, too few in all.
        ({"BRA-ILLA": 200, "BRA-LAGOA": 200, "BRA-MONTE": 80, "BRA-VAL": 70}, ["BRA-COSTA", "BRA-CHAIRA", "BRA-SERRA"], False),
    ],
)
def test_provinces_have_goals_of_their_own(counts: dict[str, int], reached: list[str], is_goal: bool) -> None:
    found = progress(REGION, DAY, counts)
    assert [group.code for group in found.groups if group.is_reached] == reached
    assert found.is_goal_reached is is_goal


def test_the_regulation_knows_no_groups() -> None:
    found = progress(ECI, DAY, {"BE": 16_000})
    assert (found.groups, found.groups_needed) == ((), 0)


def test_a_group_may_hold_groups() -> None:
    import copy

    from civium.law.procedure import procedure_from
    from civium.law.shelf import documents_of

    documents = copy.deepcopy(dict(documents_of("region")))
    documents["procedure"]["territory"]["groups"].insert(
        0, {"code": "BRA-LAND", "names": {"en": "Land"}, "members": ["BRA-CHAIRA", "BRA-SERRA"], "needed": 1, "total": 300}
    )
    documents["procedure"]["goal"] |= {"groups": 2, "total": 400}
    found = progress(procedure_from(documents), DAY, {"BRA-ILLA": 250, "BRA-LAGOA": 250, "BRA-MONTE": 90})
    assert found.groups[0] == GroupProgress("BRA-LAND", 340, 300, 1, 1, is_top=True)
    assert [group.code for group in found.groups if group.is_top] == ["BRA-LAND", "BRA-COSTA"]
    assert found.is_goal_reached


def test_roles_and_phases_have_the_names_that_the_data_gives_them() -> None:
    assert REGION.role_name("representative", "gl") == "Primeira persoa promotora"
    assert REGION.phase_name("submitted", "en") == "Before the Parliament"
    assert REGION.role_name("representative", "de") is None
    assert ECI.role_name("representative", "en") is None
    assert [(role.role, role.least, role.most) for role in ECI.roles] == [
        ("representative", 1, 1),
        ("substitute", 1, 1),
        ("member", 0, None),
        ("other", 0, None),
    ]
    assert REGION.name_in("de") == "Popular initiative of Brañalba"


def test_what_the_regulation_asks_of_funding_is_data() -> None:
    assert ECI.funding == FundingRule(500, "EUR")
    assert REGION.funding is None
