"""One round: everything a site shows of its logs and collections, checked against what was seen before.

It performs, in this order:
1. the keys of the logs are those that were pinned, or are pinned now;
2. the notices log goes on, and is taken in;
3. every announced manifest is signed and continues the ones before;
4. every log of every collection goes on, and each new leaf record is sound;
5. the counts are what the logs prove; if the public log moved meanwhile, 2 to 5 are done again;
6. witnesses cosigned;
7. keys to seal to, scripts, rules, texts and wording are those that were promised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from civium.errors import Refused
from civium.formats import note
from civium.formats.authority_key import fingerprint_words, parse_proquints
from civium.formats.cosignature import WitnessList
from civium.formats.leaf import days_of
from civium.formats.manifest import Manifest
from civium.law.periods import brussels_date
from civium.monitor import counting, noticing, pages, promising
from civium.monitor.asking import Site
from civium.monitor.counting import LogCount
from civium.monitor.findings import Finding, finding
from civium.monitor.following import Progress, Shown, Watch
from civium.monitor.keeping import Keeping, KeptLog, KeptManifest
from civium.monitor.witnessed import WitnessCount, check_witnesses

LARGEST_KEYS = 1 << 20
_MOST_ALIKE = 100
_CACHED_SECONDS = 6  # counts may be kept by caches for five seconds (docs/spec/http.md)


@dataclass(frozen=True)
class CollectionReport:
    """A collection as its logs prove it."""

    collection: str
    registration: str
    deployment: str
    manifests: int
    languages: int
    told: int
    logs: tuple[LogCount, ...]


@dataclass(frozen=True)
class Report:
    """What a round found."""

    site: str
    at: datetime
    notices_origin: str
    notices_key: str
    notices: int
    is_first: bool
    collections: tuple[CollectionReport, ...] = ()
    witnesses: tuple[WitnessCount, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether anything is a reason to distrust."""
        return any(one.is_wrong for one in self.findings)


@dataclass
class _Round:
    """What is gathered while a round goes on."""

    watch: Watch
    findings: list[Finding]
    shown: dict[str, Shown] = field(default_factory=dict)


def fingerprint(key: bytes) -> str:
    """Give a log key as eight words (docs/spec/cosignature.md)."""
    return fingerprint_words(sha256(key).digest()[:16])


def watch_once(
    site: Site,
    keeping: Keeping,
    *,
    now: datetime,
    relied: WitnessList,
    words: str = "",
    progress: Progress = lambda _n, _d, _t: None,
) -> Report:
    """Go one round. Raises Refused where the site cannot be asked: then nothing was proven, and the next round goes on.

    What was found is heard by `keeping` at once: it stays there, however the round ends, until somebody tells it.
    """
    found: list[Finding] = keeping.heard()
    today = days_of(brussels_date(now))
    watch = Watch(site, keeping, now, today, _reporting(found, keeping), progress)
    turn = _Round(watch, found)
    is_first = keeping.told("url") is None
    sizes_before = {origin: log.head.size for origin, log in keeping.logs().items()}
    notices = _pinned(watch, words)
    collections: list[CollectionReport] = []
    for pause in (0, _CACHED_SECONDS, None):
        mark = len(found)
        noticing.follow_notices(watch, notices)
        collections, differences = _collections(turn, sizes_before)
        if not differences or pause is None:
            break
        # The public log may have moved while it was read, or a cache before the site be a little behind: then it matches the next time.
        found[mark:] = [one for one in found[mark:] if one.code != "counts-differ"]
        site.rest(pause)
        notices = _pinned(watch, words)
    check = check_witnesses(watch, relied, turn.shown)
    _check_what_is_given(watch)
    keeping.tell("url", site.url)
    size = sum(log.head.size for origin, log in keeping.logs().items() if noticing.is_notices(origin))
    latest = notices[-1]
    return Report(
        site.url, now, latest.origin, fingerprint(latest.key), size, is_first, tuple(collections), tuple(check), tuple(found)
    )


