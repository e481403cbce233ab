"""From the installation's database to what pages show. Only what is public is read, and only initiatives that were opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from civium.formats import manifest
from civium.formats.authority_key import fingerprint_words
from civium.law.deployments import deployment as deployment_of
from civium.law.periods import Period, brussels_date
from civium.law.procedure import load_procedure
from civium.server.site import shown
from civium.server.site.pages import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from civium.server.initiatives.models import Collection, Initiative, InitiativeText, Installation
    from civium.server.open_data.numbers import Series


def installed_site(
    counts: Callable[[str], shown.Counts | None],
    now: Callable[[], datetime] | None = None,
    series: Callable[[str], Series | None] = lambda _: None,
) -> Site:
    """The pages of this installation, read anew from its database for each page that is made.

    `counts` gives the published numbers of a collection by its name in hex, `series` its days, or None where they are not known.
    Safe to use from several threads: Django keeps a connection for each.
    """
    from django.conf import settings

    clock = now or (lambda: datetime.now(UTC))

    def today() -> date:
        return brussels_date(clock())

    return Site(
        find=lambda slug: find(slug, today()),
        hosted=lambda: hosted(today()),
        counts=counts,
        series=series,
        today=today,
        # The day as well: at midnight collections open and end, and days left change.
        version=lambda: (_version(), today()),
        is_demonstration=_is_demonstration,
        url=settings.CONFIG.url,
    )


def _version() -> int:
    from civium.server.initiatives.models import Installation

    found: int | None = Installation.objects.values_list("version", flat=True).first()
    return found or 0


def _is_demonstration() -> bool:
    from civium.server.initiatives.models import Installation

    return Installation.objects.filter(purpose="demonstration").exists()


def counts_of(heads: Iterable[tuple[str, int]], live_total: int | None = None) -> shown.Counts:
    """Counts from (jurisdiction, received) of the logs as last published, and the total, live where it is known."""
    by_jurisdiction: dict[str, int] = {}
    for jurisdiction, received in heads:
        by_jurisdiction[jurisdiction] = by_jurisdiction.get(jurisdiction, 0) + received
    return shown.Counts(sum(by_jurisdiction.values()) if live_total is None else live_total, by_jurisdiction)


def find(slug: str, today: date) -> shown.Initiative | None:
    """The public initiative of this name, or None."""
    from civium.server.initiatives.models import Initiative, Installation

    found = Initiative.objects.filter(slug=slug).first()
    return None if found is None else _shown(found, Installation.objects.first(), today)


def hosted(today: date) -> tuple[shown.Initiative, ...]:
    """All public initiatives of the installation."""
    from civium.server.initiatives.models import Initiative, Installation

    installation = Installation.objects.first()
    found = (_shown(initiative, installation, today) for initiative in Initiative.objects.all())
    return tuple(initiative for initiative in found if initiative is not None)


def _shown(initiative: Initiative, installation: Installation | None, today: date) -> shown.Initiative | None:
    """The initiative as values; None while it is in set-up. A campaign page needs no collection: it collects nothing."""
    from civium.server.initiatives.standing import last_day_of

    collection = initiative.live_collection()
    collects = deployment_of(load_procedure(initiative.procedure), initiative.deployment).collects
    if collects and (collection is None or collection.state == collection.State.OPENING):
        return None
    return _values(
        initiative,
        installation,
        state=_state(initiative, collection, today),
        closes_on=last_day_of(initiative, collection),
        collection=_collection(collection) if collects and collection else None,
        appearance=initiative.appearance,
    )


def previewed(initiative: Initiative, appearance: Mapping[str, Any], today: date) -> shown.Initiative:
    """The initiative as it would look with an appearance that is not set yet: for those who set it up, never for the public.

    One that is in set-up is shown as on its first day, with the keys that are proven and a collection that exists nowhere.
    """
    from civium.server.initiatives.models import Installation
    from civium.server.initiatives.standing import last_day_of

    collection = initiative.live_collection()
    collects = deployment_of(load_procedure(initiative.procedure), initiative.deployment).collects
    return _values(
        initiative,
        Installation.objects.first(),
        state="collecting" if collection is None else _state(initiative, collection, today),
        closes_on=last_day_of(initiative, collection),
        collection=(_collection(collection) if collection else _stand_in(initiative)) if collects else None,
        appearance=appearance,
    )


def tried(initiative: Initiative, collection: shown.Collection) -> shown.Initiative:
    """The initiative with the collection of its preview: only for whoever has the link of that (server/preview)."""
    from civium.server.initiatives.models import Installation

    found = _values(
        initiative,
        Installation.objects.first(),
        state="collecting",
        closes_on=initiative.closes_on,
        collection=collection,
        appearance=initiative.appearance,
    )
    return replace(found, offers_news=False)


def _values(
    initiative: Initiative,
    installation: Installation | None,
    *,
    state: str,
    closes_on: date,
    collection: shown.Collection | None,
    appearance: Mapping[str, Any],
) -> shown.Initiative:
    from django.conf import settings

    return shown.Initiative(
        slug=initiative.slug,
        procedure=initiative.procedure,
        deployment=initiative.deployment,
        state=state,
        registration=initiative.registration,
        registered_on=initiative.registered_on,
        opens_on=initiative.opens_on,
        closes_on=closes_on,
        original_language=initiative.original_language,
        texts={code: _text(text) for code, text in initiative.texts_in_force().items()},
        collection=collection,
        goal=initiative.goal,
        version=str(initiative.version),
        offers_news=settings.CONFIG.mail is not None,
        bursts=_bursts(initiative),
        **_people(initiative),
        **_addresses(initiative),
        **_holders(initiative, collection),
        **_appearance(initiative, appearance),
        **_operator(installation),
    )


def _holders(initiative: Initiative, collection: shown.Collection | None) -> dict[str, Any]:
    """Which States' statements the organisers can open, and whether those of all that have a key."""
    from civium.server.initiatives.organisers_keys import held_by_organisers

    held = held_by_organisers(initiative) if collection else ()
    sealing = {key.jurisdiction for key in collection.keys} if collection else set()
    return {"organisers_hold": held, "keys_held_by_organisers": bool(held) and sealing <= set(held)}


