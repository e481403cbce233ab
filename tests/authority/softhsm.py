"""Real PKCS#11 tokens for tests: SoftHSM 2, with a folder of its own, tokens that can be taken out and put in again."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
NO_SOFTHSM = "SoftHSM is not installed: apt install softhsm2 (make test does it as root)"
PIN = "1234"
# `counted` is for wrong PINs: no test may leave a session with it open, in which any PIN is right.
LABELS = ("first", "second", "spare", "counted")


@dataclass(frozen=True)
class SoftHSM:
    """A module, its configuration, and the folder in which its tokens lie."""

    module: Path
    folder: Path

    @property
    def tokens(self) -> Path:
        """Where the tokens are while they are plugged in."""
        return self.folder / "tokens"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to see these tokens."""
        return {**os.environ, "SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}

    def add(self, label: str) -> None:
        """Set up one more token."""
        told = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", PIN]
        subprocess.run([*told, "--module", str(self.module)], env=self.environment, check=True, capture_output=True)

    def take_out(self) -> None:
        """Take all tokens out, whoever uses them."""
        self.tokens.rename(self.folder / "away")
        self.tokens.mkdir()

    def put_in(self) -> None:
        """Put the tokens in again."""
        self.tokens.rmdir()
        (self.folder / "away").rename(self.tokens)


def set_up(folder: Path, labels: tuple[str, ...] = LABELS) -> SoftHSM:
    """Give tokens of these labels in a folder; skip without SoftHSM, fail under CI."""
    module = next((Path(path) for path in MODULES if Path(path).exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_SOFTHSM)
        raise AssertionError
    made = SoftHSM(module, folder)
    made.tokens.mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {made.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    for label in labels:
        made.add(label)
    return made
