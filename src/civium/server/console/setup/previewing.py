"""A look at the public pages before they are public: the very pages, behind the log-on, with links and files that stay here.

The rules are:
- nothing of a preview can be found without log-on: what only this initiative needs (colour, pictures, rules) is served here;
- pages are those of `server/site`, made by the same code; links lead to other previews, and nothing can be sent;
- a page may be framed by the console, and by nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpResponse
from markupsafe import escape

from civium.server.console import frame
from civium.server.console.setup.acts import stored_with
from civium.server.console.setup.deciding import draft_of, here
from civium.server.initiatives.persons import DEMONSTRATION
from civium.server.intake.replies import SECURITY, SECURITY_OF_DRAWINGS
from civium.server.site import conformity_page, form, initiative_page, loading, pages, shown
from civium.server.site.languages import CODES

if TYPE_CHECKING:
    from datetime import date

    from civium.server.console.screens import ConsoleRequest
    from civium.server.site.assets import Asset
    from civium.server.site.words import Words

_POLICY: Final = "content-security-policy"
_ASSET = re.compile(r"/assets/[^\s\"',>]+")
_SCRIPT = re.compile(r'<script type="module"[^>]*></script>')
# The place of the form, with what it says to browsers that cannot start it.
_FORM = re.compile(r'<div id="form"[^>]*>.*?</div>\s*</div>', re.DOTALL)
_HEADER = "<header>"


def preview(request: ConsoleRequest, language: str, page: str = "") -> HttpResponse:
    """Give one public page as it would be, in a language."""
    initiative = here(request)
    value = _value(request)
    if language not in CODES:
        raise Http404
    site = _site(value, max(request.now.date(), initiative.opens_on), is_demonstration=initiative.deployment == DEMONSTRATION)
    made = site.render(f"/{language}/i/{initiative.slug}" + (f"/{page}" if page else ""))
    if made is None or not made.media_type.startswith("text/html"):
        raise Http404
    answer = HttpResponse(_kept_here(request, value, made.body.decode()), content_type=made.media_type)
    for name, content in SECURITY:
        answer[name.decode()] = content.decode().replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    answer["x-frame-options"] = "SAMEORIGIN"
    return answer


def preview_file(request: ConsoleRequest, name: str) -> HttpResponse:
    """Give a file that only this initiative's pages load."""
    found = _files(_value(request)).get(f"/assets/{name}")
    if found is None:
        raise Http404
    answer = HttpResponse(found.content, content_type=found.media_type)
    if found.media_type == "image/svg+xml":
        for header, content in SECURITY_OF_DRAWINGS:
            answer[header.decode()] = content.decode()
    return answer


def in_a_frame(answer: HttpResponse) -> HttpResponse:
    """Let a page of the console show a preview in a frame: from here, and from nowhere else."""
    policy = dict(SECURITY)[_POLICY.encode()].decode()
    answer[_POLICY] = policy.replace("form-action 'none'", "form-action 'self'") + "; frame-src 'self'"
    return answer


def _value(request: ConsoleRequest) -> shown.Initiative:
    """The initiative as tried (`?look=tried`), or as it is stored."""
    initiative = here(request)
    tried = draft_of(request, "appearance") if request.GET.get("look") == "tried" else None
    look = stored_with(initiative, {"stored": tried.told}) if tried else initiative.appearance
    return loading.previewed(initiative, look, request.now.date())


def _site(value: shown.Initiative, today: date, *, is_demonstration: bool) -> pages.Site:
    from django.conf import settings

    return pages.Site(
        find=lambda slug: value if slug == value.slug else None,
        hosted=lambda: (value,),
        counts=lambda _: shown.Counts(),
        today=lambda: today,
        is_demonstration=lambda: is_demonstration,
        url=settings.CONFIG.url,
    )


def _files(value: shown.Initiative) -> dict[str, Asset]:
    """What only this initiative's pages load, by address."""
    found = list(initiative_page.pictures(value))
    if value.colour:
        found.append(initiative_page.themed(value))
    found += conformity_page.papers(value)
    if value.collection:
        found.append(form.rules_asset(value, value.collection))
    return {asset.path: asset for asset in found}


def _kept_here(request: ConsoleRequest, value: shown.Initiative, body: str) -> str:
    """Lead what the page loads, and where its links go, to this preview; leave out what would send."""
    query = "?look=tried" if request.GET.get("look") == "tried" else ""
    files = _files(value)

    def own(found: re.Match[str]) -> str:
        if found[0] not in files:
            return found[0]
        return frame.path_of(request, "setup-preview-file", name=found[0].removeprefix("/assets/")) + query

    def link(found: re.Match[str]) -> str:
        captures: dict[str, Any] = {"language": found["language"]}
        name = "setup-preview"
        if found["page"]:
            name, captures = "setup-preview-page", {**captures, "page": found["page"]}
        return f'href="{frame.path_of(request, name, **captures)}{query}{found["rest"] or ""}"'

    links = re.compile(rf'href="/(?P<language>[a-z]{{2}})/i/{re.escape(value.slug)}(?:/(?P<page>[a-z-]+))?(?P<rest>#[\w-]+)?"')
    body = links.sub(link, _ASSET.sub(own, _SCRIPT.sub("", body)))
    body = _FORM.sub(_instead_of_the_form(frame.words_of(request), value), body)
    return body.replace(_HEADER, f"{_HEADER}\n{_strip(frame.words_of(request))}", 1)


def _strip(_: Words) -> str:
    told = escape(_("Only people of this initiative see it. Nothing can be sent from here."))
    return f'<div class="strip calm"><p class="wrap"><span><strong>{escape(_("Preview."))}</strong> {told}</span></p></div>'


def _instead_of_the_form(_: Words, value: shown.Initiative) -> str:
    """What stands where the form will: no field is shown that could be filled in for nothing."""
    keys = len(value.collection.keys) if value.collection else 0
    told = (
        _("The form stands here once the initiative is live. To try it before, open the private preview."),
        _.ngettext("It would open for %(count)s State.", "It would open for %(count)s States.", keys, count=keys),
    )
    lines = "".join(f"<p>{escape(line)}</p>" for line in told)
    return f'<div class="flow"><h2 id="support-h">{escape(_("The form"))}</h2>{lines}</div>'
