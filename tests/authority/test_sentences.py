"""Every code that an officer can meet has a sentence and a hint; trouble with files too."""

from __future__ import annotations

import errno
import re
from collections import defaultdict
from pathlib import Path

import pytest

from civium.authority.sentences import SENTENCES, refusal_of, sentence_of
from civium.errors import Refused

SOURCE = Path(__file__).parents[2] / "src" / "civium"
# What these raise is turned into another code before an officer meets it, or belongs to the organisers' side of a format.
NOT_HERE = {
    "json-malformed",
    "json-too-large",
    "key-test-wrong",
    "words-mistyped",
    "unknown-jurisdiction",
    "language-unknown",
    "nothing-is-collected",
}


def _raised() -> set[str]:
    rooms = list((SOURCE / "authority").rglob("*.py"))
    rooms += [
        SOURCE / "formats" / f"{name}.py" for name in ("note", "export", "manifest", "checkpoint", "authority_key", "canonical")
    ]
    rooms += [SOURCE / "law" / f"{name}.py" for name in ("procedure", "shelf", "wording")]
    text = "".join(path.read_text("utf-8") for path in rooms)
    raised = re.findall(r'(?:Refused|Untrusted|Misconfigured)\(\s*"([a-z0-9-]+)"', text)
    return {*raised, *re.findall(r' Reader\(\w+, "([a-z-]+)"', text)}


def test_every_code_has_a_sentence() -> None:
    missing = _raised() - set(SENTENCES) - NOT_HERE - {"procedure-incomplete"}
    assert not missing


def test_no_sentence_is_left_over() -> None:
    text = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py") if not path.name.startswith("sentences"))
    assert not {
        code for code in SENTENCES if f'"{code}"' not in text and code not in ("disk-full", "not-permitted", "file-trouble")
    }


def test_sentences_begin_small_and_end_without_a_stop() -> None:
    for sentence, hint in SENTENCES.values():
        for words in (sentence, hint):
            assert words[:1].strip()
            assert not words.endswith(".")
            assert words[0] == words[0].lower()
            assert words.format_map(defaultdict(int))


def test_facts_stand_in_the_sentence_and_an_unknown_code_is_told() -> None:
    assert sentence_of(Refused("certificate-undecided", undecided=7))[0].startswith("7 statements")
    assert sentence_of(Refused("never-heard-of"))[0] == "not possible: never-heard-of"


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (OSError(errno.ENOSPC, "x"), "disk-full"),
        (OSError(errno.EFBIG, "x"), "disk-full"),
        (PermissionError(errno.EACCES, "x"), "not-permitted"),
        (FileNotFoundError(errno.ENOENT, "x"), "file-missing"),
        (IsADirectoryError(errno.EISDIR, "x"), "file-missing"),
        (OSError(errno.EIO, "x"), "file-trouble"),
    ],
)
def test_trouble_with_files_is_told_without_their_names(trouble: OSError, code: str) -> None:
    assert refusal_of(trouble).code == code
