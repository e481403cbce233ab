"""Letters of an initiative, ready to send: the procedure's sentences and forms (law/letters.py), filled with what the initiative is.

The rules are:
- official headings are copied from the law's data; what we wrote ourselves stands in the same data, marked so; nothing is said here;
- numbers are those that are given (`Numbers`), paper beside online; a letter that was kept is never computed again;
- a letter goes nowhere by itself: a person signs and sends it, then notes the day and the way (the proof of sending).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from civium.errors import Refused
from civium.law.deployments import deployment
from civium.law.letters import BLANK, Ask, Letter
from civium.law.letters import letter as letter_of
from civium.law.letters import letters as letters_of
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.law.progress import progress
from civium.law.wording import wording
from civium.server.initiatives import journal
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons
from civium.server.office import tables
from civium.server.office.duties import duties_of, mark_done
from civium.server.office.lines import checked_line, checked_lines
from civium.server.office.models import LONGEST_LINE, KeptLetter
from civium.server.office.tables import Table
from civium.server.site.languages import language as tongue_of

_LONGEST_ANSWER = 2_000


@dataclass(frozen=True)
class Numbers:
    """Statements by jurisdiction: received online, counted on paper."""

    online: Mapping[str, int] = field(default_factory=dict)
    paper: Mapping[str, int] = field(default_factory=dict)

    @property
    def together(self) -> dict[str, int]:
        """Both, by jurisdiction."""
        return {code: self.online.get(code, 0) + self.paper.get(code, 0) for code in {*self.online, *self.paper}}


@dataclass(frozen=True)
class Item:
    """One item of an official form: its heading, the lines that fill it, or a table."""

    heading: str
    lines: tuple[str, ...] = ()
    table: Table | None = None
    room_mm: int = 0


@dataclass(frozen=True)
class Composed:
    """A letter as it stands on paper."""

    language: str
    official: bool
    source: str
    demonstration: bool
    recipient: tuple[str, ...]
    email: str
    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    table: Table | None
    items: tuple[Item, ...]
    sender: tuple[str, ...]
    day: str
    emblem: str
    emblem_alternative: str

    def told(self) -> dict[str, Any]:
        """Give the letter as plain JSON: what is kept and what the typesetter reads."""
        return {
            **{name: getattr(self, name) for name in ("language", "official", "source", "demonstration", "email", "subject")},
            **{name: getattr(self, name) for name in ("heading", "day", "emblem", "emblem_alternative")},
            "recipient": list(self.recipient),
            "paragraphs": list(self.paragraphs),
            "sender": list(self.sender),
            "table": self.table.told() if self.table else None,
            "items": [
                {
                    "heading": item.heading,
                    "lines": list(item.lines),
                    "table": item.table.told() if item.table else None,
                    "room_mm": item.room_mm,
                }
                for item in self.items
            ],
        }


def possible_letters(initiative: Initiative) -> tuple[Letter, ...]:
    """Give the letters that the initiative's procedure knows."""
    return letters_of(initiative.procedure)


def checked_answers(letter: Letter, language: str, given: Mapping[str, str]) -> dict[str, str]:
    """Give what a letter asks, as it is written into it.

    Raises Refused `letter-language`, `letter-answer-missing`, `letter-answer-unreadable` (these two with the number of the question),
    `typed-unreadable`, `typed-too-long`.
    """
    if language not in letter.languages:
        raise Refused("letter-language")
    return {ask.name: _answer(ask, place, language, given.get(ask.name, "")) for place, ask in enumerate(letter.asks, 1)}


