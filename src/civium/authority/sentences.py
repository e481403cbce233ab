"""What an officer reads when something cannot be done: for each code one sentence, and what to do about it."""

from __future__ import annotations

import errno

from civium.authority.sentences_documents import DOCUMENT_SENTENCES
from civium.authority.sentences_keys import KEY_SENTENCES
from civium.authority.sentences_organisers import ORGANISERS_SENTENCES
from civium.authority.sentences_reading import READING_SENTENCES
from civium.authority.sentences_sample import SAMPLE_SENTENCES
from civium.authority.sentences_window import WINDOW_SENTENCES
from civium.errors import CiviumError, Refused

_PUT_RIGHT = "ask the organisers for the file again, and tell them this sentence; nothing was opened"
_AGAIN = "move it away and open the export again"

SENTENCES: dict[str, tuple[str, str]] = {
    **DOCUMENT_SENTENCES,
    **KEY_SENTENCES,
    **ORGANISERS_SENTENCES,
    **READING_SENTENCES,
    **SAMPLE_SENTENCES,
    **WINDOW_SENTENCES,
    "passphrase-short": (
        "the passphrase is too short",
        "take at least {shortest} characters; a sentence of five words is easy to keep",
    ),
    "passphrase-differs": ("the two passphrases are not the same", "nothing was written; begin again"),
    "passphrase-missing": ("there is no terminal to ask for the passphrase", "name a file that holds it: --passphrase-file FILE"),
    "secret-encoding": (
        "the first line of the file with the passphrase or PIN is not plain text in UTF-8",
        "save it again as UTF-8; nothing was tried with it",
    ),
    "wrong-passphrase": (
        "the passphrase does not open this key",
        "look at the keyboard's language and at capital letters, then try again",
    ),
    "key-malformed": ("this is not a key file, or it has been damaged", "take the copy that was made when the key was made"),
    "key-id": (
        "the key file contradicts itself: its fingerprint is another key's",
        "do not use it; take the copy that was made with the key",
    ),
    "key-custody": ("this key is kept in a way this version does not know", "use a version of civium-authority that does"),
    "key-foreign": (
        "this key is not the one that was sealed to",
        "compare the fingerprints: civium-authority keys show FILE; another State's key, or an older one, opens nothing here",
    ),
    "key-missing": (
        "some envelopes were sealed to another key of yours ({missing} missing)",
        "give every key of this collection: --key A --key B",
    ),
    "key-test-malformed": ("this is not a key test", "ask the organisers for it again"),
    "key-test-unopenable": ("the key test is for this key but does not open", "ask the organisers for a new one"),
    "jurisdiction-unknown": ("no such jurisdiction in this procedure", "use the Union's two letters, EL for Greece"),
    "procedure-unknown": (
        "this version does not know the procedure",
        "install the version that the organisers name, or set CIVIUM_PROCEDURES to a folder with the procedure's own",
    ),
    "procedure-name-taken": ("two procedures have one name", "leave one folder in CIVIUM_PROCEDURES"),
    "procedure-faulty": ("a procedure's folder has {faults} faults", "ask the organisers for it again"),
    "procedure-folder-missing": ("there is no such folder", "name the folder that holds procedure.json"),
    "export-malformed": ("this is not an export of Civium", "look whether the right file was chosen"),
    "export-version": ("this export is of a later version", "install a newer civium-authority"),
    "export-cut": ("the export ends too early", "the copy was interrupted; copy it again, or ask the organisers for it again"),
    "export-altered": ("the export has been changed or damaged", _PUT_RIGHT),
    "export-not-signed": (
        "the export is not what the log's key signed: it was changed on its way, or made by somebody else",
        _PUT_RIGHT,
    ),
    "export-texts": ("the initiative's texts in the export are not those that were signed", _PUT_RIGHT),
    "export-foreign": ("the export contradicts its own manifest about collection, State, channel or log", _PUT_RIGHT),
    "export-foreign-envelope": ("the export holds an envelope that is not of this collection, State or channel", _PUT_RIGHT),
    "export-repeated-entry": ("the export holds the same entry twice", _PUT_RIGHT),
    "export-incomplete": ("the export is not the whole log: its rows do not give the signed root", _PUT_RIGHT),
    "export-evidence": ("an entry is said to be erased by its signatory, but the proof does not hold", _PUT_RIGHT),
    "manifest-malformed": ("a manifest in the export is malformed", _PUT_RIGHT),
    "manifest-chain": ("the manifests in the export are not one collection's, from the first on", _PUT_RIGHT),
    "manifest-signature": ("a manifest in the export is not signed by the log's key", _PUT_RIGHT),
    "note-malformed": ("this is not a signed note", "look whether the right file was chosen"),
    "note-not-signed": ("the checkpoint is not signed by the log's key", _PUT_RIGHT),
    "note-signature": ("a signature in the export does not hold: the checkpoint's or the whole file's", _PUT_RIGHT),
    "checkpoint-malformed": ("this is not a checkpoint", "look whether the right file was chosen"),
    "checkpoint-foreign": (
        "the export is not the log that you know from elsewhere",
        "the checkpoint or key you gave says otherwise; tell the organisers and whoever watches the log",
    ),
    "verifier-key-malformed": ("this is not a log's verifier key", "it looks like name+hash+key; copy it whole"),
    "form-unknown": (
        "this version does not know the form of that State on the last day of collection",
        "install a newer civium-authority",
    ),
    "policy-malformed": ("this is not a policy file", "begin with the one that 'civium-authority policy show' writes"),
    "policy-action": (
        "the policy names an indication or an action that does not exist",
        "compare it with 'civium-authority policy show'",
    ),
    "policy-threshold": (
        "the policy names a threshold that is none",
        "a whole number from 2 to 1000000, for address-shared or burst-of-street; compare it with 'civium-authority policy show'",
    ),
    "policy-foreign": ("the policy is another State's", "use the policy of the State whose statements these are"),
    "policy-not-confirmed": (
        "the rules were not confirmed; nothing was opened",
        "read the table above, then answer yes or give --confirm-rules",
    ),
    "file-exists": (
        "a file of that name is there already; nothing was overwritten",
        "move it away, or choose another name with --to",
    ),
    "file-missing": ("there is no such file", "look at the name; the export's own name is enough for every command"),
    "not-opened": ("this export has not been opened here", "begin with: civium-authority open EXPORT --key FILE"),
    "not-verified": ("this export has not been verified here", "first: civium-authority verify EXPORT --key FILE"),
    "work-unfinished": (
        "the opening of this export was interrupted",
        "run 'civium-authority open' again: it goes on where it stopped",
    ),
    "work-going-on": (
        "another civium-authority is writing this file at this moment",
        "wait until it has ended, or end it with Ctrl-C; what it has done is kept",
    ),
    "work-of-another": (
        "an unfinished working file of that name belongs to another export, other rules, another description of columns or another key",
        "move it away (its ending is .part), or choose another name with --to",
    ),
    "working-file-malformed": (
        "this is not a working file of civium-authority",
        "the export's own name is enough for every command",
    ),
    "working-file-kind": ("this is another kind of working file", "the export's own name is enough for every command"),
    "working-file-altered": ("the working file has been changed or damaged", _AGAIN),
    "working-file-cut": ("the working file ends too early", _AGAIN),
    "verdicts-foreign": ("the verdicts are of another opening of this export", "verify again"),
    "group-unknown": ("there is no such group", "groups are named by 'civium-authority show': group-3, near-1 or place-2"),
    "group-one-person": (
        "the statements of this group may be one person's: they are not struck all at once",
        "look at it with 'civium-authority show --group', then strike by --identifier what does not count; nothing was written",
    ),
    "ground-unknown": ("there is no such ground", "see the codes with 'civium-authority policy show'"),
    "decisions-malformed": (
        "this is not a list of decisions",
        'it is a JSON list of {{"identifier": …, "decision": "accept" or "strike", "reason": …}}',
    ),
    "decision-unknown": ("{unknown} of the identifiers are not in this export", "nothing was written"),
    "decision-not-open": (
        "one of these statements is struck by a certain ground or by the policy, or is not in the file",
        "that is not decided by a person; nothing was written. For another policy open the export again under another name",
    ),
    "decision-impossible": ("what nobody can read cannot be accepted", "strike it, with a reason; nothing was written"),
    "decision-none": ("no undecided statement would be settled by this", "see what is left: civium-authority report"),
    "journal-altered": (
        "the decision journal has been changed or cut",
        "take the copy from your backup; decisions are never edited, only added",
    ),
    "journal-foreign": ("the decision journal belongs to another verification", "move it away, or name the right one"),
    "certificate-working-copy": (
        "this is a working copy or a selection: it can be opened, never certified",
        "ask the organisers for the submission package",
    ),
    "certificate-generations": (
        "this log was closed and has successors: {missing} of its exports are missing here",
        "open them all, then 'civium-authority join', then verify what it wrote",
    ),
    "join-foreign": (
        "these files are not of one log, opened with one key and one policy",
        "join only the exports of one State and channel, opened alike",
    ),
    "join-generations": (
        "a log of {generations} generations is joined from as many exports, each once",
        "ask the organisers for the missing file",
    ),
    "certificate-channel": (
        "these statements came on paper",
        "certify the online export and type in the paper: --paper-received, --paper-valid",
    ),
    "certificate-undecided": (
        "{undecided} statements still wait for a decision",
        "see them with 'civium-authority show', decide with 'civium-authority decide'",
    ),
    "certificate-paper": ("the numbers for paper do not fit each other", "not more can be valid than were received"),
    "authority-unnamed": ("the name of this State's authority is not known here", "give it: --authority NAME"),
    "official-text-missing": ("this procedure has no certificate wording", "use report instead"),
    "selftest-failed": (
        "step {step} of the selftest gave something else than it must",
        "do not use it; install civium-authority again and compare the hashes of its files",
    ),
    "memory-full": (
        "this computer has too little memory for that; nothing half-written was left under its name",
        "end other programs, or give fewer processes (--processes 1); a key file may ask for up to 1 GiB to open",
    ),
    "disk-full": ("the disk is full; nothing half-written was left under its name", "make room, then run the same command again"),
    "not-permitted": ("this file may not be read or written here", "look at the folder's rights, or choose another with --to"),
    "file-trouble": ("the file could not be read or written", "look at the disk or the memory stick, then try again"),
    "process-lost": (
        "one of the processes ended by itself, most often for want of memory",
        "run the same command again, with --processes 1",
    ),
}

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def sentence_of(error: CiviumError) -> tuple[str, str]:
    """Give the sentence and the hint for an error."""
    sentence, hint = SENTENCES.get(error.code, (f"not possible: {error.code}", "tell the makers of civium-authority this code"))
    return sentence.format(**error.facts), hint.format(**error.facts)


def refusal_of(trouble: OSError) -> Refused:
    """Give the refusal that stands for trouble with a file; never its name, which may say more than it should."""
    if trouble.errno in _DISK_FULL:
        return Refused("disk-full")
    if isinstance(trouble, PermissionError):
        return Refused("not-permitted")
    if isinstance(trouble, FileNotFoundError | IsADirectoryError | NotADirectoryError):
        return Refused("file-missing")
    return Refused("file-trouble")
