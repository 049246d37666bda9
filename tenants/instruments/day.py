"""What the instruments put on a coordinator's day: versions whose day comes near, or is past."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.adoptions.queries import drift, own_adoptions
from clais.exchange.adoptions.rules.drift import Drift, Standing
from clais.exchange.publications.instruments import Shelf, shelves_of_basin
from clais.feature.day import LATE, MOST, SOON, Waiting, Words
from clais.translation import gettext as _
from tenants.instruments.presentation import TAGS, newest_text, standing_text

NEAR = timedelta(days=14)


def versions_to_adopt(session: ScopedSession, _actor: Actor) -> Iterator[Waiting]:
    """The instruments whose newest version is to be adopted within two weeks, or should have been."""
    shelves = shelves_of_basin(session)
    adoptions = own_adoptions(session) if shelves else {}
    found = [(shelf, drift(shelf, adoptions.get(shelf.instrument.id))) for shelf in shelves]
    near = [one for one in found if one[1].waits and one[1].due is not None and one[1].due <= today() + NEAR]
    for shelf, how in near[:MOST]:
        newest = shelf.to_adopt[0]
        yield Waiting(
            LATE if how.standing is Standing.LATE else SOON,
            shelf.instrument.name,
            partial(_to_adopt, shelf, how),
            how.due,
            subject=f"{newest.id} {how.due}",
            icon="list-check",
        )


def _to_adopt(shelf: Shelf, how: Drift) -> Words:
    page = url_for("adoption.show", version_id=shelf.to_adopt[0].id)
    tag = standing_text(how)
    return Words(newest_text(shelf, how), _("Read and adopt"), page, tag, TAGS[how.standing], page)
