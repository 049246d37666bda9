"""Whether the websites of the catalogue answer. What is asked is outside of the house and on no private network."""

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from datetime import datetime, timedelta
from http.client import HTTPException, parse_headers
from io import BytesIO
from ipaddress import ip_address, ip_network
from threading import Thread
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from sqlalchemy import select, union

from clais.clock import now
from clais.database import ScopedSession
from clais.exchange.publications.models import Scheme, SchemeOperator
from support_center.catalogue.models import WebsiteCheck

AGAIN = timedelta(days=7)
APART = timedelta(minutes=2)
"""Between two addresses: thirty an hour at most."""
SECONDS = 5.0
"""For all of a check, redirects included: a transaction is open meanwhile."""
MOST_REDIRECTS, MOST_BYTES = 3, 65_536
PORTS = {"http": 80, "https": 443}
AS_TYPED = "/%:@!$&'()*+,;=~"
"""What stays as it is in a path; the question mark too, behind one. Letters with accents are quoted."""
LEADING_ELSEWHERE = tuple(
    map(ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10"))
)
"""Addresses that stand for one of IPv4 (compatible, NAT64, Teredo, 6to4), which may be a private one; and the
site-local ones of old.
"""
FINE, MISSING, SILENT, REFUSED = "fine", "missing", "silent", "refused"
Allowed = Callable[[str, int], bool]


def may_call(address: str, port: int) -> bool:
    """Whether an IP address is on the public net, and the port one of websites: no private, local, shared or reserved
    address, and none that leads to another one.
    """
    found = ip_address(address)
    elsewhere = any(found in net for net in LEADING_ELSEWHERE)
    return port in PORTS.values() and found.is_global and not found.is_multicast and not elsewhere


def check(website: str, allowed: Allowed = may_call, seconds: float = SECONDS) -> str:
    """What an address answers: `fine`, `missing` (an error), `silent` (nothing in time), or `refused`, when it leads to
    an address that is not `allowed`, or is none, and is not asked.

    The name is resolved once, and the addresses that were judged are those that are called. Each redirect is judged
    anew.
    """
    until = monotonic() + seconds
    try:
        for _turn in range(MOST_REDIRECTS + 1):
            parts = urlsplit(website)
            status, elsewhere = _ask(parts, _targets(parts, allowed, until), until)
            if not (300 <= status < 400 and elsewhere):  # noqa: PLR2004 - a redirect.
                return FINE if status < 400 else MISSING  # noqa: PLR2004 - an error.
            website = urljoin(website, elsewhere)
    except (OSError, HTTPException):
        # Before what follows: a certificate that is not good is both.
        return SILENT
    except ValueError:
        return REFUSED
    return MISSING


def _left(until: float) -> float:
    """The seconds that are left. Raises TimeoutError for none."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _targets(parts: SplitResult, allowed: Allowed, until: float) -> list[tuple[str, int]]:
    """The addresses and port to call, those of IPv4 first: not every network has the others. Raises ValueError for
    what is not to be called, OSError for an unknown name.
    """
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(parts.scheme)
    port = PORTS[parts.scheme] if parts.port is None else parts.port
    found = set(_resolved(parts.hostname, port, _left(until)))
    if not found or not all(allowed(address, port) for address in found):
        raise ValueError(parts.hostname)
    return [(address, port) for address in sorted(found, key=lambda one: (ip_address(one).version, one))]


def _resolved(host: str, port: int, seconds: float) -> Sequence[str]:
    """The addresses of a name. The system knows no time limit for that, so it is asked apart and waited for."""
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.set_result([str(row[4][0]) for row in rows])
        except (OSError, ValueError) as error:
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    return answer.result(seconds)


def _ask(parts: SplitResult, targets: Sequence[tuple[str, int]], until: float) -> tuple[int, str | None]:
    """The status and the redirect of a page; its content is not read."""
    host = (parts.hostname or "").encode("idna").decode()
    named = f"[{host}]" if ":" in host else host
    named += "" if parts.port is None else f":{parts.port}"
    path = quote(parts.path or "/", AS_TYPED) + (f"?{quote(parts.query, AS_TYPED + '?')}" if parts.query else "")
    asked = f"GET {path} HTTP/1.1\r\nHost: {named}\r\nUser-Agent: CLAIS\r\nConnection: close\r\n\r\n"
    with closing(_connected(targets, until)) as plain:
        sock = plain
        if parts.scheme == "https":
            plain.settimeout(_left(until))
            sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        with closing(sock):
            sock.settimeout(_left(until))
            sock.sendall(asked.encode("ascii"))
            return _read(_head(sock, until))


def _connected(targets: Sequence[tuple[str, int]], until: float) -> socket.socket:
    """A connection to the first address that takes one; none is waited for so long that no time is left for others."""
    for number, target in enumerate(targets):
        try:
            return socket.create_connection(target, timeout=_left(until) / (len(targets) - number))
        except OSError as error:
            failed = error
    raise failed


def _head(sock: socket.socket, until: float) -> bytes:
    """What a site says before its page. However slowly it speaks, the whole has an end."""
    said = b""
    while b"\r\n\r\n" not in said and b"\n\n" not in said:
        sock.settimeout(_left(until))
        more = sock.recv(4096)
        if not more or len(said) > MOST_BYTES:
            raise ConnectionError
        said += more
    return said


def _read(head: bytes) -> tuple[int, str | None]:
    """The status and the redirect in the head of an answer. Raises ConnectionError for what is no answer."""
    first, _line_end, rest = head.partition(b"\n")
    version, _blank, status = first.partition(b" ")
    if not version.startswith(b"HTTP/") or not status[:3].isdigit():
        raise ConnectionError
    elsewhere = parse_headers(BytesIO(rest)).get("Location")
    # Headers are read as Latin-1; who writes an accent there writes it as UTF-8.
    return int(status[:3]), elsewhere and str(elsewhere).encode("latin-1", "replace").decode("utf-8", "replace")


def websites(session: ScopedSession) -> set[str]:
    """The addresses that the centre publishes with its schemes and operators."""
    here = session.scope.tenant_id
    found = union(
        select(Scheme.website).where(Scheme.owner_tenant_id == here, Scheme.website.is_not(None)),
        select(SchemeOperator.website).where(
            SchemeOperator.owner_tenant_id == here, SchemeOperator.website.is_not(None)
        ),
    )
    return set(session.scalars(found))


def checks_of(session: ScopedSession) -> dict[str, WebsiteCheck]:
    """Website → what it answered last."""
    rows = select(WebsiteCheck).where(WebsiteCheck.tenant_id == session.scope.tenant_id)
    return {row.website: row for row in session.scalars(rows)}


def due(session: ScopedSession) -> Iterator[tuple[datetime, str]]:
    """When each website is to be asked, and which; at once when it never was."""
    known = checks_of(session)
    moment = now()
    for website in sorted(websites(session)):
        yield known[website].checked_at + AGAIN if website in known else moment, website


def note(session: ScopedSession, website: str, outcome: str) -> None:
    """Keep what a website answered, and since when it has failed."""
    row = checks_of(session).get(website)
    if row is None:
        row = WebsiteCheck(website=website)
        session.add(row)
    row.outcome, row.checked_at = outcome, now()
    row.failing_since = None if outcome == FINE else row.failing_since or now()
    session.flush()


def next_check_at(session: ScopedSession) -> datetime | None:
    """When the next website is asked: one at a time, some minutes apart."""
    first = min(due(session), default=None)
    if first is None:
        return None
    last = max((row.checked_at for row in checks_of(session).values()), default=None)
    return first[0] if last is None else max(first[0], last + APART)
