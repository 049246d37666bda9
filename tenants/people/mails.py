"""What members are told of files that change hands, on the screen and by mail: the number of the file and no name."""

from collections.abc import Iterator
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.identity.models import Membership
from clais.messaging.actions import notify
from clais.messaging.mails import News, post_news
from clais.translation import N_
from clais.translation import gettext as _
from tenants.people.actions import HANDED_OVER
from tenants.people.models import HandOver, Person
from tenants.people.urls import file_url

GIVEN = N_("A file was handed to you: %(reference)s")
HAND_OVER_KEY = "hand_over:"
"""The beginning of the keys of these notifications; the id of the hand-over follows."""
TAKEN = N_("A colleague goes on with your file: %(reference)s")


def tell_of_hand_over(
    session: ScopedSession, actor: Actor, person: Person, made: HandOver, former: UUID | None
) -> None:
    """Tell who has the file now, and who had it until then; never who did it, nor someone who left."""
    for member_id, sentence in _told(made, former, actor.membership_id):
        member = session.get(Membership, (person.tenant_id, member_id))
        if member is None or member.ended_at is not None:
            continue
        text, key = _(sentence, reference=person.reference), f"{HAND_OVER_KEY}{made.id}"
        notify(session, member.id, HANDED_OVER, "person", person.id, text, key, person_id=person.id)
        post_news(session, member.email, [News(text, file_url(person.id))], f"{key}:{member.id.hex}")


def _told(made: HandOver, former: UUID | None, doer: UUID) -> Iterator[tuple[UUID, str]]:
    if made.to_membership_id != doer:
        yield made.to_membership_id, GIVEN
    if former not in (None, doer) and former is not None:
        yield former, TAKEN
