"""What someone is told who gives a newcomer to a colleague after another one did, or to who has as many as they can."""

from clais.identity.models import Membership
from clais.translation import gettext as _
from clais.web.conflicts import saved_by
from clais.web.context import database
from clais.web.errors import StateConflict
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.team.actions.newcomers import AboveCeiling
from tenants.team.presentation import load_in_words


def taken_meanwhile(person: Person, wanted: Membership) -> StateConflict:
    """The referent that was chosen, and the one that the file has now."""
    present = database().get(Membership, (person.tenant_id, person.referent_id)) if person.referent_id else None
    return StateConflict(
        [(_("Referent"), wanted.display_name)],
        [(_("Referent"), present.display_name if present else _("no referent yet"))],
        file_url(person.id),
        saved_by(person.updated_at, person.id),
    )


def above_ceiling_text(to: Membership, full: AboveCeiling) -> str:
    """That a member follows as many files as they can, and how one more is given."""
    return _(
        "%(name)s already follows %(load)s. Tick the box to give one more: it is on record.",
        name=to.display_name,
        load=load_in_words(full.files, full.ceiling),
    )
