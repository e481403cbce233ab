"""What one document of a procedure says of another: jurisdictions, groups, fields, numbers, wording, dates, deployments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from civium.errors import Misconfigured
from civium.law import particulars
from civium.law.documents import PROVENANCE_NAME
from civium.law.numbers import check_digits_agree, is_birth_date_known, is_check_known, normalise
from civium.law.shapes import Fault, shown

Documents = Mapping[str, Any]
_PROCEDURE: Final = "procedure.json"
_PERSON: Final = ("full_first_names", "family_names", "date_of_birth", "residence_postal_code")
_NUMBER: Final = ("id_number", "id_type")
# Texts that every signing form shows.
_FORM_TEXTS: Final = ("declaration", "privacy_title")


def faults(documents: Documents, pictures: Collection[str]) -> Iterator[Fault]:
    """Give what does not agree; every document has its shape."""
    told = documents["procedure"]
    yield from _places(documents, told)
    yield from _groups(told)
    yield from _fields(told)
    yield from _arranged(told, pictures)
    yield from _periods(told)
    for code in told["territory"]["jurisdictions"]:
        if f"jurisdictions/{code}" in documents:
            yield from _jurisdiction(documents, told, code)
    yield from _wording(documents, told)
    yield from _deadlines(documents)
    yield from _deployments(documents)
    yield from _sources(documents)


def reference_language(told: Mapping[str, Any]) -> str:
    """Give the language that must have every official text."""
    languages: list[str] = told["languages"]
    return "en" if "en" in languages else languages[0]


def _places(documents: Documents, told: Mapping[str, Any]) -> Iterator[Fault]:
    listed = told["territory"]["jurisdictions"]
    for place, code in enumerate(listed):
        key = f"territory.jurisdictions[{place}]"
        if code in listed[:place]:
            yield Fault(_PROCEDURE, key, f"{shown(code)} stands twice", "remove one")
        if f"jurisdictions/{code}" not in documents:
            yield Fault(_PROCEDURE, key, f"{shown(code)} has no file", f"write jurisdictions/{code}.json, or remove the code")
    for name in documents:
        if name.startswith("jurisdictions/") and name.removeprefix("jurisdictions/") not in listed:
            yield Fault(f"{name}.json", "", "is not listed", "add its code to territory.jurisdictions in procedure.json")
    if told["goal"]["jurisdictions"] > len(listed):
        yield Fault(_PROCEDURE, "goal.jurisdictions", "is out of reach", f"write {len(listed)} or less")
    reference = reference_language(told)
    if reference not in told["title"]:
        yield Fault(_PROCEDURE, f"title.{reference}", "is missing", "give the procedure's name in this language")


def _groups(told: Mapping[str, Any]) -> Iterator[Fault]:
    territory = told["territory"]
    groups = {group["code"]: group for group in territory.get("groups", ())}
    members: list[str] = []
    for place, group in enumerate(territory.get("groups", ())):
        key = f"territory.groups[{place}]"
        if group["code"] in territory["jurisdictions"]:
            yield Fault(_PROCEDURE, f"{key}.code", "is a jurisdiction's", "write a code of its own")
        if group["needed"] > len(group["members"]):
            yield Fault(_PROCEDURE, f"{key}.needed", "is out of reach", f"write {len(group['members'])} or less")
        for inside, member in enumerate(group["members"]):
            if member not in groups and member not in territory["jurisdictions"]:
                instead = "write the code of a jurisdiction or of a group"
                yield Fault(_PROCEDURE, f"{key}.members[{inside}]", f"{shown(member)} is not known", instead)
            if member in members:
                yield Fault(_PROCEDURE, f"{key}.members[{inside}]", f"{shown(member)} stands in two groups", "remove one")
            members.append(member)
        if _is_inside_itself(group["code"], groups):
            yield Fault(_PROCEDURE, f"{key}.members", "lead back to the group itself", "a group may hold only what is below it")
    top = [code for code in groups if code not in members]
    if told["goal"].get("groups", 0) > len(top):
        yield Fault(_PROCEDURE, "goal.groups", "is out of reach", f"write {len(top)} or less")


def _is_inside_itself(code: str, groups: Mapping[str, Any]) -> bool:
    waiting, seen = list(groups[code]["members"]), set()
    while waiting:
        member = waiting.pop()
        if member == code:
            return True
        if member in groups and member not in seen:
            seen.add(member)
            waiting += groups[member]["members"]
    return False


def _fields(told: Mapping[str, Any]) -> Iterator[Fault]:
    kinds, choices = told["kinds"], told["choices"]
    for part, fields in told["parts"].items():
        for place, field in enumerate(fields):
            if field not in kinds:
                instead = f'add "{field}" to kinds, or write one of: ' + ", ".join(sorted(kinds))
                yield Fault(_PROCEDURE, f"parts.{part}[{place}]", f"{shown(field)} has no kind", instead)
        if not (set(_NUMBER) <= set(fields) or set(_PERSON) <= set(fields)):
            instead = "ask " + " and ".join(_NUMBER) + ", or " + ", ".join(_PERSON)
            yield Fault(_PROCEDURE, f"parts.{part}", "cannot tell one person from another", instead)
        if len(set(_NUMBER) & set(fields)) == 1:
            yield Fault(
                _PROCEDURE, f"parts.{part}", "has a number without its type", "ask both id_number and id_type, or neither"
            )
    used = {field for fields in told["parts"].values() for field in fields}
    for field, kind in kinds.items():
        if field not in used:
            yield Fault(_PROCEDURE, f"kinds.{field}", "is asked by no part", "remove it, or ask it in a part")
        if kind == "choice" and not choices.get(field):
            yield Fault(_PROCEDURE, f"choices.{field}", "is missing", "list the values that can be chosen")
    for field in choices:
        if kinds.get(field) != "choice":
            yield Fault(_PROCEDURE, f"choices.{field}", "belongs to no field of kind choice", 'give the field the kind "choice"')


def _arranged(told: Mapping[str, Any], pictures: Collection[str]) -> Iterator[Fault]:
    """Roles, phases, official papers, the emblem."""
    roles = [role["role"] for role in told["roles"]]
    for name, listed in (("role", roles), ("phase", [phase["phase"] for phase in told["phases"]])):
        for place, value in enumerate(listed):
            if value in listed[:place]:
                yield Fault(_PROCEDURE, f"{name}s[{place}].{name}", f"{shown(value)} stands twice", "remove one")
    for place, role in enumerate(told["roles"]):
        if role["most"] is not None and role["most"] < role["least"]:
            instead = f"write {role['least']} or more, or null for any number"
            yield Fault(_PROCEDURE, f"roles[{place}].most", "is below least", instead)
    if not any(role["role"] == "representative" and role["least"] >= 1 for role in told["roles"]):
        yield Fault(
            _PROCEDURE, "roles", "have no representative", 'add {"role": "representative", "least": 1, "most": 1, "names": {}}'
        )
    for phase in ("set-up", "waiting", "collecting", "ended", "destroyed"):
        if phase not in [told_phase["phase"] for told_phase in told["phases"]]:
            yield Fault(_PROCEDURE, "phases", f'lack "{phase}"', "add it: every initiative comes through it")
    for paper in told.get("documents", {}):
        if paper not in particulars.PAPERS:
            instead = "write one of: " + ", ".join(particulars.PAPERS)
            yield Fault(_PROCEDURE, f"documents.{paper}", "is no paper that there is", instead)
    emblem = told.get("emblem")
    if emblem is not None and emblem["file"] not in pictures:
        yield Fault(_PROCEDURE, "emblem.file", f"{shown(emblem['file'])} does not lie in the folder", "put an SVG file there")


def _periods(told: Mapping[str, Any]) -> Iterator[Fault]:
    periods = told["threshold_periods"]
    for place, period in enumerate(periods):
        key = f"threshold_periods[{place}]"
        if period["registered_to"] is not None and period["registered_to"] < period["registered_from"]:
            yield Fault(_PROCEDURE, f"{key}.registered_to", "lies before registered_from", "write a later day, or null")
        if place and not (periods[place - 1]["registered_to"] or "9999") < period["registered_from"]:
            instead = "write a day after the end of the period before"
            yield Fault(_PROCEDURE, f"{key}.registered_from", "lies within the period before", instead)
    number = told["registration_number"]
    if number is not None and not _is_pattern(number["pattern"]):
        yield Fault(_PROCEDURE, "registration_number.pattern", "is no regular expression", "escape brackets with a backslash")


def _jurisdiction(documents: Documents, told: Mapping[str, Any], code: str) -> Iterator[Fault]:
    file, place = f"jurisdictions/{code}.json", documents[f"jurisdictions/{code}"]
    if place["code"] != code:
        yield Fault(file, "code", f"is {shown(place['code'])}", f'write "{code}", as in the file\'s name')
    known = [number["id"] for number in place["numbers"]]
    for at, form in enumerate(place["forms"]):
        yield from _form(documents, told, file, f"forms[{at}]", form, known)
    periods = [period["key"] for period in told["threshold_periods"]]
    for key in periods:
        if key not in place["thresholds"]:
            yield Fault(file, f"thresholds.{key}", "is missing", "write how many must sign here; 0 where there is no number")
    for key in place["thresholds"]:
        if key not in periods:
            yield Fault(file, f"thresholds.{key}", "is no period", "write one of: " + ", ".join(periods))
    for at, number in enumerate(place["numbers"]):
        yield from _number(file, f"numbers[{at}]", number)
    if place["postal_code"] is not None:
        yield from _pattern(file, "postal_code", place["postal_code"])


def _form(
    documents: Documents, told: Mapping[str, Any], file: str, key: str, form: Mapping[str, Any], known: Collection[str]
) -> Iterator[Fault]:
    if form["part"] not in told["parts"]:
        yield Fault(file, f"{key}.part", f"{shown(form['part'])} is no part", "write one of: " + ", ".join(sorted(told["parts"])))
        return
    for at, number in enumerate(form["numbers"]):
        if number not in known:
            yield Fault(file, f"{key}.numbers[{at}]", f"{shown(number)} is not described", "describe it in numbers of this file")
    asks_number = "id_number" in told["parts"][form["part"]]
    if asks_number and not form["numbers"]:
        yield Fault(file, f"{key}.numbers", "is empty", f'name the numbers that part "{form["part"]}" accepts')
    if form["numbers"] and not asks_number:
        yield Fault(file, f"{key}.numbers", "is not empty", f'remove them: part "{form["part"]}" asks no number')
    texts = documents.get(f"wording/{reference_language(told)}", {})
    for at, notice in enumerate(form["notices"]):
        if notice["when"]["field"] not in told["kinds"]:
            yield Fault(file, f"{key}.notices[{at}].when.field", "is no field", "write a field of the form")
        if notice["wording"] not in texts:
            yield Fault(file, f"{key}.notices[{at}].wording", "is no official text", "add the text to wording")


def _number(file: str, key: str, number: Mapping[str, Any]) -> Iterator[Fault]:
    found = list(_pattern(file, key, number))
    yield from found
    check = number["check"]
    if check is not None and not is_check_known(check):
        yield Fault(file, f"{key}.check", f"{shown(check)} is not known", "write a check of docs/spec/rules.md, or null")
    elif check is not None and number["example"] is not None and not found:
        agrees = check_digits_agree(check, normalise(number["normalise"], number["example"]))
        if not agrees:
            yield Fault(file, f"{key}.example", "has wrong check digits", f'write an example that "{check}" accepts')
    if number["birth"] is not None and not is_birth_date_known(number["birth"]):
        yield Fault(file, f"{key}.birth", f"{shown(number['birth'])} is not known", "write one of docs/spec/rules.md, or null")
    other = number["not_national"]
    if other is not None and not _is_pattern(other["pattern"]):
        yield Fault(file, f"{key}.not_national.pattern", "is no regular expression", "escape brackets with a backslash")


def _pattern(file: str, key: str, told: Mapping[str, Any]) -> Iterator[Fault]:
    """Give what is wrong with a pattern, its steps, or its example against both."""
    if not _is_pattern(told["pattern"]):
        yield Fault(file, f"{key}.pattern", "is no regular expression", "escape brackets with a backslash")
        return
    for place, step in enumerate(told["normalise"]):
        try:
            normalise([step], "")
        except (Misconfigured, ValueError):
            instead = "write a step of docs/spec/rules.md, such as nfkc, upper, strip_spaces"
            yield Fault(file, f"{key}.normalise[{place}]", f"{shown(step)} is no step", instead)
            return
    if not (told["pattern"].startswith("^") and told["pattern"].endswith("$")):
        yield Fault(file, f"{key}.pattern", "does not hold for the whole text", "begin it with ^ and end it with $")
    elif told["example"] is not None and not re.search(told["pattern"], normalise(told["normalise"], told["example"]), re.ASCII):
        yield Fault(file, f"{key}.example", "does not match the pattern", "correct the example, or the pattern")


def _is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern, re.ASCII)
    except re.error:
        return False
    return True


def _wording(documents: Documents, told: Mapping[str, Any]) -> Iterator[Fault]:
    reference, provenance = reference_language(told), documents[PROVENANCE_NAME]
    for place, language in enumerate(told["languages"]):
        if f"wording/{language}" not in documents:
            instead = f"write wording/{language}.json, or remove the language"
            yield Fault(_PROCEDURE, f"languages[{place}]", f"{shown(language)} has no official texts", instead)
    for name, texts in documents.items():
        if not name.startswith("wording/") or name == PROVENANCE_NAME:
            continue
        if name.removeprefix("wording/") not in told["languages"]:
            yield Fault(f"{name}.json", "", "is of a language that is not listed", "add it to languages in procedure.json")
        for key in texts:
            if key not in provenance and key.partition(".")[0] not in provenance:
                instead = f'say in wording/provenance.json where "{key.partition(".")[0]}" was read'
                yield Fault(f"{name}.json", key, "has no provenance", instead)
            elif name != f"wording/{reference}" and key not in documents.get(f"wording/{reference}", {}):
                yield Fault(f"{name}.json", key, f"stands in no text of {reference}", f"add it to wording/{reference}.json")
    needed = [*_FORM_TEXTS, *(f"field_{field}" for field in told["kinds"])]
    needed += [f"choice.{field}.{value}" for field, values in told["choices"].items() for value in values]
    for prefix in told.get("documents", {}).values():
        needed.append(f"{prefix}.title")
    for key in needed:
        if key not in documents.get(f"wording/{reference}", {}):
            yield Fault(f"wording/{reference}.json", key, "is missing", "write the official text")


def _deadlines(documents: Documents) -> Iterator[Fault]:
    file = "deadlines.json"
    ids = [row["id"] for row in documents["deadlines"]]
    for place, row in enumerate(documents["deadlines"]):
        if row["id"] in ids[:place]:
            yield Fault(file, f"[{place}].id", f"{shown(row['id'])} stands twice", "remove one")
        if ("every_months" in row) != ("counted_from" in row):
            missing = "counted_from" if "every_months" in row else "every_months"
            yield Fault(file, f"[{place}].{missing}", "is missing", "a duty that returns has every_months and counted_from")
        for group, offsets in enumerate(row["on"]):
            for at, offset in enumerate(offsets):
                if set(offset) not in ({"after", "months"}, {"before", "working_days"}):
                    instead = 'write {"after": event, "months": n} or {"before": event, "working_days": n}'
                    yield Fault(file, f"[{place}].on[{group}][{at}]", "is no distance from an event", instead)
    if "destroy-statements" not in ids:
        yield Fault(file, "", 'lacks "destroy-statements"', "say by when statements are destroyed: nothing may be kept for ever")


def _deployments(documents: Documents) -> Iterator[Fault]:
    file, told = "deployments.json", documents["procedure"]
    texts = documents.get(f"wording/{reference_language(told)}", {})
    kinds = [row["kind"] for row in documents["deployments"]]
    for place, row in enumerate(documents["deployments"]):
        if row["kind"] in kinds[:place]:
            yield Fault(file, f"[{place}].kind", f"{shown(row['kind'])} stands twice", "remove one")
        statement = row["privacy_statement"]
        if row["collects"] and statement is None:
            yield Fault(file, f"[{place}].privacy_statement", "is null", "name the official text: who collects has one")
        if statement is not None and statement not in texts:
            yield Fault(file, f"[{place}].privacy_statement", f"{shown(statement)} is no official text", "add it to wording")
        if row["kind"] == "demonstration" and row["destroyed_after_days"] is None:
            instead = "write after how many days a demonstration is destroyed"
            yield Fault(file, f"[{place}].destroyed_after_days", "is null", instead)
    if "demonstration" not in kinds:
        yield Fault(file, "", 'lacks "demonstration"', "describe it: everybody tries first")


def _sources(documents: Documents) -> Iterator[Fault]:
    """Give every source that is named and not listed."""
    known = documents["sources"]
    for name, document in documents.items():
        if not name.startswith("wording/") and name != "sources":
            for key, source in _named_sources(document, ""):
                if not isinstance(source, str) or source not in known:
                    yield Fault(f"{name}.json", key, f"{shown(source)} is no source", "add it to sources.json")


def _named_sources(value: object, key: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, entry in value.items():
            here = f"{key}.{name}" if key else name
            if name == "source":
                yield here, entry
            elif name == "sources" and isinstance(entry, list):
                yield from ((f"{here}[{place}]", source) for place, source in enumerate(entry))
            else:
                yield from _named_sources(entry, here)
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _named_sources(entry, f"{key}[{place}]")
