"""The catalogue of the pages' words: made from templates, modules and the browser's sentences, checked before a release.

The rules are:
- A language is offered when its catalogue is complete: nothing missing, nothing fuzzy, every %(place)s and {place} kept.
- `extract()` collects, `update()` writes the template and carries it into the catalogues, `faults()` says what keeps a language back.
- A `Wording` is whose words: the public pages' here, the console's in console/catalogues.py.
- Official wording never passes through here: it is data of `law`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from civium.server.site import languages
from civium.server.site.words import DOMAIN, LOCALE

SITE = Path(__file__).parent
BROWSER_WORDS = SITE.parents[1] / "browser" / "words.en.json"
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
_PLACES = re.compile(r"%\([a-z_]+\)s|\{[A-Za-z_]+\}|\[/?[a-z]+\]")


@dataclass(frozen=True)
class Wording:
    """Whose words: the catalogues' name, the folder they lie in, and what gathers the sentences of the code into one."""

    domain: str
    locale: Path
    gather: Callable[[Catalog], None]

    @property
    def template(self) -> Path:
        """Where the catalogue without translations lies."""
        return self.locale / f"{self.domain}.pot"

    def path(self, code: str) -> Path:
        """Where the catalogue of a language lies."""
        return self.locale / code / "LC_MESSAGES" / f"{self.domain}.po"


def gather_site(catalogue: Catalog) -> None:
    """Gather the sentences of the public pages."""
    for path in sorted((SITE / "templates").glob("*.html")):
        gather_template(catalogue, path)
    for path in (*sorted(SITE.glob("*.py")), *sorted((SITE.parent / "supporters").glob("*.py"))):
        _gather(catalogue, path, "python", {})
    for key, sentence in browser_words().items():
        catalogue.add(sentence, locations=[(BROWSER_WORDS.name, 1)], auto_comments=[f"In the form. Key: {key}"])


OF_THE_SITE = Wording(DOMAIN, LOCALE, gather_site)


def extract(wording: Wording = OF_THE_SITE) -> Catalog:
    """Collect every sentence of the code into one catalogue without translations."""
    catalogue = Catalog(
        project="Civium", domain=wording.domain, charset="utf-8", fuzzy=False, copyright_holder="Civium", msgid_bugs_address=""
    )
    wording.gather(catalogue)
    return catalogue


def browser_words() -> dict[str, str]:
    """The English sentences that the form's script can show, by key."""
    if not BROWSER_WORDS.exists():
        return {}
    words: dict[str, str] = json.loads(BROWSER_WORDS.read_text(encoding="utf-8"))
    return words


def update(codes: tuple[str, ...], wording: Wording = OF_THE_SITE) -> None:
    """Write the template and carry its sentences into the catalogues of languages; those that have none get one."""
    template = extract(wording)
    wording.locale.mkdir(exist_ok=True)
    wording.template.write_bytes(written(template))
    for code in codes:
        path = wording.path(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        locale = str(languages.locale_of(code))
        if path.exists():
            with path.open("rb") as stream:
                catalogue = read_po(stream, locale=locale, domain=wording.domain)
        else:
            catalogue = Catalog(locale=locale, domain=wording.domain, project="Civium", fuzzy=False)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.fuzzy = False
        path.write_bytes(written(catalogue))


def faults(code: str, wording: Wording = OF_THE_SITE) -> list[str]:
    """What keeps a language from being offered, one line each; empty when it is complete."""
    with wording.path(code).open("rb") as stream:
        catalogue = read_po(stream, locale=str(languages.locale_of(code)), domain=wording.domain)
    found = []
    for wanted in extract(wording):
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


def gather_template(catalogue: Catalog, path: Path) -> None:
    """Gather the sentences of one page's template."""
    _gather(catalogue, path, "jinja2.ext:babel_extract", {"trimmed": "true", "silent": "false"})


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


def written(catalogue: Catalog) -> bytes:
    """Give a catalogue as a file that changes only when its words do: no dates, no numbers of lines."""
    catalogue.creation_date = catalogue.revision_date = None  # type: ignore[assignment]
    stream = BytesIO()
    write_po(stream, catalogue, width=0, sort_output=False, include_lineno=False, omit_header=False)
    lines = [line for line in stream.getvalue().decode().splitlines() if not line.startswith(_UNSTABLE)]
    return ("\n".join(lines).rstrip() + "\n").encode()


def main() -> None:
    """Update every catalogue and print what is still missing."""
    codes = tuple(code for code in languages.CODES if code != languages.SOURCE)
    update(codes)
    for code in codes:
        print(code, len(faults(code)))


if __name__ == "__main__":
    main()