def compose(
    initiative: Initiative, letter_id: str, language: str, numbers: Numbers, answers: Mapping[str, str], *, today: date
) -> Composed:
    """Fill a letter. `answers` are those that `checked_answers` gave. Raises Refused `letter-unknown`, `letter-language`."""
    letter = letter_of(initiative.procedure, letter_id)
    if language not in letter.languages:
        raise Refused("letter-language")
    procedure = load_procedure(initiative.procedure)
    blanks = {**_blanks(initiative, language, numbers, today), **answers}
    emblem = procedure.emblem
    alternative = emblem.alternative if emblem else {}
    return Composed(
        language=language,
        official=bool(letter.items),
        source=_source(letter, language, initiative.procedure),
        demonstration=deployment(procedure, initiative.deployment).banner,
        recipient=letter.recipient.lines,
        email=letter.recipient.email or "",
        subject=_filled(letter.subjects[language], blanks),
        heading=wording(language, letter.heading, initiative.procedure).text if letter.heading else "",
        paragraphs=tuple(line for text in letter.paragraphs.get(language, ()) if (line := _filled(text, blanks).strip())),
        table=_table(letter.table, initiative, language, numbers),
        items=tuple(_item(initiative, item.wording, item.fact, language, blanks, numbers) for item in letter.items),
        sender=_sender(initiative, language),
        day=tongue_of(language).date(today),
        emblem=emblem.file if emblem else "",
        emblem_alternative=alternative.get(language) or alternative.get(procedure.reference_language, ""),
    )


def as_text(told: Mapping[str, Any]) -> str:
    """Give a composed letter (`Composed.told()`, or one that was kept) as plain text, to paste into a mail."""
    blocks = []
    if told["demonstration"]:
        blocks.append("DEMONSTRATION. Invented initiative; this letter is not sent to anybody.")
    blocks += ["\n".join(told["recipient"]), told["day"], told["heading"] or told["subject"], *told["paragraphs"]]
    if told["table"]:
        blocks.append(tables.as_text(told["table"]))
    for place, item in enumerate(told["items"], 1):
        parts = [f"{place}. {item['heading']}", *item["lines"]]
        if item["table"]:
            parts.append(tables.as_text(item["table"]))
        blocks.append("\n".join(parts))
    blocks.append("\n".join(told["sender"]))
    return "\n\n".join(block for block in blocks if block) + "\n"


def keep_letter(initiative: Initiative, letter_id: str, composed: Composed, by: Persons, *, now: datetime) -> KeptLetter:
    """Keep a letter as it was written."""
    with transaction.atomic():
        kept = KeptLetter.objects.create(
            initiative=initiative,
            letter=letter_id,
            language=composed.language,
            told=composed.told(),
            by=", ".join(by.names),
            written_at=now,
        )
        journal.record("letter-written", initiative, by, {"letter": letter_id, "number": kept.pk}, now=now)
    return kept


def kept_letters(initiative: Initiative) -> tuple[KeptLetter, ...]:
    """Give the letters that were written, the newest first."""
    return tuple(KeptLetter.objects.filter(initiative=initiative))


def find_letter(initiative: Initiative, number: int) -> KeptLetter:
    """Give a letter that was written. Raises Refused `letter-unknown`."""
    found = KeptLetter.objects.filter(initiative=initiative, pk=number).first()
    if found is None:
        raise Refused("letter-unknown")
    return found


def note_sent(kept: KeptLetter, sent_on: date, how: str, by: Persons, *, now: datetime) -> None:
    """Note when and how a letter was sent; the duty that it answers is done with it.

    Raises Refused `letter-sent`, `letter-day-ahead`, `letter-day-before`, `letter-way-missing`, `typed-unreadable`, `typed-too-long`.
    """
    today = brussels_date(now)
    if kept.sent_on is not None:
        raise Refused("letter-sent")
    if sent_on > today:
        raise Refused("letter-day-ahead")
    if sent_on < brussels_date(kept.written_at):
        raise Refused("letter-day-before")
    if not how.strip():
        raise Refused("letter-way-missing")
    kept.sent_on, kept.sent_how = sent_on, checked_line(how, LONGEST_LINE)
    with transaction.atomic():
        kept.save(update_fields=["sent_on", "sent_how"])
        facts = {"letter": kept.letter, "number": kept.pk, "sent_on": sent_on.isoformat()}
        journal.record("letter-sent", kept.initiative, by, facts, now=now)
        _mark_duty(kept, sent_on, by, now)


def _mark_duty(kept: KeptLetter, sent_on: date, by: Persons, now: datetime) -> None:
    """Mark the first duty of this letter that waits; days that the initiative itself keeps are its own set-up's to say."""
    for duty in duties_of(kept.initiative, today=brussels_date(now)):
        if kept.letter in duty.letters and duty.done_on is None:
            mark_done(kept.initiative, duty.id, duty.counted_on, sent_on, f"letter {kept.pk}", by, now=now)
            return


