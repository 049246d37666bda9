"""What an address of the supervision names, or 404."""

from uuid import UUID

from flask import abort

from clais.exchange.quality.queries import Asked, received_request
from clais.web.context import database, get_or_404
from tenants.people.models import Person
from tenants.quality.models import QualityDraw
from tenants.quality.queries import Drawn


def opened_request(quality_request_id: UUID) -> Asked:
    """A request of the centre to the platform at work."""
    found = received_request(database(), quality_request_id)
    if found is None:
        abort(404)
    return found


def opened_draw(quality_draw_id: UUID) -> tuple[Asked, Drawn]:
    """A drawn file that counts, with its request and its person."""
    row = get_or_404(QualityDraw, quality_draw_id)
    if row.replaced_at is not None:
        abort(404)
    return opened_request(row.quality_request_id), Drawn(row, get_or_404(Person, row.person_id))
