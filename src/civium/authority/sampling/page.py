"""The estimate as a page of its own: tables, picture and sentences in one HTML file that asks nobody for anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from civium.authority.sampling.chart import chart_of
from civium.authority.sampling.words import decides_sentence, remarks

_STYLE = """\
:root { color-scheme: light dark; --ink: #1d2430; --paper: #fff; --line: #c4cad4; --stamp: #8a1f11 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --paper: #14181f; --line: #4a5362; --stamp: #ffb4a8 } }
body { margin: 2rem auto; max-width: 52rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
table { border-collapse: collapse; width: 100%; margin: 0 0 2rem }
caption { text-align: left; font-weight: 600; padding: .5rem 0 }
th, td { text-align: right; padding: .4rem .5rem; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums }
th:first-child, td:first-child { text-align: left }
.wide { overflow-x: auto }
th:first-child { white-space: nowrap }
figure { margin: 0 0 2rem }
.about td { text-align: left; overflow-wrap: anywhere }
.about th:first-child { white-space: normal; min-width: 9rem }
svg { min-width: 34rem; max-width: 100%; height: auto; border: 1px solid var(--line) }
.stamp { border: 2px solid var(--stamp); color: var(--stamp); padding: .5rem; font-weight: 700 }
"""
_CAPTION = "Share of valid statements with exact bounds. Every number stands in a table below."
_HEAD = ("drawn", "valid", "by the sample", "at least", "at most", "Wilson: at least", "Wilson: at most")
_KEYS = ("drawn", "valid", "estimate", "lower", "upper", "wilson_lower", "wilson_upper")


def page_of(facts: Mapping[str, Any], estimate: Mapping[str, Any], plan: Mapping[str, Any], seed: str) -> str:
    """Give the page. The same numbers give the same bytes; nothing of a signatory is in it."""
    title = f"Sample of {facts['registration']}, {facts['jurisdiction']}, {facts['channel']}"
    stamp = "<p class=stamp>Demonstration: nothing counts</p>" if facts["deployment"] == "demonstration" else ""
    strata = [(part["name"], part) for part in estimate["strata"]] if len(estimate["strata"]) > 1 else []
    phases = [(f"draw {part['phase']}", part) for part in estimate["phases"]] if len(estimate["phases"]) > 1 else []
    confidence = f"{estimate['confidence_millionths'] / 10_000:.2f}"
    about = [
        ("Accepted, of which the sample was drawn", f"{estimate['population']:,}"),
        ("Size by", estimate["demand"]),
        ("Confidence of the bounds, both sides together", f"{confidence} %"),
        ("Seed fixed by its hash on", f"{plan['made_on']}, {plan['stage']}"),
        ("Hash of the seed", plan["commitment"]),
        ("Seed", seed),
    ]
    return "".join(
        (
            '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n<body><main>\n<h1>{escape(title)}</h1>\n{stamp}",
            f"<p><strong>{escape(decides_sentence(estimate).capitalize())}.</strong></p>\n",
            f"<figure>{_wide('Picture', chart_of(estimate))}<figcaption>{_CAPTION}</figcaption></figure>\n",
            _table("Valid statements, exact bounds and Wilson's", [*strata, ("all", estimate)]),
            _table("By draw, each by itself", phases) if phases else "",
            _about(about),
            *(f"<p>{escape(remark)}</p>\n" for remark in remarks(estimate)),
            "</main></body></html>\n",
        )
    )


def _table(caption: str, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    head = "".join(f"<th scope=col>{word}</th>" for word in ("part", *_HEAD))
    lines = "".join(
        f"<tr><th scope=row>{escape(name)}</th>{''.join(f'<td>{part[key]:,}</td>' for key in _KEYS)}</tr>\n"
        for name, part in rows
    )
    table = f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>\n<tbody>{lines}</tbody></table>"
    return _wide(caption, table)


def _about(rows: Sequence[tuple[str, str]]) -> str:
    lines = "".join(f"<tr><th scope=row>{escape(name)}</th><td><code>{escape(value)}</code></td></tr>\n" for name, value in rows)
    return _wide("How it was found", f"<table class=about><caption>How it was found</caption><tbody>{lines}</tbody></table>")


def _wide(name: str, inside: str) -> str:
    """Give what may be wider than a telephone: it scrolls by itself, by keyboard too."""
    return f'<div class=wide role=region tabindex=0 aria-label="{escape(name)}">{inside}</div>\n'
