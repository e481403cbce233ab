"""Every code that is raised has its line in docs/errors.md, and what commands say of it names no fact that it lacks."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from civium.errors import Misconfigured, Refused
from civium.server.commands.sentences import SENTENCES, hint_for, sentence_for

ROOT = Path(__file__).resolve().parents[1]
KINDS = {"Refused", "Misconfigured", "Untrusted"}
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
DOCUMENTED = set(re.findall(r"^\| `([a-z0-9-]+)` \|", (ROOT / "docs" / "errors.md").read_text("utf-8"), re.MULTILINE))


def _raised() -> dict[str, set[str]]:
    """Give each code that stands where an error is made, with the files it is raised in."""
    raised: dict[str, set[str]] = {}
    for path in sorted((ROOT / "src" / "civium").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS and node.args:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
                        raised.setdefault(part.value, set()).add(path.relative_to(ROOT).as_posix())
    return raised


RAISED = _raised()


@pytest.mark.parametrize("code", sorted(RAISED))
def test_a_code_has_its_line(code: str) -> None:
    assert code in DOCUMENTED, f"docs/errors.md lacks {code}, raised in {', '.join(sorted(RAISED[code]))}"


def test_the_search_finds_codes() -> None:
    assert len(RAISED) > 100
    assert {"already-live", "note-signature", "queue-full", "wrong-passphrase"} <= set(RAISED)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_belongs_to_a_documented_code(code: str) -> None:
    assert code in DOCUMENTED
    for line in SENTENCES[code]:
        assert not line.endswith(".")
        assert all(name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(line))


def test_a_code_raised_by_the_acts_has_a_sentence() -> None:
    ours = (
        "src/civium/server/initiatives",
        "src/civium/server/commands",
        "src/civium/server/schemas",
        "src/civium/server/config",
    )
    missing = [code for code, files in RAISED.items() if any(file.startswith(ours) for file in files) and code not in SENTENCES]
    assert missing == []


def test_a_sentence_is_filled_with_the_errors_facts() -> None:
    error = Refused("text-too-long", what="title", longest=100, length=120)
    assert sentence_for(error) == "the title has 120 characters, 100 are allowed (Annex II)"
    assert hint_for(error) == "shorten the original text"


def test_a_fact_that_is_missing_is_a_question_mark_and_no_accident() -> None:
    assert sentence_for(Misconfigured("setting-unknown")) == "there is no setting ?"
    assert sentence_for(Refused("folder-malformed", file="en.json")) == "en.json is not as it must be"
    assert sentence_for(Refused("never-heard-of", count=3)) == "never-heard-of (count=3)"
    assert "docs/errors.md" in hint_for(Refused("never-heard-of"))
