"""Taking a file away: streamed from the disk, the same bytes each time, written into the journal before the first of them.

The rules are:
- memory does not grow with the file: pieces of a quarter of a megabyte;
- packages and letters are for those who may make them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from civium.formats.export import WORKING_COPY
from civium.server.console import frame
from civium.server.console.downloads import streamed
from civium.server.console.exports.found import job_of
from civium.server.console.gate import check_permission
from civium.server.console.permissions import Permission
from civium.server.jobs import files
from civium.server.jobs.exporting import tell_taken

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from civium.server.console.screens import ConsoleRequest


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
