"""What an officer reads when a list, an acknowledgement or a proof cannot be made: for each code one sentence, and what to do about it."""

from __future__ import annotations

DOCUMENT_SENTENCES: dict[str, tuple[str, str]] = {
    "list-volumes": (
        "that would be {volumes} volumes; {most} is the most, and a volume of a list holds 5,000 statements at most",
        "choose another number with --split",
    ),
    "acknowledgement-nothing": ("there is no file in what was named", "name the files, or the folder they came in"),
    "acknowledgement-mixed": (
        "these exports are of several initiatives or States",
        "acknowledge each by itself; nothing was written",
    ),
    "acknowledgement-about": (
        "nothing tells which initiative and State this is about",
        "name an export, or give --jurisdiction and --registration",
    ),
    "day-in-the-future": ("this day lies in the future", "name the day on which it happened"),
    "day-too-early": ("the certificate would be older than the receipt", "look at the two days"),
    "destruction-nothing": ("nothing of that name is here any more", "look at the name; results elsewhere are named with --also"),
    "destruction-not-confirmed": (
        "the words were not typed; nothing was destroyed",
        "read the list above, then type the words, or give them with --confirm",
    ),
    "destruction-changed": (
        "a file is no longer the one that was listed; it and what follows it was left alone",
        "look what wrote to it; to destroy what is there now, move the file that ends in .civium-destruction away and begin anew",
    ),
    "destruction-plan-malformed": (
        "the list of a destruction that was begun cannot be read",
        "keep the file that ends in .civium-destruction, and choose another name with --to",
    ),
    "destroy-by": (
        "a name of one line is needed, of at most {longest} signs; nothing was destroyed",
        "who destroys stands in proof and journal: --by NAME",
    ),
    "destroy-link": (
        "a link is among them; nothing was destroyed",
        "links are not followed: name what it points to, and remove the link",
    ),
    "destroy-key": (
        "a private key is among them; nothing was destroyed",
        "a key may open other files too: docs/handbook/keys.md tells how it is destroyed; name results only",
    ),
    "destroy-journal": (
        "a decision journal is among them; nothing was destroyed",
        "it holds no statement, and the proof's hash is written into it; name folders of results only",
    ),
}
