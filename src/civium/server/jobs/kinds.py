"""Which function does which kind of job, by name: nothing of it is imported before it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from civium.server.jobs.models import Job
    from civium.server.jobs.work import Here

EXPORT, DESTROY, DESTROY_ALL = "export", "destroy-statements", "destroy-all"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        EXPORT: "civium.server.jobs.exporting:work",
        DESTROY: "civium.server.jobs.destroying:work",
        DESTROY_ALL: "civium.server.initiatives.destroying_job:work",
    }
)


def work_of(kind: str) -> Callable[[Job, Here], None]:
    """Give the function that does jobs of a kind."""
    module, _, name = KINDS[kind].partition(":")
    found: Callable[[Job, Here], None] = getattr(import_module(module), name)
    return found
