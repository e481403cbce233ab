"""The sentences on who can read, who is responsible and what happens to a statement, computed from the deployment.

The rules are:
- Nothing is said here that the deployment does not keep: each kind has its own sentences, and each kind is tested.
- Words a page may not use of itself: valid, guaranteed, anonymous, impossible, unbreakable, official, certified.
- The deployment's kind, its readers and its controller come from `law`; keys held by organisers are a fact of the initiative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.law.procedure import load_procedure
from civium.server.site.languages import language, reading_order, state_name

if TYPE_CHECKING:
    from civium.law.rules import Deployment
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

DEMONSTRATION_KEY = "holder-of-the-demonstration-key"
COMPETENT_AUTHORITY = "competent-authority"


@dataclass(frozen=True)
class Strip:
    """The line above everything: what this deployment is for."""

    title: str
    sentence: str
    calm: bool


@dataclass(frozen=True)
class Reader:
    """Somebody who can, or cannot, read a statement."""

    who: str
    sentence: str
    can: bool
    icon: str


@dataclass(frozen=True)
class Step:
    """One part of a statement's way."""

    title: str
    sentence: str


@dataclass(frozen=True)
class Pair:
    """A question of responsibility and its answer."""

    title: str
    lines: tuple[str, ...]
    email: str | None = None


def strip(_: Words, deployment: Deployment, initiative: Initiative) -> Strip | None:
    """What must be said before anything else; None where there is nothing to warn of."""
    if deployment.kind == "demonstration":
        return Strip(_("Demonstration."), _("Nothing entered here counts. Please use invented data only."), calm=False)
    if deployment.kind == "central":
        operator = initiative.operator or "–"
        return Strip(
            _("Central online collection system."),
            _("Run for the European Commission under Article 10 of Regulation (EU) 2019/788 by %(operator)s.", operator=operator),
            calm=True,
        )
    if deployment.kind == "companion":
        return Strip(
            _("Campaign page."),
            _("Statements of support are collected by the European Commission’s central system, not here."),
            calm=True,
        )
    return None


def keys_held_by(deployment: Deployment, initiative: Initiative) -> str:
    """Who can open the envelopes: authority, organisers, both (each of some States) or demonstration; nobody where nothing is collected."""
    if not deployment.collects:
        return "nobody"
    if DEMONSTRATION_KEY in deployment.readers:
        return "demonstration"
    if initiative.keys_held_by_organisers:
        return "organisers"
    return "both" if initiative.organisers_hold else "authority"


def of_both(_: Words, initiative: Initiative) -> str:
    """Of which States the organisers hold the key, and that the others' is their authority's."""
    places, tongue = load_procedure(initiative.procedure).jurisdictions, language(_.code)
    names = sorted(
        (state_name(tongue, places[code]) for code in initiative.organisers_hold), key=lambda name: reading_order(_.code, name)
    )
    return _(
        "For these States the organisers hold the key: %(states)s. For all others only the authority that checks the statements has it.",
        states=", ".join(names),
    )


def may_use_paper(deployment: Deployment) -> bool:
    """Whether the law knows paper forms beside this deployment (Art. 9(1)); a demonstration has none."""
    return deployment.kind in ("central", "individual", "companion")


