from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.audit.frequency import hold_to_limit
from clais.clock import now, today
from clais.database import EVERY_ROW, ScopedSession, new_id
from clais.dates import day_of
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.exchange.referrals.waking import ANNOUNCE
from clais.identity.models import Membership
from clais.messaging.actions import pass_notices
from clais.registry.actions import next_reference
from clais.searching.names import sort_key
from clais.workflow import Refused
from tenants.people import dated, queries, standing, withheld
from tenants.people.choices import REGISTRATION_TEXT_VERSION
from tenants.people.following import FOLLOWS_UP
from tenants.people.matching import check
from tenants.people.matching.keys import decrypted_number, encrypted_number, put_keys, write_keys
from tenants.people.models import BESIDE_THE_CARD, HandOver, Person
from tenants.people.rules.periods import Overlap, Span
from tenants.people.workflow import OPEN_STAGES, STAGE

CARD = tuple(column.name for column in Person.__table__.columns if column.name not in BESIDE_THE_CARD)
"""The facts of a card that are stored as typed. Stage, reference, referent and tenant are never among them."""
HANDED_OVER = "hand_over"
"""The kind of the notifications that tell a member that a file comes to them, or leaves them."""
SPECIAL = ("national_number", "registration_consent_manner")
"""The facts that are encrypted, or recorded with their time."""
LONGEST_SORT_NAME = 170


class Unacceptable(Exception):  # noqa: N818 - it names what happened.
    """The facts of a file are not acceptable; `field` is the one to correct."""

    field: str


class NumberNotAuthorised(Unacceptable):
    """The platform holds no authorisation to keep national numbers."""

    field = "national_number"


class NotAgreed(Unacceptable):
    """The manner of the person's agreement is missing: without their agreement no file is created."""

    field = "registration_consent_manner"


class PeriodTaken(Unacceptable):
    """What the card says would begin in an earlier period, `met`."""

    field = "status_since"

    def __init__(self, met: Span) -> None:
        super().__init__("another period has these days")
        self.met = met


class StaleCard(Exception):  # noqa: N818 - the same.
    """Someone saved a newer version of the card."""


def register_person(
    session: ScopedSession,
    actor: Actor,
    data: Mapping[str, Any],
    keyring: Keyring,
    *,
    confirmed_different: Collection[UUID] = (),
) -> Person:
    """Create and write the file of a newcomer. Takes and raises what `new_file` does."""
    person, alike = new_file(session, actor, data, keyring, confirmed_different=confirmed_different)
    write_file(session, actor, person, alike, keyring)
    return person


def new_file(
    session: ScopedSession,
    actor: Actor,
    data: Mapping[str, Any],
    keyring: Keyring,
    *,
    confirmed_different: Collection[UUID] = (),
) -> tuple[Person, list[UUID]]:
    """Create the file of a newcomer: reference, card, audit record. `data` holds the facts that `PersonSchema` loads.

    `write_file` writes it later. `confirmed_different` are the similar files that an agent confirmed as other people's;
    those found are given too. The referent is the actor, when the actor follows people up.
    Raises NotAgreed, NumberNotAuthorised, `check.PossibleDuplicates`; ValueError for a fact that is not on the card.
    """
    if not data.get("registration_consent_manner"):
        raise NotAgreed
    _check_number(session, data)
    # The reference comes first: a concurrent registration waits for its lock, and then sees this file too.
    reference = next_reference(session, actor.tenant_code, "")
    alike = check.refuse_duplicates(session, data, keyring, confirmed_different)
    person = Person(
        id=new_id(),
        tenant_id=session.scope.tenant_id,
        stage=STAGE.initial,
        stage_since=today(),
        referent_id=actor.membership_id if actor.may(FOLLOWS_UP) else None,
        given_names="",
    )
    changed = sorted(_write_card(session, person, data, keyring))
    person.reference = reference
    session.add(person)
    details = {"fields": changed, "consent_text": [REGISTRATION_TEXT_VERSION]}
    record(session, "person.register", "person", person.id, person_id=person.id, details=details)
    return person, alike


def write_file(session: ScopedSession, actor: Actor, person: Person, alike: Collection[UUID], keyring: Keyring) -> None:
    """Write a new file, and then what refers to it: its keys, and that the files `alike` are other people's."""
    session.flush()
    standing.tell_apart(session, actor, person.id, alike, "registered")
    put_keys(session, person, keyring)
    session.flush()


def edit(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    changes: Mapping[str, Any],
    version: int,
    keyring: Keyring,
    *,
    confirmed_different: Collection[UUID] = (),
    corrects: bool = False,
) -> list[str]:
    """Change facts of a card that was read at `version`; other facts stay. Returns the names of what changed.

    A dated fact that changes is so from the day that the card says, or from today on; with `corrects` it was so all
    along. What the card said before is kept.
    Raises StaleCard when someone saved it since, PeriodTaken, NumberNotAuthorised, `check.PossibleDuplicates` when the
    new identity is similar to that of a file not in `confirmed_different`; ValueError for a fact that is not on the
    card.
    """
    # The file comes before the identities, here as where a referral writes a phone number on the card.
    lock_file(session, person)
    if person.version != version:
        raise StaleCard
    _check_number(session, changes)
    alike = check.refuse_duplicates(session, changes, keyring, confirmed_different, person)
    standing.tell_apart(session, actor, person.id, alike, "registered")
    withheld.take_out_of_clear(keyring, person)
    before = _write_card(session, person, changes, keyring)
    changed = sorted(before)
    if changed:
        replaced = {name: was for name, was in before.items() if was != getattr(person, name)}
        try:
            dated.follow_card(session, person, replaced, corrects=corrects)
        except Overlap as overlap:
            raise PeriodTaken(overlap.met) from overlap
        noted = {name: (was, getattr(person, name)) for name, was in replaced.items()}
        dated.note_changes(session, actor, person, noted)
        write_keys(session, person, keyring)
        record(session, "person.edit", "person", person.id, person_id=person.id, details={"fields": changed})
    return changed


