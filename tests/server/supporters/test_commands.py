"""`civium supporters` and `civium mail`, as an operator runs them: processes of their own on an installation of their own."""

from __future__ import annotations

import csv
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from civium.server.config import Config
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.supporters import asking, feedback
from civium.server.supporters.models import Message
from tests.server.conftest import database_settings
from tests.server.initiatives.place import NOW

from .asked import ADDRESS, WORDS, asked, links_of, token_of
from .conftest import SENDER
from .mailbox import Mailbox
from .test_returned import report
from .written import begin, subscribe, write

pytestmark = pytest.mark.slow


def _run(config: Config, mailbox: Mailbox | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_"))}
    given = {"CIVIUM_DATA": str(config.folder), "CIVIUM_URL": config.url} | database_settings(config.folder)
    if mailbox is not None:
        given |= {"CIVIUM_MAIL_SERVER": f"127.0.0.1:{mailbox.port}", "CIVIUM_MAIL_SECURITY": "none", "CIVIUM_MAIL_FROM": SENDER}
    command = [sys.executable, "-c", "import sys; from civium.command import main; sys.exit(main())", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=kept | given, timeout=300)


def test_an_operator_counts_writes_out_and_destroys(
    initiative: Initiative, config: Config, mailbox: Mailbox, tmp_path: Path
) -> None:
    asking.ask(initiative, asked(other=True), now=NOW)
    sent = _run(config, mailbox, "mail", "send")
    assert sent.stdout.splitlines() == ["sent: 1", "tried again later: 0", "no such mailbox: 0", "waiting: 0"], sent.stderr
    asking.confirm(initiative, token_of(links_of(mailbox.mails[0])["confirm"]), now=NOW)
    feedback.give_feedback(initiative, "good", "=cmd()", "en", now=NOW)
    counted = _run(config, None, "supporters", "count", "night-trains").stdout.splitlines()
    assert counted[:5] == [
        "confirmed: 1",
        "for news of this initiative: 1",
        "for other news: 1",
        "waiting for confirmation: 0",
        "feedback: 1",
    ]
    file = tmp_path / "news.csv"
    _run(config, None, "supporters", "export", "night-trains", str(file), "--purpose", "news", "--by", "Anna")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open(newline="") as stream:
        assert list(csv.DictReader(stream)) == [
            {"address": ADDRESS, "language": "en", "agreed_on": "2026-11-21", "confirmed_on": "2026-11-21", "words": WORDS}
        ]
    again = _run(config, None, "supporters", "export", "night-trains", str(file), "--purpose", "news")
    assert (again.returncode, again.stderr.splitlines()[0]) == (
        1,
        "civium: error: a file of this name is there already, and is left as it is",
    )
    comments = tmp_path / "comments.csv"
    assert "good: 1" in _run(config, None, "supporters", "feedback", "night-trains", "--into", str(comments)).stdout
    assert comments.read_text().splitlines()[1] == "2026-11-21,good,en,'=cmd()"
    destroyed = _run(config, None, "supporters", "destroy", "night-trains", "--by", "Anna", "--and-by", "Bo")
    assert destroyed.stdout == "destroyed: 1 confirmed, 0 waiting, 1 feedback\n"
    acts = list(JournalEntry.objects.order_by("number").values_list("act", flat=True))
    assert acts[-2:] == ["supporters-exported", "supporters-destroyed"]
    assert ADDRESS.lower() not in str(list(JournalEntry.objects.values_list("facts", "persons"))).lower()


def test_a_mail_server_is_tried(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    tried = _run(config, mailbox, "mail", "test", "operator@example.org")
    assert (tried.returncode, mailbox.envelopes) == (0, [(SENDER, ["operator@example.org"])]), tried.stderr
    mailbox.recipient_answer = "550 5.1.1 nobody"
    refused = _run(config, mailbox, "mail", "test", "operator@example.org")
    assert refused.returncode == 1
    assert refused.stderr.startswith("civium: error: the mail server cannot be reached, or does not take the mail: never")
    assert _run(config, None, "mail", "test", "operator@example.org").stderr.startswith("civium: error: no mail server is set")


def test_messages_leave_and_what_came_back_is_read(
    initiative: Initiative, config: Config, mailbox: Mailbox, tmp_path: Path
) -> None:
    subscribe(initiative, "reader@example.org")
    begin(write(initiative, a_minute=3_000))
    Message.objects.update(next_at=NOW)
    sent = _run(config, mailbox, "mail", "send")
    assert sent.stdout.splitlines()[4:] == ["copies of messages sent: 1", "copies left: 0"], sent.stderr
    report_file = tmp_path / "report.eml"
    report_file.write_bytes(report(mailbox.raw[-1]))
    read = _run(config, None, "mail", "bounces", str(report_file))
    assert read.stdout.splitlines() == [
        "read: 1",
        "came back for good: 1",
        "addresses destroyed: 0",
        "came back for now: 0",
        "no report of a mail from here: 0",
    ], read.stderr
    assert "reader" not in read.stdout + read.stderr
    missing = _run(config, None, "mail", "bounces", str(tmp_path / "none"))
    assert (missing.returncode, missing.stderr.splitlines()[0]) == (1, "civium: error: this file cannot be read")
