"""Makes the sample export that `civium-authority selftest` opens: invented statements, one of each kind an officer meets.

Run it only to replace the sample: envelopes are sealed with fresh randomness, so every run gives other bytes and other identifiers.
    python -m tests.authority.make_sample
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from civium.authority import report
from civium.authority.judging import FOR_DECISION
from civium.authority.keys import encode_private_key, make_key
from civium.formats import authority_key, statement
from tests.authority.build import Log, dni, spanish
from tests.authority.build import statement as made
from tests.authority.case import verified

FOLDER = Path(__file__).parents[2] / "src" / "civium" / "authority" / "sample"
PASSPHRASE = "invented statements only"
TEXT = {
    "title": "Night trains for every capital",
    "objectives": "Invented. We ask for direct night trains between the capitals of the Union.",
    "organisers": [
        {"role": "representative", "name": "Annelore Vantieghem", "email": "annelore.vantieghem@night-trains.example"},
        {"role": "substitute", "name": "Tomaž Breznikar", "email": "tomaz.breznikar@night-trains.example"},
    ],
    "website": "https://night-trains.example/",
}
CONFIRMED = frozenset({("id_number", "number-checksum")})


def sample_log() -> Log:
    """Give a log with one statement of each kind."""
    log = Log(make_key("ES", b"civium-authority selftest sample"), texts={"en": TEXT})
    for serial, (first, family) in enumerate(
        (("Aina", "Robledo Vía"), ("Berto", "Alcaraz Peña"), ("Cira", "Bermejo Ruán")), start=1
    ):
        log.add(made(spanish(dni(serial), first, family)), date(2026, 4, serial))
    log.add(made(spanish("00000004-g", "DIMAS", "CIFUENTES OLMO")), date(2026, 4, 9))
    log.add(made(spanish(dni(4), "Dimas", "Cifuentes Olmo")), date(2026, 4, 11))
    log.add(made(spanish(dni(5), "Nombre", "Inventado Falso")), date(2026, 4, 12))
    log.add(made(spanish(dni(5), "Elba", "Dávila Rey")), date(2026, 4, 30))
    log.add(made(spanish("00000006A", "Fermín", "Escudero Sanz"), confirmations=CONFIRMED), date(2026, 5, 2))
    log.add(made(spanish("7", "Gala", "Fraile Gil")), date(2026, 5, 2))
    log.add(made(spanish(dni(8), "Hugo", "Galán Mota"), declaration=False), date(2026, 5, 20))
    log.add(made(spanish(dni(9), "Iria", "Hoyos Luna")), date(2026, 9, 2))
    log.add(made({"full_first_names": "Jacobo", "id_number": dni(10), "id_type": "dni"}), date(2026, 6, 1))
    log.add(made(spanish(dni(11), "Koldo", "Ibarra Sol")), date(2026, 6, 3))
    log.add(made(spanish(dni(12), "Lía", "Jara Cobo")), date(2026, 6, 3))
    broken = bytearray(log.seal(statement.pad(statement.encode(made(spanish(dni(13), "Mar", "Lago Ríos"))))))
    broken[-1] ^= 1
    log.add_envelope(bytes(broken), date(2026, 6, 9))
    log.add_envelope(log.seal(b"\xff" * 2048), date(2026, 6, 9))
    log.add(made(spanish("AAA000001", "Aina", "Robledo Vía", id_type="passport")), date(2026, 7, 1))
    log.destroy(12, "erased-by-signatory", b"e" * 16)
    log.destroy(13, "destroyed-by-organisers")
    return log


def main() -> None:
    """Write the sample."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*"):
        old.unlink()
    log = sample_log()
    log.write(FOLDER / "night-trains-ES-online.civium")
    key = FOLDER / "es.civium-private-key"
    key.write_bytes(encode_private_key(log.key, PASSPHRASE, salt=b"sample salt 16 b", nonce=b"sample nonce", n=2**14))
    (FOLDER / "es.civium-public-key").write_bytes(authority_key.encode(log.key.public))
    (FOLDER / "passphrase.txt").write_text(PASSPHRASE + "\n", "utf-8")
    (FOLDER / "expected.json").write_text(json.dumps(_expected(log), indent=1, sort_keys=True) + "\n", "utf-8")


def _expected(log: Log) -> dict[str, object]:
    with TemporaryDirectory() as folder:
        done = verified(log, Path(folder))
        before = report.numbers_of(done.tally())
        strikes = {row.row.identifier: "strike" for row in done.settled() if row.verdict == FOR_DECISION}
        return {"before_decisions": before, "accepted_when_all_that_waits_is_struck": done.tally(strikes).accepted}


if __name__ == "__main__":
    main()
