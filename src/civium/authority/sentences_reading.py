"""What an officer reads when somebody else's files cannot be read: for each code one sentence, and what to do about it."""

from __future__ import annotations

_WHERE = "file {file}, statement {statement}, line {line}: "
_LINE = "file {file}, line {line}: "
_ASK = "ask the sender for the file again, and tell them this sentence; nothing was written"

READING_SENTENCES: dict[str, tuple[str, str]] = {
    "reading-before-forms": (
        "this version knows no form of {jurisdiction} for the last day of this collection",
        "look at --closes-on; statements of other years cannot be judged with it",
    ),
    "reading-changed": (
        "a file changed while it was read (file {file}; 0: their number)",
        "see that nobody else works in the folder, move what was begun (.part) away, and read again",
    ),
    "reading-date": (
        _WHERE + "the day of reception is no day",
        "2026-03-02 or 02/03/2026 is one; " + _ASK,
    ),
    "reading-doctype": (
        _WHERE + "the file defines a document type or entities, which such files never have",
        "do not open it with anything else; " + _ASK,
    ),
    "reading-encoding": (_WHERE + "the file declares an encoding other than UTF-8 or UTF-16", _ASK),
    "reading-gaps": (
        "{missing} files lack: those of a folder are numbered from 0001 without a gap",
        "ask the sender for them; where they cannot be had, --accept-gaps goes on, and the certificate tells the number",
    ),
    "reading-identifier-twice": (
        "two different statements have one identifier: file {other_file}, statement {other_statement}, and file {file}, statement {statement}",
        _ASK,
    ),
    "reading-initiatives-mixed": (
        "file {file} is of another initiative than the files before it",
        "read the files of one initiative at a time; nothing was written",
    ),
    "reading-not-xml": (
        _WHERE + "the file is damaged here, or ends too early",
        "the copy was interrupted or the file changed; copy it again, or " + _ASK,
    ),
    "reading-nothing": (
        "there is no XML file and no table there",
        "name the file, the folder or the ZIP that the sender delivered",
    ),
    "reading-number-differs": (
        "{announced} statements were announced, {found} are there",
        "look whether a file was forgotten; otherwise ask the sender; nothing was written",
    ),
    "reading-other-state": (
        "file {file} holds statements for another State than {jurisdiction}",
        "name the folder or file of your own State; nothing was written",
    ),
    "reading-period": (
        "the collection period is no two days in their order",
        "give it: --opens-on DAY --closes-on DAY",
    ),
    "reading-period-missing": (
        "the files do not tell when the collection began and ended",
        "give it: --opens-on DAY --closes-on DAY",
    ),
    "reading-periods-differ": (
        "the files tell different collection periods",
        "give the right one: --opens-on DAY --closes-on DAY",
    ),
    "reading-registration": (
        "the files do not tell the initiative's registration number, or it is none",
        "give it: --registration NUMBER",
    ),
    "reading-sealed": (
        _WHERE + "the values are still encrypted with the organisers' key",
        "ask the sender for the files that their decryption tool wrote (…_dec.xml); nothing was written",
    ),
    "reading-structure": (
        _WHERE + "something is missing, stands twice or in the wrong place, near the element {element}",
        _ASK,
    ),
    "reading-text-long": (_WHERE + "one piece of the file is longer than any statement's", _ASK),
    "reading-too-many": ("there are more than {most} files", "name the folder of your own State"),
    "reading-two-layouts": ("tables and XML files lie there together", "name the one or the other"),
    "reading-zip": (
        "the ZIP is damaged, or made in a way that cannot be read",
        "copy it again, or unpack it and name the folder",
    ),
    "reading-zip-large": (
        "the ZIP would unpack to more than {ratio} times its size, or to too many files",
        "no real delivery does; " + _ASK,
    ),
    "reading-zip-locked": ("the ZIP has a password", "unpack it, then name the folder"),
    "table-cells": (
        _LINE + "the line has more or fewer cells than there are headings, or a quotation mark does not close",
        "if another sign separates the columns: --delimiter; otherwise ask the sender for the table again",
    ),
    "table-column-missing": (
        "the table (file {file}) lacks a heading that the file of --columns names (the {column}. in it)",
        "compare the headings letter by letter, or write a new draft: --draft FILE",
    ),
    "table-column-twice": ("a heading stands twice in the table (file {file})", "give the columns different headings"),
    "table-columns-malformed": (
        "the file of --columns is not as it must be",
        "begin with --draft FILE; docs/spec/commission-files.md describes it",
    ),
    "table-columns-needed": (
        "it is not said what the columns of the table hold",
        "write a draft with --draft FILE, complete it, and give it: --columns FILE",
    ),
    "table-dates": (
        "the dates of the table (file {file}) can be read in two ways",
        "ask the sender, then say it: --dates dmy, mdy or excel",
    ),
    "table-dates-mixed": (
        "the dates of the table (file {file}) contradict each other: some begin with the day, some with the month",
        "ask the sender for dates written 2026-03-02",
    ),
    "table-delimiter": (
        "it is not clear what separates the columns of the table (file {file}), or its headings are others than in the file of --columns",
        "compare the headings, or say it: --delimiter",
    ),
    "table-encoding": (
        "the table (file {file}) is not in UTF-8 or UTF-16, or not in the encoding that was told",
        "ask the sender for the encoding and say it, such as --encoding windows-1252",
    ),
    "table-headings": (
        "the first line of the table (file {file}) holds a number or a date, so it is no line of headings",
        "put a line of headings before it, such as: name;surname;number",
    ),
    "table-none": ("this is no table", "--draft is for tables; XML needs no description"),
    "table-rounded": (
        _LINE + "a spreadsheet has rounded a long number; its digits are lost",
        "ask the sender for the table with this column as text",
    ),
}
