"""Hands a log over: tells, publicly and for ever, that its authority has it. From then on only the authority can destroy what is in it.

The rules are:
- a submission package was made before (exports.py): what is handed over is that file;
- two persons decide (one in a demonstration);
- the store is told last, inside the transaction here: if a process is stopped between the two, the same act is run again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.errors import Refused
from civium.formats.export import PACKAGE
from civium.law.periods import brussels_date
from civium.server.initiatives import journal
from civium.server.initiatives.exports import Wanted, file_name
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.publishing.notices import hand_over_notice, handed_over
from civium.server.store.protocol import Change, Log


def hand_over(initiative: Initiative, premises: Premises, jurisdiction: str, channel: str, by: Persons, *, now: datetime) -> Log:
    """Tell that the authority of a jurisdiction has received its log, and give that log.

    Raises Refused `not-live`, `second-person-missing`, `unknown-jurisdiction`, `nothing-to-hand-over`, `already-handed-over`.
    """
    collection = live_collection(initiative)
    check_two_persons(initiative.deployment, by)
    kept = premises.store.collection(collection.identifier)
    logs = [log for log in kept.logs if (log.jurisdiction, log.channel) == (jurisdiction, channel)]
    if not logs:
        raise Refused("unknown-jurisdiction")
    packages = collection.exports.filter(kind=PACKAGE, jurisdiction=jurisdiction, channel=channel)
    for log in logs:
        # A log and its successor are a file each, and the authority needs all of them.
        wanted = Wanted(jurisdiction, channel, PACKAGE, generation=log.generation)
        if not packages.filter(file_name=file_name(initiative.registration, wanted)).exists():
            raise Refused("nothing-to-hand-over")
    if (kept.identifier, jurisdiction, channel) in handed_over(premises.store):
        raise Refused("already-handed-over")
    today = brussels_date(now)
    with transaction.atomic():
        facts = {"jurisdiction": jurisdiction, "channel": channel}
        journal.record("log-handed-over", initiative, by, facts, now=now)
        change = Change(notice=hand_over_notice(logs[-1], today))
        premises.store.change_collection(kept.identifier, change, expected_version=kept.version)
    return logs[-1]
