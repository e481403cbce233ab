"""Sentences of the console that hold for the European citizens' initiative alone, each with the one for all other procedures.

Names in braces are the procedure's own (law/terms.py): {recipient}, {office}, {place}, {places}, {total}, {needed}. Citations and the
word "State" are seen to by procedure_words.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_ = str  # marks a sentence for the catalogue

_ACTS = {
    "Nothing is collected before registration; collection begins at most six months after it, lasts at most twelve months, and the "
    "Commission is told ten working days before.": _(
        "Nothing is collected before registration; when collection begins at the latest, how long it lasts and who is told before, "
        "your own rules say."
    ),
    "Organisers may end before the twelve months are over. The Commission is told at least ten working days before the new last day.": _(
        "Organisers may end before the last possible day. Tell {office} as your rules ask."
    ),
    "A demonstration, or a procedure whose own law asks for no notice, can end today and for ever. An initiative under the Regulation "
    "sets an earlier last day instead.": _("Where your rules ask for no notice, collection can end today and for ever."),
    "The Commission's translation of title, objectives and annex is offered, and no other. Texts that were signed are not changed.": _(
        "The initiative can be read in one more language. Texts that were signed are not changed."
    ),
    "The certificate of Annex IV stands on the site for as long as collection lasts.": _(
        "A certificate of the collection system stands on the site for as long as collection lasts."
    ),
    "After the end, and where a million and seven States were reached, each authority is given its State's statements whole; below, "
    "two persons say why.": _(
        "After the end, and where {total} statements and {needed} {places} were reached, each authority is given its {place}'s "
        "statements whole; below, two persons say why."
    ),
    "At most three months after the end each authority is given its statements once, paper and online apart, with the form of Annex V.": _(
        "After the end each authority is given its statements once, paper and online apart, with the organisers' letter."
    ),
    "Its three months for verification begin when the last of paper and online has arrived.": _(
        "Its time for verification begins when the last of paper and online has arrived."
    ),
    "Within three months of the last certificate, where the certificates add up to a million and seven States reached their number.": _(
        "After the last certificate, where the certificates add up to {total} and {needed} {places} reached their number."
    ),
    "The Commission's six months for its answer begin on this day.": _("From this day on the submission is public."),
    "The Commission says in a communication what it will do. Whoever left an address is told; addresses may be kept longer where action "
    "was announced.": _("{Recipient} says what it will do. Whoever left an address is told."),
    "Where the numbers are not reached, nothing is submitted to the Commission, and no purpose is left for which statements may be kept.": _(
        "Where the numbers are not reached, nothing is submitted to {recipient}, and no purpose is left for which statements may be kept."
    ),
    "At any time before submission to the Commission. What is being collected ends at once; statements are destroyed within one month.": _(
        "At any time before submission to {recipient}. What is being collected ends at once; then statements are destroyed."
    ),
    "At most one month after the final decision everything is destroyed that was kept for it.": _(
        "Soon after the final decision everything is destroyed that was kept for it; the page of destruction shows the day."
    ),
    "At most one month after submission or withdrawal, and never later than 21 months after the start; by hand as soon as nothing needs "
    "them any more.": _(
        "By the day that your rules set, without anybody asking; by hand as soon as nothing needs them any more."
    ),
    "Only natural persons can sign; a flood does not wait for a second person.": _(
        "Only people can sign; a flood of machines does not wait for a second person."
    ),
}
_FORMS = {
    "Statements are received until the end of this day, in Brussels.": _("Statements are received until the end of this day."),
    "Day on which the Commission was told": _("Day on which {office} was told"),
    "At least ten working days before.": _("Where your rules ask for it."),
    "One month later at the latest all statements are destroyed.": _(
        "Afterwards all statements are destroyed, by the day that your rules set."
    ),
    "The Commission announces action (addresses may be kept for three years)": _("{Recipient} announces action"),
    "Nothing can be submitted to the Commission afterwards.": _("Nothing can be submitted to {recipient} afterwards."),
    "A withdrawal cannot be taken back. What is being collected ends at once, and one month later at the latest all statements are "
    "destroyed. Tell the Commission, too.": _(
        "A withdrawal cannot be taken back. What is being collected ends at once, and by the day that your rules set all statements "
        "are destroyed. Tell {office}, too."
    ),
    "One month later at the latest everything is destroyed.": _("By the day that your rules set everything is destroyed."),
    "For paper sheets, and what the central system sends. Of a log the number is known.": _(
        "For paper sheets. Of a log the number is known."
    ),
}
REFUSED = {
    "what comes next is the answer, and the destruction of statements within one month": _(
        "what comes next is the answer, and the destruction of statements"
    ),
    "what is left is to destroy statements, within one month": _("what is left is to destroy statements"),
}
_PAGES = {
    "Sealed statements are kept as long as they are needed, and no longer: one month after submission or withdrawal, and never later than "
    "21 months after the start (Art. 19(5)). Leaf records, counts and the journal stay.": _(
        "Sealed statements are kept as long as they are needed, and no longer; the last day is below. Leaf records, counts and the "
        "journal stay."
    ),
    "Articles are those of Regulation (EU) 2019/788, whose order this procedure follows; its own days stand above.": _(
        "Days and articles are those of your own procedure."
    ),
    "After the end you make a package for each authority, hand it over and record that here. Then come its confirmation, its three months, "
    "and its certificate: its file is read, or you type in how many statements online and on paper are valid, and keep the signed paper "
    "beside it.": _(
        "After the end you make a package for each authority, hand it over and record that here. Then come its confirmation, its time "
        "for verification, and its certificate: its file is read, or you type in how many statements online and on paper are valid, "
        "and keep the signed paper beside it."
    ),
    "Statements are submitted only where a million were given and seven States reached their number (Art. 12(2)).": _(
        "Statements are handed over only where {total} were given and {needed} {places} reached their number."
    ),
    "The whole log of a State, with the letter of Annex V once collection has ended.": _(
        "The whole log of a {place}, with the organisers' letter once collection has ended."
    ),
    "When collection has ended you make one package per State here, with the letter of Annex V. You then have three months to submit them.": _(
        "When collection has ended you make one package for each {place} here; the letters are written in “Duties and letters”, where "
        "the last day to hand them over stands, too."
    ),
    "Nothing yet. The letter of Annex V says that no way was noted.": _("Nothing yet."),
    "Ask each authority before the end of collection. One that gave you a key and has our tool takes the sealed file. Another takes the "
    "Commission’s XML: whoever holds the key opens the file offline and writes it, then it goes by the file exchange service or on an "
    "encrypted medium.": _(
        "Ask each authority before the end of collection. One that gave you a key and has our tool takes the sealed file. For another, "
        "whoever holds the key opens the file offline and writes what the authority can read; it goes on an encrypted medium."
    ),
    "What the law asks of you, and by when: computed from your own dates. A date that falls on a weekend is moved where the law moves it; "
    "the Commission’s public holidays are not in these dates, so be early.": _(
        "What the law asks of you, and by when: computed from your own dates. A date that falls on a weekend is moved where the law "
        "moves it; public holidays are not in these dates, so be early."
    ),
    "No statement was received online here: the letter will hold the numbers counted on paper. Numbers of the Commission’s central system "
    "are with the Commission already.": _(
        "No statement was received online here: the letter will hold the numbers counted on paper."
    ),
    "The Commission's code for uploading": _("A code for uploading"),
    "Only if paper is uploaded to the central system; without it the place stays empty.": _(
        "Only if you were given one; without it the place stays empty."
    ),
}
_SET_UP = {
    "The Commission was told of the start on": _("{Office} was told of the start on"),
    "The Commission was told of the channels on": _("{Office} was told of the channels on"),
    "Ten working days before the first day.": _("Where your rules ask for it."),
    "Address in the Commission's central system": _("Address of another system"),
    "no, in the Commission's central system": _("no, in another system"),
    "The Commission translates title, objectives and annex into all official languages. Use its texts, never a machine's (Art. 4(4)).": _(
        "Use translations that somebody made who speaks the language, never a machine's alone."
    ),
    "People may sign only what stands in the register. Download the XML file in your organiser account, and give it here: you see what "
    "differs before anything is taken over.": _(
        "People may sign only what was registered. Where its details can be had as a file (JSON), give it here: you see what differs "
        "before anything is taken over."
    ),
    "XML from your organiser account, or the register's details as JSON. At most 2 MB.": _("The details as JSON. At most 2 MB."),
    "People may sign only what stands in the register (Art. 9(2)). Download the XML file of your initiative in your organiser account, or "
    "save the details that the register's public interface gives. Give it here: you see field by field what differs, and decide then.": _(
        "People may sign only what was registered. Where its details can be had as a file (JSON), give it here: you see field by field "
        "what differs, and decide then."
    ),
    "The file does not say it, and the form of Annex III shows it.": _("The file does not say it, and the form shows it."),
    "Ask the Commission whether the register is right.": _("Ask {office} whether what is registered is right."),
    "The European Commission and the representative": _("The representative and whoever runs this for them"),
    "A demonstration, and a page beside the central system, have no certificate of conformity (Annex IV).": _(
        "A demonstration has no certificate of conformity, and your procedure asks for none."
    ),
    "Provisions of the Treaties": _("Law it rests on"),
}
_ELSEWHERE = {
    "Such as: answer of the Commission, reference 123. It helps whoever asks later.": _(
        "Such as: answer of {office}, reference 123. It helps whoever asks later."
    ),
    "State of nationality": _("{Place} whose form was filled in"),
}

ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType({**_ACTS, **_FORMS, **REFUSED, **_PAGES, **_SET_UP, **_ELSEWHERE})
