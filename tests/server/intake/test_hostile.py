"""Hostile senders against a real server: each is told exactly what is wrong, nothing is stored, nothing is said to the operator, and it still answers."""

from __future__ import annotations

import gzip
import os
import socket
import time
from collections.abc import Iterator

import pytest

from civium.formats import challenge, duplicate_token, erasure, posting
from civium.formats.envelope import encode_header
from tests.faults.signatory import Reply
from tests.server import live
from tests.server.intake.gate import ANA, blind
from tests.server.intake.hostile import BODY_SECONDS, CLOSE, EOF, HOST, WORK, Attacked, attacked

POST = b"POST /api/statements HTTP/1.1\r\n" + HOST + b"Content-Type: application/octet-stream\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"
ALIVE = b"GET /health/live HTTP/1.1\r\n" + HOST
COUNTS = f"/api/collections/{live.IDENTIFIER.hex()}/counts"
# ristretto255 (RFC 9496, A.3 and 4.3.1): what no encoding of an element, or the identity's, may be.
_P = 2**255 - 19
ELEMENTS = {
    "identity": bytes(32),
    "non-canonical zero": _P.to_bytes(32, "little"),
    "non-canonical one": (_P + 1).to_bytes(32, "little"),
    "high bit": bytes(31) + b"\x80",
    "all ones": b"\xff" * 32,
    "negative": b"\x01" + bytes(31),
    "off the group": bytes.fromhex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    with attacked(tmp_path_factory.mktemp("attacked")) as served:
        yield served


@pytest.fixture(autouse=True)
def signed(server: Attacked) -> Iterator[list[bytes]]:
    """Give a list for what a test signs in earnest; for the rest, whatever is tried changes no log, tells the operator nothing, stops no answer."""
    stored, said = server.stored(), server.said()
    signed: list[bytes] = []
    yield signed
    assert server.ask("GET", "/health/ready").body == b"ready\n"
    assert server.stored() == tuple((code, size + len(signed) * (code == "ES"), destroyed) for code, size, destroyed in stored)
    assert server.said() == said, "nothing of a stranger is worth a line"


def _refused(answers: list[Reply]) -> list[tuple[int, str]]:
    return [(answer.status, answer.code if answer.body else "") for answer in answers]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [(400, "")], id="TLS on a plain port"),
        pytest.param(b"GET /health/live\r\n\r\n", [(400, "")], id="HTTP/0.9"),
        pytest.param(b"GET /health/live HTTP/3.0\r\n" + HOST + CLOSE, [(400, "")], id="HTTP/3.0 in text"),
        pytest.param(ALIVE + b"X\xff: a\r\n" + CLOSE, [(400, "")], id="header name in no token"),
        pytest.param(ALIVE + b"X: a\x00b\r\n" + CLOSE, [(400, "")], id="zero byte in a header"),
        pytest.param(ALIVE + b"X: a\r\n b\r\n" + CLOSE, [(400, "")], id="folded header"),
        pytest.param(ALIVE + b"X: " + b"a" * 600_000 + b"\r\n" + CLOSE, [(431, "")], id="a header of 600 kB"),
        pytest.param(ALIVE + b"".join(b"X%d: a\r\n" % n for n in range(200)) + CLOSE, [(431, "")], id="200 headers"),
        pytest.param(b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + CLOSE, [(414, "")], id="a path of 70 kB"),
        pytest.param(b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + CLOSE, [(400, "")], id="raw bytes in a path"),
        pytest.param(b"GET /api/initiatives?\xff HTTP/1.1\r\n" + HOST + CLOSE, [(400, "")], id="raw bytes in a query"),
        pytest.param(b"GET /api/%ff%fe HTTP/1.1\r\n" + HOST + CLOSE, [(404, "unknown-path")], id="bad UTF-8 in a path"),
        pytest.param(b"GET /api/%00 HTTP/1.1\r\n" + HOST + CLOSE, [(404, "unknown-path")], id="zero byte in a path"),
        pytest.param(b"GET /api/%zz HTTP/1.1\r\n" + HOST + CLOSE, [(404, "unknown-path")], id="bad escape in a path"),
        pytest.param(
            b"GET /log/%ff/checkpoint HTTP/1.1\r\n" + HOST + CLOSE, [(404, "not-published")], id="bad UTF-8 in a log's name"
        ),
        pytest.param(b"GET /api/../log/keys/x HTTP/1.1\r\n" + HOST + CLOSE, [(404, "unknown-path")], id="dots in a path"),
        pytest.param(b"TRACE /api/statements HTTP/1.1\r\n" + HOST + CLOSE, [(405, "method-not-allowed")], id="TRACE"),
        pytest.param(
            b"BREW /api/statements HTTP/1.1\r\n" + HOST + CLOSE, [(405, "method-not-allowed")], id="a method of one's own"
        ),
        pytest.param(b"DELETE %s HTTP/1.1\r\n" % COUNTS.encode() + HOST + CLOSE, [(405, "method-not-allowed")], id="DELETE"),
    ],
)
def test_what_is_no_request_is_refused(server: Attacked, raw: bytes, expected: list[tuple[int, str]]) -> None:
    answers, end = server.send(raw)
    assert _refused(answers) == expected
    assert end == EOF


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", [(400, "")], id="two lengths"),
        pytest.param(POST + b"Content-Length: 4, 4\r\n\r\nabcd", [(400, "")], id="a list of lengths"),
        pytest.param(POST + b"Content-Length: +4\r\n\r\nabcd", [(400, "")], id="a length with a sign"),
        pytest.param(POST + b"Content-Length: 6468\r\n\r\n", [(413, "posting-size")], id="a length too long"),
        pytest.param(
            CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n" + ALIVE + CLOSE, [(400, "posting-malformed")], id="smuggling"
        ),
        pytest.param(POST + b"Transfer-Encoding: identity\r\n\r\n", [(400, "")], id="a coding that does not end"),
        pytest.param(
            POST + b"Transfer-Encoding: gzip, chunked\r\n" + CLOSE + b"0\r\n\r\n",
            [(415, "content-encoding")],
            id="gzip in transfer",
        ),
        pytest.param(
            POST + b"Transfer-Encoding: chunked, chunked\r\n" + CLOSE + b"0\r\n\r\n",
            [(415, "content-encoding")],
            id="chunked twice",
        ),
        pytest.param(CHUNKED + b"\r\nffffffffffffffffff\r\n", [(400, "body-incomplete")], id="a chunk beyond all numbers"),
        pytest.param(CHUNKED + b"\r\n-1\r\n", [(400, "body-incomplete")], id="a negative chunk"),
        pytest.param(CHUNKED + b"\r\nzz\r\n", [(400, "body-incomplete")], id="a chunk of no size"),
        pytest.param(
            CHUNKED + b"\r\n1;" + b"a" * 20_000 + b"\r\nx\r\n0\r\n\r\n", [(400, "body-incomplete")], id="a long extension"
        ),
        pytest.param(CHUNKED + b"\r\n1\r\nxy\r\n0\r\n\r\n", [(400, "body-incomplete")], id="a chunk longer than it says"),
        pytest.param(
            CHUNKED + CLOSE + b"1\r\nx\r\n0\r\nContent-Length: 9\r\n\r\n",
            [(400, "posting-malformed")],
            id="a length in the trailer",
        ),
        pytest.param(
            CHUNKED + CLOSE + b"1000\r\n" * 1 + b"a" * 4096 + b"\r\n1000\r\n" + b"a" * 4096,
            [(413, "posting-size")],
            id="chunks too long",
        ),
    ],
)
def test_a_body_framed_wrongly_is_refused(server: Attacked, raw: bytes, expected: list[tuple[int, str]]) -> None:
    answers, end = server.send(raw)
    assert _refused(answers) == expected, "one answer: what followed was no request"
    assert end == EOF


