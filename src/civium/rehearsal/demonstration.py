"""`civium demo`: makes an invented initiative with its authorities and a crowd that signed, then serves it until interrupted.

The rules are:
- everything lies in one folder, which may be removed whole; a folder that stands complete is served again as it is;
- the server is reached by its commands and by HTTP alone, as anybody would;
- a step that fails leaves no complete marker: the next start makes everything anew.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

from civium.authority import keys as authority_keys
from civium.errors import Refused
from civium.formats import authority_key, leaf
from civium.formats.binary import bytes16
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.rehearsal.bar import Bar
from civium.rehearsal.crowd import draw_crowd
from civium.rehearsal.paper import draw_tallies
from civium.rehearsal.sealing import Target, seal_crowd
from civium.rehearsal.signing import Signing
from civium.rehearsal.tokens import is_answering

SLUG = "night-trains"
# Anybody may know it: these keys open invented statements only, and lie beside the demonstration.
PASSPHRASE = "demonstration, nothing counts"  # noqa: S105
_QUICK_SCRYPT = 2**14
_SEED = 20191107
_STATEMENTS = 20_000
_SHOWN = "LU"  # small, part A, quickly verified: the State of the example commands
_STEPS = 6


@dataclass(frozen=True)
class Place:
    """The demonstration's folder and what lies in it."""

    folder: Path

    @property
    def server(self) -> Path:
        """The installation's data."""
        return self.folder / "server"

    @property
    def authorities(self) -> Path:
        """The authorities' key files, public and private: in life they never lie beside a server."""
        return self.folder / "authorities"

    @property
    def complete(self) -> Path:
        """Stands when everything was made."""
        return self.folder / "complete"

    @property
    def passphrase(self) -> Path:
        """The passphrase of all private keys here."""
        return self.authorities / "passphrase"

    def key(self, jurisdiction: str, ending: str) -> Path:
        """A key file of one authority."""
        return self.authorities / f"{jurisdiction.lower()}.{ending}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `civium demo` takes."""
    parser.add_argument("--port", type=int, default=8000, help="where to serve (default: 8000)")
    parser.add_argument("--folder", type=Path, default=Path(".demo"), help="where everything lies (default: .demo)")
    parser.add_argument(
        "--statements", type=int, default=_STATEMENTS, metavar="N", help="how many people have signed (default: 20,000)"
    )
    parser.add_argument(
        "--only", action="append", metavar="STATE", help="only nationals of this State have signed; may be repeated"
    )
    parser.add_argument("--anew", action="store_true", help="destroy what stands in the folder first")
    parser.add_argument("--no-serve", action="store_true", help="make everything, then end")


def run(arguments: argparse.Namespace) -> int:
    """Make what is missing, serve, and give the exit code. Raises Refused `demonstration-failed` with the step."""
    place = Place(arguments.folder.absolute())
    if arguments.anew or not place.complete.exists():
        _remove(place.folder)
        make(place, arguments.statements, arguments.port, only=arguments.only)
    else:
        _tell(f"the demonstration in {arguments.folder} stands; `--anew` makes another")
    return 0 if arguments.no_serve else _serve(place, arguments.folder, arguments.port)


