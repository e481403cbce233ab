"""Many statements from one address, and many of one street within a short run of the log: groups for an officer's eye, never more.

The rules are:
- a family, a student home, a street stall do the same honestly: both grounds only point, and no policy can make them strike;
- persons are counted, not statements: who signs ten times from one address is a repeat, not a crowd;
- the policy says from how many on (`Policy.threshold`); both are about part A, where the form asks an address (Annex III);
- one pass over sorted hashes for each question; memory is that of the largest single address.

Source: authorities look for "signing for others" (section 4 EBIG, item 9, in this project's words); a form filled in by a hand that
goes down a street list shows as neighbours in the log.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from civium.formats.identity_key import fold_name, fold_number
from civium.law.rules import Form

STREET_FIELDS = ("residence_street", "residence_city", "residence_country")
# So many entries one after the other are a short run: on a busy day some seconds, on a quiet one a few hours.
RUN = 200

ADDRESS_SHARED, BURST = "address-shared", "burst-of-street"
# What the policy says where it says nothing: more people than a large house has signatories; more than a street stall gets of one street.
THRESHOLDS: Mapping[str, int] = {ADDRESS_SHARED: 20, BURST: 10}


def street_of(form: Form, fields: Mapping[str, str]) -> str:
    """Give what the statements of one street share, or nothing where the form asks no street or none was written."""
    if "residence_street" not in form.fields:
        return ""
    parts = [fold_name(fields.get(field, "")) for field in STREET_FIELDS if field in form.fields]
    if not parts[0]:
        return ""
    return "\0".join((*parts, fold_number(fields.get("residence_postal_code", ""))))


def address_of(street: str, fields: Mapping[str, str]) -> str:
    """Give what the statements of one house in a street (`street_of`) share, or nothing."""
    return f"{street}\0{fold_name(fields.get('residence_number', ''))}" if street else ""


def find_crowds(rows: Iterable[tuple[int, bytes]], threshold: int) -> list[int]:
    """Give the rows of one address, if so many persons or more share it. `rows`: each with its person."""
    found = list(rows)
    return [row for row, _ in found] if len({person for _, person in found}) >= threshold else []


def find_bursts(rows: Iterable[tuple[int, int, bytes]], threshold: int, run: int = RUN) -> Iterator[list[int]]:
    """Give the runs among the rows of one street, in the order of the log, where so many persons stand within `run` entries and two days.

    `rows`: each with its day (a number) and its person. Two days, as midnight parts no hand's work. Runs that touch are one.
    """
    window: deque[tuple[int, int, bytes]] = deque()
    persons: dict[bytes, int] = {}
    burst: list[int] = []
    for row, day, person in rows:
        while window and (window[0][0] <= row - run or window[0][1] < day - 1):
            _, _, gone = window.popleft()
            persons[gone] -= 1
            if not persons[gone]:
                del persons[gone]
        window.append((row, day, person))
        persons[person] = persons.get(person, 0) + 1
        if len(persons) < threshold:
            continue
        if burst and burst[-1] < window[0][0]:
            yield burst
            burst = []
        burst += _fresh(window, burst)
    if burst:
        yield burst


def _fresh(window: deque[tuple[int, int, bytes]], burst: list[int]) -> list[int]:
    """Give the rows of the window that are not in the burst yet; looked for from the end, where most often one is."""
    fresh = []
    for row, _, _ in reversed(window):
        if burst and row <= burst[-1]:
            break
        fresh.append(row)
    return fresh[::-1]
