"""Open: the file, the key, the rules, then completeness, opening and checking, watched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from civium.authority import policy as policies
from civium.authority.commands.asking import OPENED, small_file
from civium.authority.commands.opening import policy_lines
from civium.authority.grounds import CERTAIN_CODES, GROUNDS, INDICATION_CODES
from civium.authority.plausibility_places import THRESHOLDS
from civium.authority.policy import Policy
from civium.authority.progress import duration
from civium.authority.reading.origin import SENDERS_WORD, is_read, origin_rows
from civium.authority.window.acts import is_of
from civium.authority.window.desk import Desk, Head, head_of, sentences_of
from civium.authority.window.frame import (
    Page,
    actions,
    alert,
    button,
    choices,
    empty,
    form,
    icon,
    label,
    link,
    more,
    note,
    pairs,
    select_field,
    table,
    text_field,
)
from civium.authority.window.markup import Child, Markup, joined, tag
from civium.authority.window.opening_acts import policy_of
from civium.authority.window.words import say
from civium.authority.window.work import DONE, STOPPED, Watch, Work
from civium.authority.working_file import read_facts
from civium.errors import Refused
from civium.formats.authority_key import fingerprint_words

_OTHER = ""
# What an opened file says above, by its own facts.
_SHOWN_ABOVE = ("the export is the whole log", "SHA-256")


def page(desk: Desk, _query: Mapping[str, str]) -> Page:
    """Give the page: what is to be chosen, or how far it is."""
    if desk.file is None:
        return Page("open", say("open-choose"), _files(desk), kicker=say("open-folder", name=desk.folder.path.name or "/"))
    head = head_of(desk.file)
    steps = (_file_step(desk, head), _key_step(desk, head), _rules_step(desk, head), _work_step(desk))
    body = joined(_running(desk) if desk.is_busy else _ended(desk), tag("ol", *steps, class_="steps plain"), _after(desk))
    title = say("open-title-running" if desk.is_busy else "open-title", number=f"{head.size:,}")
    return Page("open", title, body, kicker=desk.folder.name_of(desk.file), renews=4 if desk.is_busy else 0)


def _files(desk: Desk) -> Markup:
    found = desk.folder.exports()
    typed = text_field("typed", say("open-typed"), hint=say("open-typed-hint"), is_needed=not found)
    if not found:
        return joined(empty(say("open-none")), form("choose", typed, actions(button(say("open-take"))), card=True))
    listed = {name: _file_words(desk.folder.file(name), name) for name in found}
    chosen = found[0] if len(found) == 1 else ""
    return form(
        "choose",
        choices("name", say("open-which"), {**listed, _OTHER: say("open-other")}, chosen=chosen),
        text_field("typed", say("open-typed"), hint=say("open-typed-hint"), is_needed=False),
        actions(button(say("open-take"))),
        card=True,
    )


def _file_words(path: Path, name: str) -> Markup:
    try:
        head = head_of(path)
    except Refused as refused:
        return joined(tag("strong", name), tag("br"), sentences_of(refused)[0])
    told = say(
        "open-file", registration=head.registration, jurisdiction=head.jurisdiction, channel=head.channel, number=f"{head.size:,}"
    )
    return joined(tag("strong", name), tag("br"), told)


def _step(state: str, number: int, heading: str, tagged: Child, *children: Child) -> Markup:
    dot = tag("span", icon("ok") if state == "done" else number, class_="dot", aria_hidden="true")
    head = tag("div", tag("h2", heading), tagged, class_="head")
    return tag("li", dot, tag("div", head, *children, class_="stack tight"), class_=state)


def _file_step(desk: Desk, head: Head) -> Markup:
    told = say(
        "open-file", registration=head.registration, jurisdiction=head.jurisdiction, channel=head.channel, number=f"{head.size:,}"
    )
    lines: list[Child] = [tag("p", told, class_="quiet")]
    if head.deployment == "demonstration":
        lines.append(note(tag("p", say("demonstration")), kind="warn"))
    if desk.has_opened:
        lines += _known(desk)
    if not desk.is_busy:
        lines.append(form("choose", actions(button(say("open-another"), kind="second compact", name="name", value="/none"))))
    return _step("done", 1, say("step-file"), label(say("tag-chosen"), "ok"), *lines)


def _known(desk: Desk) -> list[Child]:
    """Say what vouches for an opened file."""
    told = read_facts(desk.made(OPENED))
    if is_read(told):
        return [pairs(origin_rows(told)), tag("p", SENDERS_WORD)]
    export = told["export"]
    number = f"{int(export['size']):,}"
    return [
        tag("p", say("complete", number=number)),
        pairs([(say("hash"), tag("span", export["sha256"], class_="code"))]),
        tag("p", say("hash-more"), class_="quiet"),
    ]


def _key_step(desk: Desk, head: Head) -> Markup:
    if desk.keys:
        words = [
            tag(
                "p", say("key-fingerprint"), " ", tag("span", fingerprint_words(key.public.key_id), class_="code"), class_="quiet"
            )
            for key in desk.keys
        ]
        another = (
            None
            if desk.has_opened or desk.is_busy
            else more(say("key-another"), _key_form(desk, head.jurisdiction, has_name=False))
        )
        return _step(
            "done",
            2,
            say("step-key"),
            label(say("tag-unlocked"), "ok"),
            *words,
            tag("p", say("key-by", name=desk.by), class_="quiet"),
            another,
        )
    return _step(
        "now",
        2,
        say("step-key"),
        label(say("tag-locked"), "brand"),
        tag("p", say("key-why", jurisdiction=head.jurisdiction)),
        _key_form(desk, head.jurisdiction),
    )


def _key_form(desk: Desk, jurisdiction: str, *, has_name: bool = True) -> Markup:
    found = desk.folder.keys()
    typed = text_field("typed", say("key-typed"), hint=say("open-typed-hint"), is_needed=not found)
    listed = {**{name: name for name in found}, _OTHER: say("key-other")}
    chosen = next(
        (name for name in found if is_of(small_file(desk.folder.file(name)), jurisdiction)), found[0] if found else _OTHER
    )
    return form(
        "unlock",
        select_field("key", say("key-file"), listed, chosen=chosen) if found else typed,
        more(say("key-elsewhere"), typed) if found else None,
        text_field("passphrase", say("key-passphrase"), kind="password", hint=say("key-passphrase-hint")),
        text_field("by", say("key-name"), hint=say("key-name-hint"), value=desk.by, maxlength="200") if has_name else None,
        actions(button(say("key-unlock"))),
        card=True,
    )


def _rules_step(desk: Desk, head: Head) -> Markup:
    if desk.has_opened or desk.is_begun or desk.is_busy:
        policy = policies.from_table(read_facts(desk.made(OPENED))["policy"]) if desk.has_opened else policy_of(desk, head)
        return _step(
            "done",
            3,
            say("step-rules", jurisdiction=head.jurisdiction),
            label(say("tag-confirmed"), "ok"),
            more(say("rules-table"), _rules(policy)),
        )
    if not desk.keys:
        return _step("", 3, say("step-rules", jurisdiction=head.jurisdiction), None, tag("p", say("rules-later"), class_="quiet"))
    listed = {_OTHER: say("rules-neutral"), **{name: name for name in desk.folder.policies()}}
    policy = policy_of(desk, head)
    chosen = desk.folder.name_of(desk.policy) if desk.policy else ""
    asked = form(
        "rules",
        select_field("name", say("rules-which"), listed, chosen=chosen),
        actions(button(say("rules-show"), kind="second compact")),
    )
    return _step(
        "now",
        3,
        say("step-rules", jurisdiction=head.jurisdiction),
        label(say("tag-to-confirm"), "brand"),
        tag("p", say("rules-why"), class_="quiet"),
        asked if len(listed) > 1 else None,
        more(say("rules-table"), _rules(policy), is_open=bool(desk.policy)),
        note(tag("p", say("rules-sample"), " ", tag("a", say("rules-sample-link"), href="sample")))
        if not desk.has_plan
        else None,
        form(
            "open",
            more(
                say("known-more"),
                text_field("checkpoint", say("known-checkpoint"), hint=say("known-checkpoint-hint"), is_needed=False),
                text_field("log_key", say("known-log-key"), is_needed=False),
            ),
            actions(button(say("open-confirm", number=f"{head.size:,}"))),
        ),
    )


def _rules(policy: Policy) -> Markup:
    certain = [(GROUNDS[code].sentence, say("action-strike")) for code in CERTAIN_CODES]
    others = [(_finding(policy, code), say(f"action-{policy.action(code)}")) for code in INDICATION_CODES]
    return table(say("rules-table"), (say("ground"), say("rules-does")), [*others, *certain])


def _finding(policy: Policy, code: str) -> str:
    sentence = GROUNDS[code].sentence
    if code not in THRESHOLDS:
        return sentence
    since = say("rules-from", number=policy.threshold(code))
    return f"{sentence} {since}"


def _work_step(desk: Desk) -> Markup:
    work = desk.work
    heading = say("step-work")
    if desk.is_busy:
        return _step(
            "now",
            4,
            heading,
            label(say("tag-running"), "brand"),
            tag("p", say("work-safe", processes=desk.processes), class_="quiet"),
        )
    if desk.has_verdicts:
        return _step("done", 4, heading, label(say("tag-done"), "ok"), *_told(desk))
    if not desk.keys or not (desk.has_opened or desk.is_begun):
        return _step("", 4, heading, None, tag("p", say("work-later"), class_="quiet"), *_told(desk))
    lines: list[Child] = []
    if work and work.state == STOPPED:
        lines.append(tag("p", say("work-stopped")))
    missing = head_of(desk.made(OPENED)).generations if desk.has_opened else 1
    if missing > 1:
        lines.append(note(tag("p", say("generations", number=missing)), kind="warn"))
        return _step("now", 4, heading, label(say("tag-stopped"), "warn"), *lines)
    words = say("work-verify" if desk.has_opened else "work-on")
    return _step("now", 4, heading, label(say("tag-stopped"), "warn"), *lines, form("open", actions(button(words))), *_told(desk))


def _told(desk: Desk) -> list[Child]:
    """Give what the act told on its way, but for the rules, which stand above, and what names options of the command line."""
    if desk.work is None or desk.file is None:
        return []
    known = set(policy_lines(policy_of(desk, head_of(desk.file))))
    if desk.has_opened:
        known |= {line for line in desk.work.told if line.startswith(_SHOWN_ABOVE)}
    lines = [line for line in desk.work.told if line not in known and "--" not in line]
    return [tag("p", f"{line[0].upper()}{line[1:]}.", class_="quiet") for line in lines if line.strip()]


def _running(desk: Desk) -> Markup:
    assert desk.work is not None
    state = state_of(desk.work)
    return tag(
        "section",
        tag("h2", say("progress"), class_="vh", id="progress-h"),
        tag(
            "div",
            tag("strong", state["done"], class_="figure", data_progress="done"),
            " ",
            tag("span", state["of"], class_="num", data_progress="of"),
            class_="goal-total",
        ),
        tag("progress", value=int(state["share"]), max=1000, aria_label=say("progress"), data_progress="share"),
        tag(
            "dl",
            tag("div", tag("dt", say("left")), tag("dd", state["left"], data_progress="left")),
            tag("div", tag("dt", say("rate")), tag("dd", state["rate"], data_progress="rate")),
            tag("div", tag("dt", say("act")), tag("dd", state["act"], data_progress="act")),
            class_="facts",
        ),
        tag("p", role="status", class_="vh", data_progress="status"),
        form("stop", actions(button(say("work-stop"), kind="second"))),
        class_="card stack tight",
        aria_labelledby="progress-h",
    )


def state_of(work: Work) -> dict[str, str]:
    """Give how far an act is, in the words that the page shows."""
    watch: Watch | None = work.watches[-1] if work.watches else None
    done, total = (watch.done, watch.total) if watch else (0, 0)
    left = watch.seconds_left if watch else None
    verb = watch.verb if watch else "checked"
    told = {
        "state": work.state,
        "done": f"{done:,}",
        "of": say(f"of-{verb}", number=f"{total:,}") if total else "",
        "share": str(1000 * done // total if total else 0),
        "left": say("about", time=duration(left)) if left is not None else say("not-known"),
        "rate": f"{watch.rate:,.0f}" if watch and watch.rate else say("not-known"),
        "act": say(f"act-{verb}"),
    }
    return {**told, "status": say("status", act=told["act"], done=told["done"], of=told["of"], left=told["left"])}


def _ended(desk: Desk) -> Markup | None:
    """Say how the act ended that ran beside the pages."""
    work = desk.work
    if work is None or work.state == STOPPED:
        return None
    if work.state == DONE:
        return alert("ok", say("work-done")) if desk.has_verdicts else None
    return alert("bad", *(sentences_of(work.error) if work.error else (say("work-fault"),)))


def _after(desk: Desk) -> Markup | None:
    if desk.is_busy or not desk.has_verdicts or not desk.keys:
        return None
    return actions(link(say("to-verdicts"), "verdicts", kind=" "))
