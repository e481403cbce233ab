"""Certificate: the numbers as they would stand on it, what came on paper, and the draft of Annex VI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from civium.authority.certificate import Paper, check_may_certify
from civium.authority.commands.deciding import add_certify
from civium.authority.reading.origin import SENDERS_WORD, is_read
from civium.authority.report import sum_rows
from civium.authority.sampling.certified import COUNTS
from civium.authority.sampling.record import read_record
from civium.authority.window.acts import options_of, run
from civium.authority.window.desk import Desk, sentences_of
from civium.authority.window.frame import Page, actions, button, choices, facts, form, link, note, section, table, text_field
from civium.authority.window.markup import Child, Markup, joined, tag
from civium.authority.window.verdicts_page import number_of
from civium.authority.window.words import say
from civium.errors import Refused

LARGEST_PAGE = 1 << 26


def page(desk: Desk, _query: Mapping[str, str]) -> Page:
    """Give the numbers, and the form where they may be certified; otherwise why not."""
    case = desk.case()
    tally, told = desk.overview(case).tally, case.verdicts.facts
    first = say("in-files") if is_read(told) else say("in-log")
    numbers = section(
        "numbers",
        say("numbers"),
        table(say("numbers"), (say("what"), say("statements")), list(sum_rows(tally, first)), numbers=(1,)),
        note(tag("p", SENDERS_WORD), kind="warn") if is_read(told) else None,
    )
    try:
        check_may_certify(told, tally, Paper())
    except Refused as refused:
        sentence, hint = sentences_of(refused)
        why = note(
            tag("p", sentence),
            tag("p", tag("a", say("to-decide", number=f"{tally.undecided:,}"), href="decide"))
            if tally.undecided
            else tag("p", hint),
            kind="warn",
        )
        return Page("certificate", say("certificate-title"), joined(why, numbers), kicker=say("certificate-kicker"))
    made = _made(desk) if desk.certificate else None
    record = read_record(case.journal.entries)
    counts: dict[str, Child] = dict(COUNTS)
    named = case.jurisdiction.authority.name_native or case.jurisdiction.authority.name_en or ""
    asked = form(
        "certify",
        text_field("authority", say("authority"), value=named, hint="" if named else say("authority-hint")),
        text_field("received", say("paper-received"), value="0", is_short=True, inputmode="numeric"),
        text_field("valid", say("paper-valid"), value="0", is_short=True, inputmode="numeric"),
        choices("sample", say("sample-counts"), counts) if record.draws else None,
        text_field("name", say("new-name"), hint=say("new-hint"), value=f"certificate-{case.jurisdiction.code}"),
        tag("p", say("certify-why"), class_="quiet"),
        actions(button(say("certify"))),
        card=True,
    )
    body = joined(made, numbers, section("draft", say("draft-title"), asked))
    return Page("certificate", say("certificate-title"), body, kicker=say("certificate-kicker"))


def _made(desk: Desk) -> Markup:
    assert desk.certificate is not None
    valid = json.loads(desk.certificate.with_suffix(".json").read_text("utf-8"))["valid"]
    rows: list[tuple[str, Child]] = [
        (say("valid-total"), f"{valid['total']:,}"),
        (say("valid-online"), f"{valid['online']:,}"),
        (say("valid-paper"), f"{valid['paper']:,}"),
    ]
    return tag(
        "section",
        tag("h2", say("certified-title"), id="made-h"),
        facts(rows),
        tag(
            "p",
            say(
                "certified-why",
                pdf=desk.folder.name_of(desk.certificate),
                json=desk.folder.name_of(desk.certificate.with_suffix(".json")),
            ),
        ),
        actions(link(say("certificate-see"), "certificate.pdf", kind=" ")),
        class_="card stack tight",
        aria_labelledby="made-h",
    )


def certify(desk: Desk, given: Mapping[str, str]) -> str:
    """Write the draft, as `certify` does."""
    desk.check_idle()
    name = given.get("name", "")
    pdf = desk.folder.new(name, ".pdf")
    target = pdf.with_suffix("")
    changes: dict[str, object] = {
        "to": target,
        "authority": given.get("authority", "").strip(),
        "paper_received": number_of(given.get("received", "0")),
        "paper_valid": number_of(given.get("valid", "0")),
        "sample": given.get("sample", "") if given.get("sample", "") in COUNTS else "",
    }
    run(options_of(add_certify, str(desk.chosen()), "--to", "-", key=desk.key(), **changes), desk.now())
    desk.certificate = pdf
    desk.say("ok", say("is-certified"))
    return "certificate"


def certificate_file(desk: Desk) -> bytes:
    """Give the draft that was written in this window. Raises Refused `file-missing`."""
    path: Path | None = desk.certificate
    if path is None or not path.is_file():
        raise Refused("file-missing")
    with path.open("rb") as stream:
        return stream.read(LARGEST_PAGE)
