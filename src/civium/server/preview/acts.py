"""What organisers do with a preview: open it, renew or close its link, drop it; and what happens to it by itself.

The rules are:
- one person who may change set-up is enough: nothing in a preview counts;
- it follows the set-up: where its manifest would be another now, it is made anew under the same link, and what was signed is gone;
- it goes whole: first its row, so that nothing finds it any more, then its folder;
- the journal tells of each act, and never holds the link.
"""

from __future__ import annotations

import copy
import dataclasses
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from civium.errors import Misconfigured, Refused
from civium.formats import manifest
from civium.formats.authority_key import PublicKey
from civium.formats.manifest import KeyEntry
from civium.formats.notice import ManifestNotice
from civium.formats.notice import encode as encode_notice
from civium.law.deployments import deployment
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.config import Config
from civium.server.initiatives import journal
from civium.server.initiatives.keys import accepted_keys, keys_in_use
from civium.server.initiatives.manifests import Promise, promise_of
from civium.server.initiatives.models import Collection, Initiative, Preview
from civium.server.initiatives.persons import DEMONSTRATION, Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.standing import Kind, event_on
from civium.server.initiatives.texts import offered_languages
from civium.server.preview import keys, place
from civium.server.publishing.log_keys import load_log_key, make_log_key, public_bytes
from civium.server.store.protocol import AcceptedKey, NewLog, Opening, SignedManifest

DAYS = 14
BY_DATE, BY_HAND, BY_GOING_LIVE, BY_WITHDRAWAL = "by-date", "by-hand", "by-going-live", "by-withdrawal"
_LINK_SIZE = 24  # bytes of the link: 192 bits, 32 characters
_SECRET_SIZE = 32
_SALT = "civium preview link"
_SERVER = Persons(("civium serve",))
Bundle = Mapping[str, bytes]


def open_preview(initiative: Initiative, config: Config, bundle: Bundle, by: Persons, *, now: datetime) -> Preview:
    """Open the private preview, or give the one there is.

    Raises Refused `already-live`, `initiative-withdrawn`, `nothing-is-collected`, `text-missing`, `bundle-missing`.
    """
    found = preview_of(initiative, today=brussels_date(now))
    if found is not None:
        return found
    if initiative.live_collection() is not None:
        raise Refused("already-live")
    if event_on(initiative, Kind.WITHDRAWN) is not None:
        raise Refused("initiative-withdrawn")
    if not deployment(load_procedure(initiative.procedure), initiative.deployment).collects:
        raise Refused("nothing-is-collected")
    _drop_all(Preview.objects.filter(initiative=initiative), config.folder, now=now)
    opened_on = brussels_date(now)
    row = Preview(initiative=initiative, opened_on=opened_on, last_on=opened_on + timedelta(days=DAYS - 1))
    demonstration_keys = _make(row, config, bundle)
    _set_link(row)
    try:
        with transaction.atomic():
            row.save()
            facts = {
                "collection": row.identifier.hex(),
                "last_on": row.last_on.isoformat(),
                "demonstration_keys": demonstration_keys,
            }
            journal.record("preview-opened", initiative, by, facts, now=now)
    except IntegrityError:
        # Somebody else opened it at this moment.
        place.remove(config.folder, row.identifier)
        return Preview.objects.get(initiative=initiative)
    return row


def preview_of(initiative: Initiative, *, today: date) -> Preview | None:
    """Give the preview of an initiative, or None; one whose last day is over waits to be dropped, and is none."""
    found = Preview.objects.filter(initiative=initiative).first()
    return found if found is not None and not _is_over(found, today) else None


def find(link: str, *, today: date) -> Preview | None:
    """Give the preview that a link opens today; None for one that is unknown, closed or ended."""
    found = Preview.objects.select_related("initiative").filter(link_hash=_hash_of(link)).first()
    return found if found is not None and not _is_over(found, today) else None


def link_of(preview: Preview) -> str | None:
    """Give the link, for whoever may see it in the console; None while it is closed, or where it was made under another secret key."""
    if preview.link_hash is None:
        return None
    link = _link_from(bytes(preview.link_secret))
    return link if _hash_of(link) == bytes(preview.link_hash) else None


def renew_link(preview: Preview, by: Persons, *, now: datetime) -> None:
    """Make another link; the one before is unknown from now on."""
    with transaction.atomic():
        _set_link(preview)
        preview.save(update_fields=["link_secret", "link_hash"])
        journal.record("preview-link-renewed", preview.initiative, by, {"collection": preview.identifier.hex()}, now=now)


