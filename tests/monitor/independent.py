"""Checks a log from outside, written after C2SP and RFC 6962 alone: nothing of civium is imported, only hashlib and cryptography.

    python independent.py http://127.0.0.1:8000

It reads the keys, then each log whole: checkpoint, entries, all tiles of hashes; prints a line for each log, and exits 1 at the first that is wrong.
"""

from __future__ import annotations

import base64
import hashlib
import sys
import urllib.request

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def fetch(url: str) -> bytes:
    """Give what stands at an address."""
    with urllib.request.urlopen(url, timeout=30) as reply:
        raw: bytes = reply.read()
    return raw


def tile_name(number: int) -> str:
    """Give a tile's number as tlog-tiles writes it."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def tiles(url: str, level: str, count: int) -> list[bytes]:
    """Give all tiles of a level that has so many items."""
    found = []
    for number in range(-(-count // 256)):
        width = min(256, count - 256 * number)
        ending = "" if width == 256 else f".p/{width}"
        found.append(fetch(f"{url}/tile/{level}/{tile_name(number)}{ending}"))
    return found


def root_of(hashes: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root_of(hashes[:k]) + root_of(hashes[k:])).digest()


def entries_of(bundle: bytes) -> list[bytes]:
    """Give the entries of a bundle: each with its length in two bytes before it."""
    found = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        found.append(bundle[2 : 2 + length])
        assert len(found[-1]) == length, "a bundle ends too early"
        bundle = bundle[2 + length :]
    return found


def check_log(site: str, origin: str, public_key: bytes) -> int:
    """Check one log whole and give its size."""
    url = f"{site}/log/{origin.partition('/')[2]}"
    note = fetch(f"{url}/checkpoint").decode()
    text, _, lines = note.rpartition("\n\n")
    told_origin, size_text, root_text = text.split("\n")
    assert told_origin == origin, "another log"
    key_hash = hashlib.sha256(origin.encode() + b"\n\x01" + public_key).digest()[:4]
    signatures = [base64.b64decode(line.split(" ")[2]) for line in lines.splitlines() if line.split(" ")[1] == origin]
    (signature,) = [raw[4:] for raw in signatures if raw[:4] == key_hash]
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, f"{text}\n".encode())
    size = int(size_text)
    entries = [entry for bundle in tiles(url, "entries", size) for entry in entries_of(bundle)]
    assert len(entries) == size, "entries are missing"
    hashes = [hashlib.sha256(b"\x00" + entry).digest() for entry in entries]
    assert root_of(hashes) == base64.b64decode(root_text), "the entries do not lead to the signed root"
    level, nodes = 0, hashes
    while nodes:
        assert b"".join(tiles(url, str(level), len(nodes))) == b"".join(nodes), (
            f"tiles of level {level} are not those of the entries"
        )
        nodes = [root_of(nodes[at : at + 256]) for at in range(0, len(nodes) - 255, 256)]
        level += 1
    return size


def main(site: str) -> int:
    """Check all logs of a site."""
    for line in fetch(f"{site}/log/keys").decode().splitlines():
        origin, told_hash, encoded = line.split("+", 2)
        raw = base64.b64decode(encoded)
        assert raw[0] == 1
        assert hashlib.sha256(origin.encode() + b"\n" + raw).hexdigest()[:8] == told_hash
        print(f"{origin} {check_log(site, origin, raw[1:])}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
