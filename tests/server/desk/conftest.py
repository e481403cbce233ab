"""A live initiative, for requests about its entries."""

from __future__ import annotations

from tests.server.jobs.conftest import central, collection, config, live, premises

__all__ = ["central", "collection", "config", "live", "premises"]
