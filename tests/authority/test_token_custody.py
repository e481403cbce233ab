"""A key comes out of every form of token as it went in, from each of two tokens; and what fails leaves nothing behind."""

from __future__ import annotations

import pickle
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from pkcs11 import Mechanism, ObjectClass

from civium.authority import token_custody, tokens
from civium.authority.kept_key import ResidentFile, TokenName, WrappedKey, encode_kept_key, parse_kept_key
from civium.authority.keys import AuthorityKey, ResidentKey, SeedKey, working_key
from civium.authority.opening import open_envelope, open_key_test
from civium.authority.resident import rate_of
from civium.authority.token_custody import TokenExchange, UnlockedToken
from civium.errors import Refused
from civium.formats import envelope
from civium.formats.authority_key import make_key_test
from civium.formats.envelope import DEFAULT_SUITE, P256_SUITE, SUITES
from tests.authority.build import Log, authority_key
from tests.authority.softhsm import PIN, SoftHSM

SECRET = b"twelve bytes"


def _key(name: str, suite: str) -> SeedKey:
    """Give a key that no other test puts into the tokens."""
    return authority_key(suite=suite, seed=sha256(name.encode()).digest())


def _places(softhsm: SoftHSM, *labels: str) -> list[UnlockedToken]:
    modules = tokens.load_modules(softhsm.module)
    found = [tokens.find_one(modules, label) for label in labels]
    return [UnlockedToken(one, tokens.log_in(one, PIN, writes=True)) for one in found]


def _resident(softhsm: SoftHSM, kept: ResidentFile, number: int) -> AuthorityKey:
    exchange = TokenExchange(softhsm.module, (kept.tokens[number],), PIN, kept.public.key_id)
    return token_custody.take_up(kept, exchange)