def _bursts(initiative: Initiative) -> tuple[shown.Burst, ...]:
    from civium.server.dashboard.burst_ranges import decided_ranges

    return tuple(
        shown.Burst(one.origin, one.jurisdiction, one.first_index, one.last_index, one.day, one.decision, one.reason)
        for one in decided_ranges(initiative)
    )


def _state(initiative: Initiative, collection: Collection | None, today: date) -> str:
    from civium.server.initiatives.standing import Kind, event_on

    if collection is not None and collection.destroyed_on is not None:
        return "destroyed"
    if event_on(initiative, Kind.WITHDRAWN) is not None:
        return "withdrawn"
    phase = Period(initiative.opens_on, initiative.closes_on).phase(today)
    if collection is not None and collection.state == collection.State.ENDED:
        return "ended"
    if phase == "collecting" and collection is not None and collection.state == collection.State.PAUSED:
        return "paused"
    return phase


def _text(text: InitiativeText) -> shown.Text:
    return shown.Text(
        language=text.language,
        title=text.title,
        objectives=text.objectives,
        lead=text.lead,
        share_text=text.share_text,
        thanks_note=text.thanks_note,
        annex=text.annex,
        treaties=text.treaties,
        additional_information=text.additional_information,
        draft_act=text.draft_act,
        language_note=text.language_note,
        questions=tuple(shown.Question(item["question"], item["answer"]) for item in text.organiser_questions),
    )


