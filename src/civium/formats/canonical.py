"""Canonical JSON: one spelling for one value, so that a hash over the bytes names the value.

The rules are (docs/spec/README.md): object keys sorted by code point, no white space, UTF-8, integers below 2^53, no null, no fractions.
"""

from __future__ import annotations

import json
from typing import Any

from civium.errors import Refused

# Beyond this JavaScript cannot keep an integer exactly, and two readers would disagree.
LARGEST_INTEGER = 2**53 - 1
_DEEPEST = 32


def encode(value: Any) -> bytes:
    """Give the one encoding of a value made of dict, list, str, int and bool; ValueError for a value outside these."""
    _check_value(value, 0)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def parse(raw: bytes, *, limit: int) -> Any:
    """Give the value of canonical JSON of at most `limit` bytes. Raises Refused `json-too-large` or `json-malformed`."""
    if len(raw) > limit:
        raise Refused("json-too-large", limit=limit)
    try:
        value = json.loads(raw.decode("utf-8"))
        again = encode(value)
    except (ValueError, RecursionError):
        raise Refused("json-malformed") from None
    if again != raw:
        raise Refused("json-malformed")
    return value


def _check_value(value: Any, depth: int) -> None:
    """Raise ValueError for what has no spelling. No assertion: `python -O` would read null, fractions and larger integers."""
    if isinstance(value, bool) or (isinstance(value, str) and depth <= _DEEPEST):
        return
    is_integer = isinstance(value, int) and -LARGEST_INTEGER <= value <= LARGEST_INTEGER
    if depth > _DEEPEST or not (is_integer or isinstance(value, dict | list)):
        raise ValueError("nested too deep, too large, or neither object, array, string, integer nor boolean")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("object keys are strings")
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        _check_value(inner, depth + 1)
