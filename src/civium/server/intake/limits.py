"""Limits by network: how many requests for challenges, tokens and statements one network may make. In memory only; a restart forgets.

The rules are:
- a network is an IPv4 /24 or an IPv6 /64; a bucket holds one minute's worth, so that a classroom may sign at once;
- an address is never kept, logged or answered; a network is forgotten when its bucket is full again;
- the address is the connection's, or, where the connection is a configured proxy's, the last in `X-Forwarded-For` that is no proxy's:
  all lines of that name are one list, for some proxies add to the sender's line and others add a line after it;
- of several processes each counts for itself, so each gives its share: a network whose connections all reach one of them has
  that share alone, one whose connections reach all has the whole, never more;
- a connection from this machine itself that is no configured proxy's has no network: it is not limited.
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Sequence

from civium.errors import Refused
from civium.server.intake.replies import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_MINUTE = 60.0
_MOST_NETWORKS = 100_000  # some 20 MB; more at once is a flood from everywhere, and limits by network are no answer to that
_MOST_FORWARDED = 16
# Some proxies tell the port as well: 192.0.2.1:4711, [2001:db8::1]:4711.
_WITH_PORT = re.compile(r"([0-9.]+):[0-9]+|\[([0-9A-Fa-f:.]+)\](?::[0-9]+)?")


def share_of(limit: int, workers: int) -> int:
    """Give what one of several processes may give of a limit, rounded up; 0 stays: no limit."""
    return -(-limit // workers)


class Limits:
    """Counts requests by network. Not for several threads."""

    def __init__(
        self, per_minute: int, proxies: Sequence[Network] = (), *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._proxies = tuple(proxies)
        self._monotonic = monotonic
        self._buckets: dict[int, tuple[float, float]] = {}  # network -> what was left, when
        self._swept_at = monotonic()

    def check(self, scope: Scope) -> None:
        """Count one request. Raises Refused `too-many`."""
        if not self._per_minute:
            return
        network = self.network_of(scope)
        if network is None:
            return
        now = self._monotonic()
        self._sweep(now)
        left, since = self._buckets.get(network, (float(self._per_minute), now))
        left = min(float(self._per_minute), left + (now - since) * self._per_minute / _MINUTE)
        if left < 1:
            self._buckets[network] = (left, now)
            raise Refused("too-many")
        self._buckets[network] = (left - 1, now)

    def network_of(self, scope: Scope) -> int | None:
        """Give a number for the sender's network, None where it has none or cannot be told."""
        client = scope.get("client")
        address = _parse(str(client[0])) if client else None
        if address is None:
            return None
        if self._is_proxy(address):
            address = self._forwarded(b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for"))
            if address is None:
                return None
        elif address.is_loopback:
            return None
        return int(address) >> 8 if address.version == 4 else (int(address) >> 64) | 1 << 64

    def _forwarded(self, header: bytes) -> _Address | None:
        """Give the last address that is no proxy's: what stands before it was written by whoever sent it."""
        for piece in reversed(header.split(b",")[-_MOST_FORWARDED:]):
            text = piece.decode("latin-1").strip()
            with_port = _WITH_PORT.fullmatch(text)
            address = _parse(with_port[1] or with_port[2] if with_port else text)
            if address is None or not self._is_proxy(address):
                return address
        return None

    def _is_proxy(self, address: _Address) -> bool:
        return any(address.version == network.version and address in network for network in self._proxies)

    def _sweep(self, now: float) -> None:
        """Forget the networks whose buckets are full again; if there are far too many all the same, forget all."""
        if now - self._swept_at < _MINUTE and len(self._buckets) < _MOST_NETWORKS:
            return
        rate = self._per_minute / _MINUTE
        self._buckets = {
            network: (left, since)
            for network, (left, since) in self._buckets.items()
            if left + (now - since) * rate < self._per_minute
        }
        if len(self._buckets) >= _MOST_NETWORKS:
            self._buckets.clear()
        self._swept_at = now


def _parse(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # ::ffff:192.0.2.1 is an IPv4 address that an IPv6 socket tells of.
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
