"""Letters of alerts: one e-mail to each person for all that is new, handed to the operator's mail server.

The rules are:
- an alert is told to a person once; what the server does not take now is tried again, an hour apart at most, for a day;
- a letter holds numbers of the initiative and a link to the dashboard, nothing of a signatory;
- somebody who lost the role meanwhile hears nothing; without a mail server there are no letters, the dashboard shows the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from django.db.models import F

from civium.errors import Refused
from civium.server.console.words import words
from civium.server.dashboard.alerting import accounts_told
from civium.server.dashboard.models import AlertLetter
from civium.server.dashboard.wording import said
from civium.server.supporters import smtp
from civium.server.supporters.smtp import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from civium.server.config import Config
    from civium.server.console.models import Account
    from civium.server.dashboard.models import Alert
    from civium.server.initiatives.models import Initiative
    from civium.server.mail_server import MailServer
    from civium.server.site.words import Words

_LEASE = timedelta(minutes=10)
_MOST_TRIES = 24
_LONGEST_SUBJECT = 150


def tell(config: Config, *, now: datetime) -> int:
    """Send what is due, and give how many e-mails were taken. Raises Refused `mail-missing`, `mail-not-taken`, Misconfigured `mail-*`."""
    if config.mail is None:
        raise Refused("mail-missing")
    due = AlertLetter.objects.filter(due_at__lte=now).order_by("pk")
    groups = list(due.order_by("alert__initiative", "account").values_list("alert__initiative", "account").distinct())
    if not groups:
        return 0
    taken = 0
    with smtp.connected(config.mail, config.host.partition(":")[0]) as connection:
        for initiative, account in groups:
            letters = _claim(initiative, account, now)
            mail = _letter(letters, account, config, config.mail, now)
            if mail is None:
                AlertLetter.objects.filter(pk__in=[letter.pk for letter in letters]).delete()
                continue
            verdict = smtp.deliver(connection, config.mail, mail, str(mail["To"]))
            if verdict is not Verdict.LATER:
                AlertLetter.objects.filter(pk__in=[letter.pk for letter in letters]).delete()
                taken += verdict is Verdict.TAKEN
    return taken


def _claim(initiative: int, account: int, now: datetime) -> list[AlertLetter]:
    """Take the letters of one person, so that of several processes one sends them; they come back if this one dies."""
    AlertLetter.objects.filter(tries__gte=_MOST_TRIES).delete()
    claimed = []
    for letter in AlertLetter.objects.filter(alert__initiative=initiative, account=account, due_at__lte=now).select_related(
        "alert"
    ):
        wait = min(_LEASE * 2**letter.tries, timedelta(hours=1))
        is_ours = AlertLetter.objects.filter(pk=letter.pk, due_at=letter.due_at).update(due_at=now + wait, tries=F("tries") + 1)
        if is_ours:
            claimed.append(letter)
    return claimed


def _letter(
    letters: Sequence[AlertLetter], number: int, config: Config, server: MailServer, now: datetime
) -> EmailMessage | None:
    """Write the e-mail; None where nothing was claimed, or the person may hear none of it any more."""
    from civium.server.console.models import Account

    account = Account.objects.filter(pk=number, is_active=True).first()
    told = [letter.alert for letter in letters if number in accounts_told(letter.alert.initiative, letter.alert.kind)]
    if account is None or not told:
        return None
    return written(words(account.language), account, told, url=config.url, server=server, now=now)


def written(_: Words, account: Account, told: Sequence[Alert], *, url: str, server: MailServer, now: datetime) -> EmailMessage:
    """Give the e-mail to one person about alerts of one initiative."""
    initiative = told[0].initiative
    texts = [said(_, initiative, alert) for alert in told]
    title = _title(initiative)
    mail = EmailMessage(policy=SMTP)
    local, _sign, domain = server.sender.rpartition("@")
    mail["From"] = Address("Civium", local, domain)
    local, _sign, domain = account.email.rpartition("@")
    mail["To"] = Address("", local, domain)
    subject = texts[0].title if len(texts) == 1 else _("%(count)s alerts", count=len(texts))
    mail["Subject"] = " ".join(f"{subject} – {title}".split())[:_LONGEST_SUBJECT]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    parts = [title, *(f"{text.title}\n{text.sentence}\n{text.advice}" for text in texts)]
    parts.append(_("The dashboard:") + f"\n{url}/console/initiatives/{initiative.slug}/dashboard/")
    parts.append(_("You get this letter because you may see the dashboard of this initiative. Each alert is told once."))
    mail.set_content("\n\n".join(parts) + "\n", cte="quoted-printable")
    return mail


def _title(initiative: Initiative) -> str:
    text = initiative.text(initiative.original_language)
    return " ".join(text.title.split()) if text is not None else str(initiative.slug)
