"""A State's policy: what each indication does when statements are verified. Shown and confirmed before anything is opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from civium.authority.grounds import BITS, DECIDE, GROUNDS, IGNORE, INDICATION_CODES, STRIKE
from civium.authority.plausibility_places import THRESHOLDS
from civium.errors import Refused
from civium.formats.authority_key import is_jurisdiction

NAME = "verification policy v1"
LARGEST_POLICY = 65_536
_LONGEST_SOURCE = 1_000
# Fewer than two are nobody's crowd; more than a million would say the same as never.
LEAST_THRESHOLD, MOST_THRESHOLD = 2, 1_000_000


@dataclass(frozen=True)
class Policy:
    """What each indication does in one jurisdiction; those not named do what the neutral list says. `source` says who decided it.

    `thresholds`: from how many on an address is shared by many, a street comes in a burst.
    """

    jurisdiction: str
    actions: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    thresholds: Mapping[str, int] = field(default_factory=dict)

    def threshold(self, code: str) -> int:
        """Give from how many on an indication is one that counts statements."""
        return self.thresholds.get(code, THRESHOLDS[code])

    def action(self, code: str) -> str:
        """Give what an indication does: decide, list, strike or ignore."""
        return self.actions.get(code, GROUNDS[code].default)

    def mask(self, action: str) -> int:
        """Give the bits of the indications that do this."""
        return sum(BITS[code] for code in INDICATION_CODES if self.action(code) == action)

    def table(self) -> dict[str, Any]:
        """Give the policy as it is written, every indication named."""
        actions = {code: self.action(code) for code in INDICATION_CODES}
        thresholds = {code: self.threshold(code) for code in THRESHOLDS}
        told = {"civium": NAME, "jurisdiction": self.jurisdiction, "actions": actions, "source": self.source}
        return {**told, "thresholds": thresholds}


@dataclass(frozen=True)
class Judge:
    """A policy's actions as bits: what strikes, what a person decides, what is not even listed."""

    strikes: int
    decides: int
    ignored: int


def judge_of(policy: Policy) -> Judge:
    """Give a policy as bits; certain grounds strike in all."""
    certain = sum(BITS.values()) - sum(BITS[code] for code in INDICATION_CODES)
    return Judge(policy.mask(STRIKE) | certain, policy.mask(DECIDE), policy.mask(IGNORE))


def parse(raw: bytes) -> Policy:
    """Give the policy of a JSON file (any spacing). Raises Refused `policy-malformed`, `policy-action` or `policy-threshold`."""
    try:
        told = json.loads(raw[:LARGEST_POLICY].decode("utf-8-sig"))
        return from_table(told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("policy-malformed") from None


def from_table(told: Mapping[str, Any]) -> Policy:
    """Give the policy of a table; one without thresholds, as earlier versions wrote it, has the neutral ones.

    Raises Refused `policy-action` for an indication or action that does not exist, `policy-threshold` for a threshold that is none,
    KeyError and the like for no table.
    """
    source = str(told.get("source", ""))
    # Both are shown on a terminal and on paper before the officer confirms: nothing in them may hide a line or make one up.
    if (
        told["civium"] != NAME
        or not is_jurisdiction(told["jurisdiction"])
        or not source.isprintable()
        or len(source) > _LONGEST_SOURCE
    ):
        raise ValueError
    actions = dict(told["actions"])
    for code, action in actions.items():
        if code not in INDICATION_CODES or action not in GROUNDS[code].choices:
            raise Refused("policy-action")
    thresholds = dict(told.get("thresholds", {}))
    for code, number in thresholds.items():
        if code not in THRESHOLDS or type(number) is not int or not LEAST_THRESHOLD <= number <= MOST_THRESHOLD:
            raise Refused("policy-threshold")
    return Policy(told["jurisdiction"], actions, source, thresholds)


def encode(policy: Policy) -> bytes:
    """Give the policy as a file that people can read and change."""
    return json.dumps(policy.table(), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
