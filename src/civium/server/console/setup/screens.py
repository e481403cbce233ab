"""The screens of set-up."""

from __future__ import annotations

from civium.server.console.permissions import Permission
from civium.server.console.screens import LARGEST_BODY, Screen
from civium.server.console.setup import (
    beginning,
    certificate,
    details,
    keys,
    looks,
    organisers,
    overview,
    previewing,
    register,
    texts,
)
from civium.server.register.registered import LARGEST_FILE
from civium.server.uploads.papers import LARGEST_PAPER

_OF = "initiatives/<slug:slug>/set-up/"
_SEE, _CHANGE, _PROVE = Permission.SEE_SET_UP, Permission.CHANGE_SET_UP, Permission.PROVE_KEYS
_FORM, _POST = ("GET", "POST"), ("POST",)
# A text of the longest kind in a form: each letter at most twelve signs.
_LARGEST_TEXT = 1_048_576
_ENVELOPE = 65_536  # what a form puts around a file
SCREENS = (
    Screen("set-up", _OF, overview.overview, _SEE, place="Set-up"),
    Screen("setup-purpose", f"{_OF}purpose/", overview.purpose, _SEE),
    # Larger than any file that is read, so that one too large is told so in a sentence.
    Screen("setup-register", f"{_OF}register/", register.give, _CHANGE, methods=_FORM, largest_body=LARGEST_BODY),
    Screen("setup-comparison", f"{_OF}register/comparison/", register.comparison, _CHANGE, methods=_FORM),
    Screen("setup-register-away", f"{_OF}register/away/", register.throw_away, _CHANGE, methods=_POST),
    Screen("setup-texts", f"{_OF}texts/", texts.texts, _SEE),
    Screen("setup-texts-add", f"{_OF}texts/add/", texts.choose, _CHANGE, methods=_POST),
    Screen("setup-text", f"{_OF}texts/<slug:language>/", texts.text, _CHANGE, methods=_FORM, largest_body=_LARGEST_TEXT),
    Screen("setup-details", f"{_OF}details/", details.details, _CHANGE, methods=_FORM),
    Screen("setup-sharing", f"{_OF}sharing/", texts.shares, _CHANGE, methods=_FORM),
    Screen("setup-share", f"{_OF}sharing/<slug:language>/", texts.share, _CHANGE, methods=_FORM, largest_body=_LARGEST_TEXT),
    Screen("setup-keys", f"{_OF}keys/", keys.keys, _PROVE, methods=_FORM, largest_body=1_572_864),
    Screen("setup-key-test", f"{_OF}keys/<int:key>/test/", keys.test, _PROVE, methods=_POST),
    Screen("setup-key-prove", f"{_OF}keys/<int:key>/prove/", keys.prove, _PROVE, methods=_POST),
    Screen("setup-keys-prove", f"{_OF}keys/prove/", keys.prove_several, _PROVE, methods=_POST),
    Screen("setup-key-retire", f"{_OF}keys/<int:key>/retire/", keys.retire, _PROVE, methods=_POST, fresh=True),
    Screen(
        "setup-keys-organisers",
        f"{_OF}keys/organisers/",
        organisers.give,
        _PROVE,
        methods=_POST,
        largest_body=organisers.LARGEST_BODY,
    ),
    Screen("setup-keys-organisers-tests", f"{_OF}keys/organisers/tests/", organisers.tests, _PROVE, methods=_POST),
    Screen(
        "setup-keys-organisers-answers",
        f"{_OF}keys/organisers/answers/",
        organisers.answers,
        _PROVE,
        methods=_POST,
        largest_body=organisers.LARGEST_BODY,
    ),
    Screen("setup-keys-first-look", f"{_OF}keys/first-look/", keys.first_look, _PROVE, methods=_POST),
    Screen(
        "setup-certificate", f"{_OF}certificate/", certificate.certificate, _CHANGE, methods=_FORM, largest_body=2 * LARGEST_PAPER
    ),
    Screen("setup-certificate-file", f"{_OF}certificate/file/", certificate.file, _SEE),
    Screen("setup-appearance", f"{_OF}appearance/", looks.appearance, _CHANGE, methods=_FORM, largest_body=LARGEST_BODY),
    Screen("setup-preview", f"{_OF}preview/<slug:language>/", previewing.preview, _SEE),
    Screen("setup-preview-page", f"{_OF}preview/<slug:language>/<slug:page>/", previewing.preview, _SEE),
    Screen("setup-preview-file", f"{_OF}preview-files/<str:name>", previewing.preview_file, _SEE),
    Screen("new-initiative", "new-initiative/", beginning.choose, Permission.RUN_INSTALLATION, place="New initiative"),
    Screen("new-initiative-of", "new-initiative/<slug:procedure>/", beginning.new, Permission.RUN_INSTALLATION, methods=_FORM),
)
assert LARGEST_FILE + _ENVELOPE < LARGEST_BODY