def _without_gcm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the tokens what most smart cards have: keys on curves, and no AES."""
    less = frozenset({Mechanism.ECDH1_DERIVE, Mechanism.EC_KEY_PAIR_GEN})
    monkeypatch.setattr(tokens.FoundToken, "mechanisms", property(lambda _self: less))


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("method", ["aes-gcm", "ecdh-p256"])
def test_a_wrapped_seed_comes_out_of_each_token(
    suite: str, method: str, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch
) -> None:
    if method == "ecdh-p256":
        _without_gcm(monkeypatch)
    key, places = _key(f"wrapped {suite} {method}", suite), _places(softhsm, "first", "second")
    made = token_custody.wrap(key, places)
    assert key.seed not in encode_kept_key(made)
    kept = parse_kept_key(encode_kept_key(made))
    assert isinstance(kept, WrappedKey)
    assert [one.method for one in kept.wrappings] == [method] * 2
    for place in places:
        assert token_custody.unwrap(kept, place.found, place.session).seed == key.seed
    with pytest.raises(Refused, match="token-holds-key"):
        token_custody.wrap(key, places)
    other = replace(kept, public=_key("another key", suite).public)
    with pytest.raises(Refused, match="token-key-missing"):
        token_custody.unwrap(other, places[0].found, places[0].session)


@pytest.mark.parametrize("method", ["aes-gcm", "ecdh-p256"])
def test_a_wrapped_seed_that_was_changed_is_told(method: str, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch) -> None:
    if method == "ecdh-p256":
        _without_gcm(monkeypatch)
    key, places = _key(f"changed {method}", DEFAULT_SUITE), _places(softhsm, "first")
    kept = token_custody.wrap(key, places)
    (one,) = kept.wrappings
    bad = replace(kept, wrappings=(replace(one, sealed=one.sealed[:-1] + bytes((one.sealed[-1] ^ 1,))),))
    with pytest.raises(Refused, match="token-seal"):
        token_custody.unwrap(bad, places[0].found, places[0].session)
    if method == "ecdh-p256":
        off = replace(kept, wrappings=(replace(one, point=b"\x04" + bytes(64)),))
        with pytest.raises(Refused, match="key-malformed"):
            token_custody.unwrap(off, places[0].found, places[0].session)
    elsewhere = replace(kept, public=replace(kept.public, public_key=authority_key().public.public_key))
    with pytest.raises(Refused, match="key-id"):
        token_custody.unwrap(elsewhere, places[0].found, places[0].session)


@pytest.mark.parametrize("suite", SUITES)
def test_a_resident_key_opens_in_each_token_what_the_library_sealed(suite: str, softhsm: SoftHSM) -> None:
    key = _key(f"resident {suite}", suite)
    made = token_custody.put_in(key, _places(softhsm, "first", "second"))
    raw = encode_kept_key(made)
    assert key.seed not in raw
    assert key.secret not in raw
    kept = parse_kept_key(raw)
    assert isinstance(kept, ResidentFile)
    sealed = envelope.parse(Log(key).seal(b"a" * 2048))
    for number in (0, 1):
        taken = _resident(softhsm, kept, number)
        assert open_envelope(sealed, taken.private) == b"a" * 2048
        assert open_key_test(taken, make_key_test(key.public, SECRET)) == SECRET
        assert working_key(taken, b"head") == working_key(key, b"head"), "one key, one working file, whatever the custody"
        assert not isinstance(taken, SeedKey)


@pytest.mark.parametrize("suite", SUITES)
def test_another_process_gets_a_resident_key_without_its_session(suite: str, softhsm: SoftHSM) -> None:
    key = _key(f"sent {suite}", suite)
    kept = token_custody.put_in(key, _places(softhsm, "first"))
    taken = _resident(softhsm, kept, 0)
    sent = pickle.loads(pickle.dumps(taken.again))()
    sealed = envelope.parse(Log(key).seal(b"a" * 2048))
    assert open_envelope(sealed, sent) == b"a" * 2048
    assert PIN not in repr(taken)
    assert PIN not in repr(taken.private.exchange)  # type: ignore[union-attr]


@pytest.mark.parametrize("suite", SUITES)
def test_a_hostile_point_does_not_make_a_real_token_stumble(suite: str, softhsm: SoftHSM) -> None:
    key = _key(f"hostile {suite}", suite)
    kept = token_custody.put_in(key, _places(softhsm, "first"))
    private = _resident(softhsm, kept, 0).private
    log = Log(key)
    size = key.public.suite.enc_size
    for enc in (bytes(size), b"\x04" + bytes(size - 1), b"\xff" * (size - 32) + b"\x01" + bytes(31)):
        raw = envelope.encode_header(log.header()) + enc + bytes(2064)
        assert open_envelope(envelope.parse(raw), private) is None
    assert open_envelope(envelope.parse(log.seal(b"a" * 2048)), private) == b"a" * 2048


@pytest.mark.parametrize("suite", SUITES)
def test_what_is_kept_beside_a_resident_key_cannot_be_changed(suite: str, softhsm: SoftHSM) -> None:
    key = _key(f"beside {suite}", suite)
    kept = token_custody.put_in(key, _places(softhsm, "first"))
    for bad in (replace(kept, sealed=kept.sealed[:-1] + bytes((kept.sealed[-1] ^ 1,))), replace(kept, nonce=b"m" * 12)):
        with pytest.raises(Refused, match="token-seal"):
            _resident(softhsm, bad, 0)
    if suite == P256_SUITE:
        with pytest.raises(Refused, match="key-malformed"):
            _resident(softhsm, replace(kept, point=b"\x04" + bytes(64)), 0)


@pytest.mark.parametrize("suite", SUITES)
def test_the_rate_of_a_token_is_measured(suite: str, softhsm: SoftHSM) -> None:
    key = _key(f"rate {suite}", suite)
    kept = token_custody.put_in(key, _places(softhsm, "first"))
    private = _resident(softhsm, kept, 0).private
    assert isinstance(private, ResidentKey)
    assert rate_of(key.public, private) > 1


@pytest.mark.parametrize("form", ["wrapped", "exchange", "x25519", "p256"])
def test_a_second_token_that_fails_leaves_nothing_in_the_first(
    form: str, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch
) -> None:
    if form == "exchange":
        _without_gcm(monkeypatch)
    key = _key(f"fails {form}", P256_SUITE if form == "p256" else DEFAULT_SUITE)
    act = token_custody.wrap if form in ("wrapped", "exchange") else token_custody.put_in

    def places() -> Any:
        yield from _places(softhsm, "first")
        raise Refused("pin-wrong", tries=1)

    with pytest.raises(Refused, match="pin-wrong"):
        act(key, places())
    (first,) = _places(softhsm, "first")
    for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.SECRET_KEY, ObjectClass.PUBLIC_KEY):
        with pytest.raises(Refused, match="token-key-missing"):
            tokens.find_key(first.session, kind, key.public.key_id)


@pytest.mark.parametrize("form", ["wrapped", "exchange", "x25519"])
def test_a_token_that_computes_something_else_is_refused(form: str, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch) -> None:
    if form == "exchange":
        _without_gcm(monkeypatch)
        monkeypatch.setattr(token_custody, "open_kept", lambda *_told: bytes(32))
    monkeypatch.setattr(tokens, "open_inside", lambda *_told: bytes(32))
    if form == "x25519":
        monkeypatch.setattr(tokens, "exchange", lambda *_told: bytes(32))
    key, act = _key(f"else {form}", DEFAULT_SUITE), token_custody.put_in if form == "x25519" else token_custody.wrap
    with pytest.raises(Refused, match="token-refuses-key"):
        act(key, _places(softhsm, "first"))


@pytest.mark.parametrize("odd", [lambda sealed: sealed[:12] + sealed, lambda sealed: sealed[:-1]])
def test_a_token_that_seals_in_a_form_of_its_own_makes_no_file_that_nobody_can_read(
    odd: Any, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some HSMs put their own nonce before what they seal, and take it from there again."""
    key, places = _key(f"odd {odd(bytes(48)).hex()}", DEFAULT_SUITE), _places(softhsm, "first")
    real = tokens.seal_inside
    monkeypatch.setattr(tokens, "seal_inside", lambda *told: odd(real(*told)))
    monkeypatch.setattr(tokens, "open_inside", lambda *_: key.seed)
    with pytest.raises(Refused, match="token-refuses-key"):
        token_custody.wrap(key, places)
    with pytest.raises(Refused, match="token-key-missing"):
        tokens.find_key(places[0].session, ObjectClass.SECRET_KEY, key.public.key_id)


