"""Decide: groups of repeats and near-repeats side by side, single statements, whole grounds; each decision a line in the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from civium.authority.commands.cases import Case
from civium.authority.commands.deciding import add_decide, decide
from civium.authority.decisions import LONGEST_REASON, parse_list, read_decided
from civium.authority.grounds import BITS, GROUNDS, ONE_PERSONS_GROUPS
from civium.authority.keys import journal_key
from civium.authority.near_repeats_words import explain_group
from civium.authority.settling import ACCEPT, DECIDABLE, STRIKE
from civium.authority.verification import read_verdicts
from civium.authority.window.acts import options_of, run
from civium.authority.window.desk import Desk
from civium.authority.window.frame import (
    Page,
    actions,
    button,
    choices,
    empty,
    form,
    hidden,
    link,
    more,
    note,
    pages,
    section,
    select_field,
    table,
    text_field,
)
from civium.authority.window.markup import Child, Markup, joined, tag
from civium.authority.window.overview import Overview, ShownRow
from civium.authority.window.statements import card
from civium.authority.window.verdicts_page import number_of
from civium.authority.window.words import say
from civium.errors import Refused

CARDS_A_PAGE, LINES_A_PAGE = 24, 50
_WAYS = (ACCEPT, STRIKE)


def page(desk: Desk, _query: Mapping[str, str]) -> Page:
    """Give what waits: groups by kind, single statements by ground."""
    case = desk.case()
    overview = desk.overview(case)
    groups, singles = overview.open_groups(), overview.open_singles()
    kicker = say("decide-kicker", number=f"{overview.undecided:,}")
    if not overview.undecided:
        body = joined(empty(say("decide-none"), link(say("to-certificate"), "certificate", kind=" ")), _again(desk))
        return Page("decide", say("decide-title"), body, kicker=kicker)
    body = joined(
        section("groups", say("groups"), _kinds(groups)) if groups else None,
        section("singles", say("singles"), _singles(overview, singles)) if singles else None,
        _again(desk),
    )
    return Page("decide", say("decide-title"), body, kicker=kicker)


def _kinds(groups: Sequence[str]) -> Markup:
    first: dict[str, str] = {}
    counts: dict[str, int] = {}
    for name in groups:
        kind = name.partition("-")[0]
        first.setdefault(kind, name)
        counts[kind] = counts.get(kind, 0) + 1
    rows = [
        (
            say(f"kind-{kind}"),
            f"{counts[kind]:,}",
            tag("a", say("begin"), tag("span", f": {say(f'kind-{kind}')}", class_="vh"), href=f"group?name={name}"),
        )
        for kind, name in first.items()
    ]
    return table(say("groups"), (say("kind"), say("groups-waiting"), say("do")), rows, numbers=(1,))


def _singles(overview: Overview, singles: Sequence[int]) -> Markup:
    counts = {code: sum(1 for at in singles if overview.grounds[at] & bit) for code, bit in BITS.items() if bit & overview.alone}
    found = {code: number for code, number in counts.items() if number}
    rows = [
        (
            GROUNDS[code].sentence,
            f"{number:,}",
            tag("a", say("begin"), tag("span", f": {GROUNDS[code].sentence}", class_="vh"), href=f"one?ground={code}"),
        )
        for code, number in found.items()
    ]
    whole = form(
        "decide-ground",
        select_field("ground", say("ground"), {code: f"{GROUNDS[code].sentence} ({number:,})" for code, number in found.items()}),
        choices("decision", say("way"), {ACCEPT: say("way-all-accept"), STRIKE: say("way-all-strike")}, two=True),
        _reason(),
        actions(button(say("decide-all"))),
        card=True,
    )
    return joined(
        table(say("singles"), (say("ground"), say("statements"), say("do")), rows, numbers=(1,)),
        more(say("decide-ground"), tag("p", say("decide-ground-why"), class_="quiet"), whole),
    )


def _reason(value: str = "") -> Markup:
    return text_field("reason", say("reason"), hint=say("reason-hint"), value=value, maxlength=str(LONGEST_REASON))


def _again(desk: Desk) -> Markup | None:
    return (
        actions(link(say("again"), desk.last_decided, kind="plain"), link(say("nav-journal"), "journal", kind="plain"))
        if desk.last_decided
        else None
    )


def group_page(desk: Desk, query: Mapping[str, str]) -> Page:
    """Give one group side by side, with what differs. Raises Refused `group-unknown`."""
    case = desk.case()
    overview = desk.overview(case)
    name = query.get("name", "")
    if name not in overview.groups:
        raise Refused("group-unknown")
    members = overview.groups[name]
    last = max(1, -(-len(members) // CARDS_A_PAGE))
    at = min(max(number_of(query.get("page", "1")), 1), last)
    shown = desk.rows(case, members[(at - 1) * CARDS_A_PAGE : at * CARDS_A_PAGE])
    told = explain_group([row.statement.fields if row.statement else {} for row in shown])
    kind = name.partition("-")[0]
    of_kind = [label_ for label_ in overview.groups if label_.startswith(f"{kind}-")]
    waiting = [label_ for label_ in overview.open_groups() if label_.startswith(f"{kind}-")]
    cards = [
        card(row, place, first=shown[0], phrase=phrase) for place, (row, phrase) in enumerate(zip(shown, told, strict=True), 1)
    ]
    following = next((label_ for label_ in waiting if overview.groups.keys() and _number(label_) > _number(name)), "")
    body = joined(
        tag("progress", value=len(of_kind) - len(waiting), max=len(of_kind), aria_label=say("groups-done")),
        form(
            "decide-rows",
            hidden("back", f"group?name={name}"),
            hidden("kind", kind),
            tag("div", *cards, class_="compare"),
            tag("p", say("marked"), class_="small quiet"),
            _reason(),
            actions(
                button(say("decide-next")),
                link(say("leave"), f"group?name={following}" if following else "decide", kind="second"),
            ),
        )
        if any(row.row.verdict in DECIDABLE for row in shown)
        else tag("div", *cards, class_="compare"),
        pages("group", f"name={name}&", at, last),
        _whole(name, kind, len(overview.waiting(name))),
        _again(desk),
    )
    kicker = say("group-kicker", kind=say(f"kind-{kind}"), number=f"{_number(name):,}", waiting=f"{len(waiting):,}")
    return Page("decide", say("group-title" if kind in ONE_PERSONS_GROUPS else "place-title"), body, kicker=kicker)


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])


def _whole(name: str, kind: str, waiting: int) -> Markup | None:
    """Give the act on all that waits in a group; what may be one person's is never struck all at once."""
    if waiting < 2:
        return None
    ways: dict[str, Child] = {ACCEPT: say("way-all-accept")}
    if kind not in ONE_PERSONS_GROUPS:
        ways[STRIKE] = say("way-all-strike")
    asked = form(
        "decide-group",
        hidden("name", name),
        choices("decision", say("way"), ways, chosen="" if len(ways) > 1 else ACCEPT),
        _reason(),
        actions(button(say("decide-whole", number=f"{waiting:,}"), kind="second")),
    )
    return more(say("whole"), tag("p", say("whole-why"), class_="quiet"), asked)


