"""A small real demonstration, with its authorities' keys, and devices that sign in it as browsers do: for what is told from end to end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from civium.formats import authority_key
from civium.law.procedure import load_procedure
from civium.rehearsal.sealing import Target, seal_signing
from civium.rehearsal.signing import Signing
from tests.faults.signatory import Device

PROGRAMS = Path(sys.executable).parent
SLUG = "night-trains"
STATE = "LU"  # its form asks for no number: identity is name, birth and postal code


@dataclass(frozen=True)
class Demonstration:
    """An initiative of 27 States whose private keys lie beside it."""

    folder: Path

    @property
    def data(self) -> Path:
        """The installation's folder."""
        return self.folder / "server"

    @cached_property
    def shown(self) -> dict[str, str]:
        """What `civium initiative show` tells."""
        return dict(line.split(": ", 1) for line in self.civium("initiative", "show", SLUG).splitlines() if ": " in line)

    @property
    def collection(self) -> bytes:
        """The collection's identifier."""
        return bytes.fromhex(self.shown["collection"])

    def civium(self, *arguments: str) -> str:
        """Run a `civium` command on this installation and give what it says."""
        return run("civium", *arguments, "--data", str(self.data))

    def authority(self, act: str, *arguments: str) -> str:
        """Run `civium-authority` with the State's key and give what it says."""
        key = self.folder / "authorities" / f"{STATE.lower()}.civium-private-key"
        return run("civium-authority", act, *arguments, "--key", str(key), "--passphrase-file", str(key.with_name("passphrase")))

    def device(self, port: int, fields: Mapping[str, str]) -> Device:
        """Give a person's device."""
        return Device(port, self.collection, bytes.fromhex(self.shown["token key"]), STATE, dict(fields))

    def sealer(self, fields: Mapping[str, str]) -> Callable[[bytes], bytes]:
        """Give what seals a person's statement once its token is known: another envelope each time."""
        public = authority_key.parse((self.folder / "authorities" / f"{STATE.lower()}.civium-public-key").read_bytes())
        target = Target(
            collection=self.collection,
            manifest_hash=bytes.fromhex(self.shown["manifest"].split()[1]),
            rules_version=load_procedure("eci").version,
            keys={STATE: public},
        )
        signing = Signing(dict(fields), STATE, "en", date(2026, 1, 1), (), "plain", 0, counts=True, same_identity=False)
        return lambda token: seal_signing(target, signing, token)


def copy(original: Demonstration, folder: Path) -> Demonstration:
    """Give a demonstration like another, in a folder of its own."""
    shutil.copytree(original.folder, folder)
    return Demonstration(folder)


def make(folder: Path, statements: int = 3) -> Demonstration:
    """Make a demonstration in which a few have signed already, with little work asked for."""
    run("civium", "demo", "--no-serve", "--folder", str(folder), "--statements", str(statements), "--only", STATE)
    made = Demonstration(folder)
    made.civium("initiative", "work", SLUG, "1000", "--by", "the operator")
    return made


def run(program: str, *arguments: str) -> str:
    """Run a program of ours and give what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    done = subprocess.run([str(PROGRAMS / program), *arguments], capture_output=True, text=True, env=kept, timeout=600)
    assert done.returncode == 0, f"{program} {arguments}: {done.stderr}"
    return done.stdout


def person(family_name: str) -> dict[str, str]:
    """Give the fields of somebody who lives in Luxembourg."""
    return {
        "full_first_names": "Anouk",
        "family_names": family_name,
        "residence_street": "Rue Inventée",
        "residence_number": "7",
        "residence_postal_code": "1234",
        "residence_city": "Luxembourg",
        "residence_country": "LU",
        "date_of_birth": "1977-07-17",
    }
