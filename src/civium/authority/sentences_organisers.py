"""What is read when an organisers' key cannot be used: for each code one sentence, and what to do about it."""

from __future__ import annotations

_RIGHT_FILE = "look at the fingerprints: civium-authority organisers-key show FILE"

ORGANISERS_SENTENCES: dict[str, tuple[str, str]] = {
    "organisers-key-malformed": (
        "this is not an organisers' private key file, or it has been damaged",
        "take the copy that was made when the key was made",
    ),
    "organisers-key-foreign": (
        "these keys do not follow from this organisers' key: the file was changed, or it is of another secret",
        _RIGHT_FILE,
    ),
    "organisers-key-not-of": (
        "the key of this State does not follow from the organisers' key",
        "its authority holds a key of its own, or the State belongs to another procedure; " + _RIGHT_FILE,
    ),
    "organisers-key-elsewhere": (
        "this is an organisers' key: it stands for several States, and this command is for the key of one",
        "see 'civium-authority organisers-key --help'; 'organisers-key hand-over key' writes the key of one State",
    ),
    "organisers-keys-malformed": (
        "this is not a file of organisers' public keys, or it has been changed",
        "take the copy that was made when the key was made",
    ),
    "organisers-keys-repeated": (
        "the file names one and the same key for {other} and for {jurisdiction}",
        "do not use it; each State has a key of its own",
    ),
    "organisers-test-foreign": (
        "the test for {jurisdiction} is to another key than the one that follows from this secret; nothing was answered",
        "take the organisers' key that was given to the console, or have the console make the tests again",
    ),
    "key-tests-malformed": (
        "this is not a file of key tests, or it has been changed",
        "have the organisers' console make it again",
    ),
    "desk-needs-package": (
        "this is a working copy or a selection, and only a State's submission package is handed over",
        "make the package in the console; 'civium-authority open' opens a working copy",
    ),
}
