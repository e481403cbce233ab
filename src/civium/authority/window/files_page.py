"""Report and lists: what is written when the officer asks for it, and nothing before."""

from __future__ import annotations

from collections.abc import Mapping

from civium.authority.commands.results import add_report
from civium.authority.commands.writing import add_write
from civium.authority.documents.as_html import document_html
from civium.authority.documents.findings import findings_of
from civium.authority.documents.report import report_document
from civium.authority.judging import VERDICTS
from civium.authority.window.acts import options_of, run
from civium.authority.window.desk import Desk
from civium.authority.window.frame import Page, actions, button, form, link, note, section, select_field, text_field
from civium.authority.window.markup import joined, tag
from civium.authority.window.words import say
from civium.law.periods import brussels_date

# How the statements can be written, and the ending of the file; lists on paper come in volumes, in a folder.
_FORMS = {"csv": ".csv", "xlsx": ".xlsx", "pdf": "", "xml": ".xml"}
_REPORTS = {"html": ".html", "pdf": ".pdf", "to": ".json"}


def page(desk: Desk, _query: Mapping[str, str]) -> Page:
    """Give what can be written."""
    desk.case()
    report = form(
        "write-report",
        select_field("form", say("form"), {"pdf": say("report-pdf"), "html": say("report-html"), "to": say("report-json")}),
        select_field("list", say("report-list"), {"neutral": say("report-neutral"), "ebig": say("report-ebig")}),
        text_field("name", say("new-name"), hint=say("new-hint"), value="report"),
        actions(button(say("write-report"))),
        card=True,
    )
    lists = form(
        "write-list",
        select_field(
            "which",
            say("which"),
            {"all": say("which-all"), **{name: say(f"verdict-{name}") for name in VERDICTS.values()}},
            chosen="accepted",
        ),
        select_field("form", say("form"), {name: say(f"list-{name}") for name in _FORMS}),
        text_field("name", say("new-name"), hint=say("new-hint"), value="statements"),
        actions(button(say("write-list"), kind="second")),
        card=True,
    )
    body = joined(
        section(
            "report",
            say("report-title"),
            tag("p", say("report-why"), class_="quiet"),
            actions(link(say("report-see"), "report", kind="second")),
            report,
        ),
        section("lists", say("lists-title"), note(tag("p", say("lists-why")), kind="warn"), lists),
    )
    return Page("files", say("files-title"), body)


def report_page(desk: Desk) -> bytes:
    """Give the report as it stands, for the screen: the same bytes that would be written."""
    case = desk.case()
    return document_html(report_document(findings_of(case.verdicts, case.journal, made_on=brussels_date(desk.now())))).encode()


def write_report(desk: Desk, given: Mapping[str, str]) -> str:
    """Write the report, as `report` does."""
    desk.check_idle()
    way = given.get("form", "pdf") if given.get("form") in _REPORTS else "pdf"
    path = desk.folder.new(given.get("name", ""), _REPORTS[way])
    listed = "ebig" if given.get("list") == "ebig" else "neutral"
    run(options_of(add_report, str(desk.chosen()), key=desk.key(), list=listed, **{way: path}), desk.now())
    desk.say("ok", say("written", name=desk.folder.name_of(path)))
    return "files"


def write_list(desk: Desk, given: Mapping[str, str]) -> str:
    """Write statements in clear, as `write` does."""
    desk.check_idle()
    way = given.get("form", "csv") if given.get("form") in _FORMS else "csv"
    which = given.get("which", "") if given.get("which") in VERDICTS.values() else "all"
    path = desk.folder.new(given.get("name", ""), _FORMS[way])
    # Excel knows UTF-8 by the mark alone, and in most of Europe the semicolon.
    changes: dict[str, object] = {"form": way, "to": path, "which": which, "separator": ";", "excel": True}
    lines = run(options_of(add_write, str(desk.chosen()), "--form", way, "--to", "-", key=desk.key(), **changes), desk.now())
    desk.say("warn", *lines, say("written-clear", name=desk.folder.name_of(path)))
    return "files"
