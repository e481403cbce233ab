"""Tokens: what they say when something is wrong becomes one plain refusal. Real where SoftHSM can be brought to it; faked where only a card can."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pkcs11
import pytest
from pkcs11 import Attribute, Mechanism, ObjectClass, TokenFlag, exceptions

from civium.authority import tokens
from civium.authority.kept_key import TokenName
from civium.authority.tokens import FoundToken
from civium.errors import Misconfigured, Refused
from tests.authority.softhsm import LABELS, PIN, SoftHSM

READY = TokenFlag.TOKEN_INITIALIZED | TokenFlag.USER_PIN_INITIALIZED
CAN = {Mechanism.AES_GCM, Mechanism.AES_KEY_GEN, Mechanism.ECDH1_DERIVE, Mechanism.EC_EDWARDS_KEY_PAIR_GEN}


def _raise(error: Exception) -> Any:
    raise error


def fake(flags: TokenFlag = READY, *, can: Any = CAN, **acts: Any) -> FoundToken:
    """Give a token that says what no software token can be brought to say."""
    slot = SimpleNamespace(get_token=lambda: SimpleNamespace(flags=flags), get_mechanisms=lambda: can)
    token: Any = SimpleNamespace(slot=slot, **acts)
    return FoundToken(token, TokenName("fake", b"1"))


def test_every_token_is_found_once_also_by_two_modules(softhsm: SoftHSM) -> None:
    modules = tokens.load_modules(softhsm.module)
    found = tokens.find_tokens([*modules, *modules])
    assert sorted(token.name.label for token in found) == sorted(LABELS)
    for label in LABELS:
        assert tokens.find_one(modules, label).name.label == label
        assert tokens.forms_of(tokens.find_one(modules, label)) == ["wrapped", "x25519", "p256"]
    names = [tokens.find_one(modules, label).name for label in LABELS]
    assert tokens.find_any(modules, [TokenName("lost", b""), *names[1:]]).name == names[1], "the file's order counts"


def test_a_token_that_is_not_there_is_told(softhsm: SoftHSM) -> None:
    modules = tokens.load_modules(softhsm.module)
    with pytest.raises(Refused, match="token-missing"):
        tokens.find_one(modules, "nowhere")
    with pytest.raises(Refused, match="token-missing"):
        tokens.find_any(modules, [TokenName("first", b"another serial")])


def test_two_tokens_of_one_name_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "find_tokens", lambda _modules: [fake(), fake()])
    with pytest.raises(Refused, match=r"token-several \(tokens=2\)"):
        tokens.find_one([], "fake")


def test_what_is_no_module_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letter.so").write_bytes(b"hello")
    for path in (tmp_path / "letter.so", tmp_path / "nowhere.so"):
        with pytest.raises(Misconfigured, match="token-module-missing"):
            tokens.load_modules(path)
    monkeypatch.setattr(tokens, "USUAL_MODULES", (str(tmp_path / "nowhere.so"),))
    with pytest.raises(Misconfigured, match="token-module-missing"):
        tokens.load_modules(None)


def test_the_usual_modules_are_searched(softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "USUAL_MODULES", ("/nowhere.so", str(softhsm.module)))
    assert tokens.find_one(tokens.load_modules(None), "first")


def test_empty_slots_and_tokens_without_set_up_are_passed_over() -> None:
    new = SimpleNamespace(label="", serial=b"", flags=TokenFlag.RNG)
    slots = [
        SimpleNamespace(get_token=lambda: _raise(exceptions.TokenNotPresent())),
        SimpleNamespace(get_token=lambda: _raise(exceptions.TokenNotRecognised())),
        SimpleNamespace(get_token=lambda: new),
    ]
    module: Any = SimpleNamespace(get_slots=lambda token_present: slots)
    assert tokens.find_tokens([module]) == []


def test_a_module_that_fails_is_a_token_that_does_not_answer() -> None:
    module: Any = SimpleNamespace(get_slots=lambda token_present: _raise(exceptions.DeviceError()))
    with pytest.raises(Refused, match="token-gone"):
        tokens.find_tokens([module])


def test_forms_follow_from_what_a_token_computes() -> None:
    assert tokens.forms_of(fake(can=set())) == []
    assert tokens.forms_of(fake(can={Mechanism.ECDH1_DERIVE, Mechanism.EC_KEY_PAIR_GEN})) == ["wrapped", "p256"]
    assert tokens.forms_of(fake(can={Mechanism.ECDH1_DERIVE, 0x1056})) == ["x25519", "p256"]
    for form, mechanism in (("wrapped", "AES_GCM"), ("x25519", "X25519"), ("p256", "ECDH1_DERIVE")):
        with pytest.raises(Refused, match=mechanism):
            tokens.check_form(fake(can=set()), form)
        tokens.check_form(fake(), form)


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (READY, "set"),
        (TokenFlag.TOKEN_INITIALIZED, "missing"),
        (READY | TokenFlag.USER_PIN_COUNT_LOW, "wrong tries before"),
        (READY | TokenFlag.USER_PIN_COUNT_LOW | TokenFlag.USER_PIN_FINAL_TRY, "one try left"),
        (READY | TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_LOCKED, "locked"),
    ],
)
def test_the_state_of_a_pin_is_told(flags: TokenFlag, told: str) -> None:
    assert tokens.pin_state(fake(flags)) == told


def test_a_wrong_pin_is_told_with_the_count_of_tries_and_the_right_one_opens(softhsm: SoftHSM) -> None:
    found = tokens.find_one(tokens.load_modules(softhsm.module), "spare")
    with pytest.raises(Refused, match=r"pin-wrong \(tries=2\)"):
        tokens.log_in(found, "9999", tries=2)
    assert tokens.pin_state(found) == "wrong tries before"
    with tokens.log_in(found, PIN), tokens.log_in(found, PIN, writes=True) as again:
        assert again.rw, "a second session of one process is logged in already"
    assert tokens.pin_state(found) == "set"


@pytest.mark.parametrize(
    ("flags", "error", "code"),
    [
        (TokenFlag.TOKEN_INITIALIZED, None, "token-not-set-up"),
        (READY | TokenFlag.USER_PIN_LOCKED, None, "pin-locked"),
        (READY, exceptions.PinLocked(), "pin-locked"),
        (READY, exceptions.SessionCount(), "token-busy"),
        (READY, exceptions.DeviceRemoved(), "token-gone"),
        (READY | TokenFlag.USER_PIN_FINAL_TRY, exceptions.PinIncorrect(), "pin-last-try"),
        (READY | TokenFlag.USER_PIN_COUNT_LOW, exceptions.PinLenRange(), "pin-wrong"),
    ],
)
def test_what_a_card_says_at_the_door_is_told_plainly(flags: TokenFlag, error: Exception | None, code: str) -> None:
    found = fake(flags, open=lambda **_told: _raise(error or AssertionError("no PIN was to be tried")))
    with pytest.raises(Refused, match=code):
        tokens.log_in(found, "1234")
    assert tokens.is_last_try(found) == bool(flags & TokenFlag.USER_PIN_FINAL_TRY)


def test_the_last_wrong_pin_is_told_as_a_lock() -> None:
    flags = [READY]

    def locks(**_told: object) -> None:
        flags[0] = READY | TokenFlag.USER_PIN_LOCKED
        raise exceptions.PinIncorrect

    slot = SimpleNamespace(get_token=lambda: SimpleNamespace(flags=flags[0]))
    token: Any = SimpleNamespace(slot=slot, open=locks)
    with pytest.raises(Refused, match="pin-locked"):
        tokens.log_in(FoundToken(token, TokenName("fake", b"1")), "1234")


def test_a_key_stays_in_the_token(softhsm: SoftHSM) -> None:
    session = tokens.log_in(tokens.find_one(tokens.load_modules(softhsm.module), "spare"), PIN, writes=True)
    tokens.put_private_key(session, tokens.P256, b"\x01" * 32, b"p256 stays there", "civium ES")
    tokens.make_wrapping_key(session, b"aes stays there!", "civium ES")
    private = tokens.find_key(session, ObjectClass.PRIVATE_KEY, b"p256 stays there")
    wrapping = tokens.find_key(session, ObjectClass.SECRET_KEY, b"aes stays there!")
    for key in (private, wrapping):
        with pytest.raises(exceptions.AttributeSensitive):
            key[pkcs11.Attribute.VALUE]
    with pytest.raises(Refused, match="token-holds-key"):
        tokens.put_private_key(session, tokens.P256, b"\x01" * 32, b"p256 stays there", "civium ES")
    tokens.destroy_key(session, ObjectClass.PRIVATE_KEY, b"p256 stays there")
    with pytest.raises(Refused, match="token-key-missing"):
        tokens.find_key(session, ObjectClass.PRIVATE_KEY, b"p256 stays there")


def test_what_a_token_sealed_no_changed_byte_opens(softhsm: SoftHSM) -> None:
    session = tokens.log_in(tokens.find_one(tokens.load_modules(softhsm.module), "spare"), PIN, writes=True)
    tokens.make_wrapping_key(session, b"to seal with....", "civium ES")
    key = tokens.find_key(session, ObjectClass.SECRET_KEY, b"to seal with....")
    sealed = tokens.seal_inside(key, b"n" * 12, b"seed", b"context")
    assert tokens.open_inside(key, b"n" * 12, sealed, b"context") == b"seed"
    for nonce, raw, context in (
        (b"m" * 12, sealed, b"context"),
        (b"n" * 12, sealed[:-1] + bytes((sealed[-1] ^ 1,)), b"context"),
        (b"n" * 12, sealed, b"contexT"),
    ):
        with pytest.raises(Refused, match="token-seal"):
            tokens.open_inside(key, nonce, raw, context)


def test_a_token_that_takes_no_key_is_told() -> None:
    def refuse(*_told: object, **_more: object) -> None:
        raise exceptions.AttributeReadOnly

    session: Any = SimpleNamespace(
        get_objects=lambda _template: [],
        generate_key=refuse,
        create_object=refuse,
        create_domain_parameters=refuse,
        token=fake(can={0x1056}).token,
    )
    for act in (
        lambda: tokens.make_wrapping_key(session, b"i", "l"),
        lambda: tokens.make_exchange_key(session, b"i", "l"),
        lambda: tokens.put_private_key(session, tokens.X25519, b"s" * 32, b"i", "l"),
        lambda: tokens.put_private_key(session, tokens.P256, b"s" * 32, b"i", "l"),
    ):
        with pytest.raises(Refused, match="token-refuses-key"):
            act()


def test_no_module_is_taken_from_the_folder_one_works_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is absolute on Windows is a place in the present folder elsewhere: an archive from a stranger could bring it along."""
    monkeypatch.chdir(tmp_path)
    loaded: list[str] = []
    monkeypatch.setattr(pkcs11, "lib", loaded.append)
    for path in tokens.USUAL_MODULES:
        if not Path(path).is_absolute():
            Path(path).parent.mkdir(parents=True)
            Path(path).touch()
    with suppress(Misconfigured):
        tokens.load_modules(None)
    assert all(path.startswith("/") for path in loaded)


@pytest.mark.parametrize("told", [{Attribute.SENSITIVE: False}, {Attribute.EXTRACTABLE: True}])
def test_a_key_that_could_be_read_out_again_is_not_left_in_a_token(told: dict[Attribute, bool]) -> None:
    class Made(dict[Attribute, bool]):
        """A key that the token made otherwise than it was asked."""

        is_destroyed = False

        def destroy(self) -> None:
            self.is_destroyed = True

    made = Made({Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False} | told)
    session: Any = SimpleNamespace(get_objects=lambda _: [], generate_key=lambda *_, **__: made, create_object=lambda _: made)
    session.token = SimpleNamespace(slot=SimpleNamespace(get_mechanisms=set))
    for put in (
        lambda: tokens.make_wrapping_key(session, b"i", "label"),
        lambda: tokens.put_private_key(session, tokens.X25519, bytes(32), b"i", "label"),
    ):
        with pytest.raises(Refused, match="token-refuses-key"):
            put()
        assert made.is_destroyed
