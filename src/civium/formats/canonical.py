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
    """Give the one encoding of a value made of dict, list, str, int and bool; a value outside these is a programming error."""
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
    except (ValueError, AssertionError, RecursionError):
        raise Refused("json-malformed") from None
    if again != raw:
        raise Refused("json-malformed")
    return value


def _check_value(value: Any, depth: int) -> None:
    assert depth <= _DEEPEST, "nested too deep"
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        assert -LARGEST_INTEGER <= value <= LARGEST_INTEGER, "integer too large"
    elif isinstance(value, dict):
        for key, inner in value.items():
            assert isinstance(key, str), "object keys are strings"
            _check_value(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_value(inner, depth + 1)
    else:
        assert isinstance(value, str), "neither object, array, string, integer nor boolean"
