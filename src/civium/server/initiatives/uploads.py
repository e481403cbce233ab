"""Pictures and papers that organisers gave: kept once by their hash, named by what shows or proposes them, gone when nothing does.

The rules are:
- a file is named by the SHA-256 of its bytes, and never changes: whoever names it names exactly these bytes;
- an initiative's appearance names files, a proposal that waits, and a look that somebody tries: what none of them names is removed;
- to keep a file and to name it is one transaction, in the initiative's turn; so is to look what is named and to remove the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models.functions import Length

from civium.errors import Refused
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative, Proposal, Upload
from civium.server.site import assets

# The acts whose facts hold an appearance, and the screen on which one is tried.
ACTS = ("change-appearance", "change-certificate")
TRIED = "appearance"
Look = Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class File:
    """A picture or paper as it is kept."""

    kind: Upload.Kind
    content: bytes

    @property
    def name(self) -> str:
        """SHA-256 of its bytes, in hexadecimal: what an appearance holds in its place."""
        return sha256(self.content).hexdigest()

    @property
    def media_type(self) -> str:
        """What pages serve it as."""
        if self.kind == Upload.Kind.CERTIFICATE:
            return assets.TYPES["pdf"]
        return assets.picture("", self.content).media_type


def keep(initiative: Initiative, files: Iterable[File], *, now: datetime) -> None:
    """Keep files, inside the transaction of what names them. What is there already is not kept twice."""
    journal.take_turn(initiative)
    for file in files:
        Upload.objects.get_or_create(
            initiative=initiative,
            sha256=file.name,
            defaults={"kind": file.kind, "media_type": file.media_type, "content": file.content, "added_at": now},
        )


def check_kept(initiative: Initiative, look: Look) -> None:
    """Raise Refused `upload-missing` unless the very bytes are here that an appearance names."""
    named = frozenset(names_in(look))
    if {name for name, content in contents(initiative, named).items() if sha256(content).hexdigest() == name} != named:
        raise Refused("upload-missing")


def contents(initiative: Initiative, names: Iterable[str]) -> dict[str, bytes]:
    """Give the bytes of files by their names; one that is missing is left out."""
    wanted = list(names)
    if not wanted:
        return {}
    found = Upload.objects.filter(initiative=initiative, sha256__in=wanted).values_list("sha256", "content")
    return {name: bytes(content) for name, content in found}


def sizes(initiative: Initiative, names: Iterable[str]) -> dict[str, int]:
    """Give the number of bytes of files by their names, as the database counts them; one that is missing is left out."""
    found = Upload.objects.filter(initiative=initiative, sha256__in=list(names)).annotate(size=Length("content"))
    return dict(found.values_list("sha256", "size"))


def described(initiative: Initiative, look: Look) -> list[Upload]:
    """Give the files that an appearance names and that are here, in its order, without their bytes."""
    names = list(names_in(look))
    found = {one.sha256: one for one in Upload.objects.filter(initiative=initiative, sha256__in=names).defer("content")}
    return [found[name] for name in dict.fromkeys(names) if name in found]


def names_in(look: Look) -> Iterator[str]:
    """Give the names of files in an appearance, or in what of it would change."""
    if look.get("logo"):
        yield look["logo"]
    yield from look.get("cover") or ()
    if look.get("certificate"):
        yield look["certificate"]["sha256"]


def remove_unnamed(initiative: Initiative) -> int:
    """Remove the files of an initiative that nothing names any more, and give their number. Safe at any time."""
    with transaction.atomic():
        if not Upload.objects.filter(initiative=initiative).exists():
            return 0
        journal.take_turn(initiative)
        gone, _ = Upload.objects.filter(initiative=initiative).exclude(sha256__in=_named(initiative)).delete()
    return gone


def remove_all_unnamed() -> int:
    """Remove what nothing names any more in any initiative: looks that were tried, and forgotten for thirty days."""
    return sum(remove_unnamed(initiative) for initiative in Initiative.objects.filter(uploads__isnull=False).distinct())


def _named(initiative: Initiative) -> frozenset[str]:
    from civium.server.register.models import Draft  # the room of set-up's files stands above this one

    looks = list(Initiative.objects.filter(pk=initiative.pk).values_list("appearance", flat=True))
    waiting = initiative.proposals.filter(act__in=ACTS, state__in=(Proposal.State.OPEN, Proposal.State.BEGUN))
    looks += [facts["stored"] for facts in waiting.values_list("facts", flat=True)]
    looks += Draft.objects.filter(initiative=initiative, screen=TRIED).values_list("told", flat=True)
    return frozenset(name for look in looks for name in names_in(look))
