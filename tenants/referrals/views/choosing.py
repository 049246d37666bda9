"""First step of a referral: the schemes, judged for a person."""

from functools import partial
from uuid import UUID

from flask import Response

from clais.audit.actions import record_reading
from clais.exchange.eligibility.choices import ASKED, VERDICTS
from clais.exchange.publications.queries import KINDS, free_seats
from clais.exchange.referrals.parcels import FIELDS
from clais.feature.pages import Pages
from clais.web.arguments import query_arguments
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import render
from tenants.orientation.choices import DIRECTIONS
from tenants.people.conflicts import require_open
from tenants.people.models import Person
from tenants.referrals.offers import offers
from tenants.referrals.presentation import path_steps, said_of, unfit_summary
from tenants.referrals.proposals import choice_for
from tenants.referrals.schemas import ChoosingSchema
from tenants.referrals.views.facts import FILLED_HERE, address_of, asked_at, known_facts

pages = Pages()
MOST_SHOWN, OTHERS_SHOWN = 12, 2
"""So many schemes of a group are shown at once, and so many other sessions of each."""


@pages.page("/personnes/<uuid:person_id>/orienter", "referral.send")
def choose(person_id: UUID) -> Response:
    """First step: choose the scheme and the session."""
    person = get_or_404(Person, person_id)
    session = database()
    record_reading(session, person.id)
    require_open(person)
    found = offers(session, person, actor())
    choice = choice_for(session, person, {offer.code for offer in found})
    return render(
        "referrals/choose.html",
        person=person,
        name=person.full_name,
        steps=path_steps(0),
        choice=choice,
        most=None if query_arguments(ChoosingSchema)["shown"] == "all" else MOST_SHOWN,
        others_shown=OTHERS_SHOWN,
        known=known_facts(person, choice.codes, found),
        address_of=partial(address_of, person),
        asked_at=partial(asked_at, person),
        said=said_of,
        questions=ASKED,
        verdicts=VERDICTS,
        summary=unfit_summary(choice),
        is_filled_here=FILLED_HERE.__contains__,
        directions=DIRECTIONS,
        fields=FIELDS,
        kinds=KINDS,
        free_seats=free_seats,
    )
