"""Who is told of a hand-over: members by notification and mail, people by a mail where they want one."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.identity.models import Membership
from clais.messaging.actions import notify, post_mail
from clais.messaging.mails import News, post_news
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.people.models import Person
from tenants.transfers.actions import TRANSFERRED
from tenants.transfers.choices import MAIL
from tenants.transfers.models import CaseloadTransfer, TransferredFile

SUBJECT = N_("Somebody else follows you %(to_place)s")
FOLLOWED = N_(
    "Hello,\n\n%(name)s is your contact %(to_place)s from now on. What you have agreed and your appointments stay."
    "\n\nTo write to them: %(address)s"
)
FOLLOWED_UNTIL = N_(
    "Hello,\n\n%(name)s is your contact %(to_place)s until %(day)s. What you have agreed and your appointments stay."
    "\n\nTo write to them: %(address)s"
)


def tell_members(
    session: ScopedSession, actor: Actor, transfer: CaseloadTransfer, told: Mapping[UUID, int], *, back: bool = False
) -> None:
    """Tell each member how many files came to them, or left them; never who did it, nor someone who left."""
    for member_id, number in told.items():
        member = session.get(Membership, (session.scope.tenant_id, member_id))
        if member is None or member.ended_at is not None or member.id == actor.membership_id:
            continue
        if member.id == transfer.from_membership_id and not back:
            text = ngettext(
                "A colleague goes on with %(num)d of your files", "Colleagues go on with %(num)d of your files", number
            )
        elif back:
            text = ngettext("%(num)d file was taken back", "%(num)d files were taken back", number)
        else:
            text = ngettext("%(num)d file was handed to you", "%(num)d files were handed to you", number)
        key = f"transfer:{transfer.id}{':back' if back else ''}"
        notify(session, member.id, TRANSFERRED, TRANSFERRED, transfer.id, text, key)
        page = url_for("transfers.show", transfer_id=transfer.id)
        post_news(session, member.email, [News(text, page)], f"{key}:{member.id.hex}")


def tell_people(
    session: ScopedSession,
    place: str,
    transfer: CaseloadTransfer,
    files: Sequence[tuple[TransferredFile, Person]],
    followers: Mapping[UUID, Membership],
) -> int:
    """Write to the people who want mails; returns to how many. `followers` are who follows each person now."""
    written = 0
    for file, person in _by_mail(files):
        member = followers[person.id]
        said = {"name": member.display_name, "to_place": place, "address": member.email}
        if transfer.ends_on is not None and member.id != transfer.from_membership_id:
            body = _(FOLLOWED_UNTIL, day=exact_day(transfer.ends_on), **said)
        else:
            body = _(FOLLOWED, **said)
        key = f"transfer:{transfer.state}:{file.id.hex}"
        written += post_mail(session, person.email or "", _(SUBJECT, to_place=place), body, key)
    return written


def _by_mail(files: Iterable[tuple[TransferredFile, Person]]) -> Iterable[tuple[TransferredFile, Person]]:
    return ((file, person) for file, person in files if file.told == MAIL and person.email)
