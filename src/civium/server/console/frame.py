"""What every screen has around its content, and the few answers that all areas give: a page, a way back, a refusal.

The rules are:
- a page is rendered with the words, the navigation and the account of its request; a view gives its own content only;
- what was refused is said at the head of the same page, with what was typed kept;
- a way to another page is always a path of ours: `next` that is none leads home.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import get_token
from django.urls import Resolver404, resolve, reverse
from markupsafe import Markup

from civium.errors import CiviumError, Misconfigured, Refused
from civium.server.console import drafts, rendering
from civium.server.console.permissions import Permission, may, roles_with
from civium.server.console.procedure_words import words_for
from civium.server.console.sentences import sentence
from civium.server.console.words import words
from civium.server.initiatives.models import Installation
from civium.server.initiatives.persons import DEMONSTRATION, Persons
from civium.server.initiatives.persons import persons as checked_persons
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.site import assets
from civium.server.site.languages import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from civium.server.console.screens import ConsoleRequest
    from civium.server.site.words import Words

ROOT = "/console/"
MEDIA_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, repr=False)
class Given:
    """What a form held that must be mended, and what is wrong with each of its fields."""

    values_by_name: Mapping[str, list[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    was_sent: bool = False

    def value(self, name: str, otherwise: object = "") -> str:
        """Give what was typed into a field, or what it held before."""
        if not self.was_sent:
            return "" if otherwise is None else str(otherwise)
        return next(iter(self.values_by_name.get(name, ())), "")

    def is_chosen(self, name: str, value: str, otherwise: bool = False) -> bool:
        """Say whether a box or an option was chosen."""
        return value in self.values_by_name.get(name, ()) if self.was_sent else otherwise

    def error(self, name: str) -> str:
        """Give what is wrong with a field."""
        return self.errors.get(name, "")


@dataclass(frozen=True)
class Place:
    """A line of the navigation."""

    name: str
    href: str
    is_current: bool


def given(request: HttpRequest, errors: Mapping[str, str] | None = None) -> Given:
    """Give what this request's form held, with what is wrong with it: for the context of a page that shows it again, as `given`."""
    if request.method != "POST":
        return Given(errors=errors or {})
    return Given({name: list(values) for name, values in request.POST.lists()}, errors or {}, was_sent=True)


