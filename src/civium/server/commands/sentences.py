"""What each error code says to a person at the command line, in English: what happened, then what to do.

The rules are:
- a sentence names facts in braces; a fact that an error does not carry is left out with a question mark, never an exception;
- hints name the command or the setting that helps; codes that need none have none;
- a code without a sentence is shown as it is, with the page that explains it (docs/errors.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from civium.errors import CiviumError
from civium.server.commands.sentences_console import CONSOLE
from civium.server.commands.sentences_jobs import JOBS
from civium.server.commands.sentences_keys import KEYS
from civium.server.commands.sentences_lifecycle import LIFECYCLE
from civium.server.commands.sentences_mail import MAIL
from civium.server.commands.sentences_office import OFFICE
from civium.server.commands.sentences_register import REGISTER

_SETUP = {
    "purpose-missing": ("nobody said what this installation is for", "civium init --purpose demonstration"),
    "purpose-unknown": ("there is no such purpose", "civium init --help lists the purposes"),
    "purpose-set": ("this folder is an installation already, and its purpose does not change", "choose another --data folder"),
    "legal-basis-missing": (
        "a central system names who runs it and on which legal basis",
        "add --operator NAME --legal-basis TEXT; an initiative of your own does not need a central system (docs/commands.md)",
    ),
    "operator-malformed": ("the operator's name or address cannot be read", "check --operator and --operator-email"),
    "not-initialised": (
        "this folder is not an installation",
        "civium init --data FOLDER, or set CIVIUM_DATA to the right folder",
    ),
    "schema-older": (
        "the database is older than this version: {waiting} migrations are missing",
        "stop the server, then civium migrate",
    ),
    "schema-newer": ("the database was made by a newer version", "run that version, or a later one"),
    "schema-unreadable": ("civium.db cannot be read", "restore it from a backup; statements are in another file"),
    "collection-lost": (
        "the store knows nothing of {collections} collections that were opened: it is from before",
        "bring back a backup from after they were opened (docs/operators/restore.md)",
    ),
    "generation-missing": (
        "this log was closed and has a successor: it is {generations} files",
        "name the generation; civium export writes all of them",
    ),
    "heads-continue": ("the store continues everything that was signed", "nothing needs to be closed: civium serve"),
    "loss-not-confirmed": (
        "{lost} statements are lost, not as many as you said",
        "civium heads close --check shows them log by log; repeat the number with --lose",
    ),
    "records-behind": (
        "civium.db does not know what the store holds: it is older",
        "bring back the newest civium.db; in the store lie the manifests, in civium.db what they are made of",
    ),
    "heads-not-missing": ("every log that holds entries is noted in signed-heads", "nothing needs to be accepted"),
    "signed-heads-missing": (
        "signed-heads, the note of what was signed, is lost: nothing shows whether the store of {logs} logs is the newest",
        "bring the file back from this disk, or make sure that the store is the newest, then civium heads accept (docs/errors.md)",
    ),
    "signed-heads-unreadable": (
        "signed-heads cannot be opened",
        "it is a file in the installation's folder, and must belong to you",
    ),
    "store-missing": ("the store of statements is missing", "restore it; if this installation is new, civium migrate makes it"),
    "store-unreadable": ("statements.db cannot be read", "is the disk whole, and the file yours? otherwise restore a backup"),
    "store-older": ("the store of statements is older than this version", "stop the server, then civium migrate"),
    "store-newer": ("the store of statements was made by a newer version", "run that version, or a later one"),
    "store-foreign": ("statements.db is not a store of this program", "set CIVIUM_DATA to the right folder"),
    "store-behind": (
        "the store of {jurisdiction} has {stored} entries, but a checkpoint over {signed} was signed",
        "an older backup was restored: bring back the newest one; if there is none, civium heads close (docs/operators/restore.md)",
    ),
    "store-forked": (
        "the store of {jurisdiction} is not the one whose checkpoints were signed",
        "bring back the newest backup; if there is none, civium heads close (docs/operators/restore.md)",
    ),
    "store-unavailable": ("the store did not answer", "is the disk full, or another command running? try again"),
    "database-file-malformed": (
        "the file with the connection string of {role} does not hold one",
        "one line, such as host=db dbname=civium user=NAME password=SECRET",
    ),
    "database-file-missing": (
        "the file with the connection string of {role} cannot be read",
        "docs/operators/postgresql.md names the files",
    ),
    "database-file-open-to-others": (
        "others can read the file with the password of {role}",
        "chmod 600, or 640 with a group of its own",
    ),
    "database-name-unknown": (
        "a name in a connection string is no role of the database",
        "make the roles first (docs/operators/postgresql.md), then civium migrate",
    ),
    "database-role-missing": (
        "this process has no connection string of {role}",
        "docs/settings.md lists the settings of PostgreSQL",
    ),
    "database-unreachable": (
        "PostgreSQL does not answer {role}, or does not know it",
        "is it running, and are name, password and host right?",
    ),
    "postgresql-extra-missing": ("the packages for PostgreSQL are not installed", "install civium with its extra `postgres`"),
    "postgresql-old": ("this is PostgreSQL {found}; it must be {needed} or newer", "docs/operators/postgresql.md"),
    "store-forbidden": ("the database does not let {role} do this", "civium migrate grants each role what it needs"),
    "store-keeps-times": (
        "PostgreSQL keeps the time of each commit, and so of each signing",
        "set track_commit_timestamp = off and restart it",
    ),
    "store-not-durable": ("PostgreSQL answers before the disk has what it was given", "set fsync = on and restart it"),
    "witnesses-malformed": ("line {line} of the list of witnesses is not in its form", "docs/spec/cosignature.md has the form"),
    "witnesses-unreadable": ("the list of witnesses cannot be read", "is CIVIUM_WITNESSES the right file?"),
    "workers-need-postgresql": (
        "several workers need PostgreSQL: SQLite has one writer",
        "leave out --workers, or see docs/operators/postgresql.md",
    ),
    "intake-running": ("another process serves this installation already", "stop it first"),
    "setting-unknown": ("there is no setting {setting}", "docs/settings.md lists the settings"),
    "setting-missing": ("the setting {setting} is missing", "--data FOLDER, or set CIVIUM_DATA"),
    "setting-invalid": ("the setting {setting} has a value that it cannot have", "docs/settings.md says which it can"),
    "bundle-missing": ("the signatory's script is not built", "make assets, in the source tree; a released package holds it"),
    "bundle-differs": ("the signatory's script is not the one that was built", "build it again"),
    "log-key-missing": ("the private key of a log is missing", "restore the folder `keys` from its own backup"),
    "token-key-unreadable": ("a key of duplicate tokens cannot be read", "restore its folder from its own backup"),
    "token-key-open-to-others": ("others than its owner can read a key of duplicate tokens", "chmod 600 the files in its folder"),
    "token-keys-in-use": (
        "collection has not ended: the keys are still needed, and repeats would tell who has signed",
        "civium initiative end, and the last hand-over, come first",
    ),
    "token-keys-missing": (
        "there are no such keys here (any more)",
        "name the folder where the token service keeps them: --keys FOLDER",
    ),
    "token-keys-not-handed-over": (
        "{left} logs hold statements that no authority has yet",
        "civium handover comes first; if nothing is left to hand over or to type in, say --all-is-handed-over",
    ),
    "barrier-missing": (
        "the barrier named by CIVIUM_BARRIER cannot be made",
        "is it module:maker, and installed? otherwise leave the setting out",
    ),
    "token-keys-which": (
        "say whose keys: an initiative's name, or a collection with the folder of its keys",
        "civium tokens destroy SLUG, or civium tokens destroy --collection HEX --keys FOLDER",
    ),
    "token-missing": ("this collection asks for duplicate tokens, and a posting has none", "make the file of postings anew"),
    "tokens-socket": (
        "no socket can be made there: the folder is missing or closed, or another token service answers",
        "stop the other one, or choose another --socket",
    ),
    "tokens-unavailable": (
        "the token service does not answer",
        "is `civium tokens serve` running, and CIVIUM_TOKENS its socket?",
    ),
    "work-out-of-bounds": ("the work asked for is out of bounds", "{least} to {most}"),
    "log-key-unreadable": ("the private key of a log cannot be read", "restore the folder `keys` from its own backup"),
    "log-key-open-to-others": (
        "others than its owner can read the private key of a log",
        "chmod 600 the files in the folder `keys`",
    ),
    "port-taken": ("port {port} is taken", "choose another with --port"),
}
_FOLDER = {
    "appearance-malformed": ("{key} is not as it must be", "docs/appearance.md describes each key"),
    "appearance-key-unknown": (
        "the file has a key that nobody knows",
        "docs/appearance.md lists the keys; look for a misspelt one",
    ),
    "appearance-block-missing": (
        "the organisers cannot be turned off: the law wants their names on the page",
        "add organisers to blocks",
    ),
    "picture-malformed": ("this is no PNG, JPEG, WebP or SVG, or it is cut short", "save it anew in one of these forms"),
    "picture-size": (
        "this picture is too small or too large: {least} to {most} pixels",
        "save it in another size; a cover may be given in up to three widths",
    ),
    "drawing-malformed": (
        "this SVG cannot be read, or it declares things of its own",
        "save it as plain SVG, without a document type",
    ),
    "certificate-malformed": ("the certificate is no PDF", "give the PDF that the authority signed"),
    "certificate-not-possible": (
        "a demonstration and a campaign page have no certificate of conformity",
        "leave certificate out",
    ),
    "folder-missing": ("there is no initiative.json in this folder", "docs/initiative-folder.md describes the folder"),
    "folder-malformed": ("{file} is not as it must be: {key}", "docs/initiative-folder.md describes each key"),
    "folder-key-unknown": (
        "{file} has a key that nobody knows",
        "docs/initiative-folder.md lists the keys; look for a misspelt one",
    ),
    "text-missing": (
        "there is no text in the initiative's original language, or in none that can be offered",
        "add <language>.json",
    ),
    "text-too-long": ("the {what} has {length} characters, {longest} are allowed (Annex II)", "shorten the original text"),
    "language-unknown": ("this procedure has no such language", "name the files by the languages' two letters, such as en.json"),
    "partner-code": ("a code has small letters, digits and single hyphens, {longest} at most", "such as rail-forum"),
    "partner-known": ("this initiative has a partner with this code", "take another; a retired code stays taken"),
    "partner-name": ("the partner's name is empty, unreadable or longer than {longest} characters", "name the organisation"),
    "partner-unknown": ("no partner of this code is counted", "civium initiative partners list"),
    "partners-many": ("an initiative can have {most} partners", "name groups of them by one code"),
    "initiative-exists": ("there is an initiative of this name already", "civium initiative update, or give it another slug"),
    "initiative-unknown": ("there is no initiative of this name", "civium initiative list"),
    "organisers-malformed": (
        "the list of organisers is not as it must be: one representative, one substitute, each with name and country",
        "docs/initiative-folder.md shows one",
    ),
    "registration-looks-real": (
        "a demonstration must not carry a number in the register's form",
        "choose another, such as DEMO-NIGHT-TRAINS",
    ),
    "registration-malformed": (
        "the registration number is not one of this procedure's",
        "write it as its register does, such as ECI(2026)000001",
    ),
    "goal-differs": ("this procedure's goal is {goal}", "leave out `goal`"),
    "deployment-not-possible": ("this procedure has no such kind of deployment", "docs/initiative-folder.md lists the kinds"),
    "deployment-differs": (
        "this installation is for: {purpose}",
        "an initiative is for the same, or a demonstration; another purpose needs another installation",
    ),
    "procedure-unknown": ("there is no such procedure", "civium procedure list"),
    "procedure-exists": (
        "this installation knows a procedure of that name already",
        "give yours another name in procedure.json",
    ),
    "procedure-faulty": ("a procedure's folder has {faults} faults", "civium procedure check FOLDER says each"),
    "procedure-folder-missing": ("there is no such folder", "name the folder that holds procedure.json"),
    "procedure-name-taken": ("two procedures have one name", "give yours another name in procedure.json"),
    "person-malformed": ("the name of a person is empty or unreadable", "--by NAME"),
    "person-twice": ("the two persons are the same", "--and-by must name somebody else"),
    "second-person-missing": ("this needs two persons", "--by NAME --and-by NAME"),
}
_PERIOD = {
    "period-ends-before-it-starts": ("the period ends before it starts", "check the dates in initiative.json"),
    "period-starts-before-registration": ("collection would start before the registration (Art. 6(1))", "start later"),
    "period-starts-too-late": (
        "collection starts more than {months} months after the registration (LAW-47, Art. 8(1))",
        "start earlier",
    ),
    "period-too-long": ("collection would last more than {months} months (LAW-46, Art. 8(1))", "end earlier"),
    "period-is-over": ("the period ended on {closed}", "nothing can be collected any more"),
    "start-not-told": (
        "the Commission was not told of the start ten working days before it, by {latest} (LAW-48, Art. 8(1))",
        "tell it, then set `start_told_on`, or start later",
    ),
    "channels-not-told": (
        "the Commission was not told of the channels ten working days before the start, by {latest} (LAW-50, Art. 10(3))",
        "tell it, then set `channels_told_on`, or start later",
    ),
    "thresholds-unknown": ("no thresholds are known for this day of registration", "check `registered_on`"),
    "form-unknown": ("no form of {jurisdiction} is known for this day", "check the day"),
}
_LIVE = {
    "individual-collection-registered-too-late": (
        "LAW-58: an own system may collect only for initiatives registered until {latest} (Art. 11(7) of Reg. 2019/788)",
        "use the Commission's central system and run this as a companion: civium init --purpose companion; or --purpose demonstration",
    ),
    "individual-collection-registered-too-early": (
        "LAW-58: an own system could collect only for initiatives registered from {earliest}",
        "civium init --purpose demonstration shows everything",
    ),
    "individual-collection-is-over": (
        "LAW-58: every collection that an own system could make ended by {latest} (Art. 8(1), 11(7) of Reg. 2019/788)",
        "use the Commission's central system and run this as a companion: civium init --purpose companion; or --purpose demonstration",
    ),
    "nothing-is-collected": (
        "a companion collects no statements: the Commission's central system does",
        "set `central_url` to link there",
    ),
    "already-live": ("this initiative is live already", "civium initiative renew publishes what changed"),
    "not-live": ("this initiative is not live yet", "civium initiative open"),
    "live-unchangeable": ("after go-live this does not change: {what} (Art. 8, 9(2))", "put it back as it was"),
    "language-not-offered": (
        "nobody can sign in {language}: an official text is missing in it",
        "--leave-out {language}: the initiative is still shown in it, and says so",
    ),
    "official-text-missing": (
        "an official text is missing in {language}: {key}",
        "civium initiative open --leave-out {language}",
    ),
    "keys-missing": (
        "{missing} States have no proven key, {first} first among them",
        "add and prove their keys, or --closed-online: those States are closed online, and the page says so",
    ),
    "key-unproven": (
        "the key of {jurisdiction} was added and never proven",
        "civium keys test, then civium keys prove; or civium keys retire",
    ),
    "collection-ended": ("collection has ended", "what has ended is not begun again"),
    "collection-changed": ("somebody else changed the collection at the same time", "look at it, then try again"),
    "collection-exists": ("the store has this collection already", "civium initiative show"),
    "unknown-collection": (
        "the store does not know this collection",
        "were civium.db and statements.db restored from different days?",
    ),
    "end-not-earlier": ("collection ends on {closes} anyway", "name an earlier day"),
    "end-in-the-past": ("this day is past, or before the start", "name today or a later day"),
    "end-not-told": (
        "the Commission was not told of an earlier end ten working days before it, by {latest} (LAW-49, Art. 8(1))",
        "tell it, then --told-on DAY, or choose a later day",
    ),
}
_FILES = {
    "file-missing": ("this file cannot be read", ""),
    "file-too-large": ("this file is larger than such a file can be ({largest} bytes)", "is it the right one?"),
    "file-exists": ("a file of this name is there already, and is left as it is", "move it, or choose another folder"),
    "file-not-written": (
        "the file could not be written, and nothing of it is left",
        "is the disk full, or the folder closed to writing?",
    ),
    "folder-not-there": ("the folder is not there and cannot be made", "make the folder above it first"),
    "unknown-jurisdiction": ("this collection has no such log", "name a State, such as LU, and a channel that is open"),
    "package-before-end": (
        "a submission package is made after the end, {closes} (Art. 12(2))",
        "--working-copy is possible at any time",
    ),
    "package-below-threshold": (
        "{received} statements and {over} of {needed} States are too few to be submitted (Art. 12(2))",
        "if it must be, --override-reason TEXT --by NAME --and-by NAME",
    ),
    "package-is-whole": ("a submission package is a whole log", "--from and --to need --working-copy"),
    "export-not-read-back": ("the file on the disk is not what was written", "do not use this disk; nothing was left there"),
    "cause-unknown": ("there is no such cause", "asked-by-signatory, ordered-by-authority or made-for-a-test"),
    "identifier-malformed": ("this is not an identifier of a statement", "copy it from the receipt, whole"),
    "unknown-entry": ("no statement of this initiative has this identifier", "is it another initiative's?"),
    "not-a-demonstration": (
        "only a demonstration is destroyed whole: statements that count are kept until they were submitted (Art. 19(5))",
        "civium destroy takes one statement",
    ),
    "nothing-to-hand-over": ("no submission package of this log was made", "civium export makes it"),
    "already-handed-over": ("this log was handed over before", ""),
    "already-destroyed": ("this statement was destroyed before", ""),
    "journal-chain": (
        "the journal was changed: its entry {number} does not follow",
        "keep everything as it is and find out who had the file",
    ),
    "journal-copy-malformed": (
        "line {line} of this file is no entry of a journal",
        "give the file that was taken away, as `civium journal` or the console wrote it",
    ),
    "manifest-chain": (
        "the manifests do not follow each other",
        "were civium.db and statements.db restored from different days?",
    ),
    "manifest-signature": ("a manifest is not signed by its log key", "were the files restored from different days?"),
}
SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {**CONSOLE, **LIFECYCLE, **REGISTER, **_SETUP, **MAIL, **_FOLDER, **_PERIOD, **_LIVE, **KEYS, **_FILES, **JOBS, **OFFICE}
)


class _Facts(dict[str, int | str]):
    """A fact that an error does not carry is shown as a question mark."""

    def __missing__(self, name: str) -> str:
        return "?"


def sentence_for(error: CiviumError) -> str:
    """Give what happened, as a line without full stop."""
    if error.code not in SENTENCES:
        return str(error)
    return SENTENCES[error.code][0].format_map(_Facts(error.facts)).removesuffix(": ?")


def hint_for(error: CiviumError) -> str:
    """Give what to do about it, or an empty line."""
    if error.code not in SENTENCES:
        return "docs/errors.md explains each code"
    return SENTENCES[error.code][1].format_map(_Facts(error.facts))