def _answer(ask: Ask, place: int, language: str, given: str) -> str:
    if not given.strip():
        if ask.is_optional:
            return ""
        raise Refused("letter-answer-missing", place=place)
    if ask.kind == "choice":
        if given not in ask.choices:
            raise Refused("letter-answer-unreadable", place=place)
        return ask.choices[given].get(language) or next(iter(ask.choices[given].values()))
    if ask.kind == "day":
        try:
            return tongue_of(language).date(date.fromisoformat(given))
        except ValueError:
            raise Refused("letter-answer-unreadable", place=place) from None
    if ask.kind == "number":
        if not given.isascii() or not given.isdecimal():
            raise Refused("letter-answer-unreadable", place=place)
        return tongue_of(language).number(int(given[:18]))
    return checked_lines(given, _LONGEST_ANSWER) if ask.kind == "lines" else checked_line(given, LONGEST_LINE)


def _filled(text: str, blanks: Mapping[str, str]) -> str:
    return BLANK.sub(lambda match: blanks[match.group(1)], text)


def _blanks(initiative: Initiative, language: str, numbers: Numbers, today: date) -> dict[str, str]:
    tongue, procedure = tongue_of(language), load_procedure(initiative.procedure)
    found = progress(procedure, initiative.registered_on, numbers.together)
    people = {person["role"]: person["name"] for person in initiative.organisers}
    return {
        "title": tables.title_of(initiative, language),
        "registration": initiative.registration,
        "registered_on": tongue.date(initiative.registered_on),
        "register_url": initiative.register_url,
        "opens_on": tongue.date(initiative.opens_on),
        "closes_on": tongue.date(initiative.closes_on),
        "representative": people.get("representative", ""),
        "substitute": people.get("substitute", ""),
        "contact_email": initiative.contact_email,
        "website": initiative.website,
        "total": tongue.number(found.total),
        "total_online": tongue.number(sum(numbers.online.values())),
        "total_paper": tongue.number(sum(numbers.paper.values())),
        "reached": tongue.number(len(found.over)),
        "needed": tongue.number(found.needed),
        "goal": tongue.number(found.goal),
        "today": tongue.date(today),
    }


def _table(name: str | None, initiative: Initiative, language: str, numbers: Numbers) -> Table | None:
    if name == "counts":
        return tables.counts(initiative, language, numbers.online, numbers.paper)
    if name == "funding":
        return tables.funding(initiative, language, only_named=True)
    if name == "certified":
        return tables.certified(initiative, language)
    return tables.contacts(initiative, language) if name == "contacts" else None


def _item(initiative: Initiative, heading: str, fact: str, language: str, blanks: Mapping[str, str], numbers: Numbers) -> Item:
    """Fill one item of an official form."""
    text = wording(language, heading, initiative.procedure).text
    if fact == "signature":
        return Item(text, room_mm=22)
    if fact == "valid_total":
        return Item(text, (tongue_of(language).number(tables.valid_total(initiative)),))
    if fact == "enclosed_certificates":
        return Item(text, tables.enclosed_certificates(initiative, language))
    if fact == "enclosed_statements":
        return Item(text)
    if fact == "funding":
        return Item(text, table=tables.funding(initiative, language, only_named=False))
    table = _table(fact, initiative, language, numbers)
    if table is not None:
        postal = tuple(line for line in blanks.get("postal_addresses", "").splitlines() if line)
        return Item(text, postal if fact == "contacts" else (), table)
    return Item(text, (blanks[fact],) if blanks[fact] else ())


def _source(letter: Letter, language: str, procedure: str) -> str:
    """Say where official headings were read; "" for a letter of our own sentences."""
    if not letter.items:
        return ""
    text = wording(language, letter.items[0].wording, procedure)
    return f"{text.legal_basis} ({text.source})"


def _sender(initiative: Initiative, language: str) -> tuple[str, ...]:
    procedure = load_procedure(initiative.procedure)
    people = {person["role"]: person["name"] for person in initiative.organisers}
    title = procedure.role_name("representative", language) or "Representative of the group of organisers"
    entity = (initiative.legal_entity or {}).get("name", "")
    told = (people.get("representative", ""), title, entity, initiative.contact_email)
    return tuple(line for line in told if line)