def _collection(collection: Collection) -> shown.Collection:
    """What the manifest in force promises; the page shows keys, logs and languages as they were signed."""
    current = collection.current_manifest()
    promised = manifest.parse(bytes(current.manifest))
    keys = tuple(
        shown.SealingKey(code, fingerprint_words(entries[0].key_id), promised.logs.get(f"{code}/online", ""))
        for code, entries in promised.keys.items()
        if entries
    )
    return shown.Collection(
        identifier=collection.hex,
        manifest_hash=bytes(current.sha256).hex(),
        log_key=promised.log_key.hex(),
        keys=keys,
        languages=tuple(promised.texts),
        texts={code: text.encode() for code, text in current.texts.items()},
        rules=bytes(current.rules),
    )


def _stand_in(initiative: Initiative) -> shown.Collection:
    """A collection for a look at pages before there is one: nothing can be sent to it, as nobody knows its name."""
    from civium.law.browser_rules import encode_rules
    from civium.server.initiatives.keys import key_entries
    from civium.server.initiatives.texts import canonical_texts, offered_languages

    languages = offered_languages(initiative)
    return shown.Collection(
        identifier="0" * 32,
        manifest_hash="0" * 64,
        keys=tuple(
            shown.SealingKey(code, fingerprint_words(entries[0].key_id))
            for code, entries in key_entries(initiative).items()
            if entries
        ),
        languages=languages,
        texts=canonical_texts(initiative, languages),
        rules=encode_rules(load_procedure(initiative.procedure)),
    )


def _people(initiative: Initiative) -> dict[str, Any]:
    organisers = tuple(
        shown.Organiser(person["role"], person["name"], person.get("country_of_residence"), person.get("email"))
        for person in initiative.organisers
    )
    officer, entity, funding = initiative.data_protection_officer, initiative.legal_entity, initiative.funding
    partial = initiative.partial_registration
    return {
        "organisers": organisers,
        "data_protection_officer": shown.Officer(officer["name"], officer.get("email")) if officer else None,
        "legal_entity": shown.LegalEntity(entity["name"], entity["seat"]) if entity else None,
        "funding": _funding(funding) if funding else None,
        "partial_registration": shown.PartialRegistration(partial.get("text") or "", partial.get("decision_url"))
        if partial is not None
        else None,
    }


def _funding(told: Mapping[str, Any]) -> shown.Funding:
    sources = tuple(shown.FundingSource(source["name"], source["amount"]) for source in told.get("sources", ()))
    return shown.Funding(told["currency"], told["total"], sources)


def _addresses(initiative: Initiative) -> dict[str, Any]:
    return {
        name: getattr(initiative, name) or None
        for name in ("contact_email", "website", "register_url", "central_url", "funding_page")
    }


def _appearance(initiative: Initiative, told: Mapping[str, Any]) -> dict[str, Any]:
    """What `initiatives.appearance` stored; what it did not, and a file that is missing, is as it stands without it."""
    from civium.server.initiatives import uploads

    video, paper = told.get("video"), told.get("certificate")
    files = uploads.contents(initiative, uploads.names_in(told))
    return {
        "maker": told.get("maker"),
        "colour": told.get("theme_colour"),
        "logo": files.get(told.get("logo", "")),
        "logo_alternative": told.get("logo_alternative", {}),
        "cover": tuple(files[name] for name in told.get("cover", ()) if name in files),
        "layout": told.get("layout", shown.LAYOUTS[0]),
        "blocks": tuple(told.get("blocks", shown.BLOCKS)),
        "video": shown.Video(video["url"], video["titles"]) if video else None,
        "certificate": _certificate(paper, files.get(paper["sha256"])) if paper else None,
        "callback_url": told.get("callback_url"),
        "calls": {code: shown.Call(call["label"], call["url"]) for code, call in told.get("call_for_action", {}).items()},
    }


def _certificate(told: Mapping[str, str], content: bytes | None) -> shown.Certificate:
    return shown.Certificate(told["authority"], told["country"], date.fromisoformat(told["issued_on"]), content)


def _operator(installation: Installation | None) -> dict[str, Any]:
    if installation is None:
        return {}
    return {
        "operator": installation.operator or None,
        "operator_email": installation.operator_email or None,
        "stored_in": installation.stored_in or None,
        "legal_basis": installation.legal_basis or None,
    }
