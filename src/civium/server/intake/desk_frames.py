"""What travels between an intake and its committing process: candidates one way, answers the other. Never stored, never on a network.

A frame is its length (4 bytes) and so many bytes; all integers are big-endian. Both ends are the same version of the same program.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date
from struct import Struct

from civium.errors import Refused
from civium.server.intake.commit import Answer
from civium.server.store.protocol import Candidate, Log, Spent

LENGTH = Struct(">I")
HELLO = LENGTH.pack(0)  # the committing process is ready
# Log number, day of receipt (proleptic ordinal), whether it is refused, hash, erasure commitment, sizes of mark and envelope; the challenge.
_CANDIDATE = Struct(">II?32s32sBI")
_SPENT = Struct(">16sI")
_ANSWER = Struct(">?I")  # whether it is a receipt, its size
# Stands for the refusal that the loop's own candidate carries; it is known by being this one, its code is never told to anyone.
OWN_REFUSAL = Refused("store-unavailable")


def encode_candidates(candidates: Sequence[Candidate]) -> bytes:
    """Give the frame of candidates."""
    parts = [b""]
    for one in candidates:
        mark = one.mark or b""
        parts.append(
            _CANDIDATE.pack(
                one.log.number,
                one.received_on.toordinal(),
                one.refusal is not None,
                one.envelope_hash,
                one.erasure_commitment,
                len(mark),
                len(one.envelope),
            )
        )
        spent = one.challenge
        parts.append(_SPENT.pack(spent.identifier, spent.expires_hour) if spent is not None else bytes(_SPENT.size))
        parts.append(mark)
        parts.append(one.envelope)
    return _framed(parts)


def parse_candidates(raw: bytes, log_of: Callable[[int], Log]) -> list[Candidate]:
    """Give the candidates of a frame without its length; OWN_REFUSAL stands for a refusal."""
    candidates = []
    place, days = 0, dict[int, date]()
    while place < len(raw):
        number, day, is_refused, envelope_hash, commitment, mark_size, size = _CANDIDATE.unpack_from(raw, place)
        place += _CANDIDATE.size
        identifier, hour = _SPENT.unpack_from(raw, place)
        place += _SPENT.size
        mark = raw[place : place + mark_size] if mark_size else None
        place += mark_size
        if day not in days:
            days[day] = date.fromordinal(day)
        candidates.append(
            Candidate(
                log=log_of(number),
                envelope=raw[place : place + size],
                envelope_hash=envelope_hash,
                erasure_commitment=commitment,
                received_on=days[day],
                refusal=OWN_REFUSAL if is_refused else None,
                mark=mark,
                challenge=Spent(identifier, hour) if hour else None,
            )
        )
        place += size
    return candidates


def encode_answers(answers: Sequence[Answer]) -> bytes:
    """Give the frame of answers."""
    parts = [b""]
    for answer in answers:
        told = answer if isinstance(answer, bytes) else _told(answer)
        parts.append(_ANSWER.pack(isinstance(answer, bytes), len(told)))
        parts.append(told)
    return _framed(parts)


def parse_answers(raw: bytes, asked: deque[Refused | None]) -> list[Answer]:
    """Give the answers of a frame without its length, taking from `asked` the refusal that each candidate carried."""
    answers: list[Answer] = []
    place = 0
    while place < len(raw):
        is_receipt, size = _ANSWER.unpack_from(raw, place)
        place += _ANSWER.size
        told = raw[place : place + size]
        place += size
        own = asked.popleft()
        answers.append(told if is_receipt else _refusal(told, own))
    return answers


def _told(refusal: Refused) -> bytes:
    return b"" if refusal is OWN_REFUSAL else json.dumps([refusal.code, refusal.facts]).encode()


def _refusal(told: bytes, own: Refused | None) -> Refused:
    if not told:
        assert own is not None
        return own
    code, facts = json.loads(told)
    return Refused(code, **facts)


def _framed(parts: list[bytes]) -> bytes:
    parts[0] = LENGTH.pack(sum(map(len, parts)))
    return b"".join(parts)
