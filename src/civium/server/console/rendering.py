"""The console's templates: one environment, everything escaped, what is undefined is an error."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from markupsafe import Markup, escape

from civium.server.console.permissions import Role, in_words
from civium.server.site.languages import language, own_name
from civium.server.site.rendering import json_block, paragraphs, prose

if TYPE_CHECKING:
    from jinja2.runtime import Context

    from civium.server.site.languages import Language
    from civium.server.site.words import Words

TEMPLATES = (Path(__file__).parent / "templates", Path(__file__).parents[1] / "site" / "templates")
# What an installation or an initiative is for (initiatives/setup.py, PURPOSES).
PURPOSES_IN_WORDS = {
    "demonstration": "a demonstration, which counts for nothing",
    "procedure": "petitions and other procedures of its own law",
    "central": "the Commission's central system",
    "companion": "a companion to the Commission's central system",
    "individual": "an organisers' own collection system",
}
_BRUSSELS = ZoneInfo("Europe/Brussels")


@cache
def environment() -> Environment:
    """Give the environment; areas add no filters, so that all speak alike."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    made.filters.update(number=_number, date=_date, day=_day, moment=_moment, percent=_percent, country=_country)
    made.filters.update(
        role=_role, person=_person, purpose=_purpose, tongue=own_name, prose=prose, paragraphs=paragraphs, json_block=json_block
    )
    return made


def render(template: str, _: Words, context: dict[str, object]) -> bytes:
    """Fill the template with the words of a language."""
    filled = (
        environment().get_template(template).render(**context, _=_.marked, ngettext=_.marked_ngettext, language=language(_.code))
    )
    return (filled.strip() + "\n").encode()


def _language(context: Context) -> Language:
    found: Language = context["language"]
    return found


def _civil(value: date | datetime) -> date:
    """Give the day in Brussels: dates of the law are those (Reg. (EEC, Euratom) 1182/71, and the seat of the Commission)."""
    return value.astimezone(_BRUSSELS).date() if isinstance(value, datetime) else value


@pass_context
def _number(context: Context, value: int) -> str:
    return _language(context).number(value)


@pass_context
def _date(context: Context, value: date | datetime) -> str:
    return _language(context).date(_civil(value))


@pass_context
def _day(context: Context, value: date | datetime) -> str:
    return _language(context).day(_civil(value))


@pass_context
def _moment(context: Context, value: datetime) -> str:
    """Day and time in Brussels."""
    return f"{_language(context).date(_civil(value))}, {_language(context).time(value.astimezone(_BRUSSELS))}"


@pass_context
def _role(context: Context, role: str) -> Markup:
    """A role, in words."""
    return escape(context["_"](Role(role).words))


@pass_context
def _person(context: Context, name: str) -> Markup:
    """A person as the journal names them, with the role in words."""
    return Markup(in_words(str(escape(name)), context["_"]))  # noqa: S704  the name is escaped, and the words are


@pass_context
def _purpose(context: Context, kind: str) -> str:
    """What an installation or an initiative is for, in words."""
    return str(context["_"](PURPOSES_IN_WORDS[kind]))


@pass_context
def _percent(context: Context, share: float) -> str:
    return _language(context).percent(share)


@pass_context
def _country(context: Context, code: str) -> str:
    return _language(context).country(code)
