"""What each error code of the register's files and of given papers and pictures says to a person (sentences.py has the rules)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ANOTHER = "download the file from your organiser account again, and do not open it in an editor"
_LOOK = "compare with the register; if it stands so there, tell the Commission"
REGISTER: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "register-attribute-missing": ("the file's element {element} in line {line} lacks its {attribute}", _ANOTHER),
        "register-attribute-unknown": (
            "the file's element {element} in line {line} has an attribute that the format does not know",
            _ANOTHER,
        ),
        "register-attribute-wrong": ("{attribute} of {element} in line {line} is neither true nor false", _ANOTHER),
        "register-country-wrong": ("{element} of member {member} is no country's code of two letters", _LOOK),
        "register-date-wrong": ("{element} in the file is not a day that exists", _LOOK),
        "register-doctype": (
            "the file declares a document type or entities of its own in line {line}, which a file of the register never does",
            "do not use it; download the file from your organiser account again",
        ),
        "register-element-missing": ("{element} is missing in {inside}, which begins in line {line}", _ANOTHER),
        "register-element-twice": ("{element} stands twice in {inside}, the second time in line {line}", _ANOTHER),
        "register-element-unknown": ("line {line} has an element in {inside} that the format does not know", _ANOTHER),
        "register-empty": ("the file is empty", "choose the file that you downloaded from the register"),
        "register-encoding": ("the file is not in UTF-8: line {line} cannot be read", _ANOTHER),
        "register-key-missing": ("{key} is missing in the file", "save the whole answer of the register's interface"),
        "register-key-twice": ("a key stands twice in the file", "save the whole answer of the register's interface again"),
        "register-key-wrong": (
            "{key} in the file does not hold what it must",
            "save the whole answer of the register's interface again",
        ),
        "register-language-twice": ("the language {language} stands twice in the file", _LOOK),
        "register-language-unknown": ("the file has a language that is none of the Union's 24", _LOOK),
        "register-languages-missing": ("the file has the initiative in no language at all", _ANOTHER),
        "register-neither": ("the file is neither XML nor JSON", "choose the file that you downloaded from the register"),
        "register-none-waiting": ("no file of the register waits for its comparison", "give the file first"),
        "register-not-an-export": (
            "the file is XML, but no export of the register: it does not begin with export",
            "choose the file that you downloaded from the register",
        ),
        "register-not-json": (
            "the file is broken in line {line}: it is no JSON that can be read",
            "save it again, without changing anything",
        ),
        "register-not-xml": ("the file is broken in line {line}: it is no XML that can be read", _ANOTHER),
        "register-number-wrong": ("the registration number in the file is not one", _LOOK),
        "register-older": (
            "this file was written on {given}; the one that was taken over is of {loaded}, and newer",
            "download the file again; what is older is not taken over",
        ),
        "register-organisers": ("the file has {found} times a {role}; there must be exactly one (Art. 5(3))", _LOOK),
        "register-originals": ("the file marks {found} languages as the original; it must be exactly one", _LOOK),
        "register-role-unknown": ("the file gives an organiser a role that the register does not have", _LOOK),
        "register-seat-missing": ("the file names a legal entity, but not the country of its seat", "choose the country below"),
        "register-text-changed": (
            "the file differs from what people sign in {what}, which does not change after the start (LAW-26, Art. 9(2))",
            "ask the Commission whether the register is right; if it is, the initiative cannot go on with this text",
        ),
        "register-text-empty": ("{element} in the file is empty", _LOOK),
        "register-text-missing": (
            "the file lacks the language {language}, in which people can sign already",
            "a language stays once people can sign in it; download the whole file",
        ),
        "register-text-out-of-place": (
            "there are words in {inside}, which begins in line {line}, where only elements belong",
            _ANOTHER,
        ),
        "register-text-too-long": ("{element} in the file is longer than {longest} characters", _LOOK),
        "register-text-unreadable": ("{element} in the file holds signs that nobody can read", _ANOTHER),
        "register-too-deep": ("the file is nested deeper than any file of the register (line {line})", _ANOTHER),
        "register-too-large": (
            "the file is larger than {largest} bytes; a file of the register is far smaller",
            "is it the right one?",
        ),
        "register-too-many-languages": ("the file has {found} languages; the Union has {most}", _LOOK),
        "register-too-many-organisers": ("the file has {found} organisers; more than {most} cannot be", _LOOK),
        "cover-drawn": ("a cover is a photograph or a painted picture, not a drawing (SVG)", "save it as PNG, JPEG or WebP"),
        "drawing-acts": (
            "this drawing holds a script, a link or something else that could act on a page",
            "save it as plain SVG without scripts and links, or as PNG",
        ),
        "key-of-a-preview": (
            "this key of {jurisdiction} was made here for a preview: its private half lay on this server",
            "ask the authority for a key of its own",
        ),
        "preview-missing": ("there is no preview of this initiative, or it lies on another machine", "open it in the console"),
        "first-look-needs-demonstration": (
            "keys that nobody holds are for demonstrations alone",
            "ask each authority for its key",
        ),
        "paper-acts": (
            "this PDF holds a script, a form or an act that runs when it is opened",
            "print it into a new PDF, and give that",
        ),
        "paper-carries-files": ("this PDF carries other files inside", "print it into a new PDF, and give that"),
        "paper-encrypted": ("this PDF is encrypted, so nobody can look through it", "save it without a password"),
        "paper-malformed": ("this is no PDF that can be read", "is it the right file, and whole?"),
        "paper-not-alone": (
            "something else stands before or behind this PDF in the same file",
            "print it into a new PDF, and give that",
        ),
        "paper-swells": (
            "this PDF would become far too large when it is opened",
            "print it into a new PDF with fewer pages or smaller pictures",
        ),
        "paper-too-large": ("this PDF is larger than {largest} bytes", "scan it with fewer dots an inch, or in grey"),
        "picture-moves": ("this picture moves", "give a picture that stands still"),
        "picture-too-large": (
            "this picture cannot be made smaller than {largest} bytes, or is larger than can be taken",
            "save it smaller",
        ),
        "text-unreadable": ("{what} holds signs that nobody can read", "type it anew, or paste it as plain text"),
        "words-missing": ("{what} is empty", "write it"),
    }
)
