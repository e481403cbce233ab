"""Vectors of duplicate tokens and challenges; RFC 9497's own stand first, copied from its appendix A.1.2."""

from __future__ import annotations

import json
from hashlib import shake_256
from typing import Any

from voprf import ristretto

from civium.formats import challenge, duplicate_token, identity_key

COLLECTION = bytes.fromhex("00112233445566778899aabbccddeeff")
NOW = 1_795_262_400  # 21 November 2026, noon in Brussels
_RFC9497 = {
    "seed": "a3" * 32,
    "key_info": "74657374206b6579",
    "public_key": "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e",
    "cases": [
        {
            "input": "00",
            "blind": "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
            "blinded": "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
            "evaluated": "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
            "proof": "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06"
            "6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d",
            "output": "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
            "a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
        },
    ],
}
_PERSONS: list[tuple[str, dict[str, str]]] = [
    ("ES", {"full_first_names": "Aurelia", "family_names": "Montoro Vidal", "id_number": "00000000T", "id_type": "dni"}),
    ("EL", {"full_first_names": "Ὀδυσσεύς", "family_names": "Λαέρτου", "id_number": "ΑΒ 000000", "id_type": "adt"}),
    (
        "IE",
        {
            "full_first_names": "Eimear", "family_names": "Ní Dhuibhir", "date_of_birth": "1985-03-07",
            "residence_postal_code": "A65 F4E2",
        },
    ),
]  # fmt: skip


def _drawn(label: str, size: int) -> bytes:
    return shake_256(b"civium vectors " + label.encode()).digest(size)


def tokens() -> dict[str, Any]:
    """Give inputs, tokens and marks under one seed, requests, and elements that are none."""
    seed, store_key = _drawn("token seed", 32), _drawn("store key", 32)
    evaluator = ristretto.Evaluator.from_seed(seed, duplicate_token.key_info(COLLECTION))
    cases = []
    for jurisdiction, fields in _PERSONS:
        asked = duplicate_token.token_input(COLLECTION, jurisdiction, identity_key.identity_key(jurisdiction, fields))
        token = evaluator.evaluate_known_input(asked)
        origin = f"civium.example/{COLLECTION.hex()}/{jurisdiction}/online/1"
        mark = duplicate_token.mark(store_key, COLLECTION, origin, token)
        cases.append(
            {
                "jurisdiction": jurisdiction,
                "fields": fields,
                "input": asked.hex(),
                "token": token.hex(),
                "origin": origin,
                "mark": mark.hex(),
            }
        )
    blinded, work = bytes.fromhex(_RFC9497["cases"][0]["blinded"]), _drawn("work", 61)  # type: ignore[index]
    requests = [duplicate_token.TokenRequest(COLLECTION, blinded, piece) for piece in (work, b"")]
    whole = duplicate_token.encode_request(requests[0])
    return {
        "rfc9497": _RFC9497,
        "seed": seed.hex(),
        "store_key": store_key.hex(),
        "collection": COLLECTION.hex(),
        "public_key": evaluator.public_key.serialize().hex(),
        "tokens": cases,
        "requests": [
            {"blinded": one.blinded.hex(), "work": one.work.hex(), "request": duplicate_token.encode_request(one).hex()}
            for one in requests
        ],
        "requests_refused": [
            {"name": "empty", "request": ""},
            {"name": "another version", "request": (b"\x02" + whole[1:]).hex()},
            {"name": "cut", "request": whole[:-1].hex()},
            {"name": "one byte more", "request": (whole + b"\0").hex()},
        ],
        "elements_refused": [
            {"name": "the identity", "element": "00" * 32},
            {"name": "not canonical: p", "element": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
            {"name": "not canonical: all bits", "element": "ff" * 32},
            {"name": "negative", "element": "01" + "00" * 31},
            {"name": "not on the curve", "element": "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"},
        ],
    }


def challenges() -> dict[str, Any]:
    """Give challenges with their solutions, replies that are none, and solutions that are refused."""
    key, other = _drawn("challenge key", 32), bytes(16)
    made = [
        (challenge.make(key, COLLECTION, _drawn(f"challenge {number}", 16), number, most=most, now=NOW), number)
        for number, most in ((0, 1), (1, 1000), (999, 1000), (12_345, 60_000))
    ]
    replies = [_reply(one) for one, _ in made]
    solution = challenge.solve(made[2][0])
    raw = challenge.encode(solution)
    moved = raw[:17] + (solution.expires + 3600).to_bytes(8, "big") + raw[25:]
    return {
        "key": key.hex(),
        "collection": COLLECTION.hex(),
        "now": NOW,
        "challenges": [
            {"reply": reply, "number": number, "work": challenge.encode(challenge.solve(one)).hex()}
            for reply, (one, number) in zip(replies, made, strict=True)
        ],
        "unreadable": [
            {"name": "empty", "reply": ""},
            {"name": "no object", "reply": "[]"},
            {"name": "another hash", "reply": replies[1].replace("SHA-256", "SHA-512")},
            {"name": "salt without its end", "reply": replies[1].replace('&"', '"')},
            {"name": "too much work", "reply": replies[1].replace('"maxnumber":1000', '"maxnumber":500001')},
            {"name": "a fraction", "reply": replies[1].replace('"maxnumber":1000', '"maxnumber":10.5')},
            {"name": "short signature", "reply": replies[1].replace('"signature":"', '"signature":"x')},
        ],
        "refused": [
            {"name": "nothing", "work": "", "now": NOW, "refused": "challenge-malformed"},
            {"name": "another version", "work": (b"\x02" + raw[1:]).hex(), "now": NOW, "refused": "challenge-malformed"},
            {"name": "one byte more", "work": (raw + b"\0").hex(), "now": NOW, "refused": "challenge-malformed"},
            {"name": "not a full hour", "work": (raw[:24] + b"\x01" + raw[25:]).hex(), "now": NOW, "refused": "challenge-malformed"},
            {"name": "another number", "work": (raw[:28] + b"\x00" + raw[29:]).hex(), "now": NOW, "refused": "challenge-forged"},
            {"name": "a later expiry", "work": moved.hex(), "now": NOW, "refused": "challenge-forged"},
            {"name": "another signature", "work": (raw[:-1] + bytes((raw[-1] ^ 1,))).hex(), "now": NOW, "refused": "challenge-forged"},
            {"name": "another collection", "collection": other.hex(), "work": raw.hex(), "now": NOW, "refused": "challenge-forged"},
            {"name": "expired", "work": raw.hex(), "now": solution.expires, "refused": "challenge-expired"},
        ],
    }  # fmt: skip


def _reply(made: challenge.Challenge) -> str:
    told = {
        "algorithm": "SHA-256",
        "challenge": made.challenge,
        "maxnumber": made.most,
        "salt": made.salt,
        "signature": made.signature,
    }
    return json.dumps(told, separators=(",", ":"))
