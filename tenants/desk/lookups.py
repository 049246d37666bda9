"""The rows that an address or a form names, or 404."""

from uuid import UUID

from flask import abort

from clais.audit.actions import record_reading
from clais.database import ScopedSession
from clais.identity.models import Membership
from clais.registry.models import Partner
from clais.web.context import database, get_or_404
from tenants.desk.models import Visit
from tenants.desk.schemas import FIRST_FREE, Agents
from tenants.partners.queries import partners_page

MOST_PARTNERS = 400


READING = "visit.read"


def visit_or_404(visit_id: UUID) -> Visit:
    """The visit of an address."""
    return get_or_404(Visit, visit_id)


def visit_opened(visit_id: UUID) -> Visit:
    """The visit of a page that shows it, which is on record for whoever has a file."""
    visit = visit_or_404(visit_id)
    if visit.person_id is not None:
        record_reading(database(), visit.person_id, READING, subject_id=visit.id)
    return visit


def agent_choices(agents: list[Membership]) -> Agents:
    """The colleagues with whom somebody may wait, as a form offers them."""
    return [(str(agent.id), agent.display_name) for agent in agents]


def chosen_agent(choice: str) -> UUID | None:
    """The membership of a choice of the form; none for the first who is free."""
    return None if choice == FIRST_FREE else UUID(choice)


def partner_choices(session: ScopedSession) -> Agents:
    """The partners of the platform, by name, as a form offers them."""
    return [(str(row.Partner.id), row.Partner.name) for row in partners_page(session, {}, limit=MOST_PARTNERS)]


def partner_named(partner_id: UUID) -> Partner:
    """The partner whom a form names."""
    return get_or_404(Partner, partner_id)


def partner_of(visit: Visit) -> Partner:
    """The partner to whom somebody was directed, or 404."""
    return partner_named(visit.sent_to_id) if visit.sent_to_id else abort(404)
