"""civium-authority selftest: whether this installation computes what it must, step by step; and a sample to practise on.

The rules are:
- every step is real work on this machine, compared with what is known: published values, the vectors of the formats, a sample with known numbers;
- each line appears when its step is done; a step that fails stops none of the others;
- nothing is kept but the report, if one is asked for; it holds no personal data.
"""

from __future__ import annotations

import shutil
import struct
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile

from cryptography.exceptions import InvalidSignature, InvalidTag
from lxml.etree import LxmlError

from civium.authority.commands.selftest_keys import check_organisers_key, check_shares, check_tokens
from civium.authority.commands.selftest_machine import begin_processes, look_at_machine, look_at_packages, program, versions
from civium.authority.commands.selftest_published import check_published
from civium.authority.commands.selftest_steps import Found, Place, Step, kept
from civium.authority.commands.selftest_vectors import check_vectors
from civium.authority.commands.selftest_way import (
    EXPORT,
    KEY,
    PASSPHRASE,
    go_the_whole_way,
    make_pdf,
    verify_sample,
    write_and_read_back,
)
from civium.authority.placing import write_bytes
from civium.errors import CiviumError, Refused, Untrusted

_PRACTICE = (EXPORT, KEY, "es.civium-public-key", PASSPHRASE)
_WIDTH = max(len("published values"), len("organisers' key"))
# What a damaged or foreign library raises where it should compute: nothing else is to stop the other steps.
_FAULTS = (
    CiviumError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, ImportError, OSError,
    RuntimeError, InvalidTag, InvalidSignature, LxmlError, BadZipFile, struct.error, EOFError,
)  # fmt: skip


def add_selftest(parser: ArgumentParser) -> None:
    """Add the options of `selftest`."""
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="leave the sample export with its key there, to practise on")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what was found to a text file, for the office's IT")
    parser.add_argument("--vectors", type=Path, metavar="FOLDER", help="the vectors of the formats, where they are not installed")
    parser.set_defaults(run=_selftest)


def steps(vectors: Path | None) -> tuple[Step, ...]:
    """Give the steps in their order; those about the sample need the one that verifies it."""
    return (
        Step("machine", look_at_machine),
        Step("packages", look_at_packages),
        Step("processes", begin_processes),
        Step("published values", _published),
        Step("formats", lambda _place: _vectors(vectors)),
        Step("sample", verify_sample),
        Step("files", write_and_read_back),
        Step("certificate", make_pdf),
        Step("whole way", go_the_whole_way),
        Step("keys in shares", check_shares),
        Step("keys in tokens", check_tokens),
        Step("organisers' key", check_organisers_key),
    )


def _published(_place: Place) -> Found:
    return Found(f"{check_published()} values are those of their documents (FIPS, RFC and others)")


def _vectors(given: Path | None) -> Found:
    folder = given or kept("vectors")
    if folder is None:
        return Found("their vectors are not installed; name their folder: --vectors FOLDER", is_notice=True)
    formats, held = check_vectors(folder)
    return Found(f"{held:,} cases of {formats} files hold")


def _selftest(options: Namespace, now: datetime) -> list[str]:
    for target in (options.to, options.report):
        if target and target.exists():
            raise Refused("file-exists")
    with as_file(files("civium.authority").joinpath("sample")) as sample, TemporaryDirectory() as folder:
        lines, failed = take_steps(steps(options.vectors), Place(sample, Path(folder), now))
        if options.to and not failed:
            _leave(sample, options.to)
    if options.report:
        write_bytes(options.report, _report(lines, failed, now).encode(), mode=0o644)
    if failed:
        raise Untrusted("selftest-failed", step=failed)
    practice = [f"to practise on: {options.to.name}/{EXPORT}, key {KEY}, passphrase in {PASSPHRASE}"] if options.to else []
    return ["selftest passed", *practice]


def take_steps(wanted: Iterable[Step], place: Place) -> tuple[list[str], int]:
    """Take each step, print its line; give all lines and the number of the first step that failed, 0 if none did."""
    lines, failed = [], 0
    for number, step in enumerate(wanted, start=1):
        try:
            found = step.act(place)
            word = "note" if found.is_notice else "ok"
            told = found.told
        except _FAULTS as fault:
            failed = failed or number
            word, told = "FAILED", f"{type(fault).__name__}: {fault}".rstrip(": ")
        lines.append(f"{number:>2}  {word:<6}  {step.name:<{_WIDTH}}  {told}")
        sys.stdout.write(f"{lines[-1]}\n")
        sys.stdout.flush()
    return lines, failed


def _report(lines: list[str], failed: int, now: datetime) -> str:
    head = [
        "civium-authority selftest",
        f"{now.isoformat(timespec='seconds')}",
        f"program: {program()}",
        f"versions: {versions()}",
        "",
    ]
    return "\n".join([*head, *lines, "", f"FAILED at step {failed}" if failed else "selftest passed", ""])


def _leave(sample: Path, target: Path) -> None:
    target.mkdir()
    for name in _PRACTICE:
        shutil.copyfile(sample / name, target / name)
