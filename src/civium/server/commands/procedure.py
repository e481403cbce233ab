"""`civium procedure`: the procedures that this installation knows, what one says, whether a folder of one's own can be used."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from civium.errors import Misconfigured, Refused
from civium.law.folder import Read, read_folder, take_in_all
from civium.law.letters import letters
from civium.law.procedure import load_procedure
from civium.law.rules import Procedure
from civium.law.shapes import Fault
from civium.law.shelf import PROCEDURES, known_procedures
from civium.server.commands.frame import Subcommands, add_command, add_group, config_of, say, table, tell
from civium.server.procedures import folder_of

NONE = "-"


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "procedure", "procedures: the European citizens' initiative, and others made from data")
    add_command(
        commands, "list", run_list, "list the procedures", "civium procedure list\ncivium procedure list --data ./civium-data"
    )
    show = add_command(commands, "show", run_show, "show what a procedure says", "civium procedure show region")
    show.add_argument("name", metavar="NAME")
    check = add_command(
        commands,
        "check",
        run_check,
        "say every fault of a folder, and what to write instead",
        "civium procedure check ./my-region",
    )
    check.add_argument("folder", metavar="FOLDER", type=Path)
    take = add_command(
        commands,
        "add",
        run_add,
        "check a folder, and copy it into the installation",
        "civium procedure add ./my-region --data ./civium-data",
    )
    take.add_argument("folder", metavar="FOLDER", type=Path)


def run_list(arguments: argparse.Namespace) -> int:
    """List the procedures of this version, and those that were added here."""
    _know_added(arguments)
    rows: list[tuple[str, ...]] = [("name", "title", "who signs", "places", "languages", "from")]
    for name in known_procedures():
        known = load_procedure(name)
        languages = " ".join(known.languages) if len(known.languages) < 6 else f"{len(known.languages)} languages"
        own = "this version" if name in PROCEDURES else "this installation"
        rows.append((name, known.name_in("en"), known.belongs_by, str(len(known.jurisdictions)), languages, own))
    table(rows)
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Show what a procedure arranges in its own way."""
    _know_added(arguments)
    known = load_procedure(arguments.name)
    for line in _lines(known):
        say(line)
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Say every fault of a folder. Raises Misconfigured `procedure-faulty` if there is one."""
    found = read_folder(arguments.folder)
    _say_faults(found.faults)
    say(_summary(found))
    return 0


def run_add(arguments: argparse.Namespace) -> int:
    """Copy a folder into the installation. Raises Misconfigured `procedure-faulty`; Refused `procedure-exists`."""
    config = config_of(arguments)
    found = read_folder(arguments.folder)
    _say_faults(found.faults)
    target = folder_of(config) / found.name
    if found.name in PROCEDURES or target.exists():
        raise Refused("procedure-exists")
    target.mkdir(mode=0o700, parents=True)
    for name in (*(f"{name}.json" for name in found.documents), *found.pictures):
        (target / name).parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(arguments.folder / name, target / name)
    say(_summary(found))
    tell(f'a server that runs knows it after a restart; initiatives name it: "procedure": "{found.name}"')
    return 0


def fault_line(fault: Fault) -> str:
    """Give a fault as a line: file, key, what is wrong, what to write instead."""
    place = f"{fault.file}: {fault.key}" if fault.key else fault.file
    return f"{place} {fault.wrong}: {fault.instead}"


def _say_faults(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        say(fault_line(fault))
    if faults:
        raise Misconfigured("procedure-faulty", faults=len(faults))


def _summary(found: Read) -> str:
    told = found.documents["procedure"]
    return (
        f"{found.name}: {len(told['territory']['jurisdictions'])} jurisdictions, {len(told['languages'])} languages,"
        f" {len(found.documents.get('letters', ()))} letters; it can be used"
    )


def _know_added(arguments: argparse.Namespace) -> None:
    """Make known what was added to the installation, if one is named."""
    try:
        config = config_of(arguments)
    except Misconfigured:
        return
    take_in_all(folder_of(config))


def _lines(known: Procedure) -> list[str]:
    goal = known.goal
    needed = f"{goal.total:,} in all, {goal.jurisdictions} of {len(known.jurisdictions)} places over their own number"
    if goal.groups:
        needed += f", {goal.groups} groups reached"
    lines = [
        f"procedure: {known.name}, version {known.version}",
        f"title: {known.name_in('en')}",
        f"legal basis: {known.legal_basis}",
        f"who signs: by {known.belongs_by}",
        f"goal: {needed}",
        f"collection: {known.longest_months} months at most, begun within {known.starts_within_months} months",
        f"languages: {' '.join(known.languages)}",
    ]
    for group in known.groups.values():
        inside = ", ".join(group.members)
        lines.append(f"group {group.code}: {group.needed} of {inside}; {group.total:,} in all")
    for part, fields in known.parts.items():
        lines.append(f"form {part}: {', '.join(fields)}")
    roles = [f"{role.role} ({role.least} to {role.most or 'any number'})" for role in known.roles]
    lines.append(f"roles: {', '.join(roles)}")
    lines.append(f"phases: {', '.join(known.phase_name(phase.phase, 'en') or phase.phase for phase in known.phases)}")
    lines.append(f"paper: {'yes' if known.switches.paper else 'no'}")
    lines.append(f"letters: {', '.join(letter.id for letter in letters(known.name)) or NONE}")
    return lines
