"""PKCS#11 tokens: found, logged in to, given a key, asked for an exchange.

The rules are:
- a PIN is tried once for each time a person typed it, never by a program again and again; before a token's last try it stops;
- a token's errors become a few plain refusals here; none of them can be taken for a verdict on an envelope;
- a key put into a token cannot be read out again: sensitive, not extractable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass, TokenFlag, exceptions
from pkcs11.util.ec import encode_named_curve_parameters

from civium.authority.kept_key import TokenName
from civium.errors import Misconfigured, Refused

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib as Module  # noqa: N812 - a class there, whatever its case

# Where makers of tokens and Linux distributions put their modules. Only folders that an administrator alone writes to.
USUAL_MODULES = (
    "/usr/lib/x86_64-linux-gnu/p11-kit-proxy.so",
    "/usr/lib64/p11-kit-proxy.so",
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib64/opensc-pkcs11.so",
    "/usr/lib/x86_64-linux-gnu/libykcs11.so",
    "/usr/safenet/lunaclient/lib/libCryptoki2_64.so",
    "/opt/nfast/toolkits/pkcs11/libcknfast.so",
    "/usr/lib/softhsm/libsofthsm2.so",
    "/Library/OpenSC/lib/opensc-pkcs11.so",
    "C:/Program Files/OpenSC Project/OpenSC/pkcs11/opensc-pkcs11.dll",
)
X25519, P256 = "x25519", "p256"
_CURVES = {X25519: "1.3.101.110", P256: "secp256r1"}
# PKCS#11 3.0, 6.7: names that python-pkcs11 does not have yet.
_EC_MONTGOMERY, _EC_MONTGOMERY_KEY_PAIR_GEN = 0x41, 0x1056
_GCM_TAG_BITS = 128
_SECRET_BITS = 256
_NEEDED = {"wrapped": "AES_GCM", X25519: "X25519", P256: "ECDH1_DERIVE"}
_PIN_STATES = (
    (TokenFlag.USER_PIN_LOCKED, "locked"),
    (TokenFlag.USER_PIN_FINAL_TRY, "one try left"),
    (TokenFlag.USER_PIN_COUNT_LOW, "wrong tries before"),
)
_P256_POINT_SIZE = 65
_WRONG_PIN = (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange, exceptions.PinTooWeak)


@dataclass(frozen=True)
class FoundToken:
    """A token that is plugged in, with what it says of itself."""

    token: pkcs11.Token
    name: TokenName

    @property
    def flags(self) -> TokenFlag:
        """The flags as they stand now: the token is asked again."""
        return TokenFlag(self.token.slot.get_token().flags)

    @property
    def mechanisms(self) -> frozenset[object]:
        """What the token can compute."""
        return frozenset(self.token.slot.get_mechanisms())


def load_modules(named: Path | None) -> list[Module]:
    """Give the PKCS#11 module that a person named, or the usual ones that are installed. Raises Misconfigured `token-module-missing`."""
    # What is absolute on another system is a place in the present folder on this one, where anybody's file may lie.
    usual = (Path(path) for path in USUAL_MODULES)
    paths = [str(named)] if named else [str(path) for path in usual if path.is_absolute() and path.exists()]
    modules = []
    for path in paths:
        try:
            modules.append(pkcs11.lib(path))
        except (RuntimeError, OSError):  # PKCS11Error is a RuntimeError, and so is "no such library"
            continue
    if not modules:
        raise Misconfigured("token-module-missing")
    return modules


def find_tokens(modules: Sequence[Module]) -> list[FoundToken]:
    """Give every token that is plugged in and has been set up; one that two modules show, once."""
    found: dict[TokenName, FoundToken] = {}
    for module in modules:
        with told_plainly():
            for slot in module.get_slots(token_present=True):
                token = _token_in(slot)
                if token is not None and TokenFlag.TOKEN_INITIALIZED & token.flags:
                    label = "".join(character for character in token.label if character.isprintable()).strip()
                    name = TokenName(label, bytes(token.serial))
                    found.setdefault(name, FoundToken(token, name))
    return list(found.values())


def _token_in(slot: pkcs11.Slot) -> pkcs11.Token | None:
    try:
        return slot.get_token()
    except (exceptions.TokenNotPresent, exceptions.TokenNotRecognised):
        return None


