"""What each error code about keys says to a person at the command line (sentences.py has the rules)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_OF_THE_BUNDLE = "civium-authority organisers-key show FILE shows what the file holds"
KEYS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "key-malformed": ("this is not a public key file", "ask the authority for its .civium-public-key file"),
        "key-id": ("the key's id is not that of the key", "the file was changed: ask the authority for it again"),
        "key-exists": ("this key of {jurisdiction} was added before", "civium keys list"),
        "key-unknown": ("there is no such key of {jurisdiction}", "civium keys list"),
        "key-ambiguous": ("{jurisdiction} has {keys} such keys", "say which with --key-id"),
        "key-test-which": (
            "say which key: a State with --out or words, or all of them",
            "civium keys test SLUG LU --out FILE, or civium keys test SLUG --all --into FOLDER; civium keys prove SLUG LU WORDS, or --answers FILE",
        ),
        "rehearsal-needs-demonstration": (
            "statements of earlier days can be loaded into a demonstration only",
            "in any other collection the server dates each statement by its own calendar",
        ),
        "rehearsal-malformed": ("the file of postings cannot be read to its end", "make it anew with civium demo"),
        "demonstration-failed": ("the demonstration could not be made", "read the lines above; civium demo --anew begins again"),
        "demonstration-folder-not-ours": (
            "the folder holds files that a demonstration did not write, so nothing was removed",
            "name another with --folder",
        ),
        "key-test-missing": ("no test was put to the key of {jurisdiction}, or all were answered", "civium keys test"),
        "key-test-wrong": (
            "these are not the words of the test",
            "read them again; if they still differ, the key is not the authority's",
        ),
        "words-mistyped": ("these are not six words of five letters", "such as lusab-babad-gutih-tugad-mudof-sakat"),
        "custody-note-malformed": ("the note on custody is too long, or unreadable", "300 characters at most"),
        "jurisdiction-unknown": ("this procedure has no such State", "civium law show lists the codes; Greece is EL"),
        "organisers-keys-malformed": (
            "this is not a file of organisers' public keys, or it has been changed",
            "take the .civium-organisers-public-keys file that was made with the key",
        ),
        "organisers-keys-repeated": ("the file names one and the same key for {other} and for {jurisdiction}", _OF_THE_BUNDLE),
        "organisers-keys-needless": (
            "every State of this file has a key already, so none was added",
            "take out a key before the organisers' one is to stand in its place",
        ),
        "organisers-keys-none-waiting": ("none of the organisers' keys waits for its proof", "civium keys list"),
        "key-answers-malformed": (
            "this is not a file of answers, or it has been changed",
            "take the .civium-key-answers file that civium-authority organisers-key prove wrote",
        ),
        "key-answers-foreign": (
            "the answer for {jurisdiction} is of another key than the organisers' one that waits there; nothing was accepted",
            "make the tests again, and answer them with the organisers' key that was given here",
        ),
        "key-answers-wrong": (
            "the words for {jurisdiction} are not those of any test of its key; nothing was accepted",
            "were answers of two States exchanged? answer the newest file of tests again",
        ),
    }
)
