"""The people of an initiative, and those of the installation: who is there, who is invited, who lost what they log on with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404

from civium.errors import Refused
from civium.server.console import frame
from civium.server.console.accounts import invitations, letters, membership, newcomers, recovery
from civium.server.console.models import Invitation, Membership, Recovery
from civium.server.console.permissions import OF_AN_INITIATIVE, Permission, Role, in_words, may
from civium.server.initiatives.folder import SLUG
from civium.server.initiatives.models import Initiative

if TYPE_CHECKING:
    from civium.server.console.accounts.invitations import Invited
    from civium.server.console.screens import ConsoleRequest

_BRUSSELS = ZoneInfo("Europe/Brussels")
_PEOPLE = "console/accounts/people.html"
_INVITE = "console/accounts/invite.html"
_INVITED = "console/accounts/invited.html"
_PERSON = "console/accounts/person.html"


def people(request: ConsoleRequest) -> HttpResponseBase:
    """List people and invitations: of this initiative, or of the installation."""
    held = Membership.objects.filter(initiative=request.initiative).select_related("account").order_by("account__name")
    waiting = Invitation.objects.filter(initiative=request.initiative, expires_at__gt=request.now)
    return frame.page(
        request,
        _PEOPLE,
        {
            "held": held,
            "waiting": waiting,
            "begun": recovery.running(request.initiative, now=request.now) if request.initiative else [],
            "screens": _names(request),
            "may_manage": request.may(Permission.MANAGE_PEOPLE),
            "may_vouch": request.may(Permission.APPROVE),
        },
    )


def invite(request: ConsoleRequest) -> HttpResponseBase:
    """Invite somebody to a role; their link is shown once."""
    context = {"roles": [role.value for role in _roles(request)], "screens": _names(request), "for_whom": _ownerless(request)}
    if request.method != "POST":
        return frame.page(request, _INVITE, context)
    try:
        initiative = request.initiative or _chosen(request)
        role = membership.parse_role(request.POST.get("role", ""), initiative)
        address, by = request.POST.get("address", ""), frame.persons(request)
        made = invitations.invite(address, role, initiative, by, now=request.now, inviter=request.account)
    except Refused as error:
        if error.code == "address-malformed":
            said = frame.words_of(request)("Write an e-mail address, such as name@example.org")
            return frame.mend(request, {"address": said}, _INVITE, context)
        if error.code == "role-unknown":
            return frame.mend(request, {"role": frame.words_of(request)("Choose what this person will be")}, _INVITE, context)
        return frame.refused(request, error, _INVITE, context)
    link = f"{settings.CONFIG.url}{frame.ROOT}invitation/{made.token}/"
    is_mailed = _mail(request, made, link)
    return frame.page(
        request, _INVITED, {"invited": made.invitation, "link": link, "is_mailed": is_mailed, "screens": _names(request)}
    )


def withdraw(request: ConsoleRequest, key: int) -> HttpResponseBase:
    """Take an invitation back."""
    found = get_object_or_404(Invitation, pk=key, initiative=request.initiative)
    invitations.withdraw(found, frame.persons(request), now=request.now)
    frame.say(request, frame.words_of(request)("The invitation is withdrawn: its link opens nothing any more."))
    return frame.back(request, _names(request)["people"])


def person(request: ConsoleRequest, key: int) -> HttpResponseBase:
    """One person: their role, and the acts on it. Posting changes the role."""
    found = get_object_or_404(Membership.objects.select_related("account", "initiative"), pk=key, initiative=request.initiative)
    context = {"one": found, "roles": [role.value for role in _roles(request)], "screens": _names(request)}
    if request.method != "POST":
        return frame.page(request, _PERSON, context)
    try:
        role = membership.parse_role(request.POST.get("role", ""), request.initiative)
        with transaction.atomic():
            membership.change_role(found, role, frame.persons(request), now=request.now)
            if not may(role, Permission.MANAGE_PEOPLE):
                invitations.withdraw_those_of(found.account, request.initiative, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, _PERSON, context)
    frame.say(request, frame.words_of(request)("The role is changed, from now on."))
    return frame.back(request, _names(request)["people"])


def remove(request: ConsoleRequest, key: int) -> HttpResponseBase:
    """Take somebody's role away."""
    found = get_object_or_404(Membership.objects.select_related("account", "initiative"), pk=key, initiative=request.initiative)
    context = {"one": found, "roles": [role.value for role in _roles(request)], "screens": _names(request)}
    try:
        with transaction.atomic():
            invitations.withdraw_those_of(found.account, request.initiative, frame.persons(request), now=request.now)
            membership.remove(found, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, _PERSON, context)
    _tell_who_decide(request, found)
    frame.say(request, frame.words_of(request)("This person has no role here any more."))
    if found.account_id == request.account.pk:
        return frame.back(request, "home")
    return frame.back(request, _names(request)["people"])


