"""Taking a file away: streamed from the disk, the same bytes each time, written into the journal before the first of them.

The rules are:
- memory does not grow with the file: pieces of a quarter of a megabyte;
- packages and letters are for those who may make them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse

from civium.formats.export import WORKING_COPY
from civium.server.console import frame
from civium.server.console.exports.found import job_of
from civium.server.console.gate import check_permission
from civium.server.console.permissions import Permission
from civium.server.jobs import files
from civium.server.jobs.exporting import tell_taken

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

_PIECE = 256 * 1024


def file(request: ConsoleRequest, number: int, place: int) -> HttpResponseBase:
    """Give a file of a job."""
    job = job_of(request, number)
    path, told = files.path_of(settings.CONFIG.folder, job, place)
    if told["kind"] != WORKING_COPY:
        check_permission(request, Permission.MAKE_PACKAGE)
    assert request.initiative is not None
    if request.method == "GET":
        with transaction.atomic():
            tell_taken(request.initiative, job, told, frame.persons(request), now=request.now)
    return streamed(request, path, "application/pdf" if path.suffix == ".pdf" else "application/octet-stream")


def streamed(request: ConsoleRequest, path: Path, media_type: str) -> HttpResponseBase:
    """Give a file's bytes piece by piece, under its own name."""
    # Django would gather a plain iterator whole, in memory, where it serves asynchronously.
    pieces = _later(path) if isinstance(request, ASGIRequest) else _pieces(path)
    answer = StreamingHttpResponse(pieces, content_type=media_type)
    answer["Content-Length"] = str(path.stat().st_size)
    answer["Content-Disposition"] = f'attachment; filename="{path.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


async def _later(path: Path) -> AsyncIterator[bytes]:
    stream = await asyncio.to_thread(path.open, "rb")
    try:
        while piece := await asyncio.to_thread(stream.read, _PIECE):
            yield piece
    finally:
        stream.close()
