"""What coordinators are told of sensitive facts that were read: who and which file, nothing of what they say."""

from clais.actor import Actor
from clais.database import ScopedSession
from clais.identity.queries import members_who_may
from clais.messaging.actions import notify
from clais.permissions import PermissionTable
from clais.translation import gettext as _
from tenants.people.models import Person
from tenants.sensitive.models import SensitiveOpening
from tenants.sensitive.queries import READ, own_taking

OPENED = "sensitive_opened"


def tell_of_opening(
    session: ScopedSession, actor: Actor, person: Person, opening: SensitiveOpening, permissions: PermissionTable
) -> None:
    """Tell those who hold the permission that someone who does not opened the sensitive facts of a file."""
    text = _("%(who)s opened the sensitive facts of %(reference)s", who=actor.display_name, reference=person.reference)
    _tell(session, actor, person, text, f"{OPENED}:{opening.id}", permissions)


def tell_of_taking(session: ScopedSession, actor: Actor, person: Person, permissions: PermissionTable) -> None:
    """Tell them once that someone who follows a file since they took it over themselves read its sensitive facts."""
    if actor.may(READ) or (taking := own_taking(session, person, actor)) is None:
        return
    text = _(
        "%(who)s took over %(reference)s and read its sensitive facts",
        who=actor.display_name,
        reference=person.reference,
    )
    _tell(session, actor, person, text, f"{OPENED}:{taking}", permissions)


def _tell(
    session: ScopedSession, actor: Actor, person: Person, text: str, key: str, permissions: PermissionTable
) -> None:
    for member in members_who_may(session, READ, permissions):
        if member.id != actor.membership_id:
            notify(session, member.id, OPENED, "person", person.id, text, key, person_id=person.id)