def _write_card(session: ScopedSession, person: Person, data: Mapping[str, Any], keyring: Keyring) -> dict[str, Any]:
    """Put `data` on the card; returns what changed, with what the card said before."""
    unknown_fields = set(data) - set(CARD) - set(SPECIAL)
    if unknown_fields:
        raise ValueError(f"not facts of a card: {sorted(unknown_fields)}")
    facts = {name: value for name, value in data.items() if name in CARD}
    may_differ = withheld.seal_typed(keyring, person, facts)
    # A year is kept only while the date is not known.
    if facts.get("birth_date"):
        facts["birth_year"] = None
    before = {name: getattr(person, name) for name, value in facts.items() if getattr(person, name) != value}
    for name in before:
        setattr(person, name, facts[name])
    if may_differ:
        before["status"] = person.status
        person.updated_at = now()
    if {"postal_code", "locality"} & set(before):
        typed = person.locality
        person.locality, person.nis_code = queries.place_of(session, person.postal_code, typed)
        if person.locality != typed:
            before.setdefault("locality", typed)
    person.sort_name = sort_key(person.family_name, person.given_names)[:LONGEST_SORT_NAME]
    if "national_number" in data and data["national_number"] != decrypted_number(keyring, person):
        number = data["national_number"]
        before["national_number"] = person.national_number
        person.national_number = encrypted_number(keyring, person, number) if number else None
    manner = data.get("registration_consent_manner")
    if manner and manner != person.registration_consent_manner:
        before["registration_consent_manner"] = person.registration_consent_manner
        person.registration_consent_manner, person.registration_consent_at = manner, now()
    return before


def _check_number(session: ScopedSession, data: Mapping[str, Any]) -> None:
    if data.get("national_number") and not queries.national_number_authorisation(session):
        raise NumberNotAuthorised


def read_number(session: ScopedSession, person: Person, keyring: Keyring) -> str | None:
    """The national number in clear, to show it once. Records the reading. Raises LimitReached."""
    hold_to_limit(session, "numbers")
    record(session, "person.read_number", "person", person.id, person_id=person.id)
    return decrypted_number(keyring, person)


def confirm_card(session: ScopedSession, actor: Actor, person: Person) -> None:
    """Note that the person said that nothing has changed of how they are reached and of their situation."""
    _confirmed(session, person, now(), actor.display_name)
    record(session, "person.confirm", "person", person.id, person_id=person.id)


def take_confirmation_back(session: ScopedSession, person: Person) -> None:
    """Take a confirmation of today back: the card is then not confirmed. Raises Refused('too_late') for another day."""
    if person.confirmed_at is None or day_of(person.confirmed_at) != today():
        raise Refused("too_late")
    _confirmed(session, person, None, None)
    record(session, "person.unconfirm", "person", person.id, person_id=person.id)


def _confirmed(session: ScopedSession, person: Person, moment: datetime | None, name: str | None) -> None:
    # A statement leaves the version of the row: what is confirmed changes nothing that a colleague edits.
    row = update(Person).where(Person.tenant_id == session.scope.tenant_id, Person.id == person.id)
    session.execute(row.values(confirmed_at=moment, confirmed_by=name))
    session.refresh(person)


def hand_over(
    session: ScopedSession, actor: Actor, person: Person, to: Membership, word: str | None = None
) -> HandOver | None:
    """Make a colleague, or the actor, the referent of a file; the notices about it follow. None when they were it.

    `word` is for who goes on, at most 500 characters.
    """
    former = person.referent_id
    if former == to.id:
        return None
    person.referent_id = to.id
    verb = "person.take_over" if to.id == actor.membership_id else "person.hand_over"
    record(session, verb, "person", person.id, person_id=person.id, details={"referent": str(to.id)})
    made = HandOver(
        person_id=person.id,
        from_membership_id=former,
        to_membership_id=to.id,
        to_name=to.display_name,
        actor_name=actor.display_name,
        word=word or None,
    )
    session.add(made)
    session.flush()
    pass_notices(session, person.id, former, to.id, personal=HANDED_OVER)
    make_due(session, ANNOUNCE)  # What is new may be for somebody else from now on.
    return made


def move(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    name: str,
    *,
    reason: str | None = None,
    comment: str | None = None,
) -> None:
    """Move a file to another stage. Raises `clais.workflow.Refused`."""
    STAGE.apply(session, person, name, actor, reason=reason, comment=comment)
    record(
        session,
        f"person.{name}",
        "person",
        person.id,
        person_id=person.id,
        details={"reason": reason} if reason else None,
    )


def lock_file(session: ScopedSession, person: Person) -> Person:
    """Lock the row of the person and read it again, so that other writers wait.

    The key stays shared, as elsewhere, for rows that refer to the person: two writers must not wait for each other.
    """
    row = select(Person).where(Person.tenant_id == session.scope.tenant_id, Person.id == person.id)
    held = row.with_for_update(key_share=True).execution_options(populate_existing=True, **EVERY_ROW)
    return session.scalars(held).one()


def lock_open_file(session: ScopedSession, person: Person) -> None:
    """Lock the file against being closed meanwhile: a closed one takes nothing new. Raises Refused('closed_file')."""
    if (held := lock_file(session, person)).stage not in OPEN_STAGES or held.left_out_at is not None:
        raise Refused("closed_file")
