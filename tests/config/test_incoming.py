"""When a request is whole is found alike however it is cut into pieces, and is when gunicorn can read it to its end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.buffering.incoming import LARGEST_HEAD, Arrival, Incoming

LIMIT = 5000
GET = b"GET / HTTP/1.1\r\nHost: example.be\r\n\r\n"


def post(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join((b"POST / HTTP/1.1", b"Host: example.be", *headers, b"", body))


SIZED = post(b"name=Sofia", b"Content-Length: 10")
CHUNKED = post(b"4\r\nname\r\n6;x=y\r\n=Sofia\r\n0\r\n\r\n", b"Transfer-Encoding: chunked")
CLOSED_BY_A_LINE = post(b"4\r\nname\r\n0\r\nChecked: yes\r\n\r\n", b"transfer-encoding: Chunked")
LIKE_AN_END = post(b"9\r\n\r\n0\r\n\r\nab\r\n0\r\n\r\n", b"Transfer-Encoding: chunked")
WHOLE = {
    "without a body": GET,
    "with a body": SIZED,
    "in chunks": CHUNKED,
    "in chunks, and lines after them": CLOSED_BY_A_LINE,
    "in chunks that look like an end": LIKE_AN_END,
    "an empty body": post(b"", b"Content-Length: 0"),
    "after an empty line": b"\r\n" + GET,
}


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
def test_it_is_whole_with_its_last_byte_and_not_before(name: str, data: st.DataObject) -> None:
    sent = WHOLE[name]
    incoming = Incoming(LIMIT)
    at = 0
    while at < len(sent):
        step = data.draw(st.integers(1, len(sent) - at))
        arrival = incoming.feed(sent[at : at + step])
        at += step
        assert (arrival is Arrival.WHOLE) is (at == len(sent)), sent[:at]
    assert incoming.data.removeprefix(b"\r\n") == sent.removeprefix(b"\r\n")


FRAMED_BADLY = {
    "two lengths": post(b"", b"Content-Length: 5", b"Content-Length: 6"),
    "a length that is none": post(b"", b"Content-Length: ten"),
    "a length below zero": post(b"", b"Content-Length: -1"),
    "length and chunks": post(b"", b"Content-Length: 5", b"Transfer-Encoding: chunked"),
    "a chunk without a size": post(b"x\r\n", b"Transfer-Encoding: chunked"),
    "line feeds alone": b"GET / HTTP/1.1\nHost: example.be\n\n",
}


@pytest.mark.parametrize("name", FRAMED_BADLY)
def test_what_gunicorn_refuses_is_given_to_it_at_once(name: str) -> None:
    assert Incoming(LIMIT).feed(FRAMED_BADLY[name]) is Arrival.WHOLE


def test_a_body_too_large_is_not_awaited() -> None:
    assert Incoming(LIMIT).feed(post(b"", b"Content-Length: 5000")) is Arrival.BODY
    assert Incoming(LIMIT).feed(post(b"", b"Content-Length: 5001")) is Arrival.WHOLE, "the application says 413"
    assert Incoming(LIMIT).feed(post(b"FFFF\r\n", b"Transfer-Encoding: chunked")) is Arrival.BODY_TOO_LARGE
    incoming = Incoming(LIMIT)
    arrivals = [incoming.feed(post(b"", b"Transfer-Encoding: chunked"))]
    arrivals += [incoming.feed(b"10\r\n" + b"a" * 16 + b"\r\n") for _ in range(300)]
    assert arrivals[-1] is Arrival.BODY_TOO_LARGE


def test_a_head_without_an_end_is_refused() -> None:
    incoming = Incoming(LIMIT)
    assert incoming.feed(b"GET / HTTP/1.1\r\nX: ") is Arrival.HEAD
    assert incoming.feed(b"a" * LARGEST_HEAD) is Arrival.HEAD_TOO_LARGE


def test_who_waits_to_be_told_to_go_on_is_known() -> None:
    incoming = Incoming(LIMIT)
    assert incoming.feed(post(b"", b"Content-Length: 5", b"Expect: 100-continue")) is Arrival.BODY
    assert incoming.continues
