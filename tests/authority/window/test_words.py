"""Every word that a page asks for is there, and none is left over."""

from __future__ import annotations

import re
from pathlib import Path

from civium.authority.window import words

ROOM = Path(words.__file__).parent
TEXT = "".join(path.read_text("utf-8") for path in ROOM.glob("*.py"))
# desk.say is another act.
ASKED = set(re.findall(r'(?<!\.)\bsay\(\s*"([a-z0-9-]+)"', TEXT))
BEGUN = set(re.findall(r'(?<!\.)\bsay\(\s*f"([a-z-]+-)\{', TEXT))


def test_every_word_that_is_asked_for_is_there() -> None:
    assert len(ASKED) > 200
    assert not ASKED - set(words.WORDS)


def test_no_word_is_left_over() -> None:
    # A word may be chosen in brackets of its own: say("a" if … else "b").
    used = {key for key in words.WORDS if len(re.findall(rf'"{re.escape(key)}"', TEXT)) > 1}
    left = {key for key in set(words.WORDS) - ASKED - used if not key.startswith(tuple(BEGUN))}
    assert not left


def test_every_fact_of_a_word_has_a_plain_name() -> None:
    for key, sentence in words.WORDS.items():
        assert sentence.strip() == sentence, key
        assert all(re.fullmatch(r"[a-z0-9]+", fact) for fact in re.findall(r"\{([^}]*)\}", sentence)), key
