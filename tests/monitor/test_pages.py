"""What visitors are given is compared with what was promised: scripts, rules, texts, wording of every language; every change is noticed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from civium.monitor.pages import LARGEST_PAGE, asset_path, squeezed, take_apart
from tests.monitor.bed import codes, falsified, look, serving_whole
from tests.monitor.conftest import Demonstration


def test_a_page_is_taken_apart() -> None:
    page = take_apart(
        b"<!doctype html><title>T</title><script type=module src=/assets/a.js></script><style>p{}</style>"
        b'<a href="/en/i/x#y">link</a><div id="form" data-collection="ab" class="c">One &amp; <b>two</b></div>'
        b'<script type="application/json" id="words">{"official.declaration":"<p>&amp;"}</script><script type="application/json">{}</script>'
    )
    assert (page.scripts, page.links, page.form) == (["/assets/a.js"], ["/en/i/x#y"], {"data-collection": "ab"})
    assert page.words == {"official.declaration": "<p>&amp;"}
    assert page.text == "TlinkOnetwo"
    assert not page.has_foreign


@pytest.mark.parametrize(
    "raw",
    [
        "<script>alert(1)</script>",
        "<script type='text/plain'></script>",
        "<p onclick='x()'>",
        "<IMG SRC=x ONERROR=y>",
        "<a href=' JavaScript:x()'>",
        "<iframe src='/x'></iframe>",
        "<base href='https://elsewhere.example'>",
        "<object data=x></object>",
        "<script type='application/json' id='words'>{not json</script>",
        # What two readers of HTML read as two things.
        "<!--><script>x()</script>-->",
        "<title><!--</title><script>x()</script>--></title>",
        "<style></style x><script>x()</script></style>",
        "<svg><style><img src=x onerror=x()></style></svg>",
        "<noscript><p title='</noscript><script>x()</script>'></noscript>",
        '<img src=x onerror=x() "a>',
        "<![foo[<script>x()</script>]]>",
        "<?x <script>x()</script> ?>",
        "<a href='java&#10;script:x()'>",
        "<a href='&#1;javascript:x()'>",
        # What sends a reader, or what is typed, elsewhere without any script.
        "<meta http-equiv='refresh' content='0;url=https://elsewhere.example'>",
        "<form action='https://elsewhere.example'>",
        "<button formaction='https://elsewhere.example'>",
    ],
)
def test_whatever_else_would_run_is_foreign(raw: str) -> None:
    assert take_apart(raw.encode()).has_foreign


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<a b='", "<!--", "<script>", "<script></", "<svg>", "<a b=c d", "<!", "</", "<?", "&", "<p>&#"]
)
def test_no_page_takes_long_to_be_taken_apart(piece: str) -> None:
    began = time.process_time()
    take_apart(piece.encode() * (LARGEST_PAGE // 8 // len(piece)))
    assert time.process_time() - began < 5


def test_a_text_is_compared_by_its_letters_and_digits() -> None:
    assert squeezed("- Νυχτερινά\n  τρένα, 2026!") == "Νυχτερινάτρένα2026"
    assert asset_path("form.js", bytes.fromhex("23d079e47cb1") + bytes(26)) == "/assets/form.23d079e47cb1.js"


@pytest.fixture(scope="module")
def whole(demonstration: Demonstration) -> Iterator[str]:
    """The demonstration, served with all its pages."""
    with serving_whole(demonstration.data, demonstration.port) as url:
        yield url


NOW = datetime.now(UTC)  # the demonstration's days are today's


@pytest.mark.slow
def test_24_languages_are_as_promised(whole: str, tmp_path: Path) -> None:
    report = look(whole, tmp_path / "kept", now=NOW)
    assert codes(report) == []
    assert report.collections[0].languages == 24
    assert sum(log.received for log in report.collections[0].logs) == 40


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "before", "after", "code"),
    [
        (r"/assets/form\..*\.js", b"civium", b"civiUm", "script-differs"),
        (r"/assets/seal-native\..*\.js", b"civium", b"civiUm", "script-differs"),
        (r"/de/i/night-trains", b"</body>", b"<script src=/assets/other.js></script></body>", "script-foreign"),
        (r"/de/i/night-trains", b"</body>", b"<p onclick='x()'></body>", "script-foreign"),
        (r"/assets/rules-eci\..*\.json", b'"', b"'", "rules-differ"),
        (r"/en/i/night-trains", b"hereby certify", b"hereby doubt", "wording-differs"),
        (r"/en/i/night-trains", b"Night trains", b"Day trains", "text-differs"),
        (r"/assets/text-en\..*\.json", b"Night", b"Day", "text-missing"),
        (r"/el/i/night-trains", b'data-manifest="', b'data-manifest="0', "manifest-missing"),
    ],
)
def test_what_is_changed_on_its_way_is_noticed(
    whole: str, tmp_path: Path, path: str, before: bytes, after: bytes, code: str
) -> None:
    changed: list[str] = []

    def change(asked: str, status: int, body: bytes) -> tuple[int, bytes]:
        if re.fullmatch(path, asked) and before in body:
            changed.append(asked)
            body = body.replace(before, after)
            if code == "manifest-missing":
                body = re.sub(rb'data-manifest="0([0-9a-f]{64})', lambda found: b'data-manifest="' + found[1][::-1], body)
        return status, body

    with falsified(whole, change) as url:
        report = look(url, tmp_path / "kept", now=NOW)
    assert changed, "nothing was falsified: the test proves nothing"
    assert code in codes(report)
    assert set(codes(report)) == {code}


@pytest.mark.slow
def test_a_page_or_a_script_that_is_gone(whole: str, tmp_path: Path) -> None:
    assert codes(look(whole, tmp_path / "kept", now=NOW)) == []
    for path, code in ((r"/sv/i/night-trains", "page-missing"), (r"/assets/token\..*\.js", "script-missing")):
        with falsified(
            whole, lambda asked, status, body, path=path: (404, b"") if re.fullmatch(path, asked) else (status, body)
        ) as url:
            assert codes(look(url, tmp_path / "kept-elsewhere", now=NOW)) == [code]
        shutil.rmtree(tmp_path / "kept-elsewhere")


@pytest.mark.slow
def test_the_command_line_on_a_whole_demonstration(whole: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "civium.monitor.command", "watch", whole, "--state", str(tmp_path / "kept"), "--json"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["is_wrong"] is False