def vouch(request: ConsoleRequest, key: int) -> HttpResponseBase:
    """Say that somebody who lost their factors is really them."""
    assert request.initiative is not None
    found = get_object_or_404(Membership.objects.select_related("account"), pk=key, initiative=request.initiative)
    try:
        newcomers.check_settled(request.account, request.initiative, now=request.now)
        begun = recovery.vouch(found.account, request.initiative, request.account, now=request.now)
    except Refused as error:
        return frame.failed(request, error)
    _tell_all(request, begun)
    frame.say(request, frame.words_of(request)("Noted. Everybody of this initiative and the operator are told."))
    return frame.back(request, "people")


def stop_way_back(request: ConsoleRequest, key: int) -> HttpResponseBase:
    """Stop a way back that somebody should not go."""
    begun = get_object_or_404(Recovery, pk=key, initiative=request.initiative)
    recovery.stop(begun, request.account, now=request.now)
    frame.say(request, frame.words_of(request)("It is stopped."))
    return frame.back(request, "people")


def open_way_back(request: ConsoleRequest, key: int) -> HttpResponseBase:
    """Show the link of a way back, once, to one of the two who vouched."""
    begun = get_object_or_404(Recovery.objects.select_related("account"), pk=key, initiative=request.initiative)
    try:
        token = recovery.make_link(begun, request.account, now=request.now)
    except Refused as error:
        return frame.failed(request, error)
    link = f"{settings.CONFIG.url}{frame.ROOT}way-back/{token}/"
    return frame.page(request, "console/accounts/way_back_link.html", {"begun": begun, "link": link})


def agree(request: ConsoleRequest, key: int) -> HttpResponseBase:
    """Agree, as the operator, that somebody goes a way back."""
    begun = get_object_or_404(Recovery.objects.select_related("account", "initiative"), pk=key)
    try:
        recovery.agree_as_operator(begun, request.account, now=request.now)
    except Refused as error:
        return frame.failed(request, error)
    _tell_all(request, begun)
    return frame.back(request, "installation")


def stop_as_operator(request: ConsoleRequest, key: int) -> HttpResponseBase:
    """Stop a way back as the operator: one of those who are told is enough."""
    recovery.stop(get_object_or_404(Recovery.objects.select_related("initiative"), pk=key), request.account, now=request.now)
    frame.say(request, frame.words_of(request)("It is stopped."))
    return frame.back(request, "installation")


def _roles(request: ConsoleRequest) -> tuple[Role, ...]:
    return OF_AN_INITIATIVE if request.initiative is not None else (Role.OPERATOR, Role.REPRESENTATIVE, Role.SUBSTITUTE)


def _names(request: ConsoleRequest) -> dict[str, str]:
    """Give the names of the screens, which differ for an initiative and for the installation."""
    start = "" if request.initiative is not None else "installation-"
    return {name: f"{start}{name}" for name in ("people", "invite", "withdraw-invitation", "person", "remove-person")}


