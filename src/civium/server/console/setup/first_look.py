"""Keys for a first look at a demonstration: made here, proven here, and their private halves thrown away at once.

The rules are:
- demonstrations only: what is sealed to such a key can be opened by nobody, and nothing that counts may be lost so;
- jurisdictions that have a key keep it.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civium.errors import Refused
from civium.formats import authority_key
from civium.formats.envelope import DEFAULT_SUITE, SUITES
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.initiatives.keys import add_key, prove_key
from civium.server.initiatives.models import KeyTest
from civium.server.initiatives.persons import DEMONSTRATION

if TYPE_CHECKING:
    from datetime import datetime

    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.persons import Persons

_NOTE = "Made here for a first look. Its private half was thrown away: nobody can open what is sealed to it."


def add_first_look_keys(initiative: Initiative, by: Persons, *, now: datetime) -> int:
    """Give every jurisdiction that has none a proven key, and their number. Raises Refused `first-look-needs-demonstration`."""
    if initiative.deployment != DEMONSTRATION:
        raise Refused("first-look-needs-demonstration")
    present = set(initiative.keys.filter(retired_on=None).values_list("jurisdiction", flat=True))
    wanted = [code for code in load_procedure(initiative.procedure).jurisdictions if code not in present]
    for code in wanted:
        raw = (
            MLKEM768PrivateKey.generate().public_key().public_bytes_raw()
            + X25519PrivateKey.generate().public_key().public_bytes_raw()
        )
        public = authority_key.public_key_of(code, SUITES[DEFAULT_SUITE], raw)
        key = add_key(initiative, authority_key.encode(public), by, now=now, custody_note=_NOTE)
        # Whoever made the key knows that it is its owner's: the test is put and answered in one hand, and journalled as any other.
        secret = secrets.token_bytes(authority_key.TEST_SIZE)
        KeyTest.objects.create(key=key, answer_hash=authority_key.answer_hash(public.key_id, secret), made_on=brussels_date(now))
        prove_key(key, authority_key.proquints(secret), by, now=now)
    return len(wanted)
