"""What an officer reads when a share or a token cannot be used: for each code one sentence, and what to do about it."""

from __future__ import annotations

_ONCE_MORE = "look at the paper once more; 1 and l, u and v, m and n are often mistaken"
_GOES_ON = "put the token in again and give the same command: opening goes on where it stopped"

KEY_SENTENCES: dict[str, tuple[str, str]] = {
    "software-missing": (
        "this installation lacks the part that the custody of this key needs ({extra})",
        "have IT install civium[{extra}] from the same offline bundle",
    ),
    "ceremony-no-terminal": (
        "shares are shown and typed at a terminal, and this is none",
        "run the command in a terminal window, not from a script",
    ),
    "ceremony-stopped": (
        "the ceremony was stopped; nothing was made and nothing of a share is on the disk",
        "destroy the papers that were written, then begin again",
    ),
    "shares-number": (
        "these numbers of shares cannot be",
        "at least 2 must be needed, not more than there are, and there are at most {most}; 3 of 5 is usual",
    ),
    "share-word": ("word {place} is not in the list of words", _ONCE_MORE),
    "share-length": ("{words} words were typed, and a share has {expected}", "look whether a line was left out or typed twice"),
    "share-checksum": (
        "the words do not fit together: one of them is another word of the list, or two are exchanged",
        "compare each word with the paper, with its number",
    ),
    "share-differs": ("word {place} is not the one that was shown", "correct the paper if it is wrong there"),
    "share-foreign": (
        "this share is right in itself but belongs to another key",
        "look at the fingerprint on the envelope: each key has its own shares",
    ),
    "share-repeated": ("share {number} has been typed already", "another holder's share is needed"),
    "shares-wrong": (
        "the shares fit together but do not give this key",
        "the key file and the shares are not of one ceremony; take the key file that was made with them",
    ),
    "key-not-shared": (
        "this key is not in shares",
        "use the private key file that its ceremony wrote; 'civium-authority keys show FILE' tells how a key is kept",
    ),
    "key-never-leaves": (
        "this key lies in a token and never leaves it",
        "it cannot be put elsewhere; make a new key, and give the organisers its public half",
    ),
    "key-other-suite": (
        "this form is for keys of the other suite",
        "'civium-authority keys show FILE' tells the suite: 647a-0001-0002 fits x25519, 0010-0001-0002 fits p256",
    ),
    "token-module-missing": (
        "no program (PKCS#11 module) that speaks to tokens was found, or it does not start",
        "name the one that came with the token: --module FILE",
    ),
    "token-missing": (
        "no token of this name is plugged in",
        "plug it in; 'civium-authority keys token list' shows which are there",
    ),
    "token-several": ("{tokens} tokens have this name", "plug in only the one that is meant"),
    "token-not-set-up": ("the token has no PIN yet", "set it up with its maker's program first"),
    "token-busy": (
        "the token takes no further session",
        "run the command with --processes 1, and close other programs that use it",
    ),
    "token-mechanism": (
        "the token cannot compute what this form needs ({mechanism})",
        "choose another --form: 'civium-authority keys token list' shows what each token can do",
    ),
    "token-refuses-key": (
        "the token does not take the key, or computes something else with it; nothing was left in it",
        "many tokens take no key from outside: use --form wrapped",
    ),
    "token-holds-key": ("the token holds this key already", "use the private key file that was made with it"),
    "token-key-missing": (
        "the token is there but does not hold this key",
        "it was set up anew, or the key was taken out of it; use the other token",
    ),
    "token-seal": (
        "the token answers but does not open this private key file",
        "the file is damaged, or the key in the token is another one; use the other token, or the copy of the file",
    ),
    "token-gone": ("the token does not answer any more: it was taken out, or it has failed", _GOES_ON),
    "token-same": ("the backup must be another token than the first", "name two different tokens"),
    "token-backup": (
        "a key in one token alone is one fall away from being lost",
        "name a second token (--backup-token LABEL), or have its shares written down (--backup-shares)",
    ),
    "pin-missing": ("no PIN was given", "name a file that holds it: --pin-file FILE"),
    "pin-wrong": (
        "the PIN is wrong (tries with this command: {tries})",
        "most tokens lock themselves after three wrong PINs in a row, whatever program they are typed into",
    ),
    "pin-last-try": (
        "the PIN is wrong (tries with this command: {tries}), and the token has one try left before it locks itself",
        "stop and find the right PIN first; the same command asks again",
    ),
    "pin-locked": (
        "the token has locked itself after too many wrong PINs",
        "whoever holds its security officer's PIN (PUK) can unlock it; or use the other token",
    ),
}
