"""The alarm of a destruction that is coming: every screen shows it, and whoever could stop it gets an e-mail.

The rules are:
- one e-mail to each, within seconds of the second person's word; without a mail server the screens alone tell;
- whoever's e-mail the server did not take is told again, with waits that grow to an hour, until the destruction begins;
- it names numbers, the hour and the way to stop it, never an identifier; what the law's last day destroys only a legal hold stops.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from civium.server.initiatives.destroying_all import BY_DATE
from civium.server.initiatives.facts import capital
from civium.server.initiatives.models import Destruction
from civium.server.jobs.acts import CAUSES_IN_WORDS
from civium.server.jobs.kinds import DESTROY, DESTROY_ALL
from civium.server.jobs.models import Job
from civium.server.supporters import smtp
from civium.server.supporters.smtp import Verdict

if TYPE_CHECKING:
    from civium.server.config import Config
    from civium.server.console.models import Account
    from civium.server.initiatives.models import Initiative

_LEASE = timedelta(minutes=10)  # who claims and dies lets the e-mail go after that
_BRUSSELS = ZoneInfo("Europe/Brussels")


def tell_of_what_is_coming(config: Config, *, now: datetime) -> int:
    """Tell of destructions that wait whoever was not told yet; of several processes one does. Gives the number of e-mails taken."""
    waiting = Job.objects.filter(kind__in=(DESTROY, DESTROY_ALL), state=Job.State.WAITING, not_before__gt=now)
    return sum(_tell(config, job, now) for job in waiting.select_related("initiative"))


def _tell(config: Config, job: Job, now: datetime) -> int:
    """Tell of one destruction, if it is time. Kept in its result: the accounts that need no further try, and when the others have theirs."""
    from civium.server.console.accounts import letters

    assert job.initiative is not None
    if job.result and ("again_at" not in job.result or datetime.fromisoformat(job.result["again_at"]) > now):
        return 0
    tries, told = job.result.get("tries", 0), job.result.get("told", [])
    claimed = {"told": told, "tries": tries + 1, "again_at": (now + max(smtp.wait_after(tries), _LEASE)).isoformat()}
    is_as_read = {"result": {}} if not job.result else {"result__again_at": job.result["again_at"]}
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    if not waiting.filter(**is_as_read).update(result=claimed):
        return 0
    subject, text = _letter(job, config.url)
    accounts = {one.email: one.pk for one in _told_of(job.initiative) if one.pk not in told}
    found = letters.send_each(config, sorted(accounts), subject, text, now=now)
    left = [address for address, verdict in found.items() if verdict is Verdict.LATER]
    settled = {"told": sorted([*told, *(accounts[address] for address in found if address not in left)]), "tries": tries + 1}
    if left:
        settled["again_at"] = (now + smtp.wait_after(tries)).isoformat()
    waiting.filter(result__again_at=claimed["again_at"]).update(result=settled)
    return sum(verdict is Verdict.TAKEN for verdict in found.values())


def _letter(job: Job, url: str) -> tuple[str, str]:
    from civium.server.console.permissions import in_words

    assert job.initiative is not None
    assert job.not_before is not None
    statements, because, page = _what(job)
    hour = job.not_before.astimezone(_BRUSSELS).strftime("%Y-%m-%d %H:%M")
    at = f"{url}/console/initiatives/{job.initiative.slug}/"
    due = _by_law(job)
    if due is not None:
        lines: tuple[str, ...] = (
            f"The last day on which statements of {job.initiative.registration} may be kept is {due.due_on}{f' ({due.article})' if due.article else ''}.",
            f"On {hour}, Brussels time, all of them are destroyed. If proceedings need them, two of you can place a legal hold until then:",
            f"{at}lifecycle/act/place-hold/",
            "You need do nothing if the day is right.",
        )
    else:
        lines = (
            f"{' and '.join(in_words(name, str) for name in job.asked_by)} agreed to destroy {statements} of {job.initiative.registration}{because}.",
            f"It happens on {hour}, Brussels time. Until then you, or any of you, can stop it:",
            f"{at}{page}",
            "You need do nothing if you agree.",
        )
    return f"{capital(statements)} will be destroyed: {job.initiative.slug}", "\n\n".join(lines) + "\n"


def _by_law(job: Job) -> Destruction | None:
    """Give the order that a job carries out where it is the law's date that gave it, and no person."""
    if job.kind != DESTROY_ALL or job.facts["ground"] != BY_DATE:
        return None
    return Destruction.objects.filter(pk=job.facts["destruction"]).first()


def _what(job: Job) -> tuple[str, str, str]:
    """Give what is destroyed, why, and the page on which it is stopped."""
    if job.kind == DESTROY_ALL:
        return "all statements", "", "lifecycle/destruction/"
    count = len(job.facts["entries"])
    statements = "one statement" if count == 1 else f"{count} statements"
    return statements, f", {CAUSES_IN_WORDS[job.facts['cause']]}", f"destroying/{job.pk}/"


def _told_of(initiative: Initiative) -> list[Account]:
    """Give the accounts of those who could stop it."""
    from civium.server.console.models import Membership
    from civium.server.console.permissions import Permission, may

    held = Membership.objects.filter(initiative=initiative, account__is_active=True).select_related("account")
    return [one.account for one in held if may(one.held, Permission.APPROVE)]
