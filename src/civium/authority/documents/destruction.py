"""The destruction of a verification's files, and its proof: each file with its hash, overwritten, and unlinked.

The rules are:
- what is going to be destroyed is listed with size and SHA-256, and confirmed by typing, before the first file is touched;
- the list is written first, beside the proof: after an interruption the same command goes on with what is left, and the proof names all;
- the list is sealed with the key: nobody else can put one there, to be carried out without a question;
- a file whose bytes are no longer those of the list is left alone (`destruction-changed`); a link is never followed; a key is never destroyed here;
- the decision journal stays, with a line that names the proof's hash: it holds no statement;
- what overwriting cannot promise stands in the proof.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

from civium.authority.custody import LARGEST_KEY_FILE
from civium.authority.documents.document import ABOUT, Document, Paragraph, Section, Table
from civium.authority.kept_key import ORGANISERS
from civium.authority.keys import PRIVATE_KEY_NAME
from civium.authority.placing import unfinished, write_bytes
from civium.authority.table_xlsx import printable
from civium.errors import Refused

NAME = "proof of destruction v1"
ACT = "destroyed"
# A destruction that was confirmed and is not finished: the plan.
BEGUN = ".civium-destruction"
# Made from an export, beside it; the decision journal is not among them.
ENDINGS = (".civium", ".civium-opened", ".civium-verdicts", ".civium-sample", ".civium-sample-early")
_JOURNAL = ".civium-decisions"
_BLOCK = 1 << 20
_LARGEST_PLAN = 1 << 26
_SEAL_SIZE = 65
_OVERWRITTEN = (
    "Each file was overwritten with zeros on its whole length, flushed to the disk, cut to nothing, and its name removed."
    " That is all a program can do by itself."
)
_NOT_HERE = (
    "It cannot promise that no copy of the bytes is left where this computer keeps several: on a solid-state disk or memory stick, which"
    " write to another place than before; on file systems that copy on writing, keep a journal or snapshots; in a page file or hibernation"
    " file. A disk that was encrypted as a whole, and whose key is destroyed, leaves nothing readable."
)
_ELSEWHERE = (
    "It knows nothing of copies elsewhere: backups, memory sticks, mailboxes, paper. They are destroyed by whoever keeps them."
)
_ENCRYPTED = (
    "The opened statements and the verdicts were encrypted all the time: without the authority's key nobody reads what may be left of them."
    " Results that were written in clear (XML, tables, lists, sheets) were not."
)
_KEPT = (
    "The decision journal, with a line that names this proof; the certificate; the report. The journal holds identifiers and the officers'"
    " reasons, no statement: with the statements gone, an identifier says nothing to anybody but who kept the receipt."
)


@dataclass(frozen=True)
class Doomed:
    """One file that is going to be destroyed; its path as seen from the folder of the proof."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Plan:
    """What is going to be destroyed, as it is kept until it is done. `about`: of which verification, by whom, begun on which day.

    `folders`: those that were named whole, removed when nothing is left in them.
    """

    about: dict[str, Any]
    files: tuple[Doomed, ...]
    folders: tuple[str, ...] = ()

    def table(self) -> dict[str, Any]:
        """Give it for JSON."""
        files = [{"path": one.path, "size": one.size, "sha256": one.sha256} for one in self.files]
        return {"civium": NAME, **self.about, "files": files, "folders": list(self.folders)}


def find_files(export: Path, also: Sequence[Path]) -> list[Path]:
    """Give the files of a verification: the export, what was made from it beside it, unfinished or not, and what the officer names, folders whole.

    Raises Refused `file-missing`, `destroy-link` for a link, `destroy-key` for a key, `destroy-journal` for a decision journal among them.
    """
    stem = export.with_suffix("") if export.suffix in ENDINGS else export
    made = [stem.with_name(stem.name + ending) for ending in ENDINGS]
    found = [path for one in made for path in (one, unfinished(one)) if path.is_symlink() or path.exists()]
    # An export under another name; or what another system delivered, a file or a folder (then there is no export of that name).
    is_delivered = export.is_file() or (export.is_dir() and bool(found) and not made[0].exists())
    for named in (*([export] if is_delivered else []), *also):
        if not named.exists() and not named.is_symlink():
            raise Refused("file-missing")
        found += sorted(_inside(named)) if named.is_dir() and not named.is_symlink() else [named]
    chosen = list(dict.fromkeys(path.absolute() for path in found))
    if any(path.is_symlink() or not path.is_file() for path in chosen):
        raise Refused("destroy-link")
    if any(path.name.endswith(_JOURNAL) for path in chosen):
        raise Refused("destroy-journal")
    if any(map(_is_key, chosen)):
        raise Refused("destroy-key")
    return chosen


def _is_key(path: Path) -> bool:
    """Tell whether a file calls itself a private key, of an authority or of the organisers, whatever its name is."""
    if path.stat().st_size > LARGEST_KEY_FILE:
        return False
    raw = path.read_bytes()
    return any(f'"{name}"'.encode() in raw for name in (PRIVATE_KEY_NAME, ORGANISERS))


