"""What documents put on the day of a referent: one to read, one that does not come, one that ends."""

from collections.abc import Iterator
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.day import LATE, MOST, SOON, TODAY, Waiting, Words
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.formatting import near_day, relative_day
from tenants.documents.models import Paper
from tenants.documents.presentation import name_of
from tenants.documents.queries import waiting_for
from tenants.documents.urls import paper_url
from tenants.people.models import Person
from tenants.people.urls import file_url


def papers_to_see_to(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """What is to be done about the documents of the files that a member follows."""
    for paper, person in waiting_for(session, actor.membership_id, MOST):
        yield Waiting(
            _urgency(paper),
            person.full_name,
            partial(_words, paper, person),
            paper.received_at if paper.state == "received" else paper.expires_on or paper.wanted_by,
            # With its state: what was asked for and is received waits anew.
            subject=f"{paper.id} {paper.state}",
            icon="file-earmark-text",
            person_id=person.id,
        )


def _urgency(paper: Paper) -> int:
    if paper.state == "received":
        return TODAY + 1
    if paper.state == "asked":
        return TODAY + 2
    return LATE + 2 if paper.expires_on is not None and paper.expires_on < today() else SOON


def _words(paper: Paper, person: Person) -> Words:
    name, file = lower_first(name_of(paper)), file_url(person.id, "part-documents")
    if paper.state == "received":
        return Words(
            _("A document has come: %(name)s. Is it the right one?", name=name),
            _("Read it"),
            paper_url(paper),
            _("to be read"),
            "here",
            file,
        )
    if paper.state == "asked" and paper.wanted_by is not None:
        return Words(
            _("A document was awaited before %(day)s: %(name)s.", day=near_day(paper.wanted_by), name=name),
            _("See"),
            paper_url(paper),
            relative_day(paper.wanted_by),
            "wait",
            file,
        )
    ended = paper.expires_on is not None and paper.expires_on < today()
    return Words(
        _("A document is not valid any more: %(name)s.", name=name)
        if ended
        else _("A document ends soon: %(name)s.", name=name),
        _("Ask for a newer one"),
        url_for("documents.ask_again", person_id=person.id, paper_id=paper.id),
        relative_day(paper.expires_on) if paper.expires_on else "",
        "late" if ended else "wait",
        file,
    )