def find_one(modules: Sequence[Module], label: str) -> FoundToken:
    """Give the token of a label. Raises Refused `token-missing` or `token-several`."""
    found = [token for token in find_tokens(modules) if token.name.label == label]
    if not found:
        raise Refused("token-missing")
    if len(found) > 1:
        raise Refused("token-several", tokens=len(found))
    return found[0]


def find_any(modules: Sequence[Module], names: Sequence[TokenName]) -> FoundToken:
    """Give the first of the tokens a key file names, in its order, that is plugged in. Raises Refused `token-missing`."""
    found = {token.name: token for token in find_tokens(modules)}
    for name in names:
        if name in found:
            return found[name]
    raise Refused("token-missing")


def forms_of(token: FoundToken) -> list[str]:
    """Give the forms of custody that the token can serve, by what it says it computes."""
    can = token.mechanisms
    forms = []
    if {Mechanism.AES_GCM, Mechanism.AES_KEY_GEN} <= can or {Mechanism.ECDH1_DERIVE, Mechanism.EC_KEY_PAIR_GEN} <= can:
        forms.append("wrapped")
    if Mechanism.ECDH1_DERIVE in can:
        forms += [X25519] if {Mechanism.EC_EDWARDS_KEY_PAIR_GEN, _EC_MONTGOMERY_KEY_PAIR_GEN} & can else []
        forms.append(P256)
    return forms


def check_form(token: FoundToken, form: str) -> None:
    """Raise Refused `token-mechanism` unless the token can serve a form."""
    if form not in forms_of(token):
        raise Refused("token-mechanism", mechanism=_NEEDED[form])


def pin_state(token: FoundToken) -> str:
    """Give what the token tells of its PIN: `set`, `missing`, `locked`, `one try left`, `wrong tries before`."""
    flags = token.flags
    if not flags & TokenFlag.USER_PIN_INITIALIZED:
        return "missing"
    for flag, told in _PIN_STATES:
        if flags & flag:
            return told
    return "set"


def log_in(token: FoundToken, pin: str, *, tries: int = 1, writes: bool = False) -> pkcs11.Session:
    """Give a session. Raises Refused `pin-locked`, `pin-last-try` before a try that could lock the token, `pin-wrong`, `token-not-set-up`, `token-busy`."""
    flags = token.flags
    if not flags & TokenFlag.USER_PIN_INITIALIZED:
        raise Refused("token-not-set-up")
    if flags & TokenFlag.USER_PIN_LOCKED:
        raise Refused("pin-locked")
    with told_plainly():
        try:
            return token.token.open(user_pin=pin, rw=writes)
        except exceptions.UserAlreadyLoggedIn:
            return token.token.open(rw=writes)
        except exceptions.PinLocked:
            raise Refused("pin-locked") from None
        except _WRONG_PIN:
            raise _wrong_pin(token, tries) from None
        except (exceptions.SessionCount, exceptions.SessionExists, exceptions.SessionReadOnlyExists):
            raise Refused("token-busy") from None


def log_out(session: pkcs11.Session) -> None:
    """End a session; a token that was taken out meanwhile has ended it already."""
    with suppress(exceptions.PKCS11Error):
        session.close()


def is_last_try(token: FoundToken) -> bool:
    """Tell whether the next wrong PIN locks the token."""
    return bool(token.flags & TokenFlag.USER_PIN_FINAL_TRY)