def close_link(preview: Preview, by: Persons, *, now: datetime) -> None:
    """Close the link at once; what was tried stays until the preview is dropped."""
    with transaction.atomic():
        preview.link_secret, preview.link_hash = b"", None
        preview.save(update_fields=["link_secret", "link_hash"])
        journal.record("preview-link-closed", preview.initiative, by, {"collection": preview.identifier.hex()}, now=now)


def take_keys(preview: Preview, config: Config, by: Persons, *, now: datetime) -> bytes:
    """Give the demonstration keys, private halves and passphrase, in one file to be downloaded."""
    content = keys.as_archive(place.place_of(config, preview.identifier).authority_keys)
    with transaction.atomic():
        journal.record("preview-keys-taken", preview.initiative, by, {"collection": preview.identifier.hex()}, now=now)
    return content


def drop(preview: Preview, root: Path, by: Persons, *, because: str, now: datetime) -> None:
    """Drop a preview whole: row, logs, keys, statements. `root` is the installation's folder."""
    identifier = preview.identifier
    with transaction.atomic():
        gone, _ = Preview.objects.filter(pk=preview.pk, collection_id=identifier).delete()
        if gone:
            facts = {"collection": identifier.hex(), "because": because}
            journal.record("preview-dropped", preview.initiative, by, facts, now=now)
    place.remove(root, identifier)


def drop_of(initiative: Initiative, root: Path, by: Persons, *, now: datetime) -> None:
    """Drop the preview of an initiative that goes live, if there is one."""
    for found in Preview.objects.filter(initiative=initiative):
        drop(found, root, by, because=BY_GOING_LIVE, now=now)


def drop_what_is_over(root: Path, *, now: datetime) -> int:
    """Drop the previews whose last day is over, or whose initiative is live or withdrawn, remove folders that none names, and give the number of both."""
    over = [one for one in Preview.objects.select_related("initiative") if _is_over(one, brussels_date(now))]
    _drop_all(over, root, now=now)
    named = frozenset(bytes(identifier) for identifier in Preview.objects.values_list("collection_id", flat=True))
    return len(over) + place.remove_unnamed(root, named, now=now)


def follow_set_up(preview: Preview, config: Config, bundle: Bundle, *, now: datetime) -> Preview:
    """Give the preview as the set-up is now, made anew where its manifest would be another.

    Raises Refused `preview-missing` where it went meanwhile or lies on another machine, and as `open_preview` does.
    """
    here = place.place_of(config, preview.identifier)
    if not here.is_there:
        raise Refused("preview-missing")
    present = _standing_of(preview.initiative, bundle)
    if preview.compared_with == present:
        return preview
    if _is_promised_still(preview, here, bundle):
        Preview.objects.filter(pk=preview.pk, collection_id=preview.identifier).update(compared_with=present)
        preview.compared_with = present
        return preview
    return _make_anew(preview, config, bundle, now=now)


def as_tried(preview: Preview) -> Initiative:
    """Give the initiative as a preview shows it: a demonstration, from its opening to its last day. Never to be saved."""
    tried: Initiative = copy.copy(preview.initiative)
    tried.deployment, tried.opens_on, tried.closes_on = DEMONSTRATION, preview.opened_on, preview.last_on
    return tried


def _make_anew(preview: Preview, config: Config, bundle: Bundle, *, now: datetime) -> Preview:
    before, row = preview.identifier, copy.copy(preview)
    demonstration_keys = _make(row, config, bundle, earlier=place.place_of(config, before).authority_keys)
    changed = {"collection_id": row.identifier, "compared_with": row.compared_with, "made_anew_at": now}
    with transaction.atomic():
        is_ours = Preview.objects.filter(pk=preview.pk, collection_id=before).update(**changed) == 1
        if is_ours:
            facts = {"collection": row.identifier.hex(), "before": before.hex(), "demonstration_keys": demonstration_keys}
            journal.record("preview-made-anew", preview.initiative, _SERVER, facts, now=now)
    place.remove(config.folder, before if is_ours else row.identifier)
    found = Preview.objects.select_related("initiative").filter(pk=preview.pk).first()
    if found is None:
        raise Refused("preview-missing")
    return found


