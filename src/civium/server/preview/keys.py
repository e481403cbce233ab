"""Demonstration keys of a preview: made here, private halves and all, so that organisers can try the authority's tool.

The rules are:
- they stand in for authorities whose keys are not proven, in a preview alone: their ids are remembered, and never taken for an initiative
  (initiatives/keys.py);
- private key files are those of docs/spec/authority-key.md, custody `passphrase`; one passphrase, beside them, opens all;
- nothing here opens anything.
"""

from __future__ import annotations

import io
import os
import secrets
import zipfile
from base64 import b64encode
from collections.abc import Iterable
from hashlib import shake_256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from civium.formats import authority_key, canonical
from civium.formats.authority_key import PublicKey
from civium.formats.envelope import DEFAULT_SUITE, SUITES

_OPENS_ALL = "passphrase"
_NAME = "authority private key v1"
_PUBLIC, _PRIVATE = ".civium-public-key", ".civium-private-key"
# The least that a reader takes: whoever has a file has its passphrase beside it.
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**14, 8, 1


def make_keys(folder: Path, jurisdictions: Iterable[str], *, earlier: Path | None = None) -> list[PublicKey]:
    """Write a key for each jurisdiction and give their public halves. One that was made earlier is kept, with its passphrase."""
    folder.mkdir(mode=0o700)
    kept = _files_of(earlier)
    usual = authority_key.proquints(secrets.token_bytes(authority_key.TEST_SIZE)).encode() + b"\n"
    _write(folder / _OPENS_ALL, kept.get(_OPENS_ALL, usual))
    salt = secrets.token_bytes(16)
    passphrase = (folder / _OPENS_ALL).read_bytes().strip()
    wrapping = Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P).derive(passphrase)
    for code in jurisdictions:
        pair = [name for name in (f"{code}{_PUBLIC}", f"{code}{_PRIVATE}") if name in kept]
        if len(pair) == 2:
            for name in pair:
                _write(folder / name, kept[name])
        else:
            _make_key(folder, code, wrapping, salt)
    return public_keys(folder)


def public_keys(folder: Path) -> list[PublicKey]:
    """Give the public halves of all keys in a folder, in the order of the jurisdictions."""
    return [authority_key.parse(path.read_bytes()) for path in sorted(folder.glob(f"*{_PUBLIC}"))]


def as_archive(folder: Path) -> bytes:
    """Give all files of a folder in one ZIP file, to be downloaded."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(f"preview-keys/{path.name}"), path.read_bytes())
    return stream.getvalue()


def _files_of(earlier: Path | None) -> dict[str, bytes]:
    """Give what lies in an earlier folder, by name; nothing without its passphrase, or where it went while it was read."""
    try:
        found = {path.name: path.read_bytes() for path in earlier.iterdir()} if earlier is not None else {}
    except FileNotFoundError:
        return {}
    return found if _OPENS_ALL in found else {}


def _make_key(folder: Path, jurisdiction: str, wrapping: bytes, salt: bytes) -> None:
    seed = secrets.token_bytes(32)
    # draft-connolly-cfrg-xwing-kem, expandDecapsulationKey: SHAKE256(seed, 96) is d ‖ z for ML-KEM-768, then X25519's scalar.
    expanded = shake_256(seed).digest(96)
    mlkem, x25519 = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
    raw = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    public = authority_key.public_key_of(jurisdiction, SUITES[DEFAULT_SUITE], raw)
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(wrapping).encrypt(nonce, seed, b"civium " + _NAME.encode() + public.key_id)
    told = {
        "civium": _NAME,
        "custody": "passphrase",
        "jurisdiction": jurisdiction,
        "key_id": public.key_id.hex(),
        "kdf": {"name": "scrypt", "n": _SCRYPT_N, "p": _SCRYPT_P, "r": _SCRYPT_R, "salt": b64encode(salt).decode()},
        "nonce": b64encode(nonce).decode(),
        "public_key": b64encode(public.public_key).decode(),
        "sealed": b64encode(sealed).decode(),
        "suite": public.suite.name,
    }
    _write(folder / f"{jurisdiction}{_PRIVATE}", canonical.encode(told) + b"\n")
    _write(folder / f"{jurisdiction}{_PUBLIC}", authority_key.encode(public))


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
        stream.write(content)
