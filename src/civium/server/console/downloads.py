"""Files that a browser saves: those of the disk, and those made while they are sent, which are written whole first, into a file without a name.

The rules are:
- what could fail, fails before the first byte leaves: a half file would look like a whole one;
- small ones stay in memory; a larger file has no name on the disk, is gone with the answer, and memory stays flat;
- a browser saves it under a name of ours and shows nothing of it.
"""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from contextlib import suppress
from typing import IO, TYPE_CHECKING, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from civium.errors import Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from pathlib import Path

    from django.http import HttpRequest

Answer = TypeVar("Answer", bound=HttpResponseBase)
_PIECE = 262_144
_LONGEST_NAME, _LONGEST_ENDING = 120, 20
# What separates folders, ends a line, or means something to a shell or to a system's names of files.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069/\\:*?"<>|]+')
_IN_MEMORY = 16 * 1_048_576


def download(request: HttpRequest, pieces: Iterable[bytes], name: str, media_type: str) -> HttpResponseBase:
    """Give an answer that a browser saves under `name`. Raises Refused `file-not-written` where the disk has no room for it."""
    stream = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(settings.CONFIG.folder))  # noqa: SIM115  closed when it was read to its end
    try:
        for piece in pieces:
            stream.write(piece)
        size = stream.tell()
        stream.seek(0)
    except OSError:
        with suppress(OSError):  # it has the same to say again
            stream.close()
        raise Refused("file-not-written") from None
    return _given(request, stream, size, name, media_type)


def streamed(request: HttpRequest, path: Path, media_type: str) -> HttpResponseBase:
    """Give an answer that a browser saves: a file's bytes, under its own name. Raises Refused `file-gone` where it went at this moment."""
    try:
        stream = path.open("rb")
    except OSError:
        raise Refused("file-gone") from None
    return _given(request, stream, os.fstat(stream.fileno()).st_size, path.name, media_type)


def saved_as(answer: Answer, name: str) -> Answer:
    """Have a browser save an answer under a name and show nothing of it (RFC 6266): whatever the name holds, it leads out of no folder."""
    safe = _UNSAFE.sub("-", unicodedata.normalize("NFC", name)).lstrip(". -") or "file"
    shortened = safe if len(safe) <= _LONGEST_NAME else safe[: _LONGEST_NAME - _LONGEST_ENDING] + safe[-_LONGEST_ENDING:]
    answer["Content-Disposition"] = content_disposition_header(True, shortened)
    return answer


def _given(request: HttpRequest, stream: IO[bytes], size: int, name: str, media_type: str) -> HttpResponseBase:
    if size <= _PIECE:
        with stream:
            answer: HttpResponseBase = HttpResponse(stream.read(), content_type=media_type)
    else:
        # Django would gather a plain iterator whole, in memory, where it serves asynchronously.
        read = _read_beside(stream) if isinstance(request, ASGIRequest) else _read(stream)
        answer = StreamingHttpResponse(read, content_type=media_type)
    answer["Content-Length"] = str(size)
    return saved_as(answer, name)


def _read(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(_PIECE):
            yield piece


async def _read_beside(stream: IO[bytes]) -> AsyncIterator[bytes]:
    """Read in a thread: an ASGI server's own thread waits for no disk."""
    with stream:
        while piece := await sync_to_async(stream.read, thread_sensitive=False)(_PIECE):
            yield piece
