"""The command line of a competent authority: civium-authority. Results go to stdout, everything else to stderr.

The rules are:
- it talks to no network;
- what cannot be done is one sentence and a hint, with the exit codes of `civium.errors`; 130 after Ctrl-C;
- nothing is overwritten, and what was interrupted goes on when the same command is given again.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from civium.authority.commands import (
    deciding,
    destroying,
    keys,
    opening,
    organisers,
    reading,
    receiving,
    results,
    sample,
    selftest,
    window,
    writing,
)
from civium.authority.sentences import refusal_of, sentence_of
from civium.errors import CiviumError, Refused
from civium.law.folder import take_in_all

NAME = "civium-authority"
INTERRUPTED = 130
# The long acts that write as they go; all others are done again.
_TAKEN_UP = frozenset({"open", "read", "write", "destroy"})
_ABOUT = """\
Open, verify and certify the statements of support that organisers hand over. Works offline.

  civium-authority keys make --jurisdiction ES --to es
                                                  once, before collection; give es.civium-public-key to the organisers
  civium-authority keys prove test.json --key es.civium-private-key
                                                  answer their key test
  civium-authority open night-trains-ES-online.civium --key es.civium-private-key
  civium-authority read es.xml --key es.civium-private-key
                                                  instead of open: the Commission's XML, or a table
  civium-authority verify night-trains-ES-online.civium --key es.civium-private-key
  civium-authority report night-trains-ES-online.civium --key es.civium-private-key
  civium-authority show night-trains-ES-online.civium --key es.civium-private-key
                                                  what waits for a person
  civium-authority decide night-trains-ES-online.civium --key es.civium-private-key --by "R. Ejemplo" \\
      --ground number-checksum --accept --reason "found in the register"
  civium-authority certify night-trains-ES-online.civium --key es.civium-private-key --to certificate-ES

The export's name is enough for every command: what is made from it lies beside it, encrypted to your key.
'civium-authority COMMAND --help' tells more."""

# A folder that holds the folders of further procedures (docs/procedures.md): the organisers give it with the export.
_PROCEDURES = "CIVIUM_PROCEDURES"
_COMMANDS: tuple[tuple[str, str, Callable[[ArgumentParser], None]], ...] = (
    ("keys", "make, show, prove and check a key", keys.add_commands),
    ("organisers-key", "one secret for the States without a key: make, prove, hand over", organisers.add_organisers),
    ("policy", "see what indications do, before opening", opening.add_policy),
    ("open", "check that an export is the whole log, then open it", opening.add_open),
    ("read", "read files of the Commission's collection software, or a table, instead of an export", reading.add_read),
    ("acknowledge", "draft the acknowledgement of receipt: what arrived, by its hashes", receiving.add_acknowledge),
    ("dates", "the law's last days for this authority, and a calendar file of them", receiving.add_dates),
    ("join", "join the opened exports of a log that was closed and of its successor", opening.add_join),
    ("verify", "give every statement its verdict", opening.add_verify),
    ("report", "the numbers by verdict and ground", results.add_report),
    ("show", "statements with their grounds, on the screen", results.add_show),
    ("decide", "settle what waits for a person; each decision goes into the journal", deciding.add_decide),
    (
        "write",
        "write the statements as the Commission's XML, as a table or as lists on paper (personal data in clear)",
        writing.add_write,
    ),
    ("sample", "draw a random sample, compare it with the register, estimate", sample.add_sample),
    ("selftest", "go the whole way on invented statements; --to FOLDER leaves them to practise on", selftest.add_selftest),
    ("certify", "draft the certificate of Annex VI, as PDF and as JSON", deciding.add_certify),
    ("destroy", "destroy a verification's files, with a proof of it", destroying.add_destroy),
    ("window", "the same acts in a page of your browser, on this computer alone", window.add_window),
)


def main(arguments: Sequence[str] | None = None, *, now: datetime | None = None) -> int:
    """Run one command and give its exit code."""
    options = make_parser().parse_args(arguments, Namespace(comes_next=""))
    try:
        if os.environ.get(_PROCEDURES):
            take_in_all(Path(os.environ[_PROCEDURES]))
        lines = options.run(options, now or datetime.now(UTC))
    except CiviumError as error:
        return _tell(error)
    except OSError as trouble:
        return _tell(refusal_of(trouble))
    except MemoryError:
        return _tell(Refused("memory-full"))
    except KeyboardInterrupt:
        how = "goes on from here" if options.command in _TAKEN_UP else "begins again"
        sys.stderr.write(f"{NAME}: stopped; the same command {how}\n")
        return INTERRUPTED
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
    if options.comes_next:
        sys.stderr.write(f"next: {options.comes_next}\n")
    return 0


def make_parser() -> ArgumentParser:
    """Give the parser of the whole command line."""
    parser = ArgumentParser(NAME, description=_ABOUT, formatter_class=RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, told, add in _COMMANDS:
        add(commands.add_parser(name, help=told, description=told))
    return parser


def _tell(error: CiviumError) -> int:
    sentence, hint = sentence_of(error)
    sys.stderr.write(f"{NAME}: error: {sentence}\nhint: {hint}\n")
    return error.exit_code
