"""A supervisor who asks, and files of a platform that are eligible."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from clais.clock import today
from clais.exchange.quality.choices import TEXTS
from clais.exchange.quality.models import QualityRequest
from clais.exchange.quality.queries import Asked, received_request
from support_center.quality.actions import ask
from tenants.follow_up.models import Contact
from tenants.people.models import Person
from tenants.quality.actions import draw, send, write_summary
from tenants.quality.models import QualityDraw
from tenants.quality.queries import drawn_files
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person

WORDS = dict.fromkeys(TEXTS, "La personne voulait un horaire qui convienne.")


def a_supervisor(federation: Federation) -> Member:
    """The supervisor of the centre."""
    return federation.member(federation.support_centre, "supervisor", "Philippe Andries")


def a_coordinator(federation: Federation) -> Member:
    """A coordinator of the platform."""
    return federation.member(federation.platform, "coordinator", "Paul Henin")


def a_request(supervisor: Member, files: int = 1, **facts: Any) -> QualityRequest:
    """A request to the platform, for files with a contact in the last month."""
    day = today()
    given = {
        "theme": "follow_up",
        "files": files,
        "first_on": day - timedelta(days=30),
        "last_on": day - timedelta(days=1),
        "reason": "Comprendre les silences.",
        "answer_by": day + timedelta(days=10),
    }
    with supervisor.at_work() as session:
        (request,) = ask(session, supervisor.actor, [supervisor.federation.platform.id], given | facts)
    return request


def files_with_a_contact(agent: Member, count: int) -> list[Person]:
    """So many files with a contact last week."""
    found = [a_person(agent, f"Dossier{'abcdefghijklmnopqrstuvwxyz'[number]}") for number in range(count)]
    with agent.at_work() as session:
        for person in found:
            contact = Contact(
                person_id=person.id,
                happened_on=today() - timedelta(days=7),
                channel="phone",
                outcome="reached",
                author_id=agent.membership.id,
                author_name=agent.membership.display_name,
            )
            session.add(contact)
    return found


def asked_of(member: Member, request: QualityRequest) -> Asked:
    """A request as a platform reads it now."""
    with member.at_work() as session:
        found = received_request(session, request.id)
    assert found is not None
    return found


def a_draw(coordinator: Member, request: QualityRequest) -> None:
    """Let the platform draw."""
    with coordinator.at_work() as session:
        found = received_request(session, request.id)
        assert found is not None
        draw(session, coordinator.actor, found)


def draws(member: Member) -> list[QualityDraw]:
    """The files that a platform drew, the first first."""
    with member.at_work() as session:
        return list(session.scalars(select(QualityDraw).order_by(QualityDraw.id)))


def sent(coordinator: Member, asked: Asked) -> None:
    """Let the platform send its summaries."""
    with coordinator.at_work() as session:
        send(session, coordinator.actor, asked)


def all_written(coordinator: Member, request: QualityRequest) -> None:
    """Let the platform write the summary of every drawn file."""
    with coordinator.at_work() as session:
        for row, _person in drawn_files(session, request.id):
            write_summary(session, row, WORDS)


def a_drawn_file(coordinator: Member) -> QualityDraw:
    """A file that was drawn, of which nothing is written yet."""
    files_with_a_contact(coordinator, 5)
    request = a_request(a_supervisor(coordinator.federation))
    a_draw(coordinator, request)
    with coordinator.at_work() as session:
        ((row, _person),) = drawn_files(session, request.id)
    return row
