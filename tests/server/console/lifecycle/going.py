"""A petition that collects, for the screens of its life; and what a page says."""

from __future__ import annotations

from lxml import html

from civium.law.procedure import load_procedure
from civium.server.initiatives import live
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import open_premises
from tests.server.console.conftest import Installation
from tests.server.initiatives import place


def go_live(installation: Installation, initiative: Initiative) -> Initiative:
    """Open a collection in which the first two jurisdictions have a key, with three statements in the first."""
    codes = tuple(load_procedure(initiative.procedure).jurisdictions)[:2]
    for code in codes:
        place.add_proven_key(initiative, code)
    with open_premises(installation.config, place.BUNDLE) as premises:
        decision = live.GoLive(place.TWO, accepts_closed_online=True)
        collection = live.open_collection(initiative, premises, decision, now=place.NOW)
        place.receive(premises, collection, codes[0], 3)
        premises.signer.sign(premises.store.heads(collection.identifier))
    return Initiative.objects.get(pk=initiative.pk)


def text_of(content: bytes) -> str:
    """Give what a page says, in one line."""
    tree = html.document_fromstring(content.decode())
    return " ".join(" ".join(tree.itertext()).split())
