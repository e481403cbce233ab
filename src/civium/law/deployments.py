"""What a deployment is for, and what follows from it: who is controller, who can read, whether it may collect, in which words."""

from __future__ import annotations

from datetime import date
from typing import Final

from civium.errors import Refused
from civium.law.periods import check_window
from civium.law.rules import Deployment, Procedure

# Architecture, section 6. `procedure` is any other instrument: a petition, a regional or national initiative.
KINDS: Final = ("demonstration", "procedure", "central", "companion", "individual")
CONTROLLERS: Final = ("operator", "organisers", "commission-and-representative", "nobody-here", "representative")
READERS: Final = ("holder-of-the-demonstration-key", "competent-authority", "organising-authority")


def deployment(procedure: Procedure, kind: str) -> Deployment:
    """Give what follows from a kind of deployment of this procedure; raises Refused if the procedure has no such kind."""
    try:
        return procedure.deployments[kind]
    except KeyError:
        raise Refused("deployment-not-possible") from None


def check_may_collect(procedure: Procedure, kind: str, registered_on: date, closes_on: date) -> None:
    """Raise Refused, with its reason, if a deployment of this kind may not collect statements for this initiative.

    A companion collects nothing (Art. 10 leaves it to the central system); an individual system is bound by Art. 11(7).
    """
    chosen = deployment(procedure, kind)
    if not chosen.collects:
        raise Refused("nothing-is-collected")
    check_window(chosen, registered_on, closes_on)
