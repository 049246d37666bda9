"""What someone is told who gives a newcomer to a colleague after another one did."""

from clais.identity.models import Membership
from clais.translation import gettext as _
from clais.web.conflicts import saved_by
from clais.web.context import database
from clais.web.errors import StateConflict
from tenants.people.models import Person
from tenants.people.urls import file_url


def taken_meanwhile(person: Person, wanted: Membership) -> StateConflict:
    """The referent that was chosen, and the one that the file has now."""
    present = database().get(Membership, (person.tenant_id, person.referent_id)) if person.referent_id else None
    return StateConflict(
        [(_("Referent"), wanted.display_name)],
        [(_("Referent"), present.display_name if present else _("no referent yet"))],
        file_url(person.id),
        saved_by(person.updated_at, person.id),
    )
