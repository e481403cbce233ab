"""A preview of an initiative that is not live: a collection of its own in a folder of its own, dropped whole (docs/spec/preview.md)."""

from __future__ import annotations

import re

# Where a preview's form, and its page for taking a statement back, may post to.
POSTS = re.compile(r"/preview/[A-Za-z0-9_-]{32}/api/(?:statements|erasures|sources)")
