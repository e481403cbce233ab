"""The console's catalogues: what is gathered into console.pot, so that a language can be added by translating one file.

The rules are:
- sentences stand in templates, in `_()` and its kin, and in tables that are put through `_()` when they are shown;
- a table is named here, with what of it is shown; a test opens the screens and finds what is shown and not here;
- the console is offered in a language as soon as its catalogue lies beside this one: what it lacks stays English.
"""

from __future__ import annotations

import ast
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final

import django
from babel.messages.catalog import Catalog

from civium.law.procedure import load_procedure
from civium.server.commands.sentences import SENTENCES
from civium.server.console import words
from civium.server.console.permissions import Role
from civium.server.console.procedure_sentences import REFUSED
from civium.server.console.sentences import KEYS, ON_SCREEN, as_message, as_sentence, is_for_screens
from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.acts_told import TOLD
from civium.server.initiatives.refusals import REFUSALS
from civium.server.initiatives.states import MEANINGS
from civium.server.site import languages
from civium.server.site.catalogues import Wording, faults, gather_template, update

CONSOLE: Final = Path(__file__).parent
# Beside the console's own: what it shows of the dashboard's counting.
_MODULES: Final = (CONSOLE, CONSOLE.parent / "dashboard")
_CALLS: Final = frozenset({"_", "ngettext", "marked", "marked_ngettext", "words_of"})


def _navigation() -> Iterator[str]:
    from civium.server.console.urls import GROUPS, all_screens

    yield from (title for title, _areas in GROUPS)
    yield from (screen.place for screen in all_screens() if screen.place)


def _forms() -> Iterator[str]:
    from civium.server.console.lifecycle.forms import FORMS

    for form in FORMS.values():
        yield from (form.warning, form.button)
        for field in form.fields:
            yield from (field.label, field.hint)


def _refusals() -> Iterator[str]:
    for one in REFUSALS.values():
        yield from (as_message(one.sentence), as_message(one.way_out))
    yield "title, objectives, number, start"
    yield from (as_sentence(line) for line in REFUSED.values())


def _errors() -> Iterator[str]:
    for sentence, hint in SENTENCES.values():
        yield as_message(sentence)
        if is_for_screens(hint):
            yield as_message(hint)
    yield from (as_message(hint) for hint in ON_SCREEN.values())
    yield from KEYS.values()


def _decided_by_two() -> Iterator[str]:
    from civium.server.console.proposals.acts import ACTS

    yield from (act.title for act in ACTS.values())


def _of_set_up() -> Iterator[str]:
    from civium.server.console.rendering import PURPOSES_IN_WORDS
    from civium.server.console.setup.deciding import PLACES
    from civium.server.console.setup.details import ROLE_NAMES
    from civium.server.console.setup.looks import BLOCK_NAMES
    from civium.server.console.setup.register import FIELDS
    from civium.server.console.setup.steps import TITLES

    for table in (PURPOSES_IN_WORDS, PLACES, ROLE_NAMES, BLOCK_NAMES, FIELDS, TITLES):
        yield from table.values()


def _of_procedures() -> Iterator[str]:
    for name in ("eci", "petition", "region"):
        for rule in load_procedure(name).deadlines:
            yield rule.titles.get("en", "")


def _of_statements() -> Iterator[str]:
    from civium.server.console.desk.views import KINDS, OUTCOMES
    from civium.server.console.destroying.views import CAUSES, TAKEN_BACK
    from civium.server.console.exports.views import WAYS
    from civium.server.jobs.acts import CAUSES_IN_WORDS

    yield from (*KINDS.values(), *OUTCOMES.values(), *WAYS.values(), *CAUSES_IN_WORDS.values(), TAKEN_BACK)
    for _name, label, hint in CAUSES:
        yield from (label, hint)


# Name of a table -> the sentences of it that screens show.
TABLES: Final = MappingProxyType[str, Callable[[], Iterable[str]]](
    {
        "navigation": _navigation,
        "roles": lambda: (role.words for role in Role),
        "states": lambda: (text for meaning in MEANINGS.values() for text in (meaning.title, meaning.sentence)),
        "acts": lambda: (text for row in ROWS.values() for text in (row.title, row.sentence)),
        "acts, before and after": lambda: (text for told in TOLD.values() for text in (told.seen, told.undone, told.after)),
        "acts, forms": _forms,
        "acts that two decide": _decided_by_two,
        "refusals": _refusals,
        "errors": _errors,
        "set-up": _of_set_up,
        "statements": _of_statements,
        "duties": _of_procedures,
    }
)


def gather_console(catalogue: Catalog) -> None:
    """Gather the sentences of the console: of its templates, of its modules, of the tables."""
    for path in sorted((CONSOLE / "templates").rglob("*.html")):
        gather_template(catalogue, path)
    for folder in _MODULES:
        for path in sorted(folder.rglob("*.py")):
            for message in _said_in(ast.parse(path.read_text(encoding="utf-8"))):
                catalogue.add(message, locations=[(path.name, 1)])
    for name, table in TABLES.items():
        for sentence in table():
            if sentence:
                catalogue.add(sentence, locations=[(name.replace(" ", "-").replace(",", ""), 1)])


OF_THE_CONSOLE: Final = Wording(words.DOMAIN, words.LOCALE, gather_console)


def _said_in(module: ast.Module) -> Iterator[str | tuple[str, str]]:
    """Give the sentences that a module puts through `_()`, also by another name of the same words; plural forms as pairs."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not node.args or _name_of(node.func) not in _CALLS:
            continue
        if _name_of(node.func).endswith("ngettext"):
            pairs = [one.value for one in node.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if len(pairs) == 2:
                yield (pairs[0], pairs[1])
        else:
            yield from _constants(node.args[0])


def _name_of(function: ast.expr) -> str:
    """Give the name that is called: of `words_of(request)("…")` that of the inner call."""
    if isinstance(function, ast.Call):
        return _name_of(function.func)
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def _constants(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.IfExp):
        yield from (*_constants(argument.body), *_constants(argument.orelse))
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value:
        yield argument.value


def main(codes: list[str]) -> None:
    """Write console.pot, carry it into the languages that there are and into those that are named, and print what each lacks."""
    kept = {code for code in words.offered() if code != languages.SOURCE}
    chosen = tuple(code for code in languages.CODES if code in kept | set(codes) and code != languages.SOURCE)
    update(chosen, OF_THE_CONSOLE)
    for code in chosen:
        print(code, len(faults(code, OF_THE_CONSOLE)))


def _prepare() -> None:
    """Lead Django to an empty folder: tables stand beside models, and models want settings; no database is opened."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "civium.server.settings"
    os.environ |= {"CIVIUM_DATA": tempfile.gettempdir(), "CIVIUM_URL": "https://collect.example"}
    django.setup()


if __name__ == "__main__":
    _prepare()
    main(sys.argv[1:])
