"""What each error code of the office (paper, duties, letters, funding) says to a person (sentences.py has the rules)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OFFICE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "burst-decided": ("somebody has said already what this burst was", "nothing more is to be done"),
        "burst-reason": ("what the burst was is missing", "choose one of the answers"),
        "burst-unknown": ("there is no such burst", "choose one of those on the dashboard"),
        "duty-day-ahead": ("a duty cannot have been done after today", "write the day on which it was done"),
        "duty-known": ("this is known already from what the initiative itself says", "nothing needs to be marked"),
        "duty-unknown": ("there is no such duty on that day: the dates have changed", "look at the duties again"),
        "letter-answer-missing": (
            "question {place} of the letter is not answered",
            "answer it; only those marked optional may stay empty",
        ),
        "letter-answer-unreadable": (
            "the answer to question {place} of the letter cannot be read",
            "choose one of the answers, or write a day as 2026-11-21",
        ),
        "letter-day-ahead": ("a letter cannot have been sent after today", "write the day on which it was sent"),
        "letter-day-before": ("a letter cannot have been sent before it was written", "write the day on which it was sent"),
        "letter-language": ("this letter does not exist in that language", "choose one of the languages offered"),
        "letter-sent": ("this letter was sent already", "write it anew if it was sent again"),
        "letter-unknown": ("there is no such letter", "choose one of those listed"),
        "letter-way-missing": ("how the letter was sent is missing", "such as: by e-mail, message of 21 November"),
        "paper-form-too-long": (
            "the texts do not fit one sheet of paper",
            "shorten the objectives, or use the Commission's own form",
        ),
        "paper-item-empty": (
            "the form cannot be made: {what} is missing",
            "complete it in set-up: forms are complete before collection begins (Art. 9(2))",
        ),
        "paper-language": ("the initiative has no text in this language", "add it in set-up"),
        "paper-not-possible": ("this procedure knows no paper", "collect online"),
        "paper-number": (
            "this is no number of statements: 0 to {largest}",
            "count again; a larger number is entered week by week",
        ),
        "paper-reason-missing": ("why the number is corrected is missing", "say it in a few words: others will read it"),
        "paper-tally-changed": ("somebody else has changed this number meanwhile", "look at the number that stands there now"),
        "paper-tally-exists": ("this week was counted for this place already", "correct the number that stands there"),
        "paper-tally-missing": ("nothing was counted for this week yet", "enter it"),
        "paper-week-ahead": ("this week has not begun", "choose a week that has"),
        "paper-week-outside": (
            "this week lies outside the collection period",
            "statements signed outside the period are void (Art. 8(1))",
        ),
        "sponsor-missing": ("the name of the sponsor is missing", "name who gave"),
        "support-amount": ("this is no amount", "such as 1250.00; help that is not money has none"),
        "support-day-ahead": ("support cannot have been received after today", "write the day on which it was received"),
        "support-kind": ("this is no kind of support", "money, or help that is not money"),
        "support-reason-missing": ("why the entry is struck is missing", "say it in a few words: others will read it"),
        "support-unknown": ("there is no such entry, or it was struck already", "look at the ledger again"),
        "typed-too-long": ("a text has more than {longest} characters", "shorten it"),
        "typed-unreadable": ("a text holds invisible signs", "type it again, without copying"),
    }
)