def _wrong_pin(token: FoundToken, tries: int) -> Refused:
    flags = token.flags
    if flags & TokenFlag.USER_PIN_LOCKED:
        return Refused("pin-locked")
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return Refused("pin-last-try", tries=tries)
    return Refused("pin-wrong", tries=tries)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what a module says of a token that does not answer into Refused `token-gone`."""
    try:
        yield
    except exceptions.PKCS11Error:
        raise Refused("token-gone") from None


def make_wrapping_key(session: pkcs11.Session, identifier: bytes, label: str) -> None:
    """Have the token make an AES-256 key that never leaves it. Raises Refused `token-holds-key`, `token-refuses-key`."""
    _check_free(session, ObjectClass.SECRET_KEY, identifier)
    settings = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.ENCRYPT: True, Attribute.DECRYPT: True}
    try:
        made = session.generate_key(KeyType.AES, 256, id=identifier, label=label, store=True, template=settings)
        _check_stays(made)
    except exceptions.PKCS11Error:
        raise Refused("token-refuses-key") from None


def make_exchange_key(session: pkcs11.Session, identifier: bytes, label: str) -> bytes:
    """Have the token make a P-256 key pair; give its point. Raises Refused `token-holds-key`, `token-refuses-key`."""
    _check_free(session, ObjectClass.PRIVATE_KEY, identifier)
    curve = {Attribute.EC_PARAMS: encode_named_curve_parameters(_CURVES[P256])}
    settings = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.DERIVE: True}
    try:
        parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
        public, private = parameters.generate_keypair(id=identifier, label=label, store=True, private_template=settings)
        _check_stays(private)
        # A DER octet string around the uncompressed point.
        return bytes(public[Attribute.EC_POINT])[-_P256_POINT_SIZE:]
    except exceptions.PKCS11Error:
        raise Refused("token-refuses-key") from None


def put_private_key(session: pkcs11.Session, curve: str, scalar: bytes, identifier: bytes, label: str) -> None:
    """Put a private key into the token, never to be read out again. Raises Refused `token-holds-key`, `token-refuses-key`."""
    _check_free(session, ObjectClass.PRIVATE_KEY, identifier)
    settings = {
        Attribute.CLASS: ObjectClass.PRIVATE_KEY,
        Attribute.KEY_TYPE: _key_type(session, curve),
        Attribute.EC_PARAMS: encode_named_curve_parameters(_CURVES[curve]),
        Attribute.VALUE: scalar,
        Attribute.ID: identifier,
        Attribute.LABEL: label,
        Attribute.TOKEN: True,
        Attribute.PRIVATE: True,
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
        Attribute.DERIVE: True,
    }
    try:
        _check_stays(session.create_object(settings))
    except exceptions.PKCS11Error:
        raise Refused("token-refuses-key") from None


def _check_stays(made: Any) -> None:
    """Refuse a key that could be read out of the token after all, whatever was asked for: it is taken out again. Refused `token-refuses-key`."""
    if not made[Attribute.SENSITIVE] or made[Attribute.EXTRACTABLE]:
        made.destroy()
        raise Refused("token-refuses-key")


def _key_type(session: pkcs11.Session, curve: str) -> KeyType | int:
    """Give the key type under which this token knows a curve: PKCS#11 3.0 has EC_MONTGOMERY for X25519, SoftHSM 2.6 takes it for EC_EDWARDS."""
    if curve == P256:
        return KeyType.EC
    return _EC_MONTGOMERY if _EC_MONTGOMERY_KEY_PAIR_GEN in session.token.slot.get_mechanisms() else KeyType.EC_EDWARDS


def _check_free(session: pkcs11.Session, kind: ObjectClass, identifier: bytes) -> None:
    with told_plainly():
        if list(session.get_objects({Attribute.CLASS: kind, Attribute.ID: identifier})):
            raise Refused("token-holds-key")


def find_key(session: pkcs11.Session, kind: ObjectClass, identifier: bytes) -> Any:
    """Give the token's key of an identifier. Raises Refused `token-key-missing`."""
    with told_plainly():
        try:
            return session.get_key(object_class=kind, id=identifier)
        except (exceptions.NoSuchKey, exceptions.MultipleObjectsReturned):
            raise Refused("token-key-missing") from None


def destroy_key(session: pkcs11.Session, kind: ObjectClass, identifier: bytes) -> None:
    """Take a key out of a token for good: for what was put in a moment ago and did not pass its check."""
    with told_plainly():
        find_key(session, kind, identifier).destroy()


def exchange(private: Any, point: bytes) -> bytes:
    """Have the token compute an exchange with a point that was checked before. Raises Refused `token-gone`."""
    settings = {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True}
    with told_plainly():
        derived = private.derive_key(
            KeyType.GENERIC_SECRET,
            _SECRET_BITS,
            mechanism=Mechanism.ECDH1_DERIVE,
            mechanism_param=(pkcs11.KDF.NULL, None, point),
            store=False,
            template=settings,
        )
        value = bytes(derived[Attribute.VALUE])
        derived.destroy()
        return value


def seal_inside(key: Any, nonce: bytes, clear: bytes, context: bytes) -> bytes:
    """Have the token seal something with AES-256-GCM. Raises Refused `token-gone`."""
    with told_plainly():
        return bytes(key.encrypt(clear, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, context, _GCM_TAG_BITS)))


def open_inside(key: Any, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
    """Have the token open what it sealed. Raises Refused `token-seal`."""
    try:
        return bytes(key.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, context, _GCM_TAG_BITS)))
    except exceptions.PKCS11Error:
        # PKCS#11 names no one error for a wrong tag: each module has its own.
        raise Refused("token-seal") from None
