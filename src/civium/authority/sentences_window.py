"""What an officer reads when the window cannot do something; `sentences.py` has the table of all."""

from __future__ import annotations

WINDOW_SENTENCES: dict[str, tuple[str, str]] = {
    "window-outside": (
        "this is not a place in the folder that the window was begun with",
        "put the file there, or begin the window in its folder",
    ),
    "window-custody": (
        "this key is kept in shares or in a token, which the terminal opens",
        "end the window and begin it with the key: civium-authority window --key FILE",
    ),
    "window-no-file": ("no file has been chosen", "choose the file that the organisers handed over"),
    "window-locked": ("the key is locked", "unlock it on the page 'Open'"),
    "window-nobody": (
        "it is not known who is at work here",
        "type your name beside the passphrase, one line of at most 200 signs: it stands in the journal",
    ),
    "window-busy": ("something is running", "wait for its end, or stop it; it goes on from there"),
    "window-folder": ("there is no such folder", "name the folder in which the export and your key lie"),
    "window-port": ("this port is taken", "leave --port out: the system finds a free one"),
}
