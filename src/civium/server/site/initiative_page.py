"""The page of one initiative, with the place of the form, and what its other pages share with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from civium.law import progress
from civium.law.deployments import deployment as deployment_of
from civium.law.periods import Period
from civium.law.procedure import load_procedure
from civium.server.site import assets, form, frame, languages, picture, questions, rendering, sharing, standing, theme, trust
from civium.server.site.languages import Language, language, reading_order, state_name
from civium.server.site.standing import Link

if TYPE_CHECKING:
    from datetime import date

    from civium.law.rules import Procedure
    from civium.server.site.shown import Counts, Initiative, Text
    from civium.server.site.words import Words


@dataclass(frozen=True)
class ShownText:
    """The initiative's text as a page in a language shows it: its own, or another that says so."""

    text: Text
    language: Language
    is_fallback: bool

    @property
    def lang_attribute(self) -> Markup:
        return lang_attribute(self.language.code) if self.is_fallback else Markup("")

    def __getattr__(self, name: str) -> object:
        return getattr(self.text, name)


@dataclass(frozen=True)
class StateRow:
    """One State's figures."""

    name: str
    received: int
    threshold: int
    share: str


@dataclass(frozen=True)
class Numbers:
    """The figures of the goal."""

    received: int
    goal: int
    percent: str
    over: int
    needed: int
    states: tuple[StateRow, ...]


@dataclass(frozen=True)
class Group:
    """Organisers of one role."""

    title: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Person:
    """An organiser as shown."""

    name: str
    country: str
    email: str | None


@dataclass(frozen=True)
class Cover:
    """The picture at the head: its largest form, and all widths where there are several."""

    href: str
    widths: str


@dataclass(frozen=True)
class ShownVideo:
    """A film elsewhere, as a plain link."""

    href: str
    title: str
    lang_attribute: Markup


@dataclass(frozen=True)
class Asked:
    """A question with its answer; those of the organisers may be in another language than the page."""

    question: str
    answer: str
    lang_attribute: Markup


def lang_attribute(code: str) -> Markup:
    """A lang attribute with a space before it."""
    return Markup(' lang="{}"').format(code)


def shown_text(initiative: Initiative, code: str) -> ShownText:
    """The text in the language, or the original, openly."""
    if code in initiative.texts:
        return ShownText(initiative.texts[code], language(code), is_fallback=False)
    original = initiative.original_language
    return ShownText(initiative.texts[original], language(original), is_fallback=True)


def shared_context(_: Words, initiative: Initiative, page: str) -> dict[str, object]:
    """What all pages of an initiative are given."""
    procedure = load_procedure(initiative.procedure)
    deployment = deployment_of(procedure, initiative.deployment)
    logo = assets.picture(f"logo-{initiative.slug}", initiative.logo) if initiative.logo else None
    tongue = language(_.code)
    context = frame.initiative_frame(_, tongue, initiative, deployment, procedure, page=page, logo=logo.path if logo else None)
    context |= {
        "assets": asset_addresses(),
        "theme": themed(initiative).path if initiative.colour else None,
        "initiative": initiative,
        "text": shown_text(initiative, _.code),
        "readers": trust.readers(_, deployment, initiative),
    }
    return context


def asset_addresses() -> dict[str, str]:
    """The addresses of what every page loads."""
    return {"stylesheet": assets.stylesheet().path, "icon": assets.icon().path}


def pictures(initiative: Initiative) -> list[assets.Asset]:
    """Logo and cover of an initiative, as its organisers gave them."""
    named = [("logo", initiative.logo)] if initiative.logo else []
    named += [("cover", content) for content in initiative.cover]
    return [assets.picture(f"{name}-{initiative.slug}", content) for name, content in named]


def themed(initiative: Initiative) -> assets.Asset:
    """The stylesheet with the initiative's colour."""
    assert initiative.colour is not None
    return assets.named(f"theme-{initiative.slug}", theme.stylesheet(initiative.colour), "css")