def readers(_: Words, deployment: Deployment, initiative: Initiative) -> tuple[Reader, ...]:
    """Who can read what is typed, and who cannot."""
    holder = keys_held_by(deployment, initiative)
    if initiative.state == "destroyed":
        sentence = _("The collection is over, and all statements stored here have been destroyed.")
        return (Reader(_("Nobody here"), sentence, can=False, icon="no-eye"),)
    if holder == "nobody":
        # Where mail can be sent, whoever wants news may leave an address: then something personal is kept, though no statement.
        sentence = (
            _("Statements of support are collected by the European Commission’s central system, not here.")
            if initiative.offers_news
            else _("Nothing personal is asked for or stored on this site.")
        )
        return (Reader(_("Nobody here"), sentence, can=False, icon="no-eye"),)
    you = Reader(_("You"), _("On this device, until you send it. Nothing is kept in the browser."), can=True, icon="eye")
    if holder == "demonstration":
        server = Reader(
            _("This server"), _("It receives a sealed envelope. It can count it, not open it."), can=False, icon="no-eye"
        )
        sentence = _("They hold the trial keys that stand in for those of the authorities, and can open what is sent here.")
        return (you, server, Reader(_("The people who run this demonstration"), sentence, can=True, icon="lock"))
    if holder in ("organisers", "both"):
        server = Reader(
            _("This server"), _("It receives a sealed envelope. It can count it, not open it."), can=False, icon="no-eye"
        )
        group = (
            _("They hold the key. They open the statements after the collection and hand them to the authority.")
            if holder == "organisers"
            else of_both(_, initiative)
        )
        return (
            you,
            server,
            Reader(_("The organisers"), group, can=True, icon="lock"),
            Reader(
                _("The authority of your State"),
                _("It receives the statements from the organisers, checks them and destroys them."),
                can=True,
                icon="eye",
            ),
        )
    server = Reader(
        _("The organisers and this server"),
        _("They receive a sealed envelope. They can count it, not open it."),
        can=False,
        icon="no-eye",
    )
    if COMPETENT_AUTHORITY in deployment.readers:
        sentence = _("The only one with the key. It checks the statements, confirms their number, then destroys them.")
        return (you, server, Reader(_("The authority of your State"), sentence, can=True, icon="lock"))
    sentence = _("The only one with the key. It checks the statements, confirms their number, then destroys them.")
    return (you, server, Reader(_("The authority that checks the statements"), sentence, can=True, icon="lock"))


def summary(_: Words, deployment: Deployment, initiative: Initiative) -> str:
    """The protection of a statement in one or two sentences."""
    holder = keys_held_by(deployment, initiative)
    if holder == "both":
        return " ".join((_("Your statement is sealed on your device before it is sent."), of_both(_, initiative)))
    return {
        "nobody": _("Statements of support are collected by the European Commission’s central system, not here.")
        if initiative.offers_news
        else _("This page collects no statements. Nothing personal is asked for or stored here."),
        "demonstration": _(
            "This is a demonstration. Statements are sealed on your device as they would be in a real collection, "
            "but the people who run the demonstration hold the keys."
        ),
        "organisers": _(
            "Your statement is sealed on your device before it is sent. The organisers hold the key and open it only after the collection, "
            "to hand it to the authority."
        ),
        "authority": _(
            "Your statement is sealed on your device before it is sent. Only the authority that checks it has the key to open it."
        ),
    }[holder]


def keys_sentence(_: Words, deployment: Deployment, initiative: Initiative) -> str:
    """What the table of keys means, and with what its words should agree."""
    holder = keys_held_by(deployment, initiative)
    if holder == "both":
        return of_both(_, initiative)
    return {
        "nobody": "",
        "demonstration": _(
            "These trial keys were made for the demonstration. In a real collection each authority makes its own key and publishes the same words."
        ),
        "organisers": _(
            "The organisers hold these keys. Before the opening they showed that they can open what is sealed to them."
        ),
        "authority": _(
            "Each authority holds its own key and showed, before it was used here, that it can open what is sealed to it. "
            "The words should be the same as those that the authority publishes."
        ),
    }[holder]


def steps(_: Words, deployment: Deployment, initiative: Initiative) -> tuple[Step, ...]:
    """The way of a statement from the device to its destruction."""
    holder = keys_held_by(deployment, initiative)
    if holder == "nobody":
        return (
            Step(
                _("Elsewhere"),
                _("You give your statement of support in the European Commission’s central system, under its own rules."),
            ),
        )
    first = _first_steps(_)
    if holder == "demonstration":
        days = deployment.destroyed_after_days
        end = (
            _("Everything sent to this demonstration is destroyed after %(days)s days.", days=days)
            if days
            else _("Everything sent to this demonstration is destroyed.")
        )
        return (
            *first,
            Step(
                _("Opened for practice"),
                _("The people who run the demonstration open the envelopes to show how an authority works."),
            ),
            Step(_("Destroyed"), end),
        )
    if holder == "organisers":
        middle = Step(
            _("Opened and handed over"),
            _("After the collection the organisers open the envelopes and give each authority the statements of its own State."),
        )
    elif holder == "both":
        middle = Step(
            _("Opened and handed over"),
            _(
                "After the collection the organisers open the envelopes of the States whose key they hold, and give the statements to their "
                "authorities. Each other authority opens those of its own State on a computer of its own."
            ),
        )
    else:
        middle = Step(
            _("Handed over, still sealed"),
            _("After the collection each authority gets the envelopes of its own State and opens them on a computer of its own."),
        )
    return (
        *first,
        middle,
        Step(
            _("Checked"),
            _("The authority checks the statements and confirms how many count. If a person has signed twice, it counts once."),
        ),
        Step(_("Destroyed"), _destroyed(_, deployment)),
    )


