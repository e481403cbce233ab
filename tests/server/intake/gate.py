"""A collection that asks for duplicate tokens and proof of work, and a signatory's device that brings both: real keys, real group, real hashes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from voprf import ristretto

from civium.formats import challenge, duplicate_token, posting
from civium.formats.identity_key import identity_key
from civium.server.intake.app import Intake
from civium.server.tokens.kept import KeptTokens
from tests.server import live
from tests.server.intake.asking import POSTING, Answer, ask

WORK = 1000
ANA = {"full_first_names": "Ana", "family_names": "Ejemplo", "id_number": "00000000T", "id_type": "dni"}
BEA = {"full_first_names": "Bea", "family_names": "Muestra", "id_number": "00000001R", "id_type": "dni"}


def made(folder: Path, *jurisdictions: str) -> live.Live:
    """Make a folder with one live collection that asks for both, its token keys in the installation's own folder."""
    token_key = KeptTokens(folder / "keys").public_key(live.IDENTIFIER)
    store = live.open_store(folder)
    going = live.go_live(store, folder, jurisdictions or ("ES", "MT"), token_key=token_key, work=WORK)
    store.close()
    return going


async def work(intake: Intake) -> bytes:
    """Fetch a challenge and solve it."""
    answer = await ask(intake, "GET", f"/api/collections/{live.IDENTIFIER.hex()}/challenge")
    assert answer.status == 200, answer.body
    return solved(json.loads(answer.body))


def solved(told: dict[str, Any]) -> bytes:
    """Solve a challenge as it was told."""
    given = challenge.Challenge(told["salt"], told["challenge"], told["signature"], told["maxnumber"])
    return challenge.encode(challenge.solve(given))


async def evaluate(intake: Intake, blinded: bytes, solved: bytes, collection: bytes = live.IDENTIFIER) -> Answer:
    """Ask for an evaluation."""
    request = duplicate_token.encode_request(duplicate_token.TokenRequest(collection, blinded, solved))
    return await ask(intake, "POST", "/api/tokens", [request], POSTING)


def blind(fields: dict[str, str], jurisdiction: str = "ES") -> tuple[ristretto.Client, bytes]:
    """Blind an identity."""
    asked = duplicate_token.token_input(live.IDENTIFIER, jurisdiction, identity_key(jurisdiction, fields))
    client, blinded = ristretto.Client.blind(asked)
    return client, blinded.serialize()


def finish(client: ristretto.Client, reply: bytes, token_key: bytes) -> bytes:
    """Check the proof and give the token."""
    size = duplicate_token.ELEMENT_SIZE
    output = ristretto.VerifiableOutput.deserialize(reply[size:] + reply[:size])
    return client.finalize(output, ristretto.PublicKey.deserialize(token_key))


async def token(intake: Intake, going: live.Live, fields: dict[str, str], solved: bytes) -> bytes:
    """Get the token of an identity, as a browser does."""
    client, blinded = blind(fields)
    answer = await evaluate(intake, blinded, solved)
    assert answer.status == 200, answer.body
    return finish(client, answer.body, going.collection.token_key)


async def post(intake: Intake, raw: bytes, token: bytes, solved: bytes) -> Answer:
    """Send an envelope with what travels beside it."""
    return await ask(intake, "POST", "/api/statements", [posting.encode(posting.Posting(raw, token, solved))], POSTING)


async def sign(intake: Intake, going: live.Live, fields: dict[str, str], raw: bytes | None = None) -> Answer:
    """Give a statement of support from the first request to the last."""
    solved = await work(intake)
    return await post(intake, raw or live.unsealed(going), await token(intake, going, fields, solved), solved)