def one_page(desk: Desk, query: Mapping[str, str]) -> Page:
    """Give one statement: by its place in the log, or the first that waits for a ground."""
    case = desk.case()
    overview = desk.overview(case)
    ground = query.get("ground", "") if query.get("ground", "") in BITS else ""
    waiting = (at for at in overview.open_singles() if not ground or overview.grounds[at] & BITS[ground])
    index = number_of(query["at"]) if "at" in query else next(waiting, -1)
    if not 0 <= index < len(overview.verdicts):
        return Page("decide", say("one-title"), empty(say("one-none"), link(say("nav-decide"), "decide", kind=" ")))
    (row,) = desk.rows(case, [index])
    groups = [tag("a", say("one-group", name=name), href=f"group?name={name}") for name in row.row.labels]
    may = row.row.verdict in DECIDABLE
    asked = joined(
        card(row, index + 1), _reason(), actions(button(say("decide-one")), link(say("nav-decide"), "decide", kind="second"))
    )
    body = joined(
        form("decide-rows", hidden("back", f"one?ground={ground}" if "at" not in query else f"one?at={index}"), asked)
        if may
        else card(row, index + 1, ask=False),
        tag("p", *[child for one in groups for child in (one, " ")]) if groups else None,
        section("before", say("one-before"), _lines(_of_row(case, row))),
        _again(desk),
    )
    return Page("decide", say("one-title"), body, kicker=say("one-kicker", identifier=row.row.identifier))


def _of_row(case: Case, row: ShownRow) -> list[tuple[dict[str, str], int]]:
    return [(line, row.index) for line in _decided(case) if line["identifier"] == row.row.identifier]


def _decided(case: Case) -> list[dict[str, str]]:
    verdicts = case.verdicts.head_hash()
    return read_decided(case.journal_path, verdicts, journal_key(case.key, verdicts))


def _lines(found: Sequence[tuple[dict[str, str], int]], *, linked: bool = False) -> Markup:
    if not found:
        return tag("p", say("journal-none"), class_="quiet")
    rows = (
        (
            line["on"],
            say(f"decided-{line['decision']}"),
            line["reason"],
            line["by"],
            *(
                [tag("a", say("otherwise"), tag("span", f" {line['identifier']}", class_="vh"), href=f"one?at={at}")]
                if linked
                else []
            ),
        )
        for line, at in found
    )
    return table(
        say("journal-title"), (say("day"), say("decision"), say("reason-head"), say("by"), *([say("do")] if linked else [])), rows
    )


