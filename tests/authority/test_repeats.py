"""Who claims to be whom: groups by identity, the hostile first entry, near-repeats, tokens."""

from __future__ import annotations

from civium.authority.grounds import codes_of
from civium.authority.judging import judge_statement
from civium.authority.repeats import Judgements, encode_judgement, find_repeats, remark_likeness, remark_tokens
from civium.formats.statement import Statement
from tests.authority.build import DAY, dni, greek, spanish, statement
from tests.authority.test_judging import rules


def _judgements(*made: Statement, jurisdiction: str = "ES") -> Judgements:
    judgements = Judgements()
    judgements.extend(b"".join(encode_judgement(judge_statement(one, DAY, rules(jurisdiction))) for one in made))
    return judgements


def _grounds(judgements: Judgements) -> list[list[str]]:
    return [list(codes_of(judgements.grounds(row))) for row in range(len(judgements))]


def test_statements_of_one_identity_are_a_group_in_the_order_of_the_log() -> None:
    judgements = _judgements(
        statement(spanish()), statement(spanish(dni(7))), statement(spanish("00000090-k")), statement(spanish(dni(7), "ANA"))
    )
    places = find_repeats(judgements)
    assert places[0] == places[2]
    assert places[1] == places[3] != places[0]
    assert _grounds(judgements) == [[], [], [], []]


def test_leading_zeros_and_invisible_signs_make_no_second_person() -> None:
    zeros = _judgements(statement(spanish("01234567L")), statement(spanish("1234567L")))
    assert find_repeats(zeros) == {0: (1, 0), 1: (1, 0)}
    invisible = _judgements(
        statement(greek()),
        statement(greek(first="Φωτει\u00adνή")),
        statement(greek(family="Αλων\u200bάρακη\u2060")),
        statement(greek(first="\u200eΦωτεινή", residence_postal_code="0" + greek()["residence_postal_code"])),
        jurisdiction="EL",
    )
    assert set(find_repeats(invisible).values()) == {(1, 0)}


def test_a_number_in_which_no_sign_counts_is_nobodys() -> None:
    judgements = _judgements(statement(spanish("—")), statement(spanish("?")), statement(spanish("000")))
    assert find_repeats(judgements) == {}
    remark_likeness(judgements, has_several_documents=True)
    assert [list(codes_of(judgements.grounds(row))) for row in range(3)] == [["number-format"]] * 3


def test_a_swedish_number_with_and_without_its_century_is_a_near_repeat() -> None:
    short, long = (spanish(number) | {"id_type": "personnummer"} for number in ("900131-0017", "19900131-0017"))
    judgements = _judgements(statement(short), statement(long), jurisdiction="SE")
    remark_likeness(judgements, has_several_documents=False)
    assert all("near-repeat" in grounds for grounds in _grounds(judgements))


def test_differing_names_send_the_whole_group_to_a_person() -> None:
    judgements = _judgements(
        statement(spanish(first="Falsa")), statement(spanish()), statement(spanish()), statement(spanish(dni(7)))
    )
    places = find_repeats(judgements)
    assert {places[row][0] for row in range(3)} == {places[0][0]}
    assert places[1][1] == places[2][1] != places[0][1]
    assert _grounds(judgements) == [["repeat-names-differ"]] * 3 + [[]]


def test_a_false_street_sends_the_whole_group_to_a_person_and_stays_one_person() -> None:
    false = greek(residence_street="Οδός Ψεύδους", residence_number="999", residence_city="Αθήνα")
    for field in ("residence_street", "residence_number", "residence_city"):
        one = _judgements(statement(greek(**{field: false[field]})), statement(greek()), statement(greek()), jurisdiction="EL")
        assert find_repeats(one) == {0: (1, 0), 1: (1, 0), 2: (1, 0)}
        remark_likeness(one, has_several_documents=False)
        assert _grounds(one) == [["repeat-address-differs"]] * 3
    abroad = _judgements(statement(greek(residence_country="CY")), statement(greek()), jurisdiction="EL")
    find_repeats(abroad)
    assert all("repeat-address-differs" in grounds for grounds in _grounds(abroad))


def test_another_spelling_of_the_address_is_no_other_address() -> None:
    spelled = greek(residence_street="οδος  Ονείρων", residence_city="ΜΑΡΟΎΣΙ", residence_number=" 7-")
    judgements = _judgements(statement(greek()), statement(spelled), jurisdiction="EL")
    assert find_repeats(judgements) == {0: (1, 0), 1: (1, 0)}
    assert not any("repeat-address-differs" in grounds for grounds in _grounds(judgements))


def test_names_that_differ_on_a_number_of_an_unknown_kind_are_two_persons() -> None:
    unknown = [statement(spanish(first=first) | {"id_type": "library-card"}) for first in ("Ana", "Berta")]
    judgements = _judgements(*unknown)
    assert find_repeats(judgements) == {0: (1, 0), 1: (1, 1)}
    assert all("repeat-names-differ" in grounds for grounds in _grounds(judgements))


def test_a_struck_statement_takes_nobodys_place() -> None:
    judgements = _judgements(statement(spanish(first="Falsa"), declaration=False), statement(spanish()))
    assert find_repeats(judgements) == {}
    assert _grounds(judgements)[1] == []


def test_near_repeats_are_remarked_in_part_a_and_part_b() -> None:
    moved = _judgements(
        statement(greek()),
        statement(greek(residence_postal_code="10431")),
        statement(greek(born="1981-01-01")),
        jurisdiction="EL",
    )
    remark_likeness(moved, has_several_documents=False)
    assert _grounds(moved) == [["near-repeat"], ["near-repeat"], []]
    kinds = _judgements(statement(spanish()), statement(spanish() | {"id_type": "passport"}))
    remark_likeness(kinds, has_several_documents=False)
    assert all("near-repeat" in grounds for grounds in _grounds(kinds))


def test_an_exact_repeat_is_no_near_repeat() -> None:
    judgements = _judgements(statement(spanish()), statement(spanish()))
    remark_likeness(judgements, has_several_documents=True)
    assert _grounds(judgements) == [[], []]


def test_one_name_beside_two_kinds_of_document_is_listed_where_a_state_has_several() -> None:
    passport = spanish("AAA123456") | {"id_type": "passport"}
    judgements = _judgements(
        statement(spanish()), statement(passport), statement(spanish(dni(7), "Berta")), statement(spanish(dni(8), "Berta"))
    )
    remark_likeness(judgements, has_several_documents=True)
    assert _grounds(judgements) == [["same-name-other-document"], ["same-name-other-document"], [], []]


def test_tokens_that_disagree_with_the_text_are_remarked_and_nothing_is_removed() -> None:
    def signed(fields: dict[str, str], token: bytes) -> Statement:
        return statement(fields, identity_key_version=1, token=token * 64)

    judgements = _judgements(
        signed(spanish(), b"a"),
        signed(spanish(), b"a"),
        signed(spanish(dni(1)), b"b"),
        signed(spanish(dni(1)), b"c"),
        signed(spanish(dni(2)), b"d"),
        signed(spanish(dni(3)), b"d"),
        statement(spanish(dni(1))),
    )
    remark_tokens(judgements)
    remarked = ["token-against-text"]
    assert _grounds(judgements) == [[], [], remarked, remarked, remarked, remarked, []]


def test_a_million_statements_fit_in_memory() -> None:
    assert len(encode_judgement(judge_statement(statement(spanish()), DAY, rules()))) < 85