def _inside(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        yield from (Path(place, name) for name in files)
        yield from (Path(place, name) for name in folders if Path(place, name).is_symlink())


def seen_from(path: Path, base: Path) -> str:
    """Give a path as seen from a folder; whole where no way leads there (another drive of Windows)."""
    try:
        return os.path.relpath(path.absolute(), base.absolute())
    except ValueError:
        return str(path.absolute())


def doomed_of(paths: Iterable[Path], base: Path, told: Callable[[int, int], None], total: int) -> tuple[Doomed, ...]:
    """Give the files with their hashes. `base`: the folder of the proof; `told(done, total)` hears bytes."""
    files: list[Doomed] = []
    done = 0
    told(0, total)
    for path in paths:
        size = path.stat().st_size
        files.append(Doomed(seen_from(path, base), size, _sha256(path)))
        done += size
        told(done, total)
    return tuple(files)


def write_plan(path: Path, plan: Plan, secret: bytes) -> None:
    """Keep the plan until it is carried out, sealed with a secret of the key. Raises Refused `file-exists`."""
    raw = proof_bytes(plan)
    write_bytes(path, raw + _seal(raw, secret))


def _seal(raw: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, raw, "sha256").hex().encode() + b"\n"


def read_plan(path: Path, secret: bytes) -> Plan:
    """Give the plan of a destruction that was interrupted. Raises Refused `destruction-plan-malformed`, also for one that another key sealed."""
    with path.open("rb") as stream:
        kept = stream.read(_LARGEST_PLAN)
    raw = kept[:-_SEAL_SIZE]
    if not hmac.compare_digest(kept[-_SEAL_SIZE:], _seal(raw, secret)):
        raise Refused("destruction-plan-malformed")
    try:
        told = json.loads(raw)
        files = tuple(Doomed(str(one["path"]), int(one["size"]), str(one["sha256"])) for one in told.pop("files"))
        folders = tuple(map(str, told.pop("folders")))
        is_ours = told.pop("civium") == NAME
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("destruction-plan-malformed") from None
    if not is_ours:
        raise Refused("destruction-plan-malformed")
    return Plan(told, files, folders)


def destroy_files(plan: Plan, base: Path, told: Callable[[int, int], None]) -> None:
    """Destroy every file of the plan that is still there. Raises Refused `destruction-changed` before a file that is another than listed."""
    total, done = sum(one.size for one in plan.files), 0
    told(0, total)
    for one in plan.files:
        path = base / one.path
        if path.is_symlink() or path.exists():
            _destroy(path, one)
        done += one.size
        told(done, total)
    for parent in sorted({(base / one.path).parent for one in plan.files}):
        _sync(parent)
    for folder in plan.folders:
        _remove_empty(base / folder)


def _remove_empty(folder: Path) -> None:
    for place, _, _ in os.walk(folder, topdown=False):
        if not any(Path(place).iterdir()):
            Path(place).rmdir()


def _destroy(path: Path, listed: Doomed) -> None:
    if path.is_symlink():
        raise Refused("destruction-changed")
    # "r+b" keeps the file where it lies; opening it to write would give its blocks back first.
    with path.open("r+b") as stream:
        size = os.fstat(stream.fileno()).st_size
        # Of a size that is left, zeros or nothing are our own work, interrupted.
        if size and not _is_listed(stream, listed, size):
            raise Refused("destruction-changed")
        stream.seek(0)
        for start in range(0, size, _BLOCK):
            stream.write(bytes(min(_BLOCK, size - start)))
        stream.flush()
        os.fsync(stream.fileno())
        stream.truncate(0)
        os.fsync(stream.fileno())
    path.unlink()


def _is_listed(stream: Any, listed: Doomed, size: int) -> bool:
    if size != listed.size:
        return False
    if file_digest(stream, "sha256").hexdigest() == listed.sha256:
        return True
    # A stop in the middle of overwriting leaves zeros in front.
    stream.seek(0)
    return not any(stream.read(min(_BLOCK, size)))


def _sync(folder: Path) -> None:
    """Have the disk know that names are gone. Windows has no such act."""
    if os.name == "nt" or not folder.exists():
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def proof_bytes(plan: Plan) -> bytes:
    """Give the proof as a JSON file; of the same plan the same bytes."""
    return json.dumps(plan.table(), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def proof_document(plan: Plan, proof_sha256: str, state: str) -> Document:
    """Give the proof as a document, to be signed."""
    about = plan.about
    rows = (
        ("Initiative", about["registration"]),
        ("State", state),
        ("Collected", about["channel"]),
        ("Begun on", about["begun_on"]),
        ("Destroyed by", about["by"]),
        ("Files", f"{len(plan.files):,}"),
        ("Bytes", f"{sum(one.size for one in plan.files):,}"),
        ("Verdicts file (SHA-256 of its head)", about["verdicts"] or "none: nothing was verified"),
        ("Decision journal before (SHA-256 of its last line)", about["journal"] or "none"),
        ("This proof as a file (SHA-256)", proof_sha256),
    )
    files = tuple((f"{printable(one.path)}, {one.size:,} bytes", one.sha256) for one in plan.files)
    last = about.get("last_day", "")
    words = "The files below, which held statements of support or were made from them, have been destroyed."
    words += f" The last day for it is {last} ({about['article']})." if last else ""
    return Document(
        title="Proof of destruction",
        subtitle=f"{about['registration']}, {state}, {about['channel']}, {about['begun_on']}",
        foot=f"civium-authority {version('civium')}, {about['begun_on']}",
        sections=(
            Section("Destroyed", (Paragraph(words, is_strong=True), Table("What was destroyed", ("What", "Value"), rows, ABOUT))),
            Section("Files", (Table("Each file as it was before", ("Name and size", "SHA-256"), files, ABOUT),)),
            Section("What this cannot promise", tuple(map(Paragraph, (_OVERWRITTEN, _NOT_HERE, _ELSEWHERE, _ENCRYPTED)))),
            Section("What is kept", (Paragraph(_KEPT),)),
        ),
        stamps=("DEMONSTRATION. Nothing counts.",) if about["demonstration"] else (),
        signed="Date and signature",
    )