def journal_page(desk: Desk, query: Mapping[str, str]) -> Page:
    """Give the decisions, the newest first; each can be decided otherwise, which adds a line."""
    case = desk.case()
    decided = _decided(case)[::-1]
    last = max(1, -(-len(decided) // LINES_A_PAGE))
    at = min(max(number_of(query.get("page", "1")), 1), last)
    shown = decided[(at - 1) * LINES_A_PAGE : at * LINES_A_PAGE]
    asked = {line["identifier"] for line in shown}
    places = (
        {row.identifier: index for index, row in enumerate(read_verdicts(case.verdicts)) if row.identifier in asked}
        if asked
        else {}
    )
    if not decided:
        body: Markup = empty(say("journal-empty"))
    else:
        body = joined(_lines([(line, places[line["identifier"]]) for line in shown], linked=True), pages("journal", "", at, last))
    acts = Counter(one.act for one in case.journal.entries)
    told = (tag("li", say(f"entry-{act}"), f" ({number:,})" if number > 1 else None) for act, number in acts.items())
    others = section("acts", say("journal-acts"), tag("ul", *told)) if acts else None
    named = (
        tag("p", say("journal-hash"), " ", tag("span", case.journal.last_hash, class_="code")) if case.journal.last_hash else None
    )
    return Page(
        "journal",
        say("journal-title"),
        joined(note(tag("p", say("journal-why"))), body, others, named),
        kicker=say("journal-kicker", number=f"{case.journal.lines:,}"),
    )


def decide_rows(desk: Desk, given: Mapping[str, str]) -> str:
    """Decide single statements, each as it was chosen: several of a group in one act."""
    desk.check_idle()
    case = desk.case()
    chosen = {number_of(name[1:]): way for name, way in given.items() if name[:1] == "d" and name[1:].isdigit() and way in _WAYS}
    named = {index: row.identifier for index, row in enumerate(read_verdicts(case.verdicts)) if index in chosen} if chosen else {}
    reason = given.get("reason", "").strip()
    decisions = parse_list(
        [{"identifier": named[index], "decision": way, "reason": reason} for index, way in chosen.items() if index in named]
    )
    after = decide(case, decisions, by=desk.name(), now=desk.now())
    back = given.get("back", "")
    desk.last_decided = back if back.startswith("group?name=") else f"one?at={next(iter(chosen))}"
    overview = desk.overview(after)
    desk.say("ok", say("decided", number=len(decisions), left=f"{overview.undecided:,}"))
    return _following(overview, back)


def _following(overview: Overview, back: str) -> str:
    """Give where it goes on: the same group while somebody waits in it, then the next one of its kind; the next of a ground."""
    if back.startswith("one?ground="):
        ground = back.removeprefix("one?ground=")
        left = (
            any(not ground or overview.grounds[at] & BITS[ground] for at in overview.open_singles())
            if not ground or ground in BITS
            else False
        )
        return back if left else "decide"
    name = back.removeprefix("group?name=")
    if not back.startswith("group?name=") or name not in overview.groups:
        return "decide"
    if overview.waiting(name):
        return back
    same = [one for one in overview.open_groups() if one.partition("-")[0] == name.partition("-")[0]]
    return f"group?name={next((one for one in same if _number(one) > _number(name)), same[0])}" if same else "decide"


def decide_group(desk: Desk, given: Mapping[str, str]) -> str:
    """Decide all that waits in a group, as `decide --group` does."""
    name = given.get("name", "")
    return _many(desk, given, group=name, back=f"group?name={name}")


def decide_ground(desk: Desk, given: Mapping[str, str]) -> str:
    """Decide all that waits for a ground alone, as `decide --ground` does."""
    return _many(desk, given, ground=given.get("ground", ""), back="journal")


def _many(desk: Desk, given: Mapping[str, str], *, back: str, group: str | None = None, ground: str | None = None) -> str:
    desk.check_idle()
    way = given.get("decision", "")
    if way not in _WAYS:
        raise Refused("decisions-malformed")
    words = (str(desk.chosen()), "--by", "-", "--group" if group is not None else "--ground", "-")
    changes: dict[str, object] = {
        "group": group,
        "ground": ground,
        "by": desk.name(),
        "decision": way,
        "reason": given.get("reason", "").strip(),
    }
    lines = run(options_of(add_decide, *words, key=desk.key(), **changes), desk.now())
    desk.last_decided = back
    desk.say("ok", *lines)
    return "decide"
