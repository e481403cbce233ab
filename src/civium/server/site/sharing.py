"""Telling others: plain links to where people talk, with the organisers' words. Nothing of those places is loaded, and nothing is told to them
before somebody follows a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from civium.server.site.shown import Text

# What these places take at most; a longer text gives way to the title.
_LONGEST = {"X": 280, "Bluesky": 300}


@dataclass(frozen=True)
class Way:
    """One way to tell others: a name and an address. An application's address opens no new page."""

    name: str
    href: str
    is_application: bool = False


@dataclass(frozen=True)
class Share:
    """What helps to tell others: the address, as people say it too, the words, and the ways."""

    url: str
    address: str
    title: str
    text: str
    mail: str
    ways: tuple[Way, ...]


def share(slug: str, text: Text, url: str) -> Share:
    """Give all ways. The address chooses the reader's language by itself and holds nothing else: not who shared it, nor that anybody signed."""
    address = f"{url}/i/{slug}"
    title, words = text.title, text.share_text or text.title
    said = f"{words}\n{address}"
    on_bluesky = f"{_short('Bluesky', title, words, address)} {address}"
    return Share(
        url=address,
        address=address.split("//", 1)[-1],
        title=title,
        text=words,
        mail=f"mailto:?{_query(subject=title, body=said)}",
        ways=(
            Way("WhatsApp", f"https://wa.me/?{_query(text=said)}"),
            Way("Telegram", f"https://t.me/share/url?{_query(url=address, text=words)}"),
            Way("Viber", f"viber://forward?{_query(text=said)}", is_application=True),
            Way("Facebook", f"https://www.facebook.com/sharer/sharer.php?{_query(u=address)}"),
            Way("Bluesky", f"https://bsky.app/intent/compose?{_query(text=on_bluesky)}"),
            Way("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?{_query(url=address)}"),
            Way("X", f"https://x.com/intent/post?{_query(text=_short('X', title, words, address), url=address)}"),
        ),
    )


def _short(place: str, title: str, words: str, address: str) -> str:
    return words if len(words) + 1 + len(address) <= _LONGEST[place] else title


def _query(**values: str) -> str:
    # A space as %20: letters and applications take a plus sign for what it is.
    return urlencode(values, quote_via=quote)