def _first_steps(_: Words) -> tuple[Step, ...]:
    return (
        Step(
            _("Sealed on your device"),
            _("Your browser locks the statement in an envelope. What you type does not leave the page before that."),
        ),
        Step(
            _("Received"),
            _(
                "The server stores the envelope and gives you a receipt, which your browser checks. "
                "Only the day is kept, not the time, and not your address on the network."
            ),
        ),
        Step(
            _("Counted"),
            _("The envelope gets a place in a public log. Anybody can see how many there are, nobody can see whose they are."),
        ),
    )


def _destroyed(_: Words, deployment: Deployment) -> str:
    if COMPETENT_AUTHORITY in deployment.readers:
        return _(
            "The authority destroys the statements within three months of confirming their number. Here they are destroyed one month after "
            "the initiative was submitted to the Commission or 21 months after the collection began, whichever comes first. "
            "Only administrative or legal proceedings can make this later."
        )
    return _("When they are no longer needed, the statements are destroyed here and at the authority.")


def responsible(_: Words, deployment: Deployment, initiative: Initiative) -> tuple[Pair, ...]:
    """Who answers for the data, where it lies and whom to ask."""
    pairs = [
        Pair(_("Responsible for the data"), _controllers(_, deployment, initiative), _controller_email(deployment, initiative))
    ]
    if deployment.collects and COMPETENT_AUTHORITY in deployment.readers:
        pairs.append(Pair(_("Responsible for the checking"), (_("The authority of the State whose citizen you are"),)))
    if initiative.data_protection_officer:
        pairs.append(
            Pair(
                _("Data protection officer"), (initiative.data_protection_officer.name,), initiative.data_protection_officer.email
            )
        )
    if initiative.operator:
        pairs.append(Pair(_("This server is run by"), (initiative.operator,), initiative.operator_email))
    if deployment.names_legal_basis and initiative.legal_basis:
        pairs.append(Pair(_("Legal basis"), (initiative.legal_basis,)))
    if deployment.collects:
        place = (
            language(_.code).country(initiative.stored_in)
            if initiative.stored_in
            else _("On this server; the operator has not named the country")
        )
        pairs.append(Pair(_("The sealed statements are stored in"), (place,)))
        pairs.append(Pair(_("Your rights"), (_rights(_, deployment, keys_held_by(deployment, initiative)),)))
    return tuple(pairs)


def _controllers(_: Words, deployment: Deployment, initiative: Initiative) -> tuple[str, ...]:
    representative = next((person.name for person in initiative.organisers if person.role == "representative"), None)
    group = initiative.legal_entity.name if initiative.legal_entity else representative
    if deployment.controller == "commission-and-representative":
        return (_("The European Commission"), *((_("and %(name)s, for the group of organisers", name=group),) if group else ()))
    if deployment.controller == "representative":
        assert group is not None
        return (_("%(name)s, for the group of organisers", name=group),)
    if deployment.controller == "nobody-here":
        return (_("The European Commission, for its central system"),)
    if deployment.controller == "organisers" and group:
        return (_("%(name)s, for the group of organisers", name=group),)
    return (initiative.operator or _("Whoever runs this server"),)


def _controller_email(deployment: Deployment, initiative: Initiative) -> str | None:
    if deployment.controller in ("representative", "organisers"):
        return (
            next((person.email for person in initiative.organisers if person.role == "representative"), None)
            or initiative.contact_email
        )
    return initiative.operator_email


def _rights(_: Words, deployment: Deployment, holder: str) -> str:
    if deployment.kind == "demonstration":
        return _(
            "Give the identifier from your receipt, and what you sent will be destroyed at once. You can also complain to your data protection authority."
        )
    if holder in ("organisers", "both"):
        return _(
            "You can ask what is stored, have it put right or have it destroyed. As the envelopes stay closed until the collection is over, give "
            "the identifier from your receipt. You can also complain to your data protection authority."
        )
    return _(
        "You can ask what is stored, have it put right or have it destroyed. Since nobody here can open the envelopes, give the identifier "
        "from your receipt. You can also complain to your data protection authority."
    )
