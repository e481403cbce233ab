"""No text breaks out of the HTML that it is put into."""

from __future__ import annotations

import pytest

from civium.authority.window.markup import joined, tag, trusted


def test_text_is_escaped_and_elements_are_not() -> None:
    made = tag("p", "<script>", tag("b", "&"), 7, None, class_="a\"b'<")
    assert made == '<p class="a&quot;b&#x27;&lt;">&lt;script&gt;<b>&amp;</b>7</p>'


def test_attributes_are_named_as_html_names_them() -> None:
    made = tag("input", for_="x", aria_label="y", required=True, checked=False, value=None, max=0)
    assert made == '<input for="x" aria-label="y" required max="0">'


def test_a_void_element_has_no_children() -> None:
    with pytest.raises(AssertionError):
        tag("input", "text")


def test_what_is_joined_is_escaped_unless_it_is_trusted() -> None:
    assert joined("<", trusted("<b>"), None) == "&lt;<b>"
