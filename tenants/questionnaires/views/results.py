"""What the people of a platform answered to an instrument: counted, over its versions, nobody named."""

from datetime import date
from uuid import UUID

from flask import Response, abort, request

from clais.clock import today
from clais.dates import months_after
from clais.exchange.publications.instruments import released_definitions, shelf_of_basin
from clais.feature.pages import Pages
from clais.instruments.figures import Results, lines_of
from clais.instruments.rules.definition import ItemKind
from clais.instruments.rules.latitude import applied
from clais.instruments.rules.local import remembered
from clais.translation import gettext as _
from clais.web.context import database
from clais.web.rendering import render
from tenants.instruments.queries import layers_of
from tenants.questionnaires import queries

pages = Pages()
PERIODS = (3, 12, 36)
"""Months of which answers are counted."""
DEFAULT = 12


@pages.page("/questionnaires/resultats/<uuid:instrument_id>", "instrument.see")
def results(instrument_id: UUID) -> Response:
    """The answers that were given here, question by question; where the line breaks it is said."""
    session = database()
    shelf = shelf_of_basin(session, instrument_id)
    if shelf is None:
        abort(404)
    months = request.args.get("mois", DEFAULT, type=int)
    since: date = months_after(today(), -(months if months in PERIODS else DEFAULT))
    common = released_definitions(session, instrument_id)
    # Answers to what was taken back are there still: it is counted with the rest.
    own = remembered([*reversed(layers_of(session, instrument_id))])
    versions = [(number, applied(asked, own)[0]) for number, asked in common]
    numbers = {item.id for _n, made in versions for item in made.items.values() if item.kind is ItemKind.NUMBER}
    counted = Results(
        queries.choices_counted(session, instrument_id, since),
        queries.answers_counted(session, instrument_id, since),
        queries.numbers_summed(session, instrument_id, since, sorted(numbers)),
    )
    return render(
        "questionnaires/results.html",
        instrument=shelf.instrument,
        lines=list(lines_of(versions, counted, common)),
        finished=queries.finished_since(session, instrument_id, since),
        since=since,
        months=months,
        periods={each: _("%(months)s months", months=each) for each in PERIODS},
    )
