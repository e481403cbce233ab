"""The acts on statements that two persons decide: a package below the thresholds, and destruction by identifier.

Their facts are plain JSON and hold no identifier: which entries are meant stands in the job that was prepared.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from civium.errors import Refused
from civium.formats.export import PACKAGE
from civium.server.initiatives.facts import terms
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.proposals import Act, Facts
from civium.server.jobs import destroying, exporting
from civium.server.jobs.exporting import Asked
from civium.server.jobs.kinds import DESTROY
from civium.server.jobs.models import Job

CAUSES_IN_WORDS = {
    "asked-by-signatory": "asked for by their signatories",
    "ordered-by-authority": "ordered by an authority or a court",
    "made-for-a-test": "made for a test",
}


def facts_of_destruction(job: Job) -> dict[str, Any]:
    """Give what is shown to the second person: how many, of which State, why, in which job. No identifier."""
    places = Counter(entry["jurisdiction"] for entry in job.facts["entries"])
    return {"job": job.pk, "cause": job.facts["cause"], "places": dict(sorted(places.items()))}


def facts_of_package(asked: Asked) -> dict[str, Any]:
    """Give what is shown to the second person, and what the job is made of."""
    return asked.facts()


def _destruction_in_words(facts: Facts) -> str:
    count = sum(facts["places"].values())
    places = ", ".join(f"{code}: {number:,}" for code, number in facts["places"].items())
    statements = "one statement" if count == 1 else f"{count:,} statements"
    return (
        f"Destroy {statements} for ever ({places}), {CAUSES_IN_WORDS[facts['cause']]}. It happens 24 hours after you agree,"
        " and anybody may stop it until then. Destroying, in the console, shows which."
    )


def _destroy(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> Job:
    del premises
    job = Job.objects.filter(pk=facts["job"], initiative=initiative, kind=DESTROY).first()
    if job is None:
        raise Refused("job-over")
    return destroying.agree(initiative, job, by, now=now)


def _package_in_words(facts: Facts) -> str:
    told = terms(facts)
    states = f"all {told.places}" if len(facts["jurisdictions"]) > 1 else facts["jurisdictions"][0]
    return (
        f"Make the submission package of {states} although {told.total:,} statements, and {told.needed} {told.places} over their number,"
        f" were not reached. Reason: {facts['reason']}"
    )


def _make_package(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> Job:
    asked = Asked.of({**facts, "kind": PACKAGE})
    return exporting.ask_export(initiative, premises, asked, by, now=now)


# Their rows in the table of acts say who may agree, and in which states: what a role may not do it may not agree to.
DESTROY_BY_IDENTIFIER = Act(
    "destroy-by-identifier", _destruction_in_words, _destroy, title="Destroy statements by identifier", row="destroy-statement"
)
PACKAGE_BELOW_THRESHOLD = Act(
    "make-package-below-threshold",
    _package_in_words,
    _make_package,
    title="Make a package below the thresholds",
    row="make-package",
)
ACTS_ON_STATEMENTS: tuple[Act, ...] = (DESTROY_BY_IDENTIFIER, PACKAGE_BELOW_THRESHOLD)