@pytest.mark.parametrize("size", [0, 31, 33, 4096])
def test_a_token_that_gives_other_bytes_is_told_plainly(size: int, softhsm: SoftHSM, monkeypatch: pytest.MonkeyPatch) -> None:
    key, places = _key(f"other bytes {size}", DEFAULT_SUITE), _places(softhsm, "first")
    made = token_custody.wrap(key, places)
    monkeypatch.setattr(tokens, "open_inside", lambda *_: bytes(size))
    with pytest.raises(Refused, match="token-seal"):
        token_custody.unwrap(made, places[0].found, places[0].session)


def test_a_token_that_names_itself_in_a_way_no_file_holds_gets_no_key(softhsm: SoftHSM) -> None:
    key, (place,) = _key("strange name", DEFAULT_SUITE), _places(softhsm, "first")
    strange = UnlockedToken(replace(place.found, name=TokenName("x" * 33, b"1")), place.session)
    for put in (token_custody.wrap, token_custody.put_in):
        with pytest.raises(Refused, match="token-refuses-key"):
            put(key, [strange])
    for kind in (ObjectClass.SECRET_KEY, ObjectClass.PRIVATE_KEY):
        with pytest.raises(Refused, match="token-key-missing"):
            tokens.find_key(place.session, kind, key.public.key_id)
