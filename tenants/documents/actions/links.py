"""Links by which someone without an account sends one document: one-time secrets, of which only hashes are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from clais.dates import end_of
from clais.files.contents import Content
from clais.identity.secrets import new_token, token_hash
from clais.workflow import Refused
from tenants.documents.actions.papers import Shelf, bring
from tenants.documents.models import Paper, PaperLink
from tenants.people.actions import lock_file, lock_open_file
from tenants.people.models import Person

AT_ONCE = timedelta(minutes=15)
"""How long a link lives that is for a phone in the same room."""


class Opened(NamedTuple):
    """What a link leads to."""

    link: PaperLink
    paper: Paper


def make_link(session: ScopedSession, person: Person, actor: Actor, paper: Paper, *, at_once: bool) -> str:
    """Make the one link of a document that is awaited; a former one leads nowhere any more. Returns its secret.

    Raises Refused('closed_file'), and Refused('wrong_state') for a document that is not awaited any more.
    """
    lock_open_file(session, person)
    session.refresh(paper)
    if paper.state != "asked":
        raise Refused("wrong_state")
    session.execute(
        delete(PaperLink).where(PaperLink.tenant_id == session.scope.tenant_id, PaperLink.paper_id == paper.id)
    )
    token = new_token()
    session.add(
        PaperLink(
            paper_id=paper.id,
            token_hash=token_hash(token),
            expires_at=now() + AT_ONCE if at_once else end_of_link(paper),
            made_by=actor.display_name,
        )
    )
    paper.link_opened_at = None
    record(session, "paper.link", "paper", paper.id, person_id=paper.person_id)
    return token


def end_of_link(paper: Paper) -> datetime:
    """Until when a link of a document serves that is not for at once: the end of its day, a day from now at least."""
    soonest = now() + timedelta(days=1)
    return soonest if paper.wanted_by is None else max(end_of(paper.wanted_by), soonest)


def opened(session: ScopedSession, token: str, *, lock: bool = False) -> Opened | None:
    """What a secret leads to; None when it is used, expired or unknown, or when the document is not awaited any more.

    The session is in the scope of the tenant that the address names. With `lock`, the file and then the document wait
    for nobody else: in the order in which an agent's acts lock them.
    """
    here = session.scope.tenant_id
    wanted = select(PaperLink).where(
        PaperLink.tenant_id == here, PaperLink.token_hash == token_hash(token), PaperLink.expires_at > now()
    )
    link = session.scalars(wanted).one_or_none()
    paper = session.get(Paper, (here, link.paper_id)) if link else None
    if paper is not None and lock:
        lock_file(session, session.get_one(Person, (here, paper.person_id)))
        # Of two who send at once, the second waits here and finds a document that has come, or another link.
        paper = session.get(Paper, (here, paper.id), with_for_update=True, populate_existing=True)
        link = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if link is None or paper is None or paper.state != "asked":
        return None
    return Opened(link, paper)


def note_opening(found: Opened) -> None:
    """Remember that the person opened the link, for the agent's list."""
    found.paper.link_opened_at = now()


def send(session: ScopedSession, by: Actor, shelf: Shelf, found: Opened, contents: Sequence[Content]) -> None:
    """Keep what the person sent; the link leads nowhere any more. Raises Refused and StoreFault."""
    person = session.get_one(Person, (found.paper.tenant_id, found.paper.person_id))
    bring(session, person, by, shelf, found.paper, contents)
    session.delete(found.link)


def forget_ended_links(session: ScopedSession) -> None:
    """Erase the links whose time is over: they lead nowhere, and say who made them."""
    session.execute(
        delete(PaperLink).where(PaperLink.tenant_id == session.scope.tenant_id, PaperLink.expires_at <= now())
    )
