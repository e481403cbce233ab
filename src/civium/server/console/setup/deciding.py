"""From a screen of set-up to an act: done at once where one person may, proposed where two must agree; drafts beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from civium.errors import Refused
from civium.law.shelf import country_codes
from civium.server.console import frame
from civium.server.console.permissions import Permission
from civium.server.console.sentences import sentence
from civium.server.initiatives.proposals import Act, Facts, Person, do_alone, propose
from civium.server.register.models import Draft
from civium.server.site import assets
from civium.server.site.languages import language, reading_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Initiative
    from civium.server.site.words import Words

KEPT_DAYS = 30
# Where a refusal names a place in a file, it is said in these words.
PLACES = {
    "line": "Line %(number)s of the file.",
    "version": "Language version %(number)s of the file.",
    "member": "Member %(number)s of the file.",
}


def page(request: ConsoleRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Give a page of set-up, with what all of them need."""
    return frame.page(request, template, {**_around(request), **context}, status)


def refused(request: ConsoleRequest, error: Refused, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Give the same page with what was refused at its head, and where in the file."""
    return frame.refused(
        request,
        error,
        template,
        {**_around(request), **context, "refusal": context.get("refusal") or said(error, frame.words_of(request))},
    )


def mend(request: ConsoleRequest, errors: Mapping[str, str], template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Give the same page with the fields that are to be mended."""
    return frame.mend(request, errors, template, {**_around(request), **context})


def _around(request: ConsoleRequest) -> dict[str, Any]:
    code_shown, codes = frame.words_of(request).code, country_codes()
    tongue = language(code_shown)
    countries = [(code, tongue.country(code)) for code in codes if len(code) == 2]
    return {
        "may_change": request.may(Permission.CHANGE_SET_UP),
        "may_prove": request.may(Permission.PROVE_KEYS),
        "countries_named": sorted(countries, key=lambda country: reading_order(code_shown, country[1])),
        "stylesheets": (assets.page_stylesheet("setup").path,),
    }


def here(request: ConsoleRequest) -> Initiative:
    """Give the initiative whose screen this is."""
    assert request.initiative is not None, "the gate lets nobody pass without one"
    return request.initiative


def decide(request: ConsoleRequest, act: Act, facts: Facts) -> bool:
    """Do it and give True, or propose it and give False; the next page says which. Raises Refused with what the act refuses."""
    initiative, person, _ = here(request), Person(str(request.account.pk), frame.person(request)), frame.words_of(request)
    if act.needs_two(initiative):
        if not request.may(Permission.PROPOSE):
            raise Refused("not-allowed")
        propose(initiative, act, facts, person, now=request.now)
        frame.say(request, _("Proposed. It is done as soon as another person of your initiative agrees, within seven days."))
        return False
    try:
        if initiative.live_collection() is None:
            # Everything of an act or nothing: some keys of several would be hard to tell apart from all.
            with _all_or_nothing():
                act.apply(initiative, None, frame.persons(request), facts, request.now)  # type: ignore[arg-type]
        else:
            with frame.premises(request) as premises:
                do_alone(initiative, act, premises, facts, person, now=request.now)
    except Refused:
        # What the act set on its way is not shown: what is stored is.
        initiative.refresh_from_db()
        raise
    frame.say(request, _("Done."))
    return True


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Keep all of an act or none. Raises Refused `done-meanwhile` where somebody else did the same at this moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Refused("done-meanwhile") from None


def said(error: Refused, _: Words) -> str:
    """Give the sentence of a refusal, with the place in the file where it names one that the sentence does not."""
    words = sentence(error, _)
    places = [
        _(told, number=error.facts[name])
        for name, told in PLACES.items()
        if name in error.facts and f"{name} {error.facts[name]}" not in words.lower()
    ]
    return " ".join((words, *places))


def keep_draft(request: ConsoleRequest, screen: str, told: Any) -> None:
    """Keep what somebody typed, for themselves, until it is taken over."""
    found = {"told": told, "saved_at": request.now}
    Draft.objects.update_or_create(initiative=here(request), account=str(request.account.pk), screen=screen, defaults=found)


def draft_of(request: ConsoleRequest, screen: str) -> Draft | None:
    """Give one's own draft; what is older than thirty days is gone."""
    Draft.objects.filter(saved_at__lt=request.now - timedelta(days=KEPT_DAYS)).delete()
    found: Draft | None = Draft.objects.filter(initiative=here(request), account=str(request.account.pk), screen=screen).first()
    return found


def drop_draft(request: ConsoleRequest, screen: str) -> None:
    """Forget one's own draft."""
    Draft.objects.filter(initiative=here(request), account=str(request.account.pk), screen=screen).delete()