@pytest.mark.parametrize("raw", [CHUNKED + b"\r\n5\r\nab", POST + b"Content-Length: 10\r\n\r\nab"], ids=["chunk", "length"])
def test_a_body_that_breaks_off_is_refused(server: Attacked, raw: bytes) -> None:
    answers, _ = server.send(raw, half=True)
    assert _refused(answers) == [(400, "body-incomplete")]


def test_a_slow_body_is_given_up_and_holds_nobody_up(server: Attacked) -> None:
    slow = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(50)]
    for wire in slow:
        wire.sendall(POST + b"Content-Length: 4000\r\n\r\n" + b"\x01")
    began = time.monotonic()
    assert server.ask("GET", "/health/live").status == 200
    assert time.monotonic() - began < BODY_SECONDS, "fifty who dawdle are nobody's business"
    for wire in slow:
        assert b" 408 " in wire.recv(4096).split(b"\r\n")[0]
        wire.close()
    pieces = [CHUNKED + b"\r\n", *[b"1\r\na\r\n"] * 30]
    answers, _ = server.send(*pieces, pause=BODY_SECONDS / 15)
    assert _refused(answers) == [(408, "body-slow")], "a byte now and then is slow, too"


def test_slow_headers_hold_nobody_up(server: Attacked) -> None:
    slow = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(50)]
    for wire in slow:
        wire.sendall(ALIVE + b"X: ")
    assert server.ask("GET", "/health/live").status == 200
    for wire in slow:
        wire.close()


