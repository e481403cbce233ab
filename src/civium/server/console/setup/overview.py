"""Set-up at a glance: the steps, the one that is on open; and what the installation is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civium.law.deployments import deployment
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.setup import keys
from civium.server.console.setup.deciding import here, page
from civium.server.console.setup.steps import asks_register, done_of, steps_of
from civium.server.initiatives.setup import installation
from civium.server.initiatives.texts import unofferable_languages
from civium.server.register.taking_over import last_taken_over, waiting_file
from civium.server.site import theme

if TYPE_CHECKING:
    from django.http import HttpResponse

    from civium.server.console.screens import ConsoleRequest


def overview(request: ConsoleRequest) -> HttpResponse:
    """Show all steps."""
    initiative = here(request)
    steps = steps_of(initiative)
    done, needed = done_of(steps)
    colour = initiative.appearance.get("theme_colour")
    context = {
        "steps": steps,
        "done": done,
        "needed": needed,
        "procedure": load_procedure(initiative.procedure),
        "is_live": initiative.live_collection() is not None,
        "taken_over": last_taken_over(initiative),
        "waiting": waiting_file(initiative),
        "asks_register": asks_register(initiative),
        "colour": colour,
        "contrast": theme.contrast(theme.light_colours(colour).brand, theme.SUNK_LIGHT) if colour else 0,
        "languages": sorted(initiative.texts_in_force()),
        "not_offered": unofferable_languages(initiative),
        "lifecycle_path": frame.path_of(request, "lifecycle"),
        "may_try": initiative.live_collection() is None and any(step.name == "keys" for step in steps),
        **keys.standing(request),
    }
    return page(request, "console/setup/overview.html", context)


def purpose(request: ConsoleRequest) -> HttpResponse:
    """Say what this initiative is here for, and what follows from it."""
    initiative = here(request)
    procedure = load_procedure(initiative.procedure)
    context = {
        "purpose": installation().purpose,
        "procedure": procedure,
        "chosen": deployment(procedure, initiative.deployment),
    }
    return page(request, "console/setup/purpose.html", context)
