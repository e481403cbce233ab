"""What comes after signing, and is joined to no statement: e-mail addresses of those who ask for news, and feedback.

The rules are (docs/spec/supporters.md):
- nothing here knows a statement, an identifier, a time finer than the day, or an address on the network;
- an address counts after its owner confirmed it, and is destroyed when its owner asks, or when the law says;
- no reply tells whether an address is known.
"""

from __future__ import annotations

import re

# Where a form of these pages may be posted to; the rest of an address is the page's name, or a token of 32 bytes.
FORMS = re.compile(r"/[a-z]{2}/i/[a-z0-9-]{1,64}/(?:news|feedback|(?:confirm|stop)/[A-Za-z0-9_-]{43})")
