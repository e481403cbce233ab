"""Initiatives that collect, for the screens about statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lxml import html

from civium.law.procedure import load_procedure
from civium.server.config import Config
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises, open_premises
from tests.server.initiatives import place


@contextmanager
def premises_of(config: Config) -> Iterator[Premises]:
    """Open what acts need, beside the screens."""
    with open_premises(config, place.BUNDLE) as premises:
        yield premises


def go_live(initiative: Initiative, premises: Premises) -> str:
    """Open a collection in which two jurisdictions have a key, and give the first."""
    codes = tuple(load_procedure(initiative.procedure).jurisdictions)
    chosen = ("ES", "MT") if "ES" in codes else codes[:2]
    place.go_live(initiative, premises, chosen)
    return chosen[0]


def text_of(content: bytes) -> str:
    """Give what a page says, in one line."""
    tree = html.document_fromstring(content.decode())
    return " ".join(" ".join(tree.itertext()).split())