@pytest.mark.slow
def test_slow_headers_are_given_up(server: Attacked) -> None:
    began = time.monotonic()
    _, end = server.send(ALIVE + b"X: a", seconds=60)
    assert end == EOF
    assert time.monotonic() - began < 45


def test_requests_sent_at_once_are_answered_in_order(server: Attacked) -> None:
    first = POST + b"Content-Length: 1\r\n\r\nx"
    answers, end = server.send(first + ALIVE + b"\r\n" + b"GET /api/nothing HTTP/1.1\r\n" + HOST + b"\r\n" + ALIVE + CLOSE)
    assert [answer.status for answer in answers] == [400, 200, 404, 200]
    assert end == EOF
    many, _ = server.send((ALIVE + b"\r\n") * 200 + ALIVE + CLOSE)
    assert [answer.body for answer in many] == [b"live\n"] * 201


@pytest.mark.parametrize("path", ["/api/statements", "/api/tokens", "/api/erasures"])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "GZIP", "x"])
def test_a_compressed_body_is_refused_unread(server: Attacked, path: str, coding: str) -> None:
    bomb = gzip.compress(bytes(4_000_000), 9)
    assert len(bomb) < posting.MAXIMUM_SIZE
    answer = server.post(path, bomb, {"Content-Encoding": coding})
    assert (answer.status, answer.code) == (415, "content-encoding")
    assert server.post(path, b"", {"Content-Encoding": "identity"}).status == 400


def test_a_host_is_believed_by_nobody(server: Attacked) -> None:
    evil = b"evil.example"
    for raw in (
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n" + CLOSE,
        b'GET /en/ HTTP/1.1\r\nHost: evil.example"><script>\r\n' + CLOSE,
        b"GET /api/initiatives HTTP/1.1\r\nHost: a\r\nHost: evil.example\r\n" + CLOSE,
        b"GET http://evil.example/en HTTP/1.1\r\nHost: evil.example\r\n" + CLOSE,
        b"GET /en HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n" + CLOSE,
    ):
        (answer,), _ = server.send(raw)
        assert answer.status in (200, 303)
        assert evil not in answer.body
        assert "evil" not in str(answer.headers)


def test_an_address_that_is_claimed_is_believed_by_nobody(server: Attacked) -> None:
    for claimed in ("203.0.113.9", "::1", "\xff", "a" * 4000, ",".join(["203.0.113.9"] * 5000)):
        assert server.ask("GET", COUNTS, headers={"X-Forwarded-For": claimed}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": "garbage"},
        {"If-None-Match": '"' + "a" * 100_000},
        {"If-None-Match": "," * 300_000},
        {"If-None-Match": "W/" * 1000},
        {"If-None-Match": "\xff\xfe"},
        {"If-Modified-Since": "yesterday"},
        {"If-Match": '"nothing"'},
        {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If-Range": '"nothing"', "Range": "bytes=0-1"},
        {"Range": "bytes=0-0,0-0,0-0"},
        {"Range": "bytes=-1"},
        {"Range": "bytes=" + "0-," * 50_000},
        {"Accept-Encoding": "gzip;q=0, *;q=0"},
        {"Accept-Encoding": "," * 300_000},
        {"Accept": "text/nothing"},
        {"Expect": "200-nothing"},
    ],
)
def test_conditions_of_any_kind_get_the_whole_answer_soon(server: Attacked, headers: dict[str, str]) -> None:
    whole = server.ask("GET", COUNTS)
    began = time.monotonic()
    answer = server.ask("GET", COUNTS, headers=headers)
    assert (answer.status, answer.body) == (200, whole.body)
    assert "content-range" not in answer.headers
    assert time.monotonic() - began < 2


def test_what_is_had_already_is_not_sent_again(server: Attacked) -> None:
    etag = server.ask("GET", COUNTS).headers["etag"]
    for asked in (etag, "*", f'"nothing", W/{etag}'):
        answer = server.ask("GET", COUNTS, headers={"If-None-Match": asked})
        assert (answer.status, answer.body) == (304, b"")
    head = server.ask("HEAD", COUNTS)
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", etag)


def test_other_sites_may_read_and_never_write(server: Attacked) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for path in (
        "/api/statements",
        "/api/tokens",
        "/api/erasures",
        f"/api/collections/{live.IDENTIFIER.hex()}/challenge",
        "/en/",
    ):
        answer = server.ask("OPTIONS", path, headers=asked)
        assert answer.status == 405
        assert not any(name.startswith("access-control") for name in answer.headers)
        posted = server.ask("POST", path, b"x", {"Origin": "https://evil.example", "Content-Type": "application/octet-stream"})
        assert posted.status in (400, 405)
        assert not any(name.startswith("access-control") for name in posted.headers)
    read = server.ask("OPTIONS", COUNTS, headers=asked)
    assert (read.status, read.headers["access-control-allow-methods"]) == (204, "GET, HEAD")
    assert "access-control-allow-credentials" not in read.headers


