"""What a deployment is for decides whether it may collect, who is controller and who can read."""

from __future__ import annotations

from datetime import date

import pytest

from civium.errors import Refused
from civium.law.deployments import CONTROLLERS, KINDS, READERS, check_may_collect, deployment
from civium.law.procedure import load_procedure

ECI = load_procedure()
PETITION = load_procedure("petition")
NEW = (date(2026, 1, 10), date(2027, 3, 1))


def test_together_the_procedures_know_every_kind() -> None:
    assert ECI.deployments.keys() | PETITION.deployments.keys() == set(KINDS)
    for told in (*ECI.deployments.values(), *PETITION.deployments.values()):
        assert told.controller in CONTROLLERS
        assert set(told.readers) <= set(READERS)


def test_a_demonstration_is_marked_and_destroyed_after_14_days() -> None:
    told = deployment(ECI, "demonstration")
    assert told.banner
    assert told.destroyed_after_days == 14
    assert "competent-authority" not in told.readers
    check_may_collect(ECI, "demonstration", *NEW)


def test_a_central_deployment_names_its_legal_basis_and_has_joint_controllers() -> None:
    told = deployment(ECI, "central")
    assert told.names_legal_basis
    assert told.controller == "commission-and-representative"
    assert told.privacy_statement == "privacy_statement_central"
    check_may_collect(ECI, "central", *NEW)


def test_a_companion_collects_nothing() -> None:
    with pytest.raises(Refused, match="nothing-is-collected"):
        check_may_collect(ECI, "companion", *NEW)
    assert deployment(ECI, "companion").readers == ()


def test_an_own_system_for_a_new_initiative_is_refused() -> None:
    with pytest.raises(Refused, match="individual-collection-registered-too-late"):
        check_may_collect(ECI, "individual", *NEW)
    check_may_collect(ECI, "individual", date(2021, 5, 1), date(2022, 6, 1))
    assert deployment(ECI, "individual").certificate_required


def test_an_initiative_cannot_be_called_another_procedure() -> None:
    with pytest.raises(Refused, match="deployment-not-possible"):
        deployment(ECI, "procedure")
    with pytest.raises(Refused, match="deployment-not-possible"):
        check_may_collect(PETITION, "individual", *NEW)
    check_may_collect(PETITION, "procedure", *NEW)
