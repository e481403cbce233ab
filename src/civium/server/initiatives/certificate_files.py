"""Certificates as files: the authority's numbers compared with the package that they name, and the signed paper kept beside them.

The rules are:
- a file fills in a form and decides nothing: a person compares it with the signed paper, and two keep the certificate (certifying.py);
- of a file only numbers are taken, and only if it is about a package that was made here for that authority;
- a signed paper is looked through and kept byte for byte; nothing of it is read, and it stays until its day (scan_retention.py).
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from civium.errors import Refused
from civium.formats import certificate
from civium.formats.certificate import CertificateFile, Package
from civium.formats.export import PACKAGE
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.certifying import check_not_more
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Collection, Export, Initiative
from civium.server.initiatives.persons import DEMONSTRATION, Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.records import CertificateScan
from civium.server.initiatives.scan_retention import check_scans_are_kept
from civium.server.uploads.papers import checked_paper


def read_certificate(initiative: Initiative, premises: Premises, raw: bytes) -> CertificateFile:
    """Give what a certificate's file says if it is about what its authority was given here (docs/spec/certificate.md, "Reading it").

    Raises Refused `not-live`, `certificate-file-malformed`, `certificate-other-initiative`, `not-handed-over`, `certificate-other-state`,
    `certificate-other-package`, `certificate-more-than-entries`, `certified-more-than-handed-over`.
    """
    collection = live_collection(initiative)
    told = certificate.parse(raw)
    if (told.registration, told.is_demonstration) != (initiative.registration, initiative.deployment == DEMONSTRATION):
        raise Refused("certificate-other-initiative")
    given = list(initiative.hand_overs.filter(jurisdiction=told.jurisdiction))
    if not given:
        raise Refused("not-handed-over")
    entries = sum(_check_package(collection, premises, told.jurisdiction, package) for package in told.packages)
    if entries != told.entries:
        raise Refused("certificate-other-package")
    if told.online_valid > entries:
        raise Refused("certificate-more-than-entries", most=entries)
    check_not_more(given, told.online_valid, told.paper_valid)
    return told


def keep_scan(initiative: Initiative, jurisdiction: str, content: bytes, by: Persons, *, now: datetime) -> CertificateScan:
    """Keep a signed certificate's scan as evidence; the same bytes again are the same scan.

    Raises Refused `jurisdiction-unknown`, `not-handed-over`, `certificate-scan-over`, and what is wrong with a paper (`paper-malformed` ...).
    """
    jurisdiction_of(load_procedure(initiative.procedure), jurisdiction)
    if not initiative.hand_overs.filter(jurisdiction=jurisdiction).exists():
        raise Refused("not-handed-over")
    paper = checked_paper(content)
    digest = sha256(content).digest()
    with transaction.atomic():
        journal.take_turn(initiative)
        check_scans_are_kept(initiative, today=brussels_date(now))
        made, is_new = CertificateScan.objects.get_or_create(
            initiative=initiative,
            jurisdiction=jurisdiction,
            sha256=digest,
            defaults={"content": content, "pages": paper.pages, "kept_on": brussels_date(now), "kept_by": by.names[0]},
        )
        if is_new:
            facts = {"jurisdiction": jurisdiction, "pages": paper.pages, "sha256": digest.hex()}
            journal.record("certificate-scan-kept", initiative, by, facts, now=now)
    return made


def _check_package(collection: Collection, premises: Premises, jurisdiction: str, package: Package) -> int:
    """Give the entries of a package that was made here for a jurisdiction."""
    kept = premises.store.collection(collection.identifier)
    log = next((one for one in kept.logs if one.origin == package.origin), None)
    if log is not None and log.jurisdiction != jurisdiction:
        raise Refused("certificate-other-state")
    made = Export.objects.filter(collection=collection, kind=PACKAGE, sha256=package.sha256).order_by("-pk").first()
    if made is not None and made.jurisdiction != jurisdiction:
        raise Refused("certificate-other-state")
    if log is None or made is None or made.channel != log.channel:
        raise Refused("certificate-other-package")
    if premises.store.root(log, made.rows) != package.root:
        raise Refused("certificate-other-package")
    return int(made.rows)
