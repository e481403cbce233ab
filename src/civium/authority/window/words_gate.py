"""What the window says at its door: to whoever comes in, is not let in, or has ended it."""

from __future__ import annotations

GATE_WORDS: dict[str, str] = {
    "begin-title": "Civium for authorities",
    "begin": "The window opens. This address works once: it opens nothing any more.",
    "begin-link": "Go on",
    "refused-host-title": "Not here",
    "refused-host": "This address is not the one that the program told.",
    "refused-used-title": "This address was used",
    "refused-used": "It works once, in one browser. If that was not you, end the program with Ctrl-C and begin again; nothing is lost by that.",
    "refused-stranger-title": "Not let in",
    "refused-stranger": "This browser was not let in, or the window has been begun again since. Use the newest address that the program told.",
    "refused-foreign-title": "Not from this window",
    "refused-foreign": "This was sent by another page. Nothing was done.",
    "refused-form-title": "Not understood",
    "refused-form": "This is no form of this window. Nothing was done.",
    "refused-large-title": "Too long",
    "refused-large": "This form is longer than any of this window. Nothing was done.",
    "strange-title": "Not understood",
    "strange": "This is no request that this window answers.",
    "gone-title": "Not here",
    "gone": "There is no such page.",
    "over-title": "The window has ended",
    "over": "The key is locked, and nothing runs any more. What was done stands in the folder.",
    "over-again": "You can close this page. To go on, begin the window again.",
}
