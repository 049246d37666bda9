"""What coordinators are told of files that are quiet on purpose: who decided it, which file and until when."""

from clais.actor import Actor
from clais.database import ScopedSession
from clais.identity.queries import members_who_may
from clais.messaging.actions import notify
from clais.permissions import PermissionTable
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.muting.models import FileMuting
from tenants.muting.presentation import reason_of
from tenants.muting.workflow import OVERSEE
from tenants.people.models import Person

MUTED = "file_muted"


def tell_of_muting(
    session: ScopedSession, actor: Actor, person: Person, muting: FileMuting, permissions: PermissionTable
) -> None:
    """Tell the coordinators, but for who decided it."""
    text = _(
        "%(who)s decided that %(reference)s is quiet until %(day)s: %(reason)s",
        who=actor.display_name, reference=person.reference, day=exact_day(muting.until_on), reason=reason_of(muting),
    )  # fmt: skip
    for member in members_who_may(session, OVERSEE, permissions):
        if member.id != actor.membership_id:
            notify(session, member.id, MUTED, "person", person.id, text, f"{MUTED}:{muting.id}", person_id=person.id)