def _reporting(found: list[Finding], keeping: Keeping) -> Callable[[Finding], None]:
    def report(one: Finding) -> None:
        alike = {other.about for other in found if other.code == one.code}
        # A site could make a million of one kind: a hundred say the same.
        if one.about in alike or len(alike) >= _MOST_ALIKE:
            return
        found.append(one)
        # Entries are looked at once: what was wrong with them must not be lost with a round that a site's next answer breaks off.
        if one.code != "counts-differ":
            keeping.hear(one)

    return report


def _pinned(watch: Watch, words: str) -> list[KeptLog]:
    """Give the notices logs in order of their generations; a key seen for the first time is pinned."""
    told = told_keys(watch.site)
    known = watch.keeping.logs()
    for origin, key in told.items():
        log = known.get(origin)
        if log is None and noticing.is_notices(origin):
            pinned = [log for log in known.values() if noticing.is_notices(log.origin)]
            log = watch.keeping.pin(origin, pinned[0].key if pinned else key)
        if log is not None and log.key != key:
            watch.report(finding("key-changed", origin, {"keys.txt": note.verifier_key(origin, key)}))
    found = [log for log in watch.keeping.logs().values() if noticing.is_notices(log.origin)]
    if not found:
        raise Refused("notices-missing")
    if words and any(fingerprint(log.key) != fingerprint_words(parse_proquints(words)) for log in found):
        watch.report(finding("key-foreign", found[0].origin))
    return sorted(found, key=lambda log: noticing.generation(log.origin))


def told_keys(site: Site) -> dict[str, bytes]:
    """Give the keys that a site tells of its logs, by origin. Raises Refused `site-odd`; as `Site.get`."""
    try:
        text = site.get("/log/keys", limit=LARGEST_KEYS).decode("ascii")  # as origins are (manifest.md)
        return dict(note.parse_verifier_key(line) for line in text.splitlines())
    except (UnicodeDecodeError, Refused) as error:
        if isinstance(error, Refused) and error.code != "verifier-key-malformed":
            raise
        raise Refused("site-odd") from None


def _collections(turn: _Round, sizes_before: Mapping[str, int]) -> tuple[list[CollectionReport], int]:
    """Check manifests, logs and counts of every announced collection; give them, and in how many places the counts differ."""
    watch, reports, differences = turn.watch, [], 0
    for collection, announced in watch.keeping.manifests().items():
        manifests = promising.check_manifests(watch, announced)
        if not manifests:
            continue
        told = counting.ask_counts(watch, collection)
        counts, shown = counting.follow_logs(watch, manifests, sizes_before)
        turn.shown |= shown
        if told is not None:
            for code, (said, proven) in counting.differing(counts, told).items():
                differences += 1
                watch.report(finding("counts-differ", f"{collection.hex()} {code}"[:64], told=said, proven=proven))
            counting.check_moving(watch, collection, counts, told)
        reports.append(_report_of(manifests, counts, told["received"] if told else 0))
    return reports, differences


def _report_of(manifests: list[Manifest], counts: list[LogCount], told: int) -> CollectionReport:
    latest = manifests[-1]
    numbers = (len(manifests), len(latest.texts), told)
    return CollectionReport(latest.collection.hex(), latest.registration, latest.deployment, *numbers, tuple(counts))


def _check_what_is_given(watch: Watch) -> None:
    """Check what visitors of each collection that is open are given."""
    for announced in watch.keeping.manifests().values():
        checked = [one for one in announced if one.raw]
        if not checked:
            continue
        manifests = promising.check_manifests(watch, checked)
        if not manifests or days_of(manifests[-1].closes_on) < watch.today:
            continue
        promising.check_keys(watch, checked, manifests)
        pages.check_bundle(watch, manifests[-1])
        _check_pages(watch, checked, manifests)


def _check_pages(watch: Watch, announced: list[KeptManifest], manifests: list[Manifest]) -> None:
    slug = pages.find_slug(watch, announced[-1].collection, iter(manifests[-1].texts))
    in_use: set[bytes] = set()
    for number, language in enumerate(manifests[-1].texts if slug else ()):
        assert slug is not None
        watch.progress("pages", number + 1, len(manifests[-1].texts))
        named = pages.check_page(watch, manifests[-1], language, slug)
        if named is not None:
            in_use.add(named)
    for hashed in sorted(in_use):
        promising.check_in_use(watch, announced, hashed)
