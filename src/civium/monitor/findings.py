"""What a monitor tells: what does not match, one plain sentence each, with the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Code -> sentence. `{about}` is a log, a page or a site; numbers are the finding's facts.
SENTENCES: Mapping[str, str] = {
    "key-changed": "{about}: the site tells another key for this log than the one that was pinned",
    "key-foreign": "{about}: the log's key is not the one whose words you gave",
    "log-vanished": "{about}: the log is gone; it had {before} entries",
    "log-shrunk": "{about}: the log has {size} entries and had {before}: entries were taken away",
    "log-forked": "{about}: the log has another history than before: what was shown as its first {before} entries is not what they are now",
    "log-stale": "{about}: nothing has moved for {minutes} minutes, though statements came in or witnesses last signed then",
    "log-closed": "{about}: the log was closed at {stored} entries though {signed} had been signed: {lost} receipts resolve no more",
    "log-grew-closed": "{about}: the log was closed at {stored} entries and has {size} now",
    "checkpoint-unsigned": "{about}: the checkpoint is not signed by the log's key",
    "checkpoint-malformed": "{about}: the checkpoint cannot be read, or is of another log",
    "tile-altered": "{about}: the tiles do not lead to the root that was signed for {size} entries",
    "entries-altered": "{about}: the entries do not lead to the root that was signed for {size} entries",
    "tile-missing": "{about}: tiles below the checkpoint's size cannot be read",
    "leaf-malformed": "{about}: entry {index} is no leaf record",
    "leaf-repeated": "{about}: entry {index} holds the envelope of an earlier entry",
    "leaf-outside-period": "{about}: entry {index} was received on a day outside the collection's period",
    "leaf-backdated": "{about}: entry {index} is dated before entries that had been published already",
    "notice-malformed": "{about}: notice {index} cannot be read",
    "notice-unknown": "{about}: notice {index} is of a kind that this version does not know: install a newer one",
    "destroyed-twice": "{about}: notice {index} tells of destroyed entries that were told of before",
    "destroyed-beyond": "{about}: entries are told as destroyed that the log does not have",
    "successor-wrong": "{about}: the notice of a successor contradicts what was signed for the closed log",
    "manifest-missing": "{about}: manifest {sequence} is announced but cannot be read",
    "manifest-differs": "{about}: manifest {sequence} is not the one that was announced",
    "manifest-unsigned": "{about}: a manifest is not signed by the log's key",
    "manifest-chain": "{about}: manifest {sequence} does not continue the ones before, or changes what may not change",
    "manifest-unnoticed": "{about}: a manifest is in use that was never announced in the notices log",
    "counts-differ": "{about}: the site says {told}, the log proves {proven} (entries less destroyed ones)",
    "counts-missing": "{about}: the counts cannot be read",
    "key-unpromised": "{about}: a key to seal to is offered that the manifest does not promise",
    "keys-missing": "{about}: the keys to seal to cannot be read",
    "page-missing": "{about}: the page cannot be read",
    "page-collection": "{about}: the page sends statements to another collection",
    "script-foreign": "{about}: the page runs a script that the manifest does not promise",
    "script-differs": "{about}: the script is not the one the manifest promises",
    "script-missing": "{about}: the script cannot be read",
    "rules-differ": "{about}: the form's rules are not the ones the manifest promises",
    "text-missing": "{about}: the initiative's text cannot be read as it was promised",
    "text-differs": "{about}: the page does not show the text of the initiative that the manifest promises",
    "wording-differs": "{about}: the official wording on the page is not the law's",
    "wording-unknown": "{about}: the manifest promises another official wording than this version knows: compare versions",
    "witnesses-few": "{about}: {cosigned} of the witnesses you rely on cosigned, {quorum} are needed",
    "cosignature-wrong": "{about}: a cosignature does not hold",
    "view-forked": "{about}: the two places are shown two histories",
    "view-key": "{about}: the two places are told two keys",
    "view-lacks": "{about}: one of the two places is not shown this log",
    "site-odd": "{about}: the site's answer cannot be read",
}
# Told, and no reason to distrust.
REMARKS = frozenset({"notice-unknown"})


@dataclass(frozen=True)
class Finding:
    """One thing that does not match: what, where, with which numbers; `evidence` is what was received, by name."""

    code: str
    about: str
    facts: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def is_wrong(self) -> bool:
        """Whether it is a reason to distrust, not a remark."""
        return self.code not in REMARKS

    @property
    def sentence(self) -> str:
        """What a person reads."""
        return SENTENCES[self.code].format(about=self.about, **self.facts)


def finding(code: str, about: str, evidence: Mapping[str, object] | None = None, **facts: int) -> Finding:
    """Give a finding; texts among the evidence are taken as UTF-8. `about` may be a stranger's word: it is made fit to be shown."""
    raw = {name: piece if isinstance(piece, bytes) else str(piece).encode() for name, piece in (evidence or {}).items()}
    return Finding(code, shown(about), facts, raw)


def shown(text: str) -> str:
    """Give text that writes on a terminal what stands in it and does nothing else: no commands, nothing turned round, no half characters."""
    return "".join(character if character.isprintable() else "?" for character in text)
