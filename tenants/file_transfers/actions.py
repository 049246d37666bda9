"""Taking over the file of somebody whom another platform follows, and letting one's own go."""

from collections.abc import Collection
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.exchange.referrals import actions as referrals
from clais.exchange.referrals.locking import Gone
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import parcel_of
from clais.feature import composition
from clais.identity.models import Membership
from clais.sealing import unseal
from clais.translation import gettext as _
from clais.workflow import Refused
from tenants.exits.actions import close_file, reopen_file
from tenants.file_transfers import carried
from tenants.file_transfers.models import FileArrival
from tenants.follow_up.actions import write_note
from tenants.orientation.actions.plans import start_plan
from tenants.orientation.models import ActionPlan
from tenants.people.actions import hand_over, lock_file, new_file, write_file
from tenants.people.models import Person

CLOSE = "file_transfer.close"
"""The job that closes the file where the person was followed before."""
SETTLED = {"appointments": "cancel", "tasks": "drop", "plan": "close"}
"""What is settled by itself when a file has gone on: feature → the choice. The rest waits for somebody to look."""


def take_over(
    session: ScopedSession,
    actor: Actor,
    referral: Referral,
    keyring: Keyring,
    *,
    manner: str,
    referent: Membership | None,
    confirmed_different: Collection[UUID] = (),
) -> Person:
    """Take over the file of somebody who was followed elsewhere: a file of this platform, filled from the parcel.

    `manner` is how the person agreed to be registered here. The platform that gave the file on closes its own.
    Raises Gone, Refused, and what `new_file` raises: the transaction is then to be rolled back.
    """
    moved = referrals.move(session, actor, referral, "take_over")
    contents = _contents(session, moved, keyring)
    facts = carried.card_facts(contents) | {"registration_consent_manner": manner}
    person, alike = new_file(session, actor, facts, keyring, confirmed_different=confirmed_different)
    person.referent_id = referent.id if referent else None
    write_file(session, actor, person, alike, keyring)
    _arrive(session, actor, person, moved, contents)
    return person


def take_over_into(
    session: ScopedSession,
    actor: Actor,
    referral: Referral,
    person: Person,
    keyring: Keyring,
    referent: Membership | None,
) -> Person:
    """The same for somebody who has a file here: it is opened again when it was closed, and its card stays as it is.

    Raises Gone and Refused.
    """
    moved = referrals.move(session, actor, referral, "take_over")
    held = lock_file(session, person)
    if held.left_out_at is not None:
        raise Refused("wrong_state")
    if held.stage == "closed":
        reopen_file(session, held, actor)
    if referent is not None:
        hand_over(session, actor, held, referent)
    _arrive(session, actor, held, moved, _contents(session, moved, keyring))
    return held


def _contents(session: ScopedSession, referral: Referral, keyring: Keyring) -> carried.Contents:
    parcel = parcel_of(session, referral)
    if parcel is None:
        raise Gone
    contents: carried.Contents = unseal(keyring, parcel)
    return contents


def _arrive(
    session: ScopedSession, actor: Actor, person: Person, referral: Referral, contents: carried.Contents
) -> None:
    arrival = FileArrival(
        person_id=person.id,
        referral_id=referral.id,
        from_tenant_id=referral.tenant_id,
        from_name=referral.from_name,
        reference=referral.reference,
        taken_by=actor.display_name,
    )
    session.add(arrival)
    for label, text in carried.notes(contents):
        words = _("%(note)s, from %(place)s: %(text)s", note=label, place=referral.from_name, text=text)
        write_note(session, person, actor, text=words, note_class="fact")
    session.flush()
    record(session, "file_transfer.arrive", "file_arrival", arrival.id, person_id=person.id)
    make_due(session, CLOSE, tenant_id=referral.tenant_id)


def take_plan_up(
    session: ScopedSession, actor: Actor, person: Person, referral: Referral, keyring: Keyring
) -> ActionPlan:
    """Start a plan here with the objectives and open steps that came with the file.

    Raises Gone, Refused (`wrong_state` when none came, `closed_file`, and `other_plan` when one is open here).
    """
    contents = _contents(session, referral, keyring)
    objectives = carried.objectives(contents)
    if not objectives:
        raise Refused("wrong_state")
    return start_plan(session, person, actor, goal=carried.goal(contents), objectives=objectives, instead_of="none")


def close_given_over(session: ScopedSession, actor: Actor, person: Person) -> bool:
    """Close the file of somebody whom another platform follows now: its appointments, tasks and plan end with it.

    What else is open (referrals, contracts) stays, for somebody to look at. False when it is closed already. `actor` is
    the system.
    """
    held = lock_file(session, person)
    if held.stage == "closed" or held.left_out_at is not None:
        return False
    for settlement in composition().settlements:
        if choice := SETTLED.get(settlement.name):
            for item in list(settlement.load(session, held.id)):
                settlement.settle(session, actor, item.key, choice, "handed_over")
    close_file(session, held, actor, reason="handed_over", result="unknown")
    return True
