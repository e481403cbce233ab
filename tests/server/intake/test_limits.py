"""Limits by network: who is counted as what, a classroom is not hit, a flood is, and forwarded headers are believed from proxies alone."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_network
from typing import Any

import pytest

from civium.errors import Refused
from civium.server.intake import limits
from civium.server.intake.limits import Limits, share_of

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48"), ip_network("127.0.0.1/32"))


class Monotonic:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def scope(client: str | None, forwarded: str | None = None) -> dict[str, Any]:
    """Give what a server says of a request."""
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    return {"client": None if client is None else (client, 40000), "headers": headers}


def _taken(counted: Limits, asked: dict[str, Any], times: int) -> int:
    taken = 0
    for _ in range(times):
        with suppress(Refused):
            counted.check(asked)
            taken += 1
    return taken


def test_what_is_too_much_is_told_so_without_a_word_of_whom() -> None:
    counted = Limits(1, monotonic=Monotonic())
    counted.check(scope("192.0.2.1"))
    with pytest.raises(Refused) as refused:
        counted.check(scope("192.0.2.1"))
    assert (refused.value.code, refused.value.facts) == ("too-many", {})


def test_a_minutes_worth_at_once_and_then_as_time_goes() -> None:
    clock = Monotonic()
    counted = Limits(60, monotonic=clock)
    assert _taken(counted, scope("192.0.2.1"), 100) == 60
    clock.now += 10
    assert _taken(counted, scope("192.0.2.1"), 100) == 10
    clock.now += 3600
    assert _taken(counted, scope("192.0.2.1"), 100) == 60, "not more than a minute's worth is saved up"


def test_a_network_is_counted_as_one_and_others_apart() -> None:
    counted = Limits(10, monotonic=Monotonic())
    assert _taken(counted, scope("192.0.2.1"), 6) + _taken(counted, scope("192.0.2.254"), 6) == 10
    assert _taken(counted, scope("192.0.3.1"), 6) == 6
    assert _taken(counted, scope("2001:db8:1:2::1"), 6) + _taken(counted, scope("2001:db8:1:2:ffff::"), 6) == 10
    assert _taken(counted, scope("2001:db8:1:3::1"), 6) == 6
    assert _taken(counted, scope("::ffff:192.0.2.7"), 6) == 0, "an IPv4 address in IPv6's clothes"


def test_a_classroom_and_a_carrier_sign_at_the_usual_limit() -> None:
    clock = Monotonic()
    counted = Limits(1800, monotonic=clock)
    # Two hundred press the button within the same second; a carrier's thousands sign ten a second, all day.
    assert _taken(counted, scope("192.0.2.1"), 3 * 200) == 600
    for _ in range(600):
        clock.now += 1
        assert _taken(counted, scope("203.0.113.9"), 30) == 30


@pytest.mark.parametrize(
    ("client", "forwarded", "same_as"),
    [
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.5, 192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.5, 192.0.2.1, 10.9.9.9", "192.0.2.1"),
        ("10.0.0.1", "not an address, 192.0.2.1", "192.0.2.1"),
        ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("2001:db8:ffff::1", "2001:db8:1::5", "2001:db8:1::5"),
        ("192.0.2.1", "203.0.113.5", "192.0.2.1"),  # not a proxy: what it says of others is not believed
        ("10.0.0.1", None, None),
        ("10.0.0.1", "10.0.0.2", None),
        ("10.0.0.1", "192.0.2.1, unknown", None),
        ("10.0.0.1", "203.0.113.5:80, 192.0.2.1:4711", "192.0.2.1"),
        ("10.0.0.1", "[2001:db8:1::5]:4711", "2001:db8:1::5"),
        ("10.0.0.1", "[2001:db8:1::5]", "2001:db8:1::5"),
        ("10.0.0.1", "192.0.2.1, 2001:db8:ffff::9", "192.0.2.1"),
        ("::ffff:10.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.1:", None),
        ("::1", None, None),
        ("127.0.0.5", "192.0.2.1", None),
        (None, "192.0.2.1", None),
        ("unix:", None, None),
    ],
)
def test_the_sender_is_who_the_last_proxy_saw(client: str | None, forwarded: str | None, same_as: str | None) -> None:
    counted = Limits(10, PROXIES)
    expected = None if same_as is None else Limits(10).network_of(scope(same_as))
    assert counted.network_of(scope(client, forwarded)) == expected


def test_a_line_that_a_proxy_adds_counts_and_not_the_one_that_the_sender_wrote() -> None:
    """Some proxies (HAProxy's `option forwardfor`) leave the sender's line as it is and add one after it."""
    asked: dict[str, Any] = {"client": ("10.0.0.1", 40000), "headers": [(b"x-forwarded-for", b"192.0.2.1")]}
    counted = Limits(10, PROXIES)
    taken = 0
    for number in range(100):
        asked["headers"] = [(b"x-forwarded-for", b"203.0.%d.5" % number), (b"accept", b"*/*"), (b"x-forwarded-for", b"192.0.2.1")]
        taken += _taken(counted, asked, 1)
    assert taken == 10, "whoever invents an address for each request is counted all the same"
    asked["headers"] = [(b"x-forwarded-for", b"192.0.2.1"), (b"x-forwarded-for", b"10.9.9.9, 10.9.9.8")]
    assert counted.network_of(asked) == Limits(10).network_of(scope("192.0.2.1"))


def test_without_a_network_or_a_limit_nobody_is_counted() -> None:
    assert _taken(Limits(5), scope("127.0.0.1"), 50) == 50
    assert _taken(Limits(5), scope(None), 50) == 50
    assert _taken(Limits(0), scope("192.0.2.1"), 50) == 50


def test_networks_are_forgotten_and_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Monotonic()
    counted = Limits(60, monotonic=clock)
    for number in range(500):
        counted.check(scope(f"198.51.{number % 256}.{number // 256}"))
    assert len(counted._buckets) == 256
    clock.now += 61
    counted.check(scope("192.0.2.1"))
    assert len(counted._buckets) == 1
    monkeypatch.setattr(limits, "_MOST_NETWORKS", 100)
    for number in range(300):
        counted.check(scope(f"203.{number % 256}.{number // 256}.1"))
    assert len(counted._buckets) <= 100


@pytest.mark.parametrize(("limit", "workers"), [(1800, 1), (1800, 7), (5, 256), (0, 4)])
def test_several_processes_together_give_the_limit_and_not_many_times_it(limit: int, workers: int) -> None:
    share = share_of(limit, workers)
    assert limit <= share * workers < limit + workers
    assert (share == 0) == (limit == 0), "no limit stays none"
