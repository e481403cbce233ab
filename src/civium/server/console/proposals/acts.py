"""All acts that two persons decide, from every part of the console, by name.

A part adds its acts here: one import, one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from civium.server.console.post.acts import MESSAGE_SENT
from civium.server.console.setup.acts import ACTS as ACTS_OF_SET_UP
from civium.server.initiatives.acts import ACTS as ACTS_OF_THE_LIFECYCLE
from civium.server.initiatives.proposals import Act
from civium.server.jobs.acts import ACTS_ON_STATEMENTS

_OTHERS: tuple[Act, ...] = (*ACTS_OF_SET_UP, *ACTS_ON_STATEMENTS, MESSAGE_SENT)

ACTS: Final[Mapping[str, Act]] = MappingProxyType({**ACTS_OF_THE_LIFECYCLE, **{act.name: act for act in _OTHERS}})