def _make(row: Preview, config: Config, bundle: Bundle, *, earlier: Path | None = None) -> list[str]:
    """Make a collection, whole and on the disk, and name it in the row; give the ids of its demonstration keys."""
    if not bundle:
        raise Refused("bundle-missing")
    initiative = row.initiative
    if initiative.text(initiative.original_language) is None:
        raise Refused("text-missing")
    row.collection_id = secrets.token_bytes(16)
    row.compared_with = _standing_of(initiative, bundle)
    draft = place.draft_of(config, row.identifier)
    make_log_key(draft.keys_folder, row.identifier)
    proven = keys_in_use(initiative)
    missing = [code for code in load_procedure(initiative.procedure).jurisdictions if code not in proven]
    made = keys.make_keys(draft.authority_keys, missing, earlier=earlier)
    with place.opened(draft, bundle) as premises:
        _open_collection(row, premises, made)
    place.name_it(draft)
    return [key.key_id.hex() for key in made]


def _open_collection(row: Preview, premises: Premises, demonstration_keys: list[PublicKey]) -> None:
    promise = _promise(row, premises, demonstration_keys)
    raw = manifest.encode(promise.manifest)
    premises.store.open_collection(
        Opening(
            identifier=row.identifier,
            opens_on=row.opened_on,
            closes_on=row.last_on,
            goal=row.initiative.goal,
            keys=(
                *accepted_keys(row.initiative),
                *(AcceptedKey(key.jurisdiction, key.key_id, key.suite.name, key.public_key) for key in demonstration_keys),
            ),
            logs=tuple(
                NewLog(origin, name.partition("/")[0], name.partition("/")[2])
                for name, origin in sorted(promise.manifest.logs.items())
            ),
            manifest=SignedManifest(
                1, raw, manifest.sign(raw, premises.host, load_log_key(premises.keys_folder, row.identifier))
            ),
            notice=encode_notice(ManifestNotice(row.identifier, 1, manifest.manifest_hash(raw), row.opened_on)),
        )
    )
    premises.signer.sign(premises.store.heads(row.identifier))


def _promise(row: Preview, premises: Premises, demonstration_keys: list[PublicKey]) -> Promise:
    """Give what this preview would promise now."""
    tried = as_tried(row)
    collection = Collection(
        initiative=tried,
        collection_id=row.identifier,
        host=premises.host,
        log_key=public_bytes(load_log_key(premises.keys_folder, row.identifier)),
        opened_on=row.opened_on,
    )
    promise = promise_of(tried, collection, premises, offered_languages(tried))
    entries = {
        key.jurisdiction: (KeyEntry(key.key_id, key.suite.name, sha256(key.public_key).digest()),) for key in demonstration_keys
    }
    with_keys = dataclasses.replace(promise.manifest, keys={**entries, **promise.manifest.keys})
    return dataclasses.replace(promise, manifest=with_keys)


def _is_promised_still(preview: Preview, here: place.Place, bundle: Bundle) -> bool:
    """Say whether the manifest would be the same now: texts, wording, rules, scripts, and for each jurisdiction its key."""
    try:
        with place.opened(here, bundle) as premises:
            (kept,) = premises.store.manifests(preview.identifier)
            present = _promise(preview, premises, keys.public_keys(here.authority_keys))
    except (Misconfigured, FileNotFoundError):
        return False  # made by an earlier version: its store is of another schema; or another process made it anew at this moment
    return kept.raw == manifest.encode(present.manifest)


def _drop_all(over: Iterable[Preview], root: Path, *, now: datetime) -> None:
    for preview in over:
        drop(preview, root, _SERVER, because=_ended_by(preview, brussels_date(now)) or BY_DATE, now=now)


def _is_over(preview: Preview, today: date) -> bool:
    return _ended_by(preview, today) is not None


def _ended_by(preview: Preview, today: date) -> str | None:
    """Give what ended a preview; None as long as nothing has."""
    if preview.initiative.live_collection() is not None:
        return BY_GOING_LIVE
    if event_on(preview.initiative, Kind.WITHDRAWN) is not None:
        return BY_WITHDRAWAL
    return BY_DATE if today > preview.last_on else None


def _standing_of(initiative: Initiative, bundle: Bundle) -> str:
    """Give what changes whenever the manifest may have: it is compared only then, not for every page."""
    scripts = sha256(repr(sorted(bundle.items())).encode()).hexdigest()[:16]
    return f"{initiative.version} {scripts} {metadata.version('civium')}"


def _set_link(row: Preview) -> None:
    row.link_secret = secrets.token_bytes(_SECRET_SIZE)
    row.link_hash = _hash_of(_link_from(row.link_secret))


def _link_from(secret: bytes) -> str:
    """The link is in no database: it follows from this and the installation's secret key."""
    mac = salted_hmac(_SALT, secret, algorithm="sha256").digest()
    return urlsafe_b64encode(mac[:_LINK_SIZE]).decode()


def _hash_of(link: str) -> bytes:
    return sha256(link.encode()).digest()
