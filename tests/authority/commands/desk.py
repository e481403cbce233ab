"""An officer's folder: a key, a passphrase, an export, and the command line in this very process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from civium.authority.command import main
from tests.authority.build import PASSPHRASE, Log, authority_key, write_key

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Desk:
    """The folder and what the last command wrote."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def __post_init__(self) -> None:
        self.key = write_key(self.folder / "es.civium-private-key", authority_key())
        (self.folder / "passphrase").write_text(PASSPHRASE + "\n", "utf-8")

    @property
    def export(self) -> Path:
        """The export's place."""
        return self.folder / "x.civium"

    def hand_over(self, log: Log) -> None:
        """Put an export on the desk."""
        log.write(self.export)

    def run(self, *arguments: str | Path, has_key: bool = True, expected: int = 0) -> str:
        """Run a command with this desk's key and give what it wrote to stdout."""
        told = [str(argument) for argument in arguments]
        if has_key:
            told += ["--key", str(self.key), "--passphrase-file", str(self.folder / "passphrase")]
        code = main(told, now=NOW)
        self.out, self.err = self.capture.readouterr()
        assert code == expected, self.err
        return self.out

    def open_and_verify(self, log: Log) -> None:
        """Do the first two acts."""
        self.hand_over(log)
        self.run("open", self.export, "--confirm-rules")
        self.run("verify", self.export)
