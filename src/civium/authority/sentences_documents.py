"""What an officer reads when a list, an acknowledgement or a proof cannot be made: for each code one sentence, and what to do about it."""

from __future__ import annotations

DOCUMENT_SENTENCES: dict[str, tuple[str, str]] = {
    "list-volumes": (
        "that would be {volumes} volumes; {most} is the most, and a volume of a list holds 5,000 statements at most",
        "choose another number with --split",
    ),
}
