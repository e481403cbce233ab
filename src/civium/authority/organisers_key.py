"""An organisers' key: one seed, from which each jurisdiction's key pair follows, and its private file (docs/spec/organisers-key.md).

The rules are:
- the seed is kept as an authority's would be, in the same custodies; only the derivation is new;
- what comes out of a custody must give the fingerprint of all its keys again, before anything is done with one of them;
- a jurisdiction's key, once derived, is any authority's key: nothing after this file knows where it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from civium.authority.custody import LARGEST_KEY_FILE
from civium.authority.kept_key import HOLDER, KeptKey, ResidentFile, parse_kept_key
from civium.authority.kept_key import ORGANISERS as NAME
from civium.authority.keys import SEED_SIZE, AuthorityKey, SeedKey, make_key
from civium.authority.opening import open_key_test
from civium.errors import Refused
from civium.formats import authority_key, canonical, organisers_key
from civium.formats.authority_key import KeyTest, PublicKey
from civium.formats.organisers_key import MOST_KEYS, Answer

_LABEL: Final = b"civium organisers' key v1\x00"
_MEMBERS: Final = {"civium", "fingerprint", "jurisdictions", "kept"}
_FINGERPRINT_SIZE: Final = 16
# The custody's own part, and 200 codes of 32 characters.
_LARGEST_FILE: Final = LARGEST_KEY_FILE + 8_192


@dataclass(frozen=True, repr=False)
class OrganisersFile:
    """The private file as it lies on the disk: whose keys follow, their fingerprint, and how the seed is kept."""

    jurisdictions: tuple[str, ...]
    fingerprint: bytes
    kept: KeptKey

    @property
    def suite(self) -> str:
        """The suite of all its keys."""
        return self.kept.public.suite.name


def derived_seed(seed: bytes, jurisdiction: str) -> bytes:
    """Give the seed of one jurisdiction's key: HKDF-SHA256 (RFC 5869) without salt. Neither the seed nor another's follow from it."""
    return HKDF(algorithm=SHA256(), length=SEED_SIZE, salt=None, info=_LABEL + jurisdiction.encode("ascii")).derive(seed)


def derived_key(root: SeedKey, jurisdiction: str) -> SeedKey:
    """Give one jurisdiction's key pair of an organisers' key, in its suite."""
    return make_key(jurisdiction, derived_seed(root.seed, jurisdiction), suite=root.public.suite.name)


def public_keys(root: SeedKey, jurisdictions: Sequence[str]) -> dict[str, PublicKey]:
    """Give the public keys that follow from an organisers' key."""
    return {code: derived_key(root, code).public for code in jurisdictions}


def make_root(seed: bytes, suite: str) -> SeedKey:
    """Give the seed as its custodies take it. Its own public key serves to know it again, and for trials."""
    return make_key(HOLDER, seed, suite=suite)


def is_organisers(raw: bytes) -> bool:
    """Tell whether a file is an organisers' private key, by what it calls itself."""
    return raw.startswith(f'{{"civium":"{NAME}",'.encode())


def encode_file(keys: Mapping[str, PublicKey], kept: bytes) -> bytes:
    """Give the private file of the keys whose seed is kept as the private key file `kept` says."""
    told = {
        "civium": NAME,
        "fingerprint": organisers_key.fingerprint(keys).hex(),
        "jurisdictions": sorted(keys),
        "kept": canonical.parse(kept.removesuffix(b"\n"), limit=LARGEST_KEY_FILE),
    }
    return canonical.encode(told) + b"\n"


def parse_file(raw: bytes) -> OrganisersFile:
    """Give the parts of an organisers' private file. Raises Refused `organisers-key-malformed`, and `key-id`, `key-custody` of what it holds."""
    try:
        told = canonical.parse(raw.removesuffix(b"\n"), limit=_LARGEST_FILE)
        jurisdictions, fingerprint = tuple(told["jurisdictions"]), bytes.fromhex(told["fingerprint"])
        is_ours = (
            told["civium"] == NAME
            and set(told) == _MEMBERS
            and raw == canonical.encode({**told, "fingerprint": fingerprint.hex()}) + b"\n"
            and len(fingerprint) == _FINGERPRINT_SIZE
            and 1 <= len(jurisdictions) <= MOST_KEYS
            and list(jurisdictions) == sorted(set(jurisdictions))
            and all(map(authority_key.is_jurisdiction, jurisdictions))
        )
        kept = parse_kept_key(canonical.encode(told["kept"]) + b"\n")
    except Refused as refused:
        raise Refused(refused.code if refused.code in ("key-id", "key-custody") else "organisers-key-malformed") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused("organisers-key-malformed") from None
    # From a key that lies in a token comes no seed, and nothing can be derived.
    if not is_ours or kept.public.jurisdiction != HOLDER or isinstance(kept, ResidentFile):
        raise Refused("organisers-key-malformed")
    return OrganisersFile(jurisdictions, fingerprint, kept)


def check_root(file: OrganisersFile, root: SeedKey) -> dict[str, PublicKey]:
    """Make all public keys again and give them. Raises Refused `organisers-key-foreign` where they are not those of the file."""
    keys = public_keys(root, file.jurisdictions)
    if root.public != file.kept.public or organisers_key.fingerprint(keys) != file.fingerprint:
        raise Refused("organisers-key-foreign")
    return keys


def check_jurisdiction(file: OrganisersFile, jurisdiction: str) -> None:
    """Raise Refused `organisers-key-not-of` where the key of a State does not follow from this file."""
    if jurisdiction not in file.jurisdictions:
        raise Refused("organisers-key-not-of")


def answers_of(keys: Callable[[str], AuthorityKey], known: Sequence[str], tests: Mapping[str, KeyTest]) -> dict[str, Answer]:
    """Open all tests and give their answers; `keys` derives a jurisdiction's key.

    Raises Refused `organisers-test-foreign` with the jurisdiction of a test to another key, `key-test-unopenable`; then nothing is answered.
    """
    answers = {}
    for code, test in tests.items():
        key = keys(code) if code in known else None
        if key is None or (test.key_id, test.suite) != (key.public.key_id, key.public.suite):
            raise Refused("organisers-test-foreign", jurisdiction=code)
        answers[code] = Answer(test.key_id, authority_key.proquints(open_key_test(key, test)))
    return answers
