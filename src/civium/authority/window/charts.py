"""The report's pictures in a page of the window: the same SVG, and the colours of the dark by the stylesheet."""

from __future__ import annotations

from civium.authority.documents.charts import DARK


def dark_rules() -> str:
    """Give the style rules that turn the pictures' colours round in the dark."""
    rules = "".join(f'svg [fill="{light}"]{{fill:{dark}}}svg [stroke="{light}"]{{stroke:{dark}}}' for light, dark in DARK.items())
    return f"@media screen and (prefers-color-scheme: dark){{{rules}}}\n"
