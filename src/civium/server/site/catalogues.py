"""The catalogue of the pages' words: made from templates, modules and the browser's sentences, checked before a release.

The rules are:
- A language is offered when its catalogue is complete: nothing missing, nothing fuzzy, every %(place)s and {place} kept.
- `extract()` writes site.pot, `update()` carries it into the 24 catalogues, `faults()` says what keeps a language back.
- Official wording never passes through here: it is data of `law`.
"""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from civium.server.site import languages
from civium.server.site.words import DOMAIN, LOCALE, catalogue_path

SITE = Path(__file__).parent
BROWSER_WORDS = SITE.parents[1] / "browser" / "words.en.json"
TEMPLATE = LOCALE / f"{DOMAIN}.pot"
_KEYWORDS = {"_": None, "ngettext": (1, 2)}
# Headers that change by themselves or name nobody; a catalogue changes only when its words do.
_UNSTABLE = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Generated-By',
    '"Report-Msgid-Bugs',
    '"Last-Translator',
    '"Language-Team',
    "# FIRST AUTHOR",
    "# Copyright",
    "# This file",
)
_PLACES = re.compile(r"%\([a-z_]+\)s|\{[a-z_]+\}|\[/?[a-z]+\]")


def extract() -> Catalog:
    """Collect every sentence of the site into one catalogue without translations."""
    catalogue = Catalog(
        project="Civium", domain=DOMAIN, charset="utf-8", fuzzy=False, copyright_holder="Civium", msgid_bugs_address=""
    )
    for path in sorted((SITE / "templates").glob("*.html")):
        _gather(catalogue, path, "jinja2.ext:babel_extract", {"trimmed": "true", "silent": "false"})
    for path in (*sorted(SITE.glob("*.py")), *sorted((SITE.parent / "supporters").glob("*.py"))):
        _gather(catalogue, path, "python", {})
    for key, sentence in browser_words().items():
        catalogue.add(sentence, locations=[(BROWSER_WORDS.name, 1)], auto_comments=[f"In the form. Key: {key}"])
    return catalogue


def browser_words() -> dict[str, str]:
    """The English sentences that the form's script can show, by key."""
    if not BROWSER_WORDS.exists():
        return {}
    words: dict[str, str] = json.loads(BROWSER_WORDS.read_text(encoding="utf-8"))
    return words


def update() -> None:
    """Write site.pot and carry its sentences into the catalogues of all languages."""
    template = extract()
    LOCALE.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(_written(template))
    for code in languages.CODES:
        if code == languages.SOURCE:
            continue
        path = catalogue_path(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        locale = str(languages.locale_of(code))
        if path.exists():
            with path.open("rb") as stream:
                catalogue = read_po(stream, locale=locale, domain=DOMAIN)
        else:
            catalogue = Catalog(locale=locale, domain=DOMAIN, project="Civium", fuzzy=False)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.fuzzy = False
        path.write_bytes(_written(catalogue))


def faults(code: str) -> list[str]:
    """What keeps a language from being offered, one line each; empty when it is complete."""
    with catalogue_path(code).open("rb") as stream:
        catalogue = read_po(stream, locale=str(languages.locale_of(code)), domain=DOMAIN)
    found = []
    for wanted in extract():
        if not wanted.id:
            continue
        message = catalogue.get(wanted.id)
        name = wanted.id if isinstance(wanted.id, str) else wanted.id[0]
        if message is None or not _is_whole(message):
            found.append(f"missing: {name}")
        elif message.fuzzy:
            found.append(f"fuzzy: {name}")
        else:
            found.extend(_place_faults(message, name))
    return found


def _gather(catalogue: Catalog, path: Path, method: str, options: dict[str, str]) -> None:
    found = extract_from_file(
        method, path, keywords=_KEYWORDS, comment_tags=["Translators:"], options=options, strip_comment_tags=True
    )
    for line, message, comments, _context in found:
        catalogue.add(message, locations=[(path.name, line)], auto_comments=comments)


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def _place_faults(message: Message, name: str) -> list[str]:
    if isinstance(message.id, str):
        same = sorted(_PLACES.findall(message.id)) == sorted(_PLACES.findall(str(message.string)))
        return [] if same else [f"places differ: {name}"]
    # A form for one may leave the figure out ("one day"); it may not invent a place.
    allowed = set(_PLACES.findall(message.id[1]))
    forms = [set(_PLACES.findall(form)) for form in message.string or ()]
    return [f"places differ: {name}"] if any(form - allowed for form in forms) or forms[-1] != allowed else []


def _written(catalogue: Catalog) -> bytes:
    catalogue.creation_date = catalogue.revision_date = None  # type: ignore[assignment]
    stream = BytesIO()
    write_po(stream, catalogue, width=0, sort_output=False, include_lineno=False, omit_header=False)
    lines = [line for line in stream.getvalue().decode().splitlines() if not line.startswith(_UNSTABLE)]
    return ("\n".join(lines).rstrip() + "\n").encode()


def main() -> None:
    """Update every catalogue and print what is still missing."""
    update()
    for code in languages.CODES:
        if code != languages.SOURCE:
            print(code, len(faults(code)))


if __name__ == "__main__":
    main()
