"""Any three of five shares give the key, no two do, and a mistake on paper is told by its place."""

from __future__ import annotations

import re
from itertools import combinations, permutations

import pytest
from shamir_mnemonic import combine_mnemonics, generate_mnemonics

from civium.authority import shares
from civium.authority.kept_key import SharedKey
from civium.authority.shares import TypedShare, check_belongs, check_typed_back, combine, parse_share, split
from civium.errors import Refused
from tests.authority.build import authority_key

KEY = authority_key()
MADE = split(KEY.seed, threshold=3, count=5)
KEPT = SharedKey(KEY.public, MADE[0].identifier, 3, 5)


def _text(share: TypedShare) -> str:
    return " ".join(share.words)


def test_any_three_of_five_give_the_key_in_any_order() -> None:
    for some in combinations(MADE, 3):
        assert combine(KEY.public, some).seed == KEY.seed
    for order in permutations(MADE[:3]):
        assert combine(KEY.public, order).public == KEY.public


def test_two_give_nothing_and_three_of_different_sets_neither() -> None:
    other = split(KEY.seed, threshold=3, count=5)
    for some in (MADE[:2], [*MADE[:2], other[2]], [MADE[0], MADE[0], MADE[1]]):
        with pytest.raises(Refused, match="shares-wrong"):
            combine(KEY.public, some)


def test_shares_of_another_key_do_not_pass_for_this_one() -> None:
    with pytest.raises(Refused, match="shares-wrong"):
        combine(authority_key(seed=b"t" * 32).public, MADE[:3])


@pytest.mark.parametrize(("threshold", "count"), [(1, 1), (1, 5), (4, 3), (3, 17), (0, 0), (-1, 5)])
def test_numbers_that_protect_nothing_are_refused(threshold: int, count: int) -> None:
    with pytest.raises(Refused, match="shares-number"):
        split(KEY.seed, threshold=threshold, count=count)


def test_sixteen_of_sixteen_and_two_of_two_are_possible() -> None:
    for number in (2, 16):
        made = split(KEY.seed, threshold=number, count=number)
        assert combine(KEY.public, made).seed == KEY.seed


def test_a_share_tells_its_set_and_number() -> None:
    assert [share.number for share in MADE] == [1, 2, 3, 4, 5]
    assert {(share.identifier, share.threshold) for share in MADE} == {(KEPT.identifier, 3)}
    assert all(len(share.words) == shares.WORDS_A_SHARE for share in MADE)
    # "author" and the like are words of shares, and stand in the class's own name.
    assert re.fullmatch(r"<civium\.authority\.shares\.\w+ object at 0x[0-9a-f]+>", repr(MADE[0]))


def test_four_letters_and_capitals_will_do() -> None:
    short = "  ".join(word[:4].upper() for word in MADE[0].words)
    assert parse_share(short) == MADE[0]


def test_a_word_that_is_none_is_told_by_its_place() -> None:
    words = list(MADE[1].words)
    for wrong in ("zzzz", words[6][:3], words[6] + "x", "été"):
        with pytest.raises(Refused, match=r"share-word \(place=7\)"):
            parse_share(" ".join([*words[:6], wrong, *words[7:]]))


def test_another_word_of_the_list_and_exchanged_words_fail_the_checksum() -> None:
    words = list(MADE[2].words)
    other = "academic" if words[20] != "academic" else "acid"
    for wrong in ([*words[:20], other, *words[21:]], [*words[:30], words[31], words[30], words[32]]):
        if wrong != words:
            with pytest.raises(Refused, match="share-checksum"):
                parse_share(" ".join(wrong))


def test_words_left_out_or_typed_twice_are_counted() -> None:
    for typed, count in ((MADE[0].words[:-1], 32), (MADE[0].words * 2, 66), ((), 0)):
        with pytest.raises(Refused, match=rf"share-length \(words={count}, expected=33\)"):
            parse_share(" ".join(typed))


def test_what_is_typed_back_is_compared_word_by_word() -> None:
    assert check_typed_back(MADE[0], _text(MADE[0])) == MADE[0]
    with pytest.raises(Refused, match=r"share-differs \(place=4\)"):
        check_typed_back(MADE[0], _text(MADE[1]))
    with pytest.raises(Refused, match="share-length"):
        check_typed_back(MADE[0], " ".join(MADE[0].words[:10]))


def test_a_share_of_another_key_and_one_typed_twice_are_refused() -> None:
    check_belongs(MADE[3], KEPT, MADE[:3])
    with pytest.raises(Refused, match=r"share-repeated \(number=2\)"):
        check_belongs(MADE[1], KEPT, MADE[:3])
    four = SharedKey(KEY.public, KEPT.identifier, 3, 4)
    strange = SharedKey(KEY.public, KEPT.identifier ^ 1, 3, 5)
    for kept, share in ((strange, MADE[0]), (four, MADE[4])):
        with pytest.raises(Refused, match="share-foreign"):
            check_belongs(share, kept)


def test_shares_in_groups_as_others_make_them_are_not_ours() -> None:
    made = generate_mnemonics(1, [(2, 3), (2, 3)], KEY.seed)
    with pytest.raises(Refused, match="share-foreign"):
        parse_share(made[0][0])


def test_shares_are_those_of_slip_39() -> None:
    """SLIP-39's first test vector, from its own list: who reads SLIP-39 reads our shares."""
    vector = "duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband erode duke ajar critical decision keyboard"
    assert combine_mnemonics([vector], b"TREZOR").hex() == "bb54aac4b89dc868ba37d9cc21b2cece"
    assert combine_mnemonics([_text(share) for share in MADE[1:4]]) == KEY.seed
    assert {share.words[:2] for share in MADE} == {MADE[0].words[:2]}, "one set begins with the same two words"
