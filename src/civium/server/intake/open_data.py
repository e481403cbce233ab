"""Open data from memory: initiatives, counts, days and the read paths of OCS, made beforehand and renewed when something changed.

The rules are:
- a request costs a look-up and a comparison; only whoever finds a total older than a quarter of a second waits for another;
- jurisdictions and days move with the public log, only the total is live; nothing differs for a repeat;
- days are counted in the background, from leaf records that were not counted before: at a start, all of them, once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from civium.errors import Refused
from civium.law.procedure import load_procedure
from civium.server.intake.prepared import VARY, Prepared, answer, prepare_body
from civium.server.intake.receive import Collecting
from civium.server.intake.replies import JSON, NOT_STORED, SECURITY_OF_DATA, SHORTLY, Header, Reply, Scope, reply
from civium.server.open_data import ocs, openapi, own
from civium.server.open_data.numbers import Counts, Series, days_of_leaves, series_of
from civium.server.publishing.public_log import PublicLog, Snapshot
from civium.server.site.shown import Initiative
from civium.server.store.protocol import Log, Store

_TOTAL_SECONDS = 0.25
_PIECE = 4096  # leaf records read at once: a few milliseconds during which nobody else reads
ANYONE: Header = (b"access-control-allow-origin", b"*")  # monitors and counters of other sites may read what is public
_EXPOSED: Header = (b"access-control-expose-headers", b"etag, date")
_CSV: Header = (b"content-type", b"text/csv; charset=utf-8")
_FOR_A_MINUTE: Header = (b"cache-control", b"public, max-age=60")
_PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"content-type, if-none-match"),
    (b"access-control-max-age", b"86400"),
    (b"cache-control", b"public, max-age=86400"),
)
_OPEN = ("/api/collections/", "/api/initiatives", "/api/openapi.json", "/log/")
_OCS = "/public/api/"
_logger = logging.getLogger(__name__)


@dataclass
class _Entry:
    """What lies at a path; `total` is the total it tells, if it tells one."""

    prepared: Prepared | None = None
    total: _Total | None = None


@dataclass(eq=False)
class _Total:
    """A collection's live total, and the entries that tell it."""

    collecting: Collecting
    initiatives: list[Initiative]
    counts: _Entry = field(default_factory=_Entry)
    table: _Entry = field(default_factory=_Entry)
    figures: dict[str, _Entry] = field(default_factory=dict)  # by whole path
    counted: Counts | None = None
    snapshot: Snapshot | None = None
    read_at: float = float("-inf")
    renewing: asyncio.Task[None] | None = None


@dataclass(frozen=True)
class _CountedLog:
    """How far a log was counted, and its entries by day."""

    size: int = 0
    days: Counter[int] = field(default_factory=Counter)


