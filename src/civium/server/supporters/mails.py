"""The mails that this site writes by itself, in the reader's language: one that asks to confirm, one that confirms. Plain text and the same as HTML.

The rules are:
- nothing in a mail is loaded from anywhere, nothing in it tells whether or when it was read;
- no mail says whether its reader signed: nobody knows;
- what organisers wrote is one line of text wherever it stands in a header.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from civium.server.mail_server import ADDRESS
from civium.server.site import frame, rendering
from civium.server.site.initiative_page import shown_text
from civium.server.site.languages import language
from civium.server.supporters.asking import CONFIRM_WITHIN_DAYS
from civium.server.supporters.consent import Consent, consent

if TYPE_CHECKING:
    from datetime import datetime

    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words


class _AsItIs(UnstructuredHeader):
    """A header that is never broken or encoded: programs read a link in it byte for byte (RFC 8058, 3.1)."""

    def fold(self, *, policy: Policy) -> str:
        """Give the whole line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


def _policy() -> Policy:
    kinds = HeaderRegistry()
    kinds.map_to_type("list-unsubscribe", _AsItIs)
    return SMTP.clone(header_factory=kinds)


_LONGEST_SUBJECT = 180
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Place:
    """Where mails come from and lead to: the installation's address, and the sender's."""

    url: str
    sender: str

    @property
    def domain(self) -> str:
        """The sender's domain: what names our messages."""
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True)
class Letter:
    """What a mail says: its paragraphs, the one link it is about, and what follows."""

    subject: str
    before: tuple[str, ...]
    label: str
    link: str
    points: tuple[str, ...]
    after: tuple[str, ...]
    stop: str
    stop_label: str


@dataclass(frozen=True, repr=False)
class Reader:
    """To whom, in which language, about what."""

    address: str
    wants_news: bool
    wants_other_news: bool
    stop: str


def question(_: Words, initiative: Initiative, reader: Reader, token: str, place: Place) -> Letter:
    """The mail that asks the owner of an address to confirm it."""
    title = title_of(_, initiative)
    return Letter(
        subject=_("Please confirm your address: %(title)s", title=title),
        before=(
            *demonstration(_, initiative),
            _("Somebody, probably you, left this address on the page of this initiative: %(title)s", title=title),
            _("Open this page and press the button there if you want to hear from the organisers:"),
        ),
        label=_("Confirm my address"),
        link=link_to(place, _.code, initiative, f"confirm/{token}"),
        points=_agreed(consent(_, initiative), reader),
        after=(
            _(
                "If it was not you, do nothing. The address is then destroyed after %(days)s days, and no other mail comes.",
                days=CONFIRM_WITHIN_DAYS,
            ),
        ),
        stop=link_to(place, _.code, initiative, f"stop/{reader.stop}"),
        stop_label=_("Destroy my address now"),
    )


def welcome(_: Words, initiative: Initiative, reader: Reader, place: Place) -> Letter:
    """The mail that says that an address is confirmed, and how to stop."""
    title = title_of(_, initiative)
    agreed = consent(_, initiative)
    return Letter(
        subject=_("Your address is confirmed: %(title)s", title=title),
        before=(
            *demonstration(_, initiative),
            _("Thank you. You will hear from the organisers of this initiative: %(title)s", title=title),
        ),
        label=_("The initiative"),
        link=link_to(place, _.code, initiative, ""),
        points=_agreed(agreed, reader),
        after=(agreed.until, agreed.withdrawal),
        stop=link_to(place, _.code, initiative, f"stop/{reader.stop}"),
        stop_label=_("Stop all letters and destroy my address"),
    )


def message(_: Words, letter: Letter, initiative: Initiative, reader: Reader, place: Place, *, now: datetime) -> EmailMessage:
    """Put a letter into an e-mail with the headers that let one stop it with one click (RFC 8058)."""
    mail = addressed(_, letter.subject, initiative, reader.address, letter.stop, place, now=now)
    mail["Message-ID"] = make_msgid(domain=place.domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_text(letter), cte="quoted-printable")
    page = rendering.render("after_mail.html", _, {"language": language(_.code), "letter": letter})
    mail.add_alternative(page.decode(), subtype="html", cte="quoted-printable")
    mail["Content-Language"] = _.code
    return mail


def addressed(
    _: Words, subject: str, initiative: Initiative, address: str, stop: str, place: Place, *, now: datetime
) -> EmailMessage:
    """Give an e-mail without content: from whom, to whom, and how to stop with one click (RFC 8058)."""
    mail = EmailMessage(policy=_policy())
    local, _sign, domain = place.sender.rpartition("@")
    mail["From"] = Address(one_line(consent(_, initiative).writer, _LONGEST_NAME), local, domain)
    local, _sign, domain = address.rpartition("@")
    mail["To"] = Address("", local, domain)
    mail["Subject"] = one_line(subject, _LONGEST_SUBJECT)
    mail["Date"] = format_datetime(now)
    if initiative.contact_email and ADDRESS.fullmatch(initiative.contact_email):
        mail["Reply-To"] = initiative.contact_email
    mail["List-Id"] = f"<{initiative.slug}.{place.domain}>"
    mail["List-Unsubscribe"] = f"<{stop}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def _text(letter: Letter) -> str:
    points = "\n".join(f"- {point}" for point in letter.points)
    parts = (*letter.before, letter.link, points, *letter.after, f"{letter.stop_label}:\n{letter.stop}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _agreed(agreed: Consent, reader: Reader) -> tuple[str, ...]:
    return ((agreed.news,) if reader.wants_news else ()) + ((agreed.other_news,) if reader.wants_other_news else ())


def demonstration(_: Words, initiative: Initiative) -> tuple[str, ...]:
    """What a demonstration says first, on every paper; nothing elsewhere."""
    if initiative.deployment != "demonstration":
        return ()
    return (f"{_('Demonstration.')} {_('Nothing entered here counts. Please use invented data only.')}",)


def title_of(_: Words, initiative: Initiative) -> str:
    """The initiative's title in the reader's language, or in the one it is shown in."""
    return one_line(shown_text(initiative, _.code).text.title, _LONGEST_SUBJECT)


def link_to(place: Place, code: str, initiative: Initiative, page: str) -> str:
    """The whole address of a page of an initiative."""
    return place.url + frame.initiative_path(code, initiative.slug, page)


def one_line(text: str, longest: int) -> str:
    """Give a text as one line, cut where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
