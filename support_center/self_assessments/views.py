"""Which platforms assessed themselves, as their centre reads it."""

from uuid import UUID

from flask import Response, abort, request

from clais.clock import today
from clais.exchange.assessments.queries import received_notices
from clais.exchange.publications.instruments import released_definitions
from clais.exchange.publications.models import Instrument
from clais.feature.pages import Pages
from clais.instruments.rules.definition import InstrumentKind
from clais.registry.queries import open_platforms
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import render
from support_center.self_assessments.rows import lines_of

pages = Pages()


@pages.page("/outils/<uuid:instrument_id>/auto-evaluations", "assessment.read")
def index(instrument_id: UUID) -> Response:
    """The platforms in a year: which of them did it, on which version, when; the scores of those that share them."""
    session, instrument = database(), get_or_404(Instrument, instrument_id)
    if instrument.kind != InstrumentKind.PLATFORM_ASSESSMENT:
        abort(404)
    notices = received_notices(session, instrument.id)
    years = sorted({today().year, *(notice.year for notice in notices)}, reverse=True)
    asked_for = request.args.get("annee", type=int)
    year = asked_for if asked_for in years else years[0]
    of_year = [notice for notice in notices if notice.year == year]
    versions = dict(released_definitions(session, instrument.id))
    lines = list(lines_of(open_platforms(session, actor().basin_id), of_year, versions))
    return render(
        "platform_assessments/index.html", instrument=instrument, lines=lines, year=year, years=years, done=len(of_year)
    )