class OpenData:
    """Answers what is open. All methods are called on the event loop."""

    def __init__(
        self, store: Store, public_log: PublicLog, *, version: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._public_log = public_log
        self._version = version
        self._monotonic = monotonic
        self._collections: Mapping[bytes, Collecting] | None = None
        self._hosted: Sequence[Initiative] | None = None
        self._today: date | None = None
        self._made_of: object = None
        self._slugs: frozenset[str] = frozenset()
        self._at: dict[str, _Entry] = {}
        self._counted_logs: dict[int, _CountedLog] = {}
        self._told: tuple[object, object] = (None, None)  # the snapshot and the paths for which days were told
        self._counting: asyncio.Task[None] | None = None
        self._days: dict[bytes, Series] = {}
        self._document = _json(openapi.document(version), _FOR_A_MINUTE)

    async def take(self, collections: Mapping[bytes, Collecting], hosted: Sequence[Initiative], today: date) -> None:
        """Take over collections and initiatives as they are now, and begin to count the days that came; cheap if nothing changed."""
        if collections is not self._collections or hosted is not self._hosted or today != self._today:
            self._collections, self._hosted, self._today = collections, hosted, today
            # Whatever is destroyed raises a version, too: what is made here depends on these alone.
            logs = {identifier: (one.collection.goal, sorted(one.logs)) for identifier, one in collections.items()}
            if (made_of := (logs, tuple(hosted), today)) != self._made_of:
                self._at = await asyncio.to_thread(self._paths, collections, hosted, today)
                self._slugs = frozenset(initiative.slug for initiative in hosted)
                self._made_of = made_of
        # Before the first move after a start nothing is published: that is not the same as no days.
        is_told = not self._public_log.snapshot.logs or (self._told[0] is self._public_log.snapshot and self._told[1] is self._at)
        if not is_told and (self._counting is None or self._counting.done()):
            self._counting = asyncio.create_task(self._count_days(self._public_log.snapshot, self._at))

    async def stop(self) -> None:
        """Let go of what is being counted."""
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.gather(self._counting, return_exceptions=True)

    async def answer(self, path: str, scope: Scope) -> Reply | None:
        """Answer a path that is open data, None for others. Raises Refused `not-counted-yet`, `store-unavailable`."""
        entry = self._at.get(path)
        if entry is None:
            return self._elsewhere(path, scope)
        total = entry.total
        if total is not None and (
            self._monotonic() - total.read_at >= _TOTAL_SECONDS or total.snapshot is not self._public_log.snapshot
        ):
            await self._renew(total)
        if entry.prepared is None:
            raise Refused("not-counted-yet")
        return answer(entry.prepared, scope)

    def preflight(self, path: str) -> Reply | None:
        """Answer a browser that asks whether another site may read this path; None where none may (Fetch, 4.8)."""
        is_open = (path.startswith(_OPEN) and not path.endswith(("/challenge", "/barrier"))) or _ocs_path(path) is not None
        return Reply(204, (ANYONE, *_PREFLIGHT)) if is_open else None

    def series(self, collection: bytes) -> Series | None:
        """Give a collection's days as they were told last, None until they have been counted; also for other threads."""
        return self._days.get(collection)

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that are answered with a body now."""
        return tuple(self._at)

    def _elsewhere(self, path: str, scope: Scope) -> Reply | None:
        if path.startswith("/i/"):
            slug, _, rest = path[3:].partition("/")
            asked = _ocs_path(path)
            if asked is not None:
                return self._absent(path, asked if slug in self._slugs else "", scope)
            if slug in self._slugs and rest in ("public", "public/"):
                # What follows `#` never reaches a server: a browser takes it along to the page, which has it (docs/spec/read-api.md).
                return reply(b"", (b"location", f"/i/{slug}".encode()), SHORTLY, status=303)
        return None

    def _absent(self, path: str, asked: str, scope: Scope) -> Reply:
        """Answer for a path of OCS that is not there, or is with a slash too many: its own pages ask for some so."""
        entry = self._at.get(path.removesuffix("/"))
        if entry is not None and entry.prepared is not None:
            return answer(entry.prepared, scope)
        status, code = ocs.absent(asked)
        if not code:
            return reply(b"", NOT_STORED, ANYONE, status=status)
        return reply(ocs.failure(status, code), JSON, NOT_STORED, ANYONE, status=status)

    def _paths(self, collections: Mapping[bytes, Collecting], hosted: Sequence[Initiative], today: date) -> dict[str, _Entry]:
        """Give an entry for every path there is; figures and days are filled in later."""
        at = {
            "/api/openapi.json": _Entry(self._document),
            "/api/initiatives": _Entry(_json(own.initiatives_json(hosted), _FOR_A_MINUTE)),
        }
        totals = {}
        for identifier, collecting in collections.items():
            total = totals[identifier] = _Total(collecting, [])
            total.counts.total = total.table.total = total
            start = f"/api/collections/{identifier.hex()}"
            at |= {f"{start}/counts": total.counts, f"{start}/counts.csv": total.table}
            at |= {f"{start}/series": _Entry(), f"{start}/series.csv": _Entry()}
        for initiative in hosted:
            at[f"/api/initiatives/{initiative.slug}"] = _Entry(_json(own.initiative_json(initiative), _FOR_A_MINUTE))
            start = f"/i/{initiative.slug}{_OCS}"
            told = ocs.facts(initiative, today, self._version)
            at |= {start + path: _Entry(_json(body, _FOR_A_MINUTE)) for path, body in told.items()}
            picture = ocs.logo(initiative)
            if picture is not None:
                headers = ((b"content-type", picture[1].encode()), _FOR_A_MINUTE, VARY, ANYONE)
                at[f"{start}customfiles/download/logo"] = _Entry(prepare_body(picture[0], headers))
            identifier = bytes.fromhex(initiative.collection.identifier) if initiative.collection else b""
            if identifier in totals:
                total = totals[identifier]
                total.initiatives.append(initiative)
                total.figures |= {start + path: _Entry(total=total) for path in ocs.FIGURES}
                at |= total.figures
                at |= {start + path: _Entry() for path in ocs.COURSE}
        return at

    async def _renew(self, total: _Total) -> None:
        """Read a total again, once for all who ask meanwhile; they get the one before, if there is one."""
        is_first = total.renewing is None or total.renewing.done()
        if is_first:
            total.renewing = asyncio.create_task(self._read_total(total))
        assert total.renewing is not None
        if is_first or total.counts.prepared is None:
            await asyncio.shield(total.renewing)

    async def _read_total(self, total: _Total) -> None:
        snapshot = self._public_log.snapshot
        try:
            counts, told = await asyncio.to_thread(self._tell_total, total, snapshot)
        except Refused:
            # While the store is away, the number before is better than none.
            if total.counts.prepared is None:
                raise
            total.read_at = self._monotonic()
            return
        for entry, prepared in told:
            entry.prepared = prepared
        total.counted, total.snapshot, total.read_at = counts, snapshot, self._monotonic()

    def _tell_total(self, total: _Total, snapshot: Snapshot) -> tuple[Counts, list[tuple[_Entry, Prepared]]]:
        """Read what was received, and make what tells it anew unless it is the same. Blocks."""
        collection = total.collecting.collection
        received = sum(head.received for head in self._store.heads(collection.identifier))
        jurisdictions = {jurisdiction: 0 for jurisdiction, _ in sorted(total.collecting.logs)}
        jurisdictions.update(snapshot.received.get(collection.identifier, {}))
        thresholds = own.thresholds_of(total.initiatives[0]) if total.initiatives else {}
        counts = Counts(received, collection.goal, jurisdictions, thresholds)
        if counts == total.counted:
            return counts, []
        told = [
            (total.counts, _json(own.counts_json(counts), SHORTLY)),
            (total.table, _prepared(own.counts_csv(counts), _CSV, SHORTLY)),
        ]
        for initiative in total.initiatives:
            for path, body in ocs.figures(load_procedure(initiative.procedure), counts).items():
                told.append((total.figures[f"/i/{initiative.slug}{_OCS}{path}"], _json(body, SHORTLY)))
        return counts, told

    async def _count_days(self, snapshot: Snapshot, at: dict[str, _Entry]) -> None:
        """Count what the public log has shown since it was counted last, and tell it at these paths."""
        try:
            for published in snapshot.logs.values():
                if published.log is not None:
                    await self._count_log(published.log, published.size)
        except Refused as refusal:
            _logger.error("%s", refusal.code)  # noqa: TRY400  the code says it; the next look begins where this ended
            return
        series = await asyncio.to_thread(self._all_series, snapshot, tuple(self._collections or ()))
        told = await asyncio.to_thread(self._tell_days, series, tuple(self._hosted or ()))
        self._days = series
        for path, prepared in told.items():
            if path in at:
                at[path].prepared = prepared
        self._told = (snapshot, at)

    async def _count_log(self, log: Log, size: int) -> None:
        counted = self._counted_logs.get(log.number, _CountedLog())
        while counted.size < size:
            stop = min(size, counted.size + _PIECE)
            days = await asyncio.to_thread(self._read_days, log, counted.size, stop)
            counted = self._counted_logs[log.number] = _CountedLog(stop, counted.days + days)

    def _read_days(self, log: Log, start: int, stop: int) -> Counter[int]:
        return days_of_leaves(self._store.read_leaves(log, start, stop))

    def _tell_days(self, series: Mapping[bytes, Series], hosted: Iterable[Initiative]) -> dict[str, Prepared]:
        told = {}
        for identifier, one in series.items():
            start = f"/api/collections/{identifier.hex()}/series"
            told[start] = _json(own.series_json(identifier.hex(), one), _FOR_A_MINUTE)
            told[f"{start}.csv"] = _prepared(own.series_csv(one), _CSV, _FOR_A_MINUTE)
        for initiative in hosted:
            identifier = bytes.fromhex(initiative.collection.identifier) if initiative.collection else b""
            if identifier in series:
                for path, body in ocs.course(initiative, series[identifier]).items():
                    told[f"/i/{initiative.slug}{_OCS}{path}"] = _json(body, _FOR_A_MINUTE)
        return told

    def _all_series(self, snapshot: Snapshot, collections: Iterable[bytes]) -> dict[bytes, Series]:
        return {identifier: self._series(snapshot, identifier) for identifier in collections}

    def _series(self, snapshot: Snapshot, collection: bytes) -> Series:
        days: dict[str, Counter[int]] = {}
        sizes: Counter[str] = Counter()
        for published in snapshot.logs.values():
            log = published.log
            if log is not None and log.collection == collection:
                counted = self._counted_logs.get(log.number, _CountedLog())
                days[log.jurisdiction] = days.get(log.jurisdiction, Counter()) + counted.days
                sizes[log.jurisdiction] += published.size
        received = snapshot.received.get(collection, {})
        return series_of(
            days, {jurisdiction: sizes[jurisdiction] - received.get(jurisdiction, 0) for jurisdiction in sorted(days)}
        )


def _ocs_path(path: str) -> str | None:
    """Give what follows `api/` if the path is one of OCS's, of whatever initiative."""
    slug, separator, rest = path.removeprefix("/i/").partition(_OCS)
    return rest if separator and "/" not in slug and path.startswith("/i/") else None


def _json(body: bytes, kept: Header) -> Prepared:
    return _prepared(body, JSON, kept)


def _prepared(body: bytes, media_type: Header, kept: Header) -> Prepared:
    return prepare_body(body, (media_type, kept, VARY, ANYONE, _EXPOSED), security=SECURITY_OF_DATA)
