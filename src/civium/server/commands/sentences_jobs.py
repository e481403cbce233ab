"""What is said about jobs, files that they made, destruction by identifier and the desk for data subjects' requests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

JOBS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "job-died": (
            "the work broke off {deaths} times without a reason, and was given up",
            "ask the operator to look at the server",
        ),
        "job-over": ("this is over already, or another person stopped it", "look at the page again"),
        "file-gone": ("this file was destroyed here", "make it again: that takes minutes"),
        "day-malformed": ("this is no day", "write it as year, month and day, such as 2026-11-20"),
        "days-turned-round": ("the first day lies after the last", "put the earlier day first"),
        "identifiers-missing": ("no identifier was given", "paste them from the receipts, one on a line"),
        "too-many-identifiers": ("at most {most} identifiers are taken at once", "do the rest after these"),
        "nothing-to-destroy": ("none of these is a statement that is here", "compare them with the receipts"),
        "route-unknown": ("there is no such way", "choose one of the list"),
        "request-kind-unknown": ("there is no such kind of request", "choose one of the list"),
        "day-to-come": ("this day is still to come", "give the day on which the request came in"),
        "reference-malformed": (
            "a reference has capital letters, figures, hyphens and strokes, at least one figure, and at most {longest} signs",
            "number your letters, such as 2026/17-B; no name belongs here",
        ),
        "request-answered": ("this request was answered", "if the person writes again, enter another"),
        "request-extended": (
            "this request was extended before",
            "three months are the longest the law allows (GDPR, Art. 12(3))",
        ),
        "request-too-late": ("the month is over", "an extension is told within the first month (GDPR, Art. 12(3)): answer now"),
        "outcome-unknown": ("there is no such answer", "choose one of the list"),
        "request-jurisdiction-missing": (
            "nobody knows yet in which State this was signed",
            "ask the person for their nationality",
        ),
        "data-request-malformed": ("this is no request file", "ask the organisers for it again"),
        "data-request-not-signed": ("the log's key did not sign this request", "ask the organisers who made it"),
    }
)
