"""A crowd's duplicate tokens: equal for one identity however it is typed, asked from the real service, inside and beside the envelope."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.server.tokens.test_process import service

from civium.authority import keys as authority_keys
from civium.authority import opening
from civium.errors import Refused, Untrusted
from civium.formats import envelope, posting, statement
from civium.rehearsal.sealing import Target, seal_crowd
from civium.rehearsal.signing import Signing
from civium.rehearsal.tokens import TokenAsker, is_answering
from civium.server.tokens.asking import TokenLine

COLLECTION = bytes(range(16))
AUTHORITY = authority_keys.make_key("ES", bytes(range(32)))
ANA = {"full_first_names": "Ana", "family_names": "Ejemplo", "id_number": "00000000T", "id_type": "dni"}
SIGNING = Signing(ANA, "ES", "en", date(2026, 11, 20), (), "plain", 1, counts=True, same_identity=False)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    with tempfile.TemporaryDirectory(prefix="civium-") as folder, service(Path(folder), tmp_path / "keys"):
        with TokenLine(Path(folder) / "socket") as line:
            token_key = line.public_key(COLLECTION)
        yield Target(COLLECTION, bytes(32), "2026-11-21", {"ES": AUTHORITY.public}, token_key, str(Path(folder) / "socket"))


def test_one_identity_has_one_token_inside_and_beside(target: Target) -> None:
    again = replace(SIGNING, values=ANA | {"id_number": "00.000.000-t", "full_first_names": "ANA"})
    other = replace(SIGNING, values=ANA | {"id_number": "00000001R"})
    sent = [posting.parse(raw) for _, raw in seal_crowd(target, [SIGNING, again, other], processes=1)]
    assert sent[0].token == sent[1].token != sent[2].token
    for one in sent:
        plaintext = opening.open_envelope(envelope.parse(one.envelope), AUTHORITY.private)
        assert plaintext is not None
        stated = statement.parse(plaintext)
        assert (stated.identity_key_version, stated.token) == (1, one.token)


def test_without_a_token_key_nobody_is_asked() -> None:
    target = Target(COLLECTION, bytes(32), "2026-11-21", {"ES": AUTHORITY.public})
    ((_, raw),) = seal_crowd(target, [SIGNING], processes=1)
    assert posting.parse(raw).token == b""


def test_a_token_of_another_key_is_untrusted_and_a_missing_service_said(target: Target, tmp_path: Path) -> None:
    with TokenLine(Path(target.tokens_socket)) as line:
        other = line.public_key(bytes(16))
    asker = TokenAsker(target.tokens_socket, COLLECTION, other)
    with pytest.raises(Untrusted, match="token-proof"):
        asker.token("ES", ANA)
    asker.close()
    assert is_answering(Path(target.tokens_socket))
    assert not is_answering(tmp_path / "nobody")
    with pytest.raises(Refused, match="tokens-unavailable"):
        TokenAsker(str(tmp_path / "nobody"), COLLECTION, other)
