"""Words of a hand-over: what moves, to whom, what the people are told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.text import lower_first
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import near_day
from tenants.people.models import Person
from tenants.people.presentation import address
from tenants.people.urls import file_url
from tenants.team.presentation import load_in_words
from tenants.transfers.choices import ABSENCE, DEPARTURE, LETTER, WORKING_DAYS
from tenants.transfers.forms import Share
from tenants.transfers.models import CaseloadTransfer, TransferredFile
from tenants.transfers.queries import InHand

WHY = {
    DEPARTURE: N_("Leaves the platform"),
    ABSENCE: N_("Away for some time"),
    WORKING_DAYS: N_("Works on fewer days"),
}


def why(reason: str, ends_on: date | None) -> str:
    """Why files changed hands: « En absence jusqu'au 11 décembre »."""
    if ends_on is None:
        return _(WHY[reason])
    return _("%(why)s, until %(day)s", why=_(WHY[reason]), day=near_day(ends_on))


def goes_along(found: InHand) -> list[str]:
    """What moves with the files, without what there is none of."""
    counted = (
        (found.steps, ngettext("%(num)d open step", "%(num)d open steps", found.steps)),
        (found.appointments, ngettext("%(num)d appointment", "%(num)d appointments", found.appointments)),
        (found.referrals, ngettext("%(num)d open referral", "%(num)d open referrals", found.referrals)),
        (found.reminders, ngettext("%(num)d reminder", "%(num)d reminders", found.reminders)),
        (found.tasks, ngettext("%(num)d task", "%(num)d tasks", found.tasks)),
        (found.notices, ngettext("%(num)d unread notification", "%(num)d unread notifications", found.notices)),
    )
    return [text for number, text in counted if number]


def share_in_words(share: Share) -> str:
    """What a colleague would take: « 22 dossiers, en connaît 9 ; ensuite 62 dossiers sur 50 »."""
    files = load_in_words(share.files, None)
    known = ngettext("knows %(num)d of them", "knows %(num)d of them", share.known) if share.known else ""
    after = _("then %(load)s", load=load_in_words(share.after, share.ceiling))
    return ", ".join(filter(None, (files, known, after)))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a member received in a transfer."""

    name: str
    files: Sequence[tuple[str, str, str]]
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A person to whom a letter goes, and their address."""

    name: str
    address: str
    sent_on: date | None


def taken_by(
    rows: Sequence[tuple[TransferredFile, Person]], names: Mapping[UUID, str], confirmed: Collection[UUID]
) -> list[Taken]:
    """The files of a transfer by who received them."""
    by_taker: dict[UUID, list[tuple[str, str, str]]] = {}
    for file, person in rows:
        note = _("taken back") if file.taken_back_at else ""
        line = (person.full_name, file_url(person.id), " · ".join(filter(None, (person.reference, note))))
        by_taker.setdefault(file.to_membership_id, []).append(line)
    return [Taken(names.get(key, ""), files, key in confirmed) for key, files in by_taker.items()]


def letters(rows: Sequence[tuple[TransferredFile, Person]]) -> list[Letter]:
    """The people who are told by letter, by name."""
    return [
        Letter(person.full_name, address(person), file.letter_sent_on) for file, person in rows if file.told == LETTER
    ]


def describe(session: ScopedSession, ids: Collection[UUID], _actor: Actor) -> dict[UUID, str]:
    """What notifications about transfers are about: whose files they were."""
    keys = [(session.scope.tenant_id, key) for key in ids]
    found = (session.get(CaseloadTransfer, key) for key in keys)
    return {row.id: _("Files of %(name)s", name=row.from_name) for row in found if row is not None}


def said_of(transfer: CaseloadTransfer) -> str:
    """A transfer within a sentence: « en absence jusqu'au 11 décembre »."""
    return lower_first(why(transfer.reason, transfer.ends_on))
