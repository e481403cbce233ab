"""What waits for a second person, and one proposal in words: to agree to it, to withdraw it, to turn it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from civium.errors import Refused
from civium.server.console import frame
from civium.server.console.accounts import newcomers
from civium.server.console.downloads import saved_as
from civium.server.console.models import Membership
from civium.server.console.permissions import Permission, may
from civium.server.console.procedure_words import rule_of
from civium.server.console.proposals.acts import ACTS
from civium.server.console.proposals.asking import here, person_of
from civium.server.initiatives import proposals, uploads
from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.acts_told import TOLD
from civium.server.initiatives.models import Proposal
from civium.server.intake.replies import SECURITY_OF_DRAWINGS
from civium.server.site.assets import TYPES

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Upload
    from civium.server.initiatives.proposals import Act
    from civium.server.initiatives.states import Row

_ONE = "console/proposals/proposal.html"


@dataclass(frozen=True)
class Shown:
    """A proposal as a page shows it."""

    kept: Proposal
    title: str
    sentence: str
    row: Row | None
    is_own: bool


def waiting(request: ConsoleRequest) -> HttpResponse:
    """All that waits, and what became of earlier proposals."""
    initiative = here(request)
    context = {
        "waiting": [_shown(request, one) for one in proposals.open_proposals(initiative, now=request.now)],
        "ended": [_shown(request, one) for one in proposals.ended_proposals(initiative, most=20)],
        "needs_two": proposals.always(initiative),
    }
    return frame.page(request, "console/proposals/proposals.html", context)


def proposal(request: ConsoleRequest, number: int) -> HttpResponse:
    """One proposal in words."""
    return frame.page(request, _ONE, _context(request, _found(request, number)))


def file(request: ConsoleRequest, number: int, digest: str) -> HttpResponse:
    """Give a picture or paper that a proposal names: the very bytes that are agreed to."""
    found = _found(request, number)
    described = {one.sha256: one for one in _files(found)}
    if digest not in described:
        raise Http404
    media_type = described[digest].media_type
    answer = HttpResponse(*uploads.contents(found.initiative, [digest]).values(), content_type=media_type)
    if media_type == TYPES["svg"]:
        for header, content in SECURITY_OF_DRAWINGS:
            answer[header.decode()] = content.decode()
    elif media_type == TYPES["pdf"]:
        saved_as(answer, "certificate-of-conformity.pdf")
    return answer


def agree(request: ConsoleRequest, number: int) -> HttpResponse:
    """Agree to a proposal: it is done now."""
    found = _found(request, number)
    act = ACTS.get(found.act)
    if act is None:
        raise Http404
    needed = _permission_of(act)
    if not request.may(needed):
        return frame.not_allowed(request, needed)
    try:
        _check_proposer(found)
        newcomers.check_settled(request.account, found.initiative, now=request.now)
        with frame.premises(request) as premises:
            proposals.approve(found, act, premises, person_of(request), now=request.now)
    except Refused as error:
        found.refresh_from_db()
        return frame.refused(request, error, _ONE, _context(request, found))
    _, about = frame.words_of(request), TOLD.get(act.row or act.name)
    done = _("Done: %(title)s.", title=_(act.title))
    frame.say(request, f"{done} {_(about.after)}" if about is not None else done)
    return frame.back(request, "proposals")


def withdraw(request: ConsoleRequest, number: int) -> HttpResponse:
    """Withdraw one's own proposal, or turn another's down."""
    found = _found(request, number)
    try:
        proposals.withdraw(found, person_of(request), now=request.now)
    except Refused as error:
        found.refresh_from_db()
        return frame.refused(request, error, _ONE, _context(request, found))
    frame.say(request, frame.words_of(request)("The proposal is withdrawn; nothing was done."))
    return frame.back(request, "proposals")


def _found(request: ConsoleRequest, number: int) -> Proposal:
    """Give a proposal of this initiative; of others there is none here."""
    proposals.lapse(now=request.now)
    found = Proposal.objects.select_related("initiative").filter(pk=number, initiative=here(request)).first()
    if found is None:
        raise Http404
    return found


def _check_proposer(found: Proposal) -> None:
    """What somebody proposed who was removed since is not done in their name. Raises Refused `proposer-gone`."""
    members = Membership.objects.filter(initiative=found.initiative, account__is_active=True).select_related("account")
    held = {str(one.account.pk): one.held for one in members}.get(found.by_account)
    if held is None or not may(held, Permission.PROPOSE):
        raise Refused("proposer-gone")


def _permission_of(act: Act) -> Permission:
    """Whoever agrees does it, too: what a role may not do it may not agree to."""
    row = ROWS.get(act.row or act.name)
    is_free = row is None or row.permission in ("propose", "pause")
    return Permission.APPROVE if is_free or row is None else Permission(row.permission)


def _shown(request: ConsoleRequest, kept: Proposal) -> Shown:
    act = ACTS.get(kept.act)
    is_own = kept.by_account == str(request.account.pk)
    if act is None:
        return Shown(kept, kept.act, "", None, is_own)
    return Shown(kept, act.title or act.name, proposals.in_words(act, kept), ROWS.get(act.row or act.name), is_own)


def _context(request: ConsoleRequest, kept: Proposal) -> dict[str, object]:
    is_waiting = kept.state in (Proposal.State.OPEN, Proposal.State.BEGUN)
    shown = _shown(request, kept)
    act = ACTS.get(kept.act)
    is_allowed = request.may(Permission.APPROVE) and (act is None or request.may(_permission_of(act)))
    return {
        "shown": shown,
        "is_waiting": is_waiting,
        "may_agree": is_waiting and not shown.is_own and is_allowed,
        "may_withdraw": is_waiting and request.may(Permission.PROPOSE),
        "about": TOLD.get(act.row or act.name) if act is not None else None,
        "rule": rule_of(kept.initiative, shown.row.act, shown.row.rule) if shown.row is not None else "",
        "is_begun": kept.state == Proposal.State.BEGUN,
        "files": _files(kept),
    }


def _files(kept: Proposal) -> list[Upload]:
    """Give what a proposal names and what is still here: of one that is over, only what is shown by now."""
    return uploads.described(kept.initiative, kept.facts["stored"]) if kept.act in uploads.ACTS else []
