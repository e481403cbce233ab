"""`civium initiative certificate` and `proof`: what an authority certified, typed in or read; the proof that statements were destroyed, as a file."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from civium.errors import Refused
from civium.server.commands.frame import (
    Subcommands,
    add_command,
    add_persons,
    begin,
    existing_file,
    now,
    persons_of,
    premises_of,
    say,
)

if TYPE_CHECKING:
    from civium.server.initiatives.certifying import Certified
    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.premises import Premises

_SLUG = "the name of the initiative"
_TWO = "--by Anna --and-by Bo"


def add_certificate(commands: Subcommands) -> None:
    """Add `certificate`."""
    about = "--on 2027-07-02 --reference CTIE-2027-4"
    parser = add_command(
        commands,
        "certificate",
        run_certificate,
        "type in what an authority certified (Annex VI), read it from the authority's file, or correct it",
        f"""
civium initiative certificate night-trains LU --online 4120 --paper 310 {about} {_TWO}
civium initiative certificate night-trains LU --from certificate-LU.json --scan signed.pdf {about} {_TWO}""",
    )
    parser.add_argument("slug", help=_SLUG)
    parser.add_argument("jurisdiction", help="the State's code, such as LU (Greece is EL)")
    parser.add_argument("--online", type=int, metavar="N", help="valid statements collected online")
    parser.add_argument("--paper", type=int, metavar="N", help="valid statements on paper")
    parser.add_argument(
        "--from", dest="source", metavar="FILE", help="take both from the file that `civium-authority certify` wrote"
    )
    parser.add_argument("--scan", metavar="FILE", help="keep the signed certificate (PDF) as evidence")
    parser.add_argument("--on", type=date.fromisoformat, required=True, metavar="DAY", help="the day of the certificate")
    parser.add_argument("--reference", required=True, metavar="TEXT", help="the authority's reference")
    add_persons(parser)


def add_proof(commands: Subcommands) -> None:
    """Add `proof`."""
    parser = add_command(
        commands,
        "proof",
        run_proof,
        "write the proof that all statements were destroyed, as a PDF or as text, by the ending of the file's name",
        "civium initiative proof night-trains --to proof-of-destruction.pdf",
    )
    parser.add_argument("slug", help=_SLUG)
    parser.add_argument("--to", type=Path, required=True, metavar="FILE", help="a name that ends in .pdf or .txt")


def run_certificate(arguments: argparse.Namespace) -> int:
    """Keep a certificate, with its scan or not at all, and say what all add up to."""
    config = begin(arguments)
    from django.db import transaction

    from civium.server.initiatives.certificate_files import keep_scan
    from civium.server.initiatives.certifying import record_certificate, tally
    from civium.server.initiatives.setup import find_initiative
    from civium.server.uploads.papers import LARGEST_PAPER

    initiative, by = find_initiative(arguments.slug), persons_of(arguments)
    if arguments.source is None:
        told = _typed(arguments)
    else:
        with premises_of(config) as premises:
            told = _read(arguments, initiative, premises)
    scan = existing_file(arguments.scan, LARGEST_PAPER) if arguments.scan is not None else None
    with transaction.atomic():
        record_certificate(initiative, told, by, now=now())
        if scan is not None:
            keep_scan(initiative, arguments.jurisdiction, scan, by, now=now())
    added = tally(initiative)
    say(f"certified: {added.progress.total:,} of {added.progress.goal:,}")
    say(f"states over their number: {len(added.progress.over)} of {added.progress.needed}")
    say(f"certificates to come: {' '.join(added.awaited) or 'none'}")
    return 0


def run_proof(arguments: argparse.Namespace) -> int:
    """Write the newest proof."""
    begin(arguments)
    from civium.server.initiatives import proof
    from civium.server.initiatives.setup import find_initiative

    done = find_initiative(arguments.slug).destructions.exclude(finished_at=None).order_by("-pk").first()
    if done is None:
        raise Refused("nothing-destroyed")
    told = proof.proof_of(done)
    is_paper = arguments.to.suffix.lower() == ".pdf"
    try:
        arguments.to.write_bytes(proof.as_pdf(told) if is_paper else proof.as_text(told).encode())
    except OSError:
        raise Refused("file-unwritable") from None
    say(f"written: {arguments.to.name}")
    return 0


def _typed(arguments: argparse.Namespace) -> Certified:
    """Give what was typed. Raises Refused `certificate-numbers-missing`."""
    from civium.server.initiatives.certifying import Certified

    if arguments.online is None or arguments.paper is None:
        raise Refused("certificate-numbers-missing")
    return Certified(arguments.jurisdiction, arguments.online, arguments.paper, arguments.on, arguments.reference)


def _read(arguments: argparse.Namespace, initiative: Initiative, premises: Premises) -> Certified:
    """Give what the authority's file says. Raises Refused `certificate-other-state`, `certificate-numbers-differ`, what `read_certificate` raises."""
    from civium.formats.certificate import LARGEST_FILE
    from civium.server.initiatives.certificate_files import read_certificate
    from civium.server.initiatives.certifying import Certified

    read = read_certificate(initiative, premises, existing_file(arguments.source, LARGEST_FILE))
    if read.jurisdiction != arguments.jurisdiction:
        raise Refused("certificate-other-state")
    typed = (arguments.online, arguments.paper)
    if any(number not in (None, found) for number, found in zip(typed, (read.online_valid, read.paper_valid), strict=True)):
        raise Refused("certificate-numbers-differ")
    packages = " ".join(package.sha256.hex() for package in read.packages)
    return Certified(read.jurisdiction, read.online_valid, read.paper_valid, arguments.on, arguments.reference, packages)
