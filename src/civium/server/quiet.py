"""What of Django's log reaches the operator: that a page failed, and the kind of error; never an address, a value or a header."""

from __future__ import annotations

import logging


class OnlyTheKind(logging.Filter):
    """Reduces a record to the name of its error's class."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take everything else out of the record, and let it pass."""
        kind = record.exc_info[0] if record.exc_info else None
        record.msg, record.args = f"page-failed {kind.__name__ if kind else record.name}", ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True
