"""Text from organisers stays text; JSON cannot leave its element."""

from __future__ import annotations

import json

from civium.server.site import rendering


def test_prose_makes_paragraphs_lists_and_headings() -> None:
    text = "One\ntwo\n\n- a\n- b\n\n## Head\nand text\n- c"
    assert (
        rendering.prose(text, 3)
        == "<p>One<br>two</p><ul><li>a</li><li>b</li></ul><h3>Head</h3><p>and text</p><ul><li>c</li></ul>"
    )


def test_prose_escapes_what_looks_like_markup() -> None:
    said = rendering.prose("<script>\n\n- <b>\n\n## <i>", 3)
    assert "<script>" not in said
    assert "<b>" not in said
    assert "<i>" not in said
    assert "&lt;script&gt;" in said


def test_a_json_block_cannot_end_its_element_and_says_the_same() -> None:
    value = {"a": "</script><!--&\u2028", "b": "ħ"}
    block = rendering.json_block(value)
    assert "<" not in block
    assert "\u2028" not in block
    assert json.loads(block) == value


def test_attributes_are_escaped_and_empty_ones_left_out() -> None:
    assert rendering.attributes({"data-a": 'x"y', "data-b": ""}) == ' data-a="x&#34;y"'


def test_a_text_of_the_law_is_split_at_its_lines_and_nothing_else() -> None:
    assert rendering.paragraphs("- One\n\n## Two & three\n") == "<p>- One</p><p>## Two &amp; three</p>"