def make(place: Place, statements: int, port: int, *, only: Sequence[str] | None = None) -> None:
    """Make keys, installation, initiative, crowd; mark the folder complete."""
    started = time.monotonic()
    today = brussels_date(datetime.now(UTC))
    os.environ.pop("CIVIUM_DATA", None)
    place.authorities.mkdir(parents=True)
    with resources.as_file(resources.files("civium.rehearsal") / "night_trains") as source:
        shutil.copytree(source, place.folder / SLUG, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    jurisdictions = tuple(load_procedure("eci").jurisdictions)
    if not set(only or ()) <= set(jurisdictions):
        raise Refused("jurisdiction-unknown")
    _step(1, "keys of 27 authorities")
    publics = _make_keys(place, jurisdictions)
    _step(2, "an installation, and an initiative in 24 languages")
    _civium(place, port, "init", "--purpose", "demonstration", "--operator", "Civium demonstration")
    _civium(place, port, "initiative", "add", str(place.folder / SLUG))
    _step(3, "each authority proves its key")
    _prove_keys(place, port, jurisdictions)
    _step(4, "the collection opens")
    _civium(place, port, "initiative", "open", SLUG, "--leave-out", "hr")
    _step(5, f"{statements:,} people sign; each statement is sealed to its authority")
    signing = {code: publics[code] for code in only or jurisdictions}
    opens_on = _play(place, port, signing, statements, today)
    place.complete.write_text(f"{opens_on}\n", encoding="utf-8")
    _tell(f"ready in {time.monotonic() - started:.0f} seconds")


def _make_keys(place: Place, jurisdictions: Sequence[str]) -> dict[str, authority_key.PublicKey]:
    _write_private(place.passphrase, PASSPHRASE.encode() + b"\n")
    publics = {}
    for code in jurisdictions:
        key = authority_keys.make_key(code, secrets.token_bytes(authority_keys.SEED_SIZE))
        salt, nonce = secrets.token_bytes(authority_keys.SALT_SIZE), secrets.token_bytes(authority_keys.NONCE_SIZE)
        sealed = authority_keys.encode_private_key(key, PASSPHRASE, salt=salt, nonce=nonce, n=_QUICK_SCRYPT)
        _write_private(place.key(code, "civium-private-key"), sealed)
        place.key(code, "civium-public-key").write_bytes(authority_key.encode(key.public))
        publics[code] = key.public
    return publics


def _prove_keys(place: Place, port: int, jurisdictions: Sequence[str]) -> None:
    """Let each authority answer its key test, as it would on its own machine."""
    publics = [str(place.key(code, "civium-public-key")) for code in jurisdictions]
    _civium(place, port, "keys", "add", SLUG, *publics, "--custody", "demonstration: the private half lies beside the server")
    tests = place.folder / "key-tests"
    tests.mkdir()
    _civium(place, port, "keys", "test", SLUG, "--all", "--into", str(tests))

    def answer(code: str) -> str:
        test = next(tests.glob(f"{code.lower()}-*"))
        private = ("--key", str(place.key(code, "civium-private-key")), "--passphrase-file", str(place.passphrase))
        words = _run("civium-authority", "keys", "prove", str(test), *private)
        return f"{code} {words.strip()}\n"

    with ThreadPoolExecutor(2) as pool:
        answers = "".join(pool.map(answer, jurisdictions))
    (tests / "answers").write_text(answers, encoding="utf-8")
    _civium(place, port, "keys", "prove", SLUG, "--answers", str(tests / "answers"))


def _play(place: Place, port: int, publics: dict[str, authority_key.PublicKey], statements: int, today: date) -> date:
    """Let the crowd sign, day after day, and give the first day."""
    shown = dict(line.split(": ", 1) for line in _civium(place, port, "initiative", "show", SLUG).splitlines() if ": " in line)
    opens_on = date.fromisoformat(shown["period"].split(" to ")[0])
    languages = shown["languages"].split()
    procedure = load_procedure("eci")
    # The last two days are left free, so that whoever signs now is seen to move the count.
    last = max(opens_on, today - timedelta(days=1))
    crowd = _in_offered_languages(draw_crowd(_SEED, statements, tuple(publics), opens_on, last), languages)
    file = place.folder / "postings"
    bar = Bar("sealing", statements)
    token_key = bytes.fromhex(shown["token key"].replace("none", ""))
    with file.open("wb") as stream, _token_service(place) as tokens_socket:
        target = Target(
            collection=bytes.fromhex(shown["collection"]),
            manifest_hash=bytes.fromhex(shown["manifest"].split()[1]),
            rules_version=procedure.version,
            keys=publics,
            token_key=token_key,
            tokens_socket=str(tokens_socket),
        )
        for done, (day, raw) in enumerate(seal_crowd(target, crowd, processes=os.cpu_count() or 1), start=1):
            stream.write(leaf.days_of(day).to_bytes(4, "big") + bytes16(raw))
            bar.show(done)
    bar.end()
    _step(6, "the server receives them on their days")
    bar = Bar("receiving", statements)
    tallies = place.folder / "tallies"
    drawn = draw_tallies(_SEED, statements, tuple(publics), opens_on, last)
    tallies.write_text("".join(f"{code},{week},{number}\n" for code, week, number in drawn), encoding="utf-8")
    for line in _lines(place, port, "rehearse", SLUG, str(file), "--paper", str(tallies)):
        if line.startswith("appended: "):
            bar.show(int(line.removeprefix("appended: ")))
    bar.end()
    file.unlink()
    tallies.unlink()
    return opens_on


@contextmanager
def _token_service(place: Place) -> Iterator[Path]:
    """Let the token service answer while statements are made, in its own process; its socket's name must be short."""
    with tempfile.TemporaryDirectory(prefix="civium-") as folder:
        path = Path(folder) / "tokens"
        command = [_program("civium"), "tokens", "serve", "--keys", str(place.server / "keys"), "--socket", str(path)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
            try:
                for _ in range(100):
                    if is_answering(path):
                        break
                    time.sleep(0.1)
                yield path
            finally:
                service.terminate()


def _in_offered_languages(signings: Iterator[Signing], languages: Sequence[str]) -> Iterator[Signing]:
    """A page whose language is not offered cannot be signed in: those people took English."""
    from dataclasses import replace

    for signing in signings:
        yield signing if signing.language in languages else replace(signing, language="en")


def _serve(place: Place, shown_folder: Path, port: int) -> int:
    command = [_program("civium"), "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=_environment(place, port))
    try:
        _wait_until_ready(server, port)
        _tell(_farewell(shown_folder, port))
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        _tell("\nstopped; `make demo` serves the same again, `make demo-clean` destroys it")
        return 0


def _wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(150):
        if server.poll() is not None:
            raise Refused("demonstration-failed", step=7)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as reply:
                # Another server on this port would answer too: ours must still be running.
                if reply.status == 200 and server.poll() is None:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    server.terminate()
    raise Refused("demonstration-failed", step=7)


def _farewell(folder: Path, port: int) -> str:
    civium, tool, code = _shown_program("civium"), _shown_program("civium-authority"), _SHOWN.lower()
    key = f"--key {folder}/authorities/{code}.civium-private-key --passphrase-file {folder}/authorities/passphrase"
    exported = f"{folder}/handover/DEMO-NIGHT-TRAINS-{_SHOWN}-online.civium"
    return f"""
  Sign here:  http://localhost:{port}/en/i/{SLUG}
              choose a nationality, invent a person (nothing counts), and watch the number move

  Then run it, in another terminal (the command prints a link that lets you in, once):

    {civium} console invite you@example.org --initiative {SLUG} --role representative --data {folder}/server

  Then be Luxembourg's officer:

    {civium} export {SLUG} {_SHOWN} --data {folder}/server --into {folder}/handover
    {tool} open {exported} {key}
    {tool} verify {exported} {key}

  Each command says what comes next. Ctrl-C stops the server.
"""


def _civium(place: Place, port: int, *arguments: str) -> str:
    return "".join(line + "\n" for line in _lines(place, port, *arguments))


def _lines(place: Place, port: int, *arguments: str) -> Iterator[str]:
    """Run a `civium` command and give its lines as they come; what it tells on stderr is shown only if it fails."""
    command = [_program("civium"), *arguments]
    pipe, environment = subprocess.PIPE, _environment(place, port)
    with subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            yield line.rstrip("\n")
        told = process.stderr.read()
    if process.returncode:
        sys.stderr.write(told)
        raise Refused("demonstration-failed")


def _run(program: str, *arguments: str) -> str:
    done = subprocess.run([_program(program), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise Refused("demonstration-failed")
    return done.stdout


def _environment(place: Place, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
    return kept | {"CIVIUM_DATA": str(place.server), "CIVIUM_PORT": str(port)}


def _program(name: str) -> str:
    """Give the path of a command installed beside the running one."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else name


def _shown_program(name: str) -> str:
    path = Path(_program(name))
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return name


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
        stream.write(content)


def _remove(folder: Path) -> None:
    """Remove an earlier demonstration, and nothing that is not one."""
    if not folder.exists():
        return
    known = {"server", "authorities", SLUG, "complete", "key-tests", "postings", "handover", "verified", "bench"}
    if not all(path.name in known for path in folder.iterdir()):
        raise Refused("demonstration-folder-not-ours")
    shutil.rmtree(folder)


def _step(number: int, text: str) -> None:
    _tell(f"{number}/{_STEPS}  {text}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
