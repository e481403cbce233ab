"""The pages after signing: the form for news, the form for feedback, and what is said when one was sent. Nothing of a visitor is in them,
but for what a form that must be mended gives back to whoever sent it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from civium.server.intake.replies import SECURITY
from civium.server.site import frame, rendering
from civium.server.site.initiative_page import shared_context
from civium.server.supporters.consent import consent

if TYPE_CHECKING:
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

NEWS, NEWS_SENT, FEEDBACK, FEEDBACK_SENT = "news", "news-sent", "feedback", "feedback-sent"
LONGEST_COMMENT = 1_000
_POLICY = b"content-security-policy"
# The one header that differs: these pages have a form, and it goes to this site alone.
HEADERS = tuple(
    (name, value.replace(b"form-action 'none'", b"form-action 'self'")) for name, value in SECURITY if name == _POLICY
)


@dataclass(frozen=True, repr=False)
class Given:
    """What a form that must be mended held, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is to be mended."""
        return self.errors.get(name, "")


def news(_: Words, initiative: Initiative, given: Given | None = None) -> bytes | None:
    """The form for news; None where no mail can be sent."""
    if not initiative.offers_news:
        return None
    agreed = consent(_, initiative)
    context = shared_context(_, initiative, NEWS) | {
        "action": frame.initiative_path(_.code, initiative.slug, NEWS),
        "consent": agreed,
        "consent_name": agreed.sha256.hex(),
        "given": given or Given(),
    }
    return rendering.render("after_news.html", _, context)


def news_sent(_: Words, initiative: Initiative) -> bytes | None:
    """What is said after asking, whatever became of it."""
    if not initiative.offers_news:
        return None
    return told(
        _,
        initiative,
        NEWS_SENT,
        _("Please look into your mailbox"),
        _(
            "If the address can get mail, a letter with a link is on its way to it. You hear from the organisers only after you open "
            "the link and press the button there, within seven days."
        ),
        _("Nothing came? Look among the unwanted mail. An address gets at most three such letters a day."),
    )


def feedback(_: Words, initiative: Initiative, given: Given | None = None) -> bytes | None:
    """The form for feedback; None where nobody signs."""
    if initiative.collection is None:
        return None
    context = shared_context(_, initiative, FEEDBACK) | {
        "action": frame.initiative_path(_.code, initiative.slug, FEEDBACK),
        "grades": grades(_),
        "longest": LONGEST_COMMENT,
        "given": given or Given(),
    }
    return rendering.render("after_feedback.html", _, context)


def grades(_: Words) -> tuple[tuple[str, str], ...]:
    """The four grades, from bad to good."""
    return (("bad", _("Bad")), ("fair", _("Fair")), ("fine", _("Fine")), ("good", _("Good")))


def feedback_sent(_: Words, initiative: Initiative) -> bytes | None:
    """What is said after feedback."""
    if initiative.collection is None:
        return None
    return told(
        _,
        initiative,
        FEEDBACK_SENT,
        _("Thank you for telling us."),
        _("Only the grade, your words and the day are kept. Nothing joins them to you or to a statement."),
    )


def confirm(_: Words, initiative: Initiative) -> bytes:
    """The page that a mailed link opens: it does nothing until its button is pressed."""
    return _ask(
        _,
        initiative,
        _("Confirm your address"),
        _("Press the button if you want to hear from the organisers of this initiative."),
        _("Confirm my address"),
    )


def stop(_: Words, initiative: Initiative) -> bytes:
    """The page on which one stops all letters."""
    return _ask(
        _,
        initiative,
        _("Stop the letters"),
        _("Press the button, and your address is destroyed here at once. No more letters about this initiative come."),
        _("Stop all letters and destroy my address"),
    )


def confirmed(_: Words, initiative: Initiative) -> bytes:
    """What is said after confirming."""
    return told(
        _,
        initiative,
        NEWS,
        _("Your address is confirmed."),
        _("You will hear from the organisers. Every letter has a link with which you stop them at once."),
    )


def link_over(_: Words, initiative: Initiative) -> bytes:
    """What is said of a link that confirms nothing."""
    return told(
        _,
        initiative,
        NEWS,
        _("This link is over"),
        _("It was used already, it is older than seven days, or a newer one was sent. Nothing was changed."),
        _("You can leave your address again; a new link then comes.") if initiative.offers_news else "",
    )


def stopped(_: Words, initiative: Initiative) -> bytes:
    """What is said after stopping, the same whether there was an address or not."""
    return told(
        _,
        initiative,
        NEWS,
        _("No more letters will come"),
        _("The address of this link is not kept here for this initiative. Letters that were sent before may still arrive."),
    )


def too_many(_: Words, initiative: Initiative, page: str) -> bytes:
    """What is said to a network that sent too much."""
    return told(
        _, initiative, page, _("Please wait a minute"), _("Very many forms came from your network. Nothing was kept of this one.")
    )


def from_elsewhere(_: Words, initiative: Initiative, page: str) -> bytes:
    """What is said to a form that another site sent."""
    return told(
        _,
        initiative,
        page,
        _("This came from another site"),
        _("Nothing was kept. Please open the page here and send it again."),
    )


def told(_: Words, initiative: Initiative, page: str, title: str, *sentences: str) -> bytes:
    """A page that says one thing, and leads back."""
    context = shared_context(_, initiative, page) | {"title": title, "sentences": [line for line in sentences if line]}
    return rendering.render("after_told.html", _, context)


def _ask(_: Words, initiative: Initiative, title: str, sentence: str, button: str) -> bytes:
    # The languages of the menu lead to the form: a token in their addresses would be one copy more.
    context = shared_context(_, initiative, NEWS) | {"title": title, "sentences": [sentence], "button": button}
    return rendering.render("after_told.html", _, context)
