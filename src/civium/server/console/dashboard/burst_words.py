"""What organisers may say of a burst, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from civium.server.site.words import Words


def reasons(_: Words) -> dict[str, str]:
    """Give every reason with its sentence; the first ones dismiss, the last two confirm."""
    return {
        "broadcast": _("Explained: a broadcast, an article or a post that people saw"),
        "mailing": _("Explained: a newsletter or a message of ours or of a partner"),
        "event": _("Explained: an event, a stand or a class that signed together"),
        "server-fault": _("Explained: the server or a network was away, and people came all at once"),
        "unexplained": _("Confirmed: we know of nothing that explains it"),
        "automated": _("Confirmed: it looks like a machine, and the authority should look"),
    }
