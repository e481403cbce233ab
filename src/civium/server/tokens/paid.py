"""What challenges have paid for: each one evaluation of one element, as often as that is sent (docs/spec/duplicate-token.md).

The rules are:
- whoever holds the token keys remembers, so that all processes that ask share one memory; a restart forgets, which is worth one
  guess a challenge;
- no clock is read: challenges of a moment expire in two hours' time at most, so the four hours of expiry that were last begun hold all
  that can still be used, and the one before them is forgotten whole.
"""

from __future__ import annotations

from civium.errors import Refused
from civium.server.store.protocol import Spent

# Two are in use at any moment; the others let a clock be wrong by hours, and put right again, without anything being forgotten early.
_MOST_HOURS = 4


class Paid:
    """Remembers which element each challenge paid for. In memory alone."""

    def __init__(self) -> None:
        self._hours: dict[int, dict[bytes, bytes]] = {}  # hour of expiry -> identifier -> element

    def take(self, challenge: Spent, element: bytes) -> None:
        """Let a challenge pay for an element. Raises Refused `challenge-spent` where it has paid for another."""
        paid = self._hours.get(challenge.expires_hour)
        if paid is None:
            while len(self._hours) >= _MOST_HOURS:
                del self._hours[next(iter(self._hours))]
            paid = self._hours[challenge.expires_hour] = {}
        if paid.setdefault(challenge.identifier, element) != element:
            raise Refused("challenge-spent")
