"""What selftest checks of the cryptography below: values that standards and others have published, computed again here.

The rules are:
- each value is copied from the document that it names, none was made with this program;
- what the formats add to them is checked by vectors/ (`selftest_vectors.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha3_256, sha256, shake_256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from civium.authority.commands.selftest_steps import expect
from civium.authority.hpke_schedule import key_and_nonce, p256_shared_secret
from civium.authority.keys import make_key
from civium.authority.sampling.bounds import exact_bounds, wilson_bounds
from civium.formats import merkle, note
from civium.formats.envelope import P256_SUITE, SUITES


def check_published() -> int:
    """Compute every value and give how many there are. Raises Differs with the document of the first that is another."""
    for document, value in _VALUES:
        computed, published = value()
        expect(computed == published, document)
    return len(_VALUES)


def _hashes() -> tuple[str, str]:
    return sha256(b"abc").hexdigest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def _sha3() -> tuple[str, str]:
    return sha3_256(b"abc").hexdigest(), "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"


def _shake() -> tuple[str, str]:
    return shake_256(b"").hexdigest(32), "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"


def _aes_gcm() -> tuple[str, str]:
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), bytes(16), b"")
    return sealed.hex(), "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


def _hkdf() -> tuple[str, str]:
    made = HKDF(algorithm=SHA256(), length=42, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA))).derive(b"\x0b" * 22)
    return made.hex(), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"


def _scrypt() -> tuple[str, str]:
    made = Scrypt(salt=b"NaCl", length=64, n=1024, r=8, p=16).derive(b"password")
    return made.hex(), (
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
    )


def _x25519() -> tuple[str, str]:
    private = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
    )
    public = X25519PublicKey.from_public_bytes(bytes.fromhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"))
    return private.exchange(public).hex(), "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"


def _ed25519() -> tuple[str, str]:
    private = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    return (private.public_key().public_bytes_raw() + private.sign(b"")).hex(), (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


_P256_ENC = "04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb2d98e0d3bf01da5cc4c39ff5370d331a4f1f7d5a4e0"
_P256_SHARED = "48893fecd82f7c3456af6a42d8f56325d21e08c10fa81299986aaff54cde7b49"


def _p256_kem() -> tuple[str, str]:
    scalar = ec.derive_private_key(0x317F915DB7BC629C48FE765587897E01E282D3E8445F79F27F65D031A88082B2, ec.SECP256R1())
    own = bytes.fromhex(
        "04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f853148544876de76c0f2ef99cdc3a05ccf5ded7860c7c021238f9e2073d2356c"
    )
    enc = bytes.fromhex(_P256_ENC)
    exchanged = scalar.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc))
    return p256_shared_secret(SUITES[P256_SUITE], exchanged, enc, own).hex(), _P256_SHARED


def _key_schedule() -> tuple[str, str]:
    key, nonce = key_and_nonce(SUITES[P256_SUITE], bytes.fromhex(_P256_SHARED), b"Ode on a Grecian Urn")
    return key.hex() + nonce.hex(), "ee16802a936d5f544771131900ee6973d0551de9e852ece2ef34bf0d5f9e1d1d9bc50980832a7b4b58c40161"


def _hybrid_key() -> tuple[str, str]:
    """ML-KEM-768 beside X25519, from one seed; the document's public key is compared by its SHA-256."""
    seed = bytes.fromhex("3ec47fa82dd5689d27c6190e724c74ec8f608df3331ce331929e37b829676630")
    return (
        sha256(make_key("XX", seed).public.public_key).hexdigest(),
        "ad8aaf3f00d8a39bfeec2947a7d5dde68be08bba19bd301a348a45dc5fcc8341",
    )


def _tree() -> tuple[str, str]:
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    root = merkle.tree_root([merkle.leaf_hash(bytes.fromhex(entry)) for entry in entries])
    return root.hex(), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def _signed_note() -> tuple[str, str]:
    name, public = note.parse_verifier_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    note.check_signature(note.parse(text), name, public)
    return name, "PeterNeumann"


def _bounds() -> tuple[str, str]:
    """8 of 10 at 95 %: by Clopper and Pearson 0.4439 to 0.9748, by Wilson 0.4902 to 0.9433."""
    found = (*exact_bounds(8, 10, 0.05), *wilson_bounds(0.8, 10, 0.05))
    return " ".join(f"{bound:.4f}" for bound in found), "0.4439 0.9748 0.4902 0.9433"


_VALUES: tuple[tuple[str, Callable[[], tuple[str, str]]], ...] = (
    ("SHA-256 (FIPS 180-4)", _hashes),
    ("SHA3-256 (FIPS 202)", _sha3),
    ("SHAKE256 (FIPS 202)", _shake),
    ("AES-256-GCM (McGrew and Viega, test case 14)", _aes_gcm),
    ("HKDF-SHA256 (RFC 5869, A.1)", _hkdf),
    ("scrypt (RFC 7914, 12)", _scrypt),
    ("X25519 (RFC 7748, 5.2)", _x25519),
    ("Ed25519 (RFC 8032, 7.1)", _ed25519),
    ("DHKEM(P-256) (RFC 9180)", _p256_kem),
    ("HPKE's key schedule (RFC 9180)", _key_schedule),
    ("MLKEM768-X25519 (HPKE's post-quantum draft)", _hybrid_key),
    ("the tree of RFC 6962 (Certificate Transparency's tests)", _tree),
    ("signed notes (documentation of Go)", _signed_note),
    ("bounds of a share (Clopper and Pearson, Wilson)", _bounds),
)
