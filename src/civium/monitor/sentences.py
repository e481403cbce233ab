"""What a person reads when a monitor cannot do its work: for each code one sentence, and what to do about it."""

from __future__ import annotations

from civium.errors import CiviumError

SENTENCES: dict[str, tuple[str, str]] = {
    "address-malformed": (
        "this is not an address of a site",
        "it looks like https://collect.example, without anything behind it",
    ),
    "address-not-https": ("a site elsewhere is asked over https only", "https://… instead of http://…"),
    "evidence-not-kept": (
        "the evidence could not be written",
        "is the disk full? The state was left as it was: go the round again",
    ),
    "notices-missing": ("the site tells no key of a notices log", "is this a Civium site, and has a collection opened there?"),
    "no-state": ("nothing is kept in this folder yet", "begin with: civium-monitor watch ADDRESS"),
    "reply-too-large": ("a reply of the site is larger than it can be ({limit} bytes)", "is this a Civium site?"),
    "site-answer": ("the site answers with HTTP {status}", "try again later; nothing was proven in this round"),
    "site-odd": ("the site's answer cannot be read", "is this a Civium site?"),
    "site-unreachable": ("the site does not answer", "try again later; nothing was proven in this round"),
    "state-busy": ("another round works with this folder", "let it end, or name another folder: --state FOLDER"),
    "state-foreign": ("this folder is not a monitor's, or of another version", "name another one: --state FOLDER"),
    "state-of-another": ("this folder belongs to another site", "name another one: --state FOLDER"),
    "state-unwritable": ("the folder cannot be made or written", "is the disk full? Or name another one: --state FOLDER"),
    "witnesses-malformed": (
        "line {line} of the list of witnesses is not in its form",
        "a verifier key a line, and perhaps: quorum 2",
    ),
    "witnesses-unreadable": ("the list of witnesses cannot be read", "is it the right file?"),
    "words-mistyped": ("these are not words of a fingerprint", "eight words of five letters, joined by hyphens"),
}


class _Facts(dict[str, object]):
    """What is not known is a question mark, and no accident."""

    def __missing__(self, key: str) -> str:
        return "?"


def sentence_of(error: CiviumError) -> tuple[str, str]:
    """Give the sentence and the hint of an error."""
    sentence, hint = SENTENCES.get(error.code, (str(error), "docs/errors.md has this code"))
    return sentence.format_map(_Facts(error.facts)), hint
