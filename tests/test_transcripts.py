"""Runs tests/transcripts/*.txt: what a person types and what the commands answer, word for word.

The rules are:
- A transcript runs in an empty folder of its own, with the installed commands on the path and no CIVIUM_ setting from outside.
- `$ ` begins a command (run by bash); what follows, to the next command, is its output (stdout and stderr as they come).
- `[exit 1]` on a line of its own ends the output of a command that fails.
- Lines that begin with `# ` are prose; they end an output too.
- `<word>` stands for something that is different each time: `<hash>` hexadecimal, `<words>` a fingerprint in words,
  `<date>` a day, `<n>` a number, `<any>` the rest of a line, `<lines>` (alone on a line) any number of lines.
- An empty line before a command or prose belongs to nobody.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
PLACEHOLDERS = {
    "<hash>": r"[0-9a-f]{6,128}",
    "<words>": r"[a-z]{5}(?:-[a-z]{5})*",
    "<date>": r"\d{4}-\d{2}-\d{2}",
    "<time>": r"\d{4}-\d{2}-\d{2}T[0-9:.]+(?:Z|[+-]\d{2}:\d{2})",
    "<n>": r"[0-9][0-9,.]*",
    "<identifier>": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "<base64>": r"[A-Za-z0-9+/]+=*",
    "<any>": r"[^\n]*",
}
LINES = "<lines>"


@dataclass(frozen=True)
class Step:
    """One command of a transcript, where it stands, and what it answers."""

    line: int
    command: str
    expected: tuple[str, ...]


def read_steps(text: str) -> list[Step]:
    """Give the commands of a transcript with their outputs."""
    steps: list[Step] = []
    taking = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("$ "):
            steps.append(Step(number, line[2:], ()))
            taking = True
        elif line.startswith("# ") or line == "#":
            taking = False
        elif taking:
            last = steps[-1]
            steps[-1] = Step(last.line, last.command, (*last.expected, line))
        else:
            assert not line, f"line {number} belongs to no command"
    return steps


def pattern_of(expected: tuple[str, ...]) -> re.Pattern[str]:
    """Give the pattern that the output of a step must match, whole."""
    lines = list(expected)
    while lines and not lines[-1]:
        lines.pop()
    parts = []
    for line in lines:
        if line.strip() == LINES:
            parts.append(r"(?:[^\n]*\n)*?")
            continue
        pieces = re.split("(" + "|".join(map(re.escape, PLACEHOLDERS)) + ")", line)
        parts.append("".join(PLACEHOLDERS.get(piece, re.escape(piece)) for piece in pieces) + r"\n")
    return re.compile("".join(parts))


def run(command: str, folder: Path) -> str:
    """Run one command in the transcript's folder and give what it wrote, with its exit code where it failed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_"))}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    environment["COLUMNS"] = "110"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    output = done.stdout.decode()
    if output and not output.endswith("\n"):
        output += "\n"
    return output if done.returncode == 0 else f"{output}[exit {done.returncode}]\n"


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_commands_answer_as_written(transcript: Path, tmp_path: Path) -> None:
    steps = read_steps(transcript.read_text("utf-8"))
    assert steps, "an empty transcript shows nothing"
    for step in steps:
        output = run(step.command, tmp_path)
        wanted = "\n".join(step.expected).rstrip("\n")
        where = f"{transcript.name}:{step.line}: $ {step.command}"
        assert pattern_of(step.expected).fullmatch(output), f"{where}\nexpected:\n{wanted}\ngot:\n{output}"


def test_a_wrong_word_in_an_output_is_noticed(tmp_path: Path) -> None:
    (step,) = read_steps("$ echo hello 1234\nhello <n>\n")
    assert pattern_of(step.expected).fullmatch(run(step.command, tmp_path))
    assert not pattern_of(("hello <n>",)).fullmatch("hallo 1234\n")
    assert not pattern_of(()).fullmatch("hello\n")
    assert pattern_of(("a", "<lines>", "b")).fullmatch("a\n1\n2\nb\n")
    assert run("exit 3", tmp_path) == "[exit 3]\n"
