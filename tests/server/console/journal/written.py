"""Reads from the source which facts each act writes into the journal: the keys that are there on every way through the function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_ACT = re.compile(r"[a-z]+(-[a-z]+)+")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def facts_written(source: Path) -> Iterator[tuple[str, str, set[str]]]:
    """Give each act that a folder's code records, its file, and the facts that it always has; also where a function in between records it."""
    modules = [_Module(path.name, ast.parse(path.read_text("utf-8"))) for path in sorted(source.rglob("*.py"))]
    for module in modules:
        for function in module.functions.values():
            for call in _calls(function, "record"):
                keys = module.keys(call.args[3], function) if len(call.args) > 3 else set()
                for act in _acts_of(call.args[0], function):
                    yield act, module.name, keys
                place = _place_of(call.args[0], function)
                if place is not None:
                    for other in [module] if function.name.startswith("_") else modules:
                        yield from other.by_others(function, place, keys)


class _Module:
    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.functions = {node.name: node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)}

    def by_others(self, function: ast.FunctionDef, place: int, keys: set[str]) -> Iterator[tuple[str, str, set[str]]]:
        """Give the acts that are handed to a function which records them; what it takes by name are facts if it hands them on so."""
        hands_on = function.args.kwarg is not None
        for other in self.functions.values():
            for call in _calls(other, function.name):
                for act in _acts_of(call.args[place], other) if len(call.args) > place else ():
                    yield act, self.name, keys | (self._named(call, other) if hands_on else set())

    def _named(self, call: ast.Call, function: ast.FunctionDef) -> set[str]:
        """Give what a call hands over by name, also by `**`."""
        found = {one.arg for one in call.keywords if one.arg}
        for one in call.keywords:
            found |= set() if one.arg else self.keys(one.value, function)
        return found

    def keys(self, told: ast.expr, function: ast.FunctionDef) -> set[str]:
        """Give the keys that an expression is sure to have."""
        match told:
            case ast.Dict():
                found = {key.value for key in told.keys if isinstance(key, ast.Constant)}
                for key, value in zip(told.keys, told.values, strict=True):
                    found |= self.keys(value, function) if key is None else set()
                return found
            case ast.DictComp(key=ast.Name(), generators=[ast.comprehension(iter=ast.Name(id=name))]):
                return _constants_of(name, function)
            case ast.BinOp():
                return self.keys(told.left, function) | self.keys(told.right, function)
            case ast.IfExp():
                return self.keys(told.body, function) & self.keys(told.orelse, function)
            case ast.Name():
                return self._keys_of_name(told.id, function)
            case ast.Call(func=ast.Name(id="dict"), args=[first]):
                return self.keys(first, function)
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                called = self.functions[name]
                returned = [
                    self.keys(node.value, called) for node in ast.walk(called) if isinstance(node, ast.Return) and node.value
                ]
                return set.intersection(*returned) | self._named(told, function)
        return set()

    def _keys_of_name(self, name: str, function: ast.FunctionDef) -> set[str]:
        given = []
        for node in ast.walk(function):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            if any(isinstance(one, ast.Name) and one.id == name for one in targets) and node.value is not None:  # type: ignore[attr-defined]
                given.append(self.keys(node.value, function))  # type: ignore[attr-defined]
        return set.intersection(*given) if given else set()


def _calls(function: ast.FunctionDef, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == name and node.args:
                yield node


def _acts_of(told: ast.expr, function: ast.FunctionDef) -> set[str]:
    """Give the acts that an expression may name: as it stands, one of two, or what a variable was given."""
    found = _constants_of(told.id, function) if isinstance(told, ast.Name) else _constants(told)
    return {text for text in found if _ACT.fullmatch(text)}


def _constants_of(name: str, function: ast.FunctionDef) -> set[str]:
    """Give the texts in whatever a variable was given."""
    given = [node.value for node in ast.walk(function) if isinstance(node, ast.Assign) and _is_given(node, name)]
    return set().union(*map(_constants, given))


def _constants(told: ast.expr) -> set[str]:
    return {part.value for part in ast.walk(told) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def _is_given(node: ast.Assign, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in node.targets)


def _place_of(told: ast.expr, function: ast.FunctionDef) -> int | None:
    """Give at which place a function takes the act that it records."""
    names = [one.arg for one in function.args.args]
    return names.index(told.id) if isinstance(told, ast.Name) and told.id in names else None