def render(_: Words, initiative: Initiative, counts: Counts | None, *, today: date, url: str) -> bytes:
    """The initiative's page in the language of the words."""
    procedure = load_procedure(initiative.procedure)
    deployment = deployment_of(procedure, initiative.deployment)
    tongue = language(_.code)
    period = Period(initiative.opens_on, initiative.closes_on)
    closed = standing.closed(_, tongue, initiative, deployment) or _not_offered(_, initiative)
    context = shared_context(_, initiative, "")
    text = shown_text(initiative, _.code)
    context |= {
        "kicker": kicker(_, tongue, initiative, procedure),
        "state": initiative.state,
        "numbers": numbers(tongue, initiative, procedure, counts) if counts and initiative.state != "destroyed" else None,
        "has_period": deployment.collects,
        "days_left": period.days_left(today),
        "days_until_open": max(0, (initiative.opens_on - today).days),
        "organisers": organisers(_, tongue, initiative),
        "questions": _questions(_, text, initiative),
        "text_languages": _text_languages(initiative),
        "may_use_paper": trust.may_use_paper(deployment),
        "cover": _cover(initiative),
        "blocks": initiative.blocks,
        "video": _video(_, initiative),
        "share": sharing.share(initiative.slug, text.text, url),
        "share_script": assets.bundle()["share.js"].path,
        "closed": closed,
        "form": None if closed else form.form_place(_, initiative, procedure, deployment),
    }
    return rendering.render("initiative.html", _, context)


def kicker(_: Words, tongue: Language, initiative: Initiative, procedure: Procedure) -> Markup:
    """The line above the title: what kind of thing this is, its number and the day of registration, each kept in one piece."""
    kind = _("European citizens’ initiative") if procedure.name == "eci" else procedure.title.get(_.code) or procedure.title["en"]
    registered = _("registered on %(date)s", date=tongue.date(initiative.registered_on))
    return Markup("<span>{} ·</span> <span>{},</span> <span>{}</span>").format(kind, initiative.registration, registered)


def numbers(tongue: Language, initiative: Initiative, procedure: Procedure, counts: Counts) -> Numbers:
    """The figures of the goal: the total is live, the States are those last published."""
    found = progress.progress(procedure, initiative.registered_on, dict(counts.jurisdictions))
    goal = initiative.goal or found.goal
    rows = [
        StateRow(
            state_name(tongue, procedure.jurisdictions[place.code]),
            place.count,
            place.threshold,
            tongue.percent(place.count / place.threshold),
        )
        for place in found.jurisdictions
    ]
    rows.sort(key=lambda row: reading_order(tongue.code, row.name))
    share = tongue.percent(counts.received / goal)
    return Numbers(counts.received, goal, share, len(found.over), found.needed, tuple(rows) if counts.received else ())


def organisers(_: Words, tongue: Language, initiative: Initiative) -> tuple[Group, ...]:
    """The group of organisers by role, in the order of Annex III."""
    titles = {
        "representative": _("Representative"),
        "substitute": _("Substitute"),
        "member": _("Members"),
        "other": _("Others who take part"),
    }
    procedure = load_procedure(initiative.procedure)
    groups = []
    for role, usual in titles.items():
        title = procedure.role_name(role, _.code) or usual
        people = tuple(
            Person(person.name, tongue.country(person.country) if person.country else "", person.email)
            for person in initiative.organisers
            if person.role == role
        )
        if people:
            groups.append(Group(title, people))
    return tuple(groups)


def _cover(initiative: Initiative) -> Cover | None:
    """The cover in its widths: the browser takes the one that fits, after everything else."""
    if not initiative.cover:
        return None
    found = [(assets.picture(f"cover-{initiative.slug}", content), picture.size(content)) for content in initiative.cover]
    sized = sorted((size.width, asset.path) for asset, size in found if size is not None)
    widths = ", ".join(f"{path} {width}w" for width, path in sized) if len(sized) > 1 else ""
    return Cover(sized[-1][1] if sized else found[0][0].path, widths)


def _video(_: Words, initiative: Initiative) -> ShownVideo | None:
    video = initiative.video
    if video is None:
        return None
    own = _.code in video.titles
    code = _.code if own else initiative.original_language
    return ShownVideo(video.url, video.titles[code], Markup("") if own else lang_attribute(code))


def _questions(_: Words, text: ShownText, initiative: Initiative) -> tuple[Asked, ...]:
    ours = questions.first_questions(_, initiative)
    return (
        *(Asked(item.question, item.answer, text.lang_attribute) for item in text.text.questions),
        *(Asked(item.question, item.answer, Markup("")) for item in ours),
    )


def _not_offered(_: Words, initiative: Initiative) -> standing.Closed | None:
    assert initiative.collection is not None, "collecting without a collection"
    offered = initiative.collection.languages
    if _.code in offered:
        return None
    others = tuple(
        Link(f"{frame.initiative_path(code, initiative.slug)}#support", code=code, own_name=languages.own_name(code))
        for code in languages.CODES
        if code in offered
    )
    return standing.not_offered(_, others, has_text=_.code in initiative.texts)


def _text_languages(initiative: Initiative) -> tuple[Link, ...]:
    return tuple(
        Link(frame.initiative_path(code, initiative.slug), code=code, own_name=languages.own_name(code))
        for code in languages.CODES
        if code in initiative.texts
    )
