"""The mail with the link by which someone sends a document, and the news that one had a virus. Neither has a name."""

from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.dates import last_day_of, written_day
from clais.identity.secrets import token_hash
from clais.messaging.actions import notify, post_mail
from clais.permissions import PermissionTable
from clais.translation import N_, in_language
from clais.translation import gettext as _
from tenants.documents.actions.links import end_of_link
from tenants.documents.models import Paper
from tenants.people.following import followers
from tenants.people.models import Person

LANGUAGE = "fr"
VIRUS = "document_virus"
SUBJECT = N_("A document is asked of you")
TEXT = N_(
    "Hello,\n\n"
    "%(place)s asks you for a document. Open this link on your phone to see which one, and send a photo of it. "
    "It serves once, until %(day)s:\n\n%(link)s\n\n"
    "You can also bring it to your next appointment. This mail names nobody on purpose: mail travels in the open.\n"
)


def post_link(session: ScopedSession, person: Person, paper: Paper, place: str, address: str) -> None:
    """Post the link of a document to the person, in the name of `place`."""
    day = written_day(last_day_of(end_of_link(paper)), "long", LANGUAGE)
    text = in_language(LANGUAGE, TEXT, place=place, day=day, link=address)
    key = f"paper-link:{token_hash(address).hex()}"  # Of two links, the mail with the one that serves must go.
    post_mail(session, person.email or "", in_language(LANGUAGE, SUBJECT), text, key)


def tell_of_virus(session: ScopedSession, person_id: UUID, paper_id: UUID, permissions: PermissionTable) -> None:
    """Tell who follows a person that a document of theirs had a virus: they may have it from somewhere else by now."""
    here = session.scope.tenant_id
    person = session.get_one(Person, (here, person_id))
    text = _(
        "A document of %(reference)s had a virus: it is refused, and its content erased.", reference=person.reference
    )
    follows = followers(here, permissions).subquery()
    for (member_id,) in session.execute(select(follows.c.membership_id).where(follows.c.person_id == person_id)):
        notify(session, member_id, VIRUS, "person", person_id, text, f"{VIRUS}:{paper_id}", person_id=person_id)