@pytest.mark.parametrize("element", ELEMENTS.values(), ids=ELEMENTS.keys())
def test_an_element_outside_the_group_is_not_evaluated(server: Attacked, element: bytes) -> None:
    request = duplicate_token.encode_request(duplicate_token.TokenRequest(live.IDENTIFIER, element, server.work()))
    answer = server.post("/api/tokens", request)
    assert (answer.status, answer.code) == (400, "token-element")


def test_challenges_that_are_none_or_anothers_are_refused(server: Attacked) -> None:
    _, blinded = blind(ANA)
    good = server.work()
    foreign = challenge.make(bytes(32), live.IDENTIFIER, bytes(16), 1, most=WORK, now=int(time.time()))
    other = bytes(reversed(live.IDENTIFIER))
    elsewhere = challenge.make(
        (server.premises.folder / "keys" / "challenge.key").read_bytes(), other, bytes(16), 1, most=WORK, now=int(time.time())
    )
    flipped = [good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :] for place in range(1, len(good))]
    tries = {
        b"": "challenge-missing",
        b"\x02" + good[1:]: "challenge-malformed",
        good + b"\x00": "challenge-malformed",
        good[:-1]: "challenge-malformed",
        os.urandom(posting.MAXIMUM_WORK): "challenge-malformed",
        challenge.encode(challenge.solve(foreign)): "challenge-forged",
        challenge.encode(challenge.solve(elsewhere)): "challenge-forged",
    }
    for work, code in tries.items():
        request = duplicate_token.encode_request(duplicate_token.TokenRequest(live.IDENTIFIER, blinded, work))
        answer = server.post("/api/tokens", request)
        assert (answer.status, answer.code) == (403 if code != "challenge-malformed" else 400, code)
        body = posting.encode(posting.Posting(live.unsealed(server.going), bytes(64), work))
        assert server.post("/api/statements", body).code == code
    for work in flipped[:: max(1, len(flipped) // 12)]:
        request = duplicate_token.encode_request(duplicate_token.TokenRequest(live.IDENTIFIER, blinded, work))
        assert server.post("/api/tokens", request).code in ("challenge-forged", "challenge-malformed", "challenge-expired")


def test_an_evaluation_is_paid_for_once(server: Attacked) -> None:
    paid = server.work()
    requests = [
        duplicate_token.encode_request(duplicate_token.TokenRequest(live.IDENTIFIER, blind(ANA)[1], paid)) for _ in range(2)
    ]
    assert server.post("/api/tokens", requests[0]).status == 200
    answer = server.post("/api/tokens", requests[1])
    assert (answer.status, answer.code) == (403, "challenge-spent")
    assert server.post("/api/tokens", requests[0]).status == 200, "a retry of the same is no other"


def test_a_challenge_is_spent_by_one_statement(server: Attacked, signed: list[bytes]) -> None:
    work, first, second = server.work(), live.unsealed(server.going), live.unsealed(server.going)
    signed.append(first)
    receipt = server.sign(first, work)
    assert receipt.status == 200
    answer = server.sign(second, work)
    assert (answer.status, answer.code) == (403, "challenge-spent")
    for again in (work, b"", os.urandom(61)):
        assert server.sign(first, again).body == receipt.body, "a retry is answered whatever travels beside it"


def test_an_erasure_of_nothing_destroys_nothing(server: Attacked) -> None:
    for raw in (b"", bytes(erasure.SIZE), os.urandom(erasure.SIZE), bytes(erasure.SIZE + 1)):
        assert server.post("/api/erasures", raw).status in (400, 404, 413)


def test_envelopes_and_postings_cut_or_flipped_are_refused(server: Attacked) -> None:
    raw = posting.encode(posting.Posting(live.unsealed(server.going), bytes(64), server.work()))
    for cut in (0, 1, 2, 3, 100, len(raw) // 2, len(raw) - 1):
        assert server.post("/api/statements", raw[:cut]).status == 400
    assert server.post("/api/statements", raw + b"\x00").status == 400
    # The erasure commitment, the header's end, is any 32 bytes to a server; an altered one makes the envelope unopenable.
    for place in range(0, 3 + len(encode_header(live.header(server.going))) - 32, 3):
        flipped = raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :]
        answer = server.post("/api/statements", flipped)
        assert 400 <= answer.status < 500, (place, answer.body)
        assert answer.headers["content-type"] == "application/json"
