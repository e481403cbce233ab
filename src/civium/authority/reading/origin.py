"""What is said of statements that no log vouches for: in the report, on the certificate, in the numbers' file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The kind of "export" that stands in the facts of a working file made by reading.
READ = "read"
LAYOUTS = {
    "commission-1-3": "XML of the Commission's collection software, 1.x to 3.0",
    "commission-5.0": "XML of the Commission's collection software, 5.0 or central",
    "table": "a table (CSV)",
}
SENDERS_WORD = (
    "That these files are whole, unchanged and of the days they name is the sender's word: no public log vouches for them."
)


def is_read(facts: Mapping[str, Any]) -> bool:
    """Tell whether a working file was made from somebody else's files."""
    return "read" in facts


def origin_rows(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give what is known of the files, as rows of name and value; nothing where an export was opened."""
    if not is_read(facts):
        return []
    told = facts["read"]
    rows = [("Read from", LAYOUTS[told["layout"]]), ("Files", f"{told['files']:,}")]
    if told["announced"] >= 0:
        rows.append(("Statements announced by the sender", f"{told['announced']:,}"))
    counted = (
        ("Copies of a statement, word for word, taken once", "copies"),
        ("Files that lack, by the numbers in their names", "gaps"),
        ("Statements without a day, counted as of the last day of the collection", "undated"),
        ("Statements named by their place, for want of an identifier", "named_by_place"),
        ("Elements that are not of this layout, passed over", "unknown"),
    )
    return rows + [(name, f"{told[key]:,}") for name, key in counted if told[key]]
