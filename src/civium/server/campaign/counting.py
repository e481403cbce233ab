"""From the intake's memory to daily totals: which codes are counted, and how many were told. Blocks; called from a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import F

from civium.errors import Refused
from civium.server.campaign.models import Partner, SourceDay
from civium.server.initiatives.models import Collection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class SourceBook:
    """The totals in the installation's database."""

    def known(self) -> frozenset[tuple[bytes, str]]:
        """Give each collection with the codes that are counted for it. Raises Refused `store-unavailable`."""
        try:
            close_old_connections()
            partners = Partner.objects.filter(retired_on=None).values_list("initiative_id", "code")
            live = Collection.objects.exclude(state=Collection.State.OPENING).values_list("initiative_id", "collection_id")
            collections: dict[int, list[bytes]] = {}
            for initiative, identifier in live:
                collections.setdefault(initiative, []).append(bytes(identifier))
            return frozenset(
                (collection, code) for initiative, code in partners for collection in collections.get(initiative, ())
            )
        except DatabaseError:
            raise Refused("store-unavailable") from None

    def add(self, told: Mapping[tuple[date, bytes, str], int]) -> None:
        """Add to the days' totals, all or nothing; what is of no partner is left out. Raises Refused `store-unavailable`."""
        try:
            close_old_connections()
            with transaction.atomic():
                for (day, collection, code), count in sorted(told.items()):
                    self._add(day, collection, code, count)
        except DatabaseError:
            raise Refused("store-unavailable") from None

    def _add(self, day: date, collection: bytes, code: str, count: int) -> None:
        partner = Partner.objects.filter(code=code, initiative__collections__collection_id=collection).first()
        if partner is not None:
            SourceDay.objects.get_or_create(partner=partner, day=day)
            # The database adds: several processes count for the same day.
            SourceDay.objects.filter(partner=partner, day=day).update(told=F("told") + count)
