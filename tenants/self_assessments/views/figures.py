"""What the members of a platform answered about themselves: how many did, and, from five on, what; never who."""

from uuid import UUID

from flask import Response, request

from clais.clock import today
from clais.exchange.assessments.queries import opened, own_ballots
from clais.exchange.publications.instruments import released_definitions
from clais.feature.pages import Pages
from clais.identity.queries import members_who_may
from clais.instruments.figures import between, counted
from clais.instruments.guarded import guarded_lines
from clais.services import services
from clais.web.context import database
from clais.web.rendering import render
from tenants.self_assessments import queries
from tenants.self_assessments.lookups import adopted
from tenants.self_assessments.queries import OWN
from tenants.self_assessments.workflow import LEAD, WRITE

pages = Pages()


@pages.page("/auto-evaluations/equipe/<uuid:instrument_id>", LEAD)
def team(instrument_id: UUID) -> Response:
    """How many of the team assessed themselves in a year; from five answers on, the figures of each question."""
    session, version = database(), adopted(instrument_id, OWN)
    years = sorted({*queries.years_of(session, instrument_id), today().year}, reverse=True)
    asked_for = request.args.get("annee", type=int)
    year = asked_for if asked_for in years else today().year
    ballots = list(opened(services().keyring, own_ballots(session, instrument_id, year)))
    asked = between(released_definitions(session, instrument_id), {number for number, _chosen in ballots})
    return render(
        "self_assessments/team.html",
        version=version,
        year=year,
        years=years,
        finished=queries.finished_in(session, instrument_id, year),
        members=len(members_who_may(session, WRITE, services().permissions)),
        lines=list(guarded_lines(asked, [counted(ballots)])) if ballots else [],
    )
