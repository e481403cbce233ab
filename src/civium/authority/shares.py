"""A seed in SLIP-39 shares, and out of them again: each share a line of words with a checksum of its own.

The rules are:
- one group, no passphrase: the shares alone are the key, which is what an authority's safe and five holders can keep;
- a share says which set it is of, its number and how many open the set; the seed must give the expected public key, whatever the shares say;
- what a person typed wrong is told by place, as soon as it is typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shamir_mnemonic import Share, combine_mnemonics, generate_mnemonics  # type: ignore[import-untyped]
from shamir_mnemonic.utils import MnemonicError  # type: ignore[import-untyped]
from shamir_mnemonic.wordlist import WORDLIST  # type: ignore[import-untyped]

from civium.authority.kept_key import MOST_SHARES, SharedKey
from civium.authority.keys import SeedKey, make_key
from civium.errors import Refused
from civium.formats.authority_key import PublicKey

# 32 bytes of seed make 33 words: 4 of set and place, 26 of share, 3 of checksum.
WORDS_A_SHARE = 33
# Four letters tell each word of SLIP-39's list from every other.
_LETTERS = 4
_BY_LETTERS: dict[str, str] = {word[:_LETTERS]: word for word in WORDLIST}


@dataclass(frozen=True, repr=False)
class TypedShare:
    """One share as a holder typed it: its words, and what they say of the set."""

    words: tuple[str, ...]
    identifier: int
    threshold: int
    number: int


def check_numbers(threshold: int, count: int) -> None:
    """Refuse numbers that protect nothing or cannot be: Refused `shares-number`."""
    if not 2 <= threshold <= count <= MOST_SHARES:
        raise Refused("shares-number", most=MOST_SHARES)


def split(seed: bytes, *, threshold: int, count: int) -> list[TypedShare]:
    """Give a seed as shares, of which any `threshold` give it back. Raises Refused `shares-number`."""
    check_numbers(threshold, count)
    # The iteration exponent slows down a guesser of a passphrase; there is none.
    (made,) = generate_mnemonics(1, [(threshold, count)], seed, iteration_exponent=0)
    return [parse_share(words) for words in made]


def parse_share(text: str) -> TypedShare:
    """Give the share that a person typed, words whole or by four letters. Raises Refused `share-word`, `share-length`, `share-checksum`, `share-foreign`."""
    words = tuple(whole_word(word, place) for place, word in enumerate(text.lower().split(), start=1))
    if len(words) != WORDS_A_SHARE:
        raise Refused("share-length", words=len(words), expected=WORDS_A_SHARE)
    try:
        share = Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        raise Refused("share-checksum") from None
    if share.group_count != 1:
        raise Refused("share-foreign")
    return TypedShare(words, share.identifier, share.member_threshold, share.index + 1)


def whole_word(typed: str, place: int) -> str:
    """Give the word of the list that a person means. Raises Refused `share-word` with its place."""
    word = _BY_LETTERS.get(typed[:_LETTERS], "")
    if len(typed) < _LETTERS or not word.startswith(typed):
        raise Refused("share-word", place=place)
    return word


def check_typed_back(shown: TypedShare, text: str) -> TypedShare:
    """Check that a holder's paper holds what was shown. Raises Refused `share-differs` with the place of the first word, and what `parse_share` raises."""
    words = [whole_word(word, place) for place, word in enumerate(text.lower().split(), start=1)]
    for place, (typed, expected) in enumerate(zip(words, shown.words, strict=False), start=1):
        if typed != expected:
            raise Refused("share-differs", place=place)
    return parse_share(text)


def check_belongs(share: TypedShare, kept: SharedKey, before: Sequence[TypedShare] = ()) -> None:
    """Check a share against the key's set and those typed before. Raises Refused `share-foreign`, `share-repeated`."""
    if (share.identifier, share.threshold) != (kept.identifier, kept.threshold) or share.number > kept.count:
        raise Refused("share-foreign")
    if any(share.number == other.number for other in before):
        raise Refused("share-repeated", number=share.number)


def combine(public: PublicKey, shares: Sequence[TypedShare]) -> SeedKey:
    """Give the key that shares make. Raises Refused `shares-wrong` if they give no seed, or another key's."""
    try:
        seed = combine_mnemonics([" ".join(share.words) for share in shares])
        key = make_key(public.jurisdiction, seed, suite=public.suite.name)
    except MnemonicError:
        raise Refused("shares-wrong") from None
    if key.public != public:
        raise Refused("shares-wrong")
    return key
