"""Whether the websites of the catalogue answer. What is asked is outside of the house and on no private network."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit

from sqlalchemy import select, union

from clais.clock import now
from clais.database import ScopedSession
from clais.exchange.publications.models import Scheme, SchemeOperator
from support_center.catalogue.models import WebsiteCheck

AGAIN = timedelta(days=7)
APART = timedelta(minutes=2)
"""Between two addresses: thirty an hour at most."""
SECONDS, MOST_REDIRECTS = 5.0, 3
PORTS = {"http": 80, "https": 443}
FINE, MISSING, SILENT, REFUSED = "fine", "missing", "silent", "refused"


def is_public(address: str) -> bool:
    """Whether an IP address is on the public net: no private, local, shared or reserved one."""
    return ip_address(address).is_global and not ip_address(address).is_multicast


def check(website: str, allowed: Callable[[str], bool] = is_public) -> str:
    """What an address answers: `fine`, `missing` (an error), `silent` (nothing in time), or `refused`, when it leads to
    an address that is not `allowed`, and is not asked.

    The name is resolved once, and the address that was judged is the one that is called. Each redirect is judged anew.
    """
    for _turn in range(MOST_REDIRECTS + 1):
        parts = urlsplit(website)
        try:
            target = _address_of(parts, allowed)
        except OSError:
            return SILENT
        except ValueError:
            return REFUSED
        try:
            status, elsewhere = _ask(parts, target)
        except (OSError, HTTPException, ValueError):
            return SILENT
        if not (300 <= status < 400 and elsewhere):  # noqa: PLR2004 - a redirect.
            return FINE if status < 400 else MISSING  # noqa: PLR2004 - an error.
        website = urljoin(website, elsewhere)
    return MISSING


def _address_of(parts: SplitResult, allowed: Callable[[str], bool]) -> tuple[str, int]:
    """The address and port to call. Raises ValueError for what is not to be called, OSError for an unknown name."""
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(parts.scheme)
    port = parts.port or PORTS[parts.scheme]
    found = {str(row[4][0]) for row in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    if not found or not all(allowed(address) for address in found):
        raise ValueError(parts.hostname)
    return min(found), port


def _ask(parts: SplitResult, target: tuple[str, int]) -> tuple[int, str | None]:
    """The status and the redirect of a page; its content is not read."""
    host = parts.hostname or ""
    connection = HTTPConnection(host, target[1], timeout=SECONDS)
    with closing(socket.create_connection(target, timeout=SECONDS)) as plain, closing(connection):
        wrapped = parts.scheme == "https"
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if wrapped else plain
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Host": parts.netloc, "User-Agent": "CLAIS", "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location")


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