def page(request: ConsoleRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Give the page of a screen."""
    said = words_of(request)
    filled = {**_frame_of(request, said), **context}
    if "given" not in filled:
        filled["given"] = given(request) if status >= 400 else Given()
    return HttpResponse(rendering.render(template, said, filled), content_type=MEDIA_TYPE, status=status)


def back(request: ConsoleRequest, screen_name: str, **captures: Any) -> HttpResponse:
    """Lead to a screen with GET after an act (303); `slug` is this request's initiative unless it is given."""
    return see(path_of(request, screen_name, **captures))


def say(request: ConsoleRequest, told: str) -> None:
    """Have the next page say, once, what was done."""
    request.session["told"] = told


def refused(request: ConsoleRequest, error: Refused, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Give the same page with what was refused at its head, and what was typed kept (422)."""
    return page(
        request, template, {"refusal": sentence(error, words_of(request)), "given": given(request), **context}, status=422
    )


def mend(request: ConsoleRequest, errors: Mapping[str, str], template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Give the same page with the fields that are to be mended, by name, and what was typed kept (422)."""
    return page(request, template, {"given": given(request, errors), **context}, status=422)


def path_of(request: HttpRequest, screen_name: str, **captures: Any) -> str:
    """Give the address of a screen. Of an initiative's screen `slug` may be left out where the request has one."""
    from civium.server.console.urls import screen_of

    initiative = getattr(request, "initiative", None)
    if screen_of(screen_name).is_of_an_initiative and "slug" not in captures and initiative is not None:
        captures["slug"] = initiative.slug
    return reverse(f"console:{screen_name}", kwargs=captures)


def person(request: ConsoleRequest) -> str:
    """Give whoever asks, as the journal names them: "Name (role)"."""
    role = request.role
    return f"{request.account.name} ({role.value})" if role else request.account.name


def persons(request: ConsoleRequest) -> Persons:
    """Give whoever asks, as the acts want it."""
    return checked_persons(person(request))


@contextmanager
def premises(request: HttpRequest) -> Iterator[Premises]:
    """Open what acts on collections need: store, keys, signer. Raises Misconfigured `store-*`, `bundle-*`."""
    is_to_act = request.method not in ("GET", "HEAD")
    with open_premises(settings.CONFIG, assets.bundle_hashes(), is_to_act=is_to_act) as opened:
        yield opened


def words_of(request: HttpRequest) -> Words:
    """Give the words of whoever asks, in their language, as they hold for the procedure of the initiative whose screen this is."""
    account, initiative = getattr(request, "account", None), getattr(request, "initiative", None)
    code = account.language if account is not None and account.is_authenticated else SOURCE
    return words(code) if initiative is None else words_for(code, initiative.procedure)


def own_path(path: str | None) -> str:
    """Give a path of the console that was asked for, or its first page: nothing leads to another site."""
    if not path or not path.startswith(ROOT) or len(path) > 500 or not path.isprintable() or "\\" in path or ".." in path:
        return ROOT
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return ROOT
    return path


def to_log_on(request: ConsoleRequest, *, idle: bool = False, ended: bool = False, back_to: str = "") -> HttpResponse:
    """Lead to the log-on, and from there back to what was asked for; what a page asked for by itself gets no page."""
    from civium.server.console.gate import BY_ITSELF

    if request.headers.get(BY_ITSELF):
        return HttpResponse(status=401)
    query = QueryDict(mutable=True)
    if back_to or (request.method in ("GET", "HEAD") and request.path != ROOT):
        query["next"] = back_to or request.get_full_path()
    if idle or ended:
        query["because"] = "idle" if idle else "ended"
    return see(reverse("account_login") + (f"?{query.urlencode(safe='/')}" if query else ""))


def to_confirmation(request: ConsoleRequest) -> HttpResponse:
    """Lead to where the second factor is given again, and from there back."""
    query = QueryDict(mutable=True)
    query["next"] = request.get_full_path() if request.method in ("GET", "HEAD") else path_of(request, "draft")
    return see(f"{path_of(request, 'confirm')}?{query.urlencode(safe='/')}")


def problem(request: ConsoleRequest, status: int, kind: str, **context: Any) -> HttpResponse:
    """Give the page that says why this was not done, and what to do."""
    return page(request, "console/home/problem.html", {"kind": kind, "given": Given(), **context}, status=status)


def failed(request: ConsoleRequest, error: CiviumError) -> HttpResponse:
    """Give the page for an error that no view took up."""
    if isinstance(error, Refused):
        return problem(request, 422, "refused", refusal=sentence(error, words_of(request)))
    return problem(request, 500, "failed", refusal=sentence(error, words_of(request)))


def not_allowed(request: ConsoleRequest, permission: Permission) -> HttpResponse:
    """Give the page that says who may."""
    return problem(request, 403, "not-allowed", roles=[role.value for role in roles_with(permission)])


def is_demonstration(request: HttpRequest) -> bool:
    """Say whether what is shown counts for nothing."""
    initiative = getattr(request, "initiative", None)
    if initiative is not None:
        return bool(initiative.deployment == DEMONSTRATION)
    made = Installation.objects.first()
    return made is not None and made.purpose == DEMONSTRATION


def see(path: str) -> HttpResponse:
    """Lead to a path of ours with GET (303)."""
    answer = HttpResponseRedirect(path)
    answer.status_code = 303
    return answer


def _frame_of(request: ConsoleRequest, _: Words) -> dict[str, Any]:
    account = getattr(request, "account", None)
    is_in = account is not None and account.is_authenticated and bool(request.session.get("second_factor_at"))
    screen = getattr(request, "screen", None)
    token = get_token(request)
    return {
        "account": account if account is not None and account.is_authenticated else None,
        "is_in": is_in,
        "role": getattr(request, "role", None),
        "initiative": getattr(request, "initiative", None),
        "initiatives": _initiatives(request) if is_in else [],
        "may": getattr(request, "may", None),
        "screen": screen,
        "title_here": title_of(request.initiative) if is_in and getattr(request, "initiative", None) else "",
        "navigation": _navigation(request) if is_in else [],
        "place_here": words_of(request)(screen.place) if screen is not None and screen.place else "",
        "alarms": _alarms(request) if is_in else [],
        "destructions": _destructions(request) if is_in else [],
        "newcomers": _newcomers(request) if is_in else [],
        "sudden": _sudden(request) if is_in else [],
        "is_demonstration": is_demonstration(request),
        "csrf": Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(token),
        "path_of": lambda name, **captures: path_of(request, name, **captures),
        "path_of_log_on": reverse("account_login"),
        "path_of_passkey": reverse("console:log-on-passkey"),
        "path_of_lost": reverse("console:lost"),
        "assets": _assets(),
        "told": request.session.pop("told", "") if is_in and request.method == "GET" else "",
        "refusal": "",
        "draft": drafts.kept(request) if is_in and (screen is None or screen.name != "draft") else None,
        "now": request.now,
        "stylesheets": (),
        "scripts": (),
    }


def _alarms(request: ConsoleRequest) -> list[Any]:
    """Give the ways back that are begun in this initiative, and one's own wherever it was begun: told on every page."""
    from civium.server.console.models import Recovery

    concerns = Q(account=request.account)
    if request.initiative is not None and request.may(Permission.SEE_PEOPLE):
        concerns |= Q(initiative=request.initiative)
    return list(Recovery.objects.filter(concerns, expires_at__gt=request.now).select_related("account"))


def _newcomers(request: ConsoleRequest) -> list[Any]:
    """Give those who were let in within the last day and will decide with others: everybody is told, on every page."""
    from civium.server.console.accounts.newcomers import newcomers

    if request.initiative is None or not request.may(Permission.SEE_PEOPLE):
        return []
    return newcomers(request.initiative, now=request.now)


def _sudden(request: ConsoleRequest) -> list[Any]:
    """Give the numbers on paper that one person entered within a day, far above the usual: whoever decides with others sees them."""
    from civium.server.office.sudden import sudden

    if request.initiative is None or not request.may(Permission.APPROVE):
        return []
    return sudden(request.initiative, now=request.now)


def _destructions(request: ConsoleRequest) -> list[Any]:
    """Give the destructions that are coming: whoever could stop one is told, on every page."""
    from civium.server.jobs.destroying import coming

    if request.initiative is None or not request.may(Permission.APPROVE):
        return []
    return coming(request.initiative)


def _assets() -> dict[str, str]:
    try:
        scripts = assets.bundle()
    except Misconfigured:
        scripts = {}
    return {
        "stylesheet": assets.stylesheet().path,
        "console": assets.page_stylesheet("console").path,
        "icon": assets.icon().path,
        "script": scripts["console.js"].path if "console.js" in scripts else "",
        **{name: script.path for name, script in scripts.items()},
    }


def _initiatives(request: ConsoleRequest) -> list[tuple[str, str]]:
    from civium.server.console.gate import initiatives_of

    return [(one.slug, title_of(one)) for one in initiatives_of(request.account)]


def title_of(initiative: Any) -> str:
    """Give an initiative's title, in the language it was written in; its short name before there is a text."""
    text = initiative.text(initiative.original_language)
    return str(text.title) if text is not None else str(initiative.slug)


def _navigation(request: ConsoleRequest) -> list[tuple[str, list[Place]]]:
    from civium.server.console.urls import GROUPS, area_screens

    current = getattr(request, "screen", None)
    here = getattr(request, "initiative", None)
    groups = []
    for title, names in GROUPS:
        places = [
            Place(
                words_of(request)(screen.place),
                path_of(request, screen.name),
                current is not None and current.name == screen.name,
            )
            for screen in area_screens(names)
            if screen.place and screen.is_of_an_initiative == (here is not None) and may(request.role, screen.permission)
        ]
        if places:
            groups.append((title, places))
    # Where there is one place to go to, the mark at the head of the page leads there.
    return groups if sum(len(places) for _, places in groups) > 1 else []
