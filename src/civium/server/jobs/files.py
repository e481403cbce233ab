"""Where files lie that jobs made: a folder for each job below the installation's, listed in the job's result, destroyed in time.

The rules are:
- a file is there for whoever may take it only if the job's result names it; whatever else lies in the folder is a part, and goes;
- a file holds sealed statements: a working copy goes after a fortnight, and every file as soon as a statement in it was destroyed since;
- what was made, when, by whom, with which hash: that stays, in the result and in the journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from civium.errors import Refused
from civium.formats.export import WORKING_COPY
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.jobs.kinds import EXPORT
from civium.server.jobs.models import Job

WORKING_COPY_KEPT = timedelta(days=14)
_FOLDER = "exports"
# Why a file is not there any more: members of a closed set.
TOO_OLD, OUTDATED, DESTROYED = "too-old", "outdated", "destroyed"


def make_folder(root: Path, job: Job) -> Path:
    """Make the folder of a job. Raises Refused `file-not-written`."""
    folder = _folder(root, job)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise Refused("file-not-written") from None
    return folder


def sweep(root: Path, job: Job) -> None:
    """Remove from a job's folder whatever its result does not name; and the folder, if nothing is left."""
    folder = _folder(root, job)
    if not folder.is_dir():
        return
    named = {file["name"] for file in listed(job) if not file.get("gone")}
    for path in list(folder.iterdir()):
        if path.name not in named:
            path.unlink()
    if not named:
        folder.rmdir()


def listed(job: Job) -> list[dict[str, Any]]:
    """Give what a job made, as it was told: files that are there, and those that are gone."""
    files: list[dict[str, Any]] = job.result.get("files", [])
    return files


def path_of(root: Path, job: Job, number: int) -> tuple[Path, dict[str, Any]]:
    """Give the path of a job's file by its place in the list. Raises Refused `file-missing`, `file-gone`."""
    files = listed(job)
    if not 0 <= number < len(files):
        raise Refused("file-missing")
    path = _folder(root, job) / files[number]["name"]
    if files[number].get("gone") or not path.is_file():
        raise Refused("file-gone")
    return path, files[number]


def sweep_over(root: Path) -> None:
    """Remove from the folders of jobs that are over what no result names: a process that was killed for the last time removed nothing."""
    going_on = (Job.State.HELD, Job.State.WAITING, Job.State.RUNNING)
    over = {str(job.pk): job for job in Job.objects.filter(kind=EXPORT).exclude(state__in=going_on)}
    for folder in all_folders(root):
        if folder.name in over:
            sweep(root, over[folder.name])


def destroy_outdated(root: Path, premises: Premises, *, now: datetime) -> int:
    """Destroy working copies after a fortnight, and files of logs of which a statement was destroyed since. Gives their number."""
    count = 0
    sweep_over(root)
    for job in _with_files():
        assert job.initiative is not None
        destroyed = _destroyed(premises, job.initiative)
        for file in listed(job):
            if file.get("gone"):
                continue
            is_old = file["kind"] == WORKING_COPY and job.ended_at is not None and now >= job.ended_at + WORKING_COPY_KEPT
            is_outdated = any(destroyed.get(origin, 0) > before for origin, before in file["destroyed"].items())
            if is_old or is_outdated:
                file["gone"] = OUTDATED if is_outdated else TOO_OLD
                count += 1
        _write(root, job)
    return count


def destroy_kept(root: Path, initiative: Initiative, *, now: datetime) -> int:
    """Destroy every file that exports of an initiative left here, and give their number: they go with the statements (Art. 19(5)).

    An export that waits, perhaps with some of its files made, is over: nothing is left to export.
    """
    count = 0
    waiting = Job.objects.filter(kind=EXPORT, initiative=initiative, state=Job.State.WAITING)
    waiting.update(state=Job.State.STOPPED, stopped_by="civium", ended_at=now)
    sweep_over(root)
    for job in _with_files().filter(initiative=initiative):
        for file in listed(job):
            if not file.get("gone"):
                file["gone"] = DESTROYED
                count += 1
        _write(root, job)
    return count


def _with_files() -> Any:
    over = (Job.State.DONE, Job.State.STOPPED, Job.State.FAILED)
    return Job.objects.select_related("initiative").filter(kind=EXPORT, state__in=over).exclude(result={})


def _write(root: Path, job: Job) -> None:
    """Remove what is gone, then say so: if a process is stopped between the two, the same is done again."""
    sweep(root, job)
    Job.objects.filter(pk=job.pk).update(result=job.result)


def _destroyed(premises: Premises, initiative: Initiative) -> dict[str, int]:
    collection = initiative.live_collection()
    if collection is None:
        return {}
    return {head.log.origin: head.destroyed for head in premises.store.heads(collection.identifier)}


def _folder(root: Path, job: Job) -> Path:
    return root / _FOLDER / str(job.pk)


def all_folders(root: Path) -> Iterator[Path]:
    """Give the folders there are."""
    place = root / _FOLDER
    if place.is_dir():
        yield from sorted(place.iterdir())
