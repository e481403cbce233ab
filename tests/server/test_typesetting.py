"""Whatever somebody typed, the paper is set: what no font has is seen to be missing, and stops nothing."""

from __future__ import annotations

import io
import json

import pytest
from pypdf import PdfReader

from civium.errors import Refused
from civium.server import typesetting

TEMPLATE = '#set document(title: "x")\n#set text(lang: "en")\n#let told = json(bytes(sys.inputs.told))\n#told.at("name")\n'


@pytest.fixture(autouse=True)
def a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "template_of", lambda package, name: TEMPLATE.encode())


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("Ana Ñ", "Ana Ñ"),
        ("Night trains \U0001f682 now", "Night trains � now"),
        ("陈小明, Prague", "���, Prague"),
        ("\u0b95\u0bbf and \u0bd0", "� and �"),
        ('\x00a "\u0378"', '�a "�"'),
        ("#eval(read) \\u{378} $x$", "#eval(read) \\u{378} $x$"),
    ],
)
def test_a_letter_that_no_font_has_stops_no_paper(typed: str, seen: str) -> None:
    made = typesetting.typeset("a", "b", json.dumps({"name": typed}, ensure_ascii=False))
    assert PdfReader(io.BytesIO(made)).pages[0].extract_text() == seen
    assert made == typesetting.typeset("a", "b", json.dumps({"name": typed}, ensure_ascii=False))


def test_what_cannot_be_set_is_refused_without_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="file-not-written"):
        typesetting.typeset("a", "b", json.dumps({"another": "Maria"}))
