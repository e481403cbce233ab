"""The house holds: who may import whom, how long a file and a function may be, which words are used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "civium"
LONGEST_FILE, LONGEST_FUNCTION = 400, 60

# Architecture, section 1: room -> what else of ours it may import. `errors` is open to all.
MAY_IMPORT = {
    "errors": set(),
    "law": set(),
    "formats": {"law"},
    "server": {"law", "formats"},
    "assist": {"law", "formats", "server"},
    "authority": {"law", "formats"},
    "monitor": {"law", "formats"},
    "rehearsal": {"law", "formats", "authority"},
}
# These put the rooms together and are imported by nobody.
FRONTS = {"front", "command"}
STATEMENT_MAY_BE_NAMED_BY = {"assist", "authority", "rehearsal"}
HANDS_OFF = {  # room -> modules of the standard library and beyond that it must not touch
    "law": {"socket", "urllib", "http", "os", "time", "pathlib", "subprocess", "django"},
    "formats": {"socket", "urllib", "http", "os", "time", "pathlib", "subprocess", "django", "random", "secrets"},
    "authority": {"socket", "urllib", "http", "django", "httpx", "requests"},
    "rehearsal": {"django"},
}
# The authority's window listens on the loopback and asks nobody: of what takes part in a network, what listens, and what takes an address apart.
WINDOW, WINDOW_MAY = "authority/window/", ("http.server", "urllib.parse", "http.HTTPStatus")
HOT = ("server/intake", "server/store")
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "handler", "base", "data", "info", "misc"}
# RFC 9180's `info` and the like are the field's own terms in these rooms.
BANNED_WORDS = {"delete": "destroy", "decrypt": "open", "validate": "check"}


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


MODULES = [pytest.param(path, tree, id=str(path.relative_to(SOURCE))) for path, tree in _modules()]


def _room(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(("path", "tree"), MODULES)
def test_a_room_imports_only_what_the_design_allows(path: Path, tree: ast.Module) -> None:
    room = _room(path)
    if room in FRONTS or room == "__init__":
        return
    for name in _imported(tree):
        parts = name.split(".")
        if parts[0] != "civium" or len(parts) == 1:
            continue
        assert parts[1] not in FRONTS, f"{name} is imported by nobody"
        assert parts[1] in MAY_IMPORT[room] | {room, "errors"}, f"{room} may not import {name}"
        if parts[1:3] == ["formats", "statement"] and room != "formats":
            assert room in STATEMENT_MAY_BE_NAMED_BY, "a statement in clear is not this room's to name"
        if room == "rehearsal" and parts[1] == "authority" and len(parts) > 2:
            assert parts[2] == "keys", "of the authority the rehearsal knows its keys alone"
        if room == "assist" and parts[1] == "server" and len(parts) > 2:
            assert parts[2] == "intake", "assist knows the server's receive door alone"


@pytest.mark.parametrize(("path", "tree"), MODULES)
def test_a_room_keeps_its_hands_off_files_network_and_clock(path: Path, tree: ast.Module) -> None:
    forbidden = HANDS_OFF.get(_room(path), set())
    is_window = path.relative_to(SOURCE).as_posix().startswith(WINDOW)
    for name in _imported(tree):
        if is_window and (name == "http" or name.startswith(WINDOW_MAY)):
            continue
        assert name.split(".")[0] not in forbidden, f"{_room(path)} may not use {name}"
    if _room(path) in ("law", "formats"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(datetime\.now|date\.today|utcnow|open)\(", text), "no clock, no files here: pass them in"


@pytest.mark.parametrize(("path", "tree"), MODULES)
def test_the_hot_path_knows_no_framework(path: Path, tree: ast.Module) -> None:
    if path.relative_to(SOURCE).as_posix().startswith(HOT):
        assert not any(name.split(".")[0] == "django" for name in _imported(tree))


def test_envelopes_are_opened_in_one_file_alone() -> None:
    openers = [path.relative_to(SOURCE).as_posix() for path, tree in _modules() if _calls(tree, "decrypt")]
    allowed = {
        "authority/opening.py",
        "authority/custody.py",
        "authority/keys.py",
        "authority/working_file.py",
        "authority/tokens.py",
        "server/console/sealing.py",  # no envelope: the secrets of authenticator apps, and sessions
    }
    assert set(openers) <= allowed, openers
    hpke = [name for name in openers if "hpke_suite" in (SOURCE / name).read_text(encoding="utf-8")]
    assert set(hpke) <= {"authority/opening.py", "authority/keys.py"}, hpke


def _calls(tree: ast.AST, method: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
        for node in ast.walk(tree)
    )


@pytest.mark.parametrize(("path", "tree"), MODULES)
def test_a_file_is_read_in_one_sitting_and_a_function_fits_a_screen(path: Path, tree: ast.Module) -> None:
    if "migrations" in path.parts:
        return
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_FILE, f"{lines} lines"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            assert size <= LONGEST_FUNCTION, f"{node.name}: {size} lines"


@pytest.mark.parametrize("path", sorted((SOURCE / "browser").glob("*.ts")), ids=lambda path: path.name)
def test_a_browser_file_is_read_in_one_sitting(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= LONGEST_FILE


@pytest.mark.parametrize(("path", "tree"), MODULES)
def test_a_file_says_first_what_it_keeps(path: Path, tree: ast.Module) -> None:
    if "migrations" in path.parts or not tree.body:
        return
    assert ast.get_docstring(tree), "the first line of a file says what it keeps"


@pytest.mark.parametrize(("path", "tree"), MODULES)
def test_no_exception_is_swallowed_whole(path: Path, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}: a bare except"
            names = [part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)]
            assert not {"Exception", "BaseException"} & set(names) or _raises_again(node), f"line {node.lineno}: too wide"


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None


@pytest.mark.parametrize(("path", "tree"), MODULES)
def test_names_come_from_the_glossary(path: Path, tree: ast.Module) -> None:
    if "migrations" in path.parts:
        return
    for part in path.relative_to(SOURCE).with_suffix("").parts:
        assert part not in BANNED_NAMES or (part == "data" and path.suffix != ".py"), f"{part}: give it a better name"
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            words = set(re.findall(r"[a-z]+", re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower()))
            for word, better in BANNED_WORDS.items():
                assert word not in words, f"{node.name}: say {better}"
            if "verify" in words:
                assert _room(path) == "authority", (
                    f"{node.name}: verifying is the authority's act; hashes and signatures are checked"
                )


def test_the_glossary_lists_what_this_test_forbids() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for word, better in BANNED_WORDS.items():
        assert f"| {better} |" in text
        assert word in text


def test_nothing_points_at_one_machine() -> None:
    pattern = re.compile("/ro" + "ot/|/wo" + "rk/|bash_" + "jobs|/farm" + "/")
    for folder in ("src", "tests", "docs", "bench", "tools"):
        for path in (ROOT / folder).rglob("*"):
            if (
                path.suffix in (".py", ".ts", ".mjs", ".md", ".json", ".html", ".css", ".txt", ".toml")
                and "node_modules" not in path.parts
            ):
                match = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
                assert match is None, f"{path.relative_to(ROOT)}: {match[0] if match else ''}"