def _ownerless(request: ConsoleRequest) -> list[tuple[str, str]]:
    """Give the initiatives that nobody manages: only into those the operator invites, so as to be nobody's master key."""
    if request.initiative is not None:
        return []
    return [(one.slug, frame.title_of(one)) for one in Initiative.objects.all() if not membership.managers_of(one)]


def _chosen(request: ConsoleRequest) -> Initiative | None:
    """Give the initiative that the operator invites an owner for. Raises Refused `has-managers`."""
    if request.POST.get("role") == Role.OPERATOR.value:
        return None
    slug = request.POST.get("initiative", "")
    if not SLUG.fullmatch(slug):  # PostgreSQL takes no zero byte to look for
        raise Http404
    found = get_object_or_404(Initiative, slug=slug)
    if membership.managers_of(found):
        raise Refused("has-managers")
    return found


def _mail(request: ConsoleRequest, made: Invited, link: str) -> bool:
    _ = frame.words_of(request)
    title = frame.title_of(made.invitation.initiative) if made.invitation.initiative else settings.CONFIG.host
    text = _(
        "%(by)s invites you to work on %(title)s, as: %(role)s.\n\nOpen this page and follow it. It works once, within seven days:\n%(link)s\n\n"
        "If you know nothing of this, do nothing: nobody gets in without this page.\n",
        by=in_words(made.invitation.invited_by, _),
        title=title,
        role=_(made.invitation.held.words),
        link=link,
    )
    subject = _("You are invited: %(title)s", title=title)
    return letters.send(settings.CONFIG, [made.invitation.email], subject, text, now=request.now) == 1


def _tell_who_decide(request: ConsoleRequest, removed: Membership) -> None:
    """Tell whoever was removed, and those who decide here, that one of those who decide is gone: one alone could remove all others."""
    if removed.initiative is None or not may(removed.held, Permission.APPROVE):
        return
    _ = frame.words_of(request)
    held = Membership.objects.filter(initiative=removed.initiative).select_related("account")
    addresses = {one.account.email for one in held if may(one.held, Permission.APPROVE)} | {removed.account.email}
    text = _(
        "%(by)s took the role %(role)s from %(name)s.\n\nWhoever joins now can agree to what others propose 24 hours later. If this should not be, "
        "speak with the others and with the operator before.\n",
        by=in_words(frame.person(request), _),
        role=_(removed.held.words),
        name=removed.account.name,
    )
    subject = _("Somebody was removed: %(title)s", title=frame.title_of(removed.initiative))
    letters.send(settings.CONFIG, sorted(addresses), subject, text, now=request.now)


def _tell_all(request: ConsoleRequest, begun: Recovery) -> None:
    _ = frame.words_of(request)
    if begun.ready_at is None:
        when = _("If two of the initiative and the operator say so, a link can be handed over 24 hours later.")
    else:
        moment = f"{begun.ready_at.astimezone(_BRUSSELS):%Y-%m-%d %H:%M}"
        when = _(
            "Two of the initiative and the operator say so. From %(moment)s, Brussels time, a link can be handed over.",
            moment=moment,
        )
    text = _(
        "%(by)s says that %(name)s has lost what they log on with.\n\n%(when)s With it a new password and a new second factor are chosen, and "
        "all that opens the account today ends.\n\nAsk %(name)s by telephone or in person. If you doubt it, stop it before: one is enough. Log on, "
        "and press “Stop it”, under People, Installation or Your account:\n%(link)s\n\nIf it is right, you need do nothing.\n",
        name=begun.account.name,
        by=request.account.name,
        when=when,
        link=f"{settings.CONFIG.url}{frame.ROOT}",
    )
    subject = _("Somebody may get a new way into an account: %(name)s", name=begun.account.name)
    letters.send(settings.CONFIG, recovery.concerned(begun), subject, text, now=request.now)
