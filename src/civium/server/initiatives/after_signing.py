"""What the organisers set for the time after signing: a call for action in each language, and the way back to their own page.

The rules are:
- addresses come from here alone, never from a request, and begin with https: no page of ours leads where a stranger wants;
- a call is a few words and an address; the words are shown as text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from civium.errors import Refused

KEYS = frozenset({"callback_url", "call_for_action"})
_LONGEST_ADDRESS = 500
_LONGEST_LABEL = 120


def after_signing(told: Mapping[str, Any]) -> dict[str, Any]:
    """Give what `initiative.json` tells of it, checked, as the initiative's appearance keeps it. Raises Refused `folder-malformed`."""
    found: dict[str, Any] = {}
    if told.get("callback_url") is not None:
        found["callback_url"] = _address(told["callback_url"], "callback_url")
    if told.get("call_for_action") is not None:
        found["call_for_action"] = _calls(told["call_for_action"])
    return found


def _calls(told: object) -> dict[str, dict[str, str]]:
    if not isinstance(told, dict):
        raise _malformed("call_for_action")
    calls = {}
    for language, call in told.items():
        match call:
            case {"label": str(label), "url": url, **others} if not others:
                calls[language] = {"label": _label(label), "url": _address(url, "call_for_action")}
            case _:
                raise _malformed("call_for_action")
    return calls


def _label(text: str) -> str:
    label = " ".join(unicodedata.normalize("NFC", text).split())
    if not label or len(label) > _LONGEST_LABEL or any(unicodedata.category(character) in ("Cc", "Cs") for character in label):
        raise _malformed("call_for_action")
    return label


def _address(value: object, key: str) -> str:
    """Give an address that begins with https and names a host; Refused `folder-malformed` otherwise."""
    if (
        not isinstance(value, str)
        or len(value) > _LONGEST_ADDRESS
        or not value.isascii()
        or not value.isprintable()
        or " " in value
    ):
        raise _malformed(key)
    try:
        parts = urlsplit(value)
        is_good = parts.scheme == "https" and bool(parts.hostname) and parts.username is None and "\\" not in value
    except ValueError:
        is_good = False
    if not is_good:
        raise _malformed(key)
    return value


def _malformed(key: str) -> Refused:
    return Refused("folder-malformed", file="initiative.json", key=key)
