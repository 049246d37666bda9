"""Printing about several people at once: a letter for each, kept in their file, and for a day one PDF of them all."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession, new_id
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.sealing import seal
from tenants.printing import queries
from tenants.printing.actions import FORGET, KEPT, MAKE, Text, sealed
from tenants.printing.choices import PRESENCE
from tenants.printing.models import JointPrintout, Printout

MAKE_JOINT = "printing.make_joint"
"""The job that makes the letters of several people, and the PDF of all of them."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one of several people is given on paper, or was posted as a mail."""

    person_id: UUID
    text: Text
    is_mailed: bool = False


def give_several(
    session: ScopedSession,
    actor: Actor,
    keyring: Keyring,
    kind: str,
    letters: Sequence[Letter],
    *,
    subject_id: UUID | None = None,
) -> JointPrintout:
    """Keep the letters of several people, for the worker to make PDF files of: all of them, or none.

    Who asks twice for those of one subject, before the first ones are made, gets the first ones.
    """
    if subject_id is not None:
        waiting = queries.waiting_joint(session, actor, kind, subject_id)
        if waiting is not None:
            return waiting
    on_paper = [letter for letter in letters if not letter.is_mailed]
    texts, people = [letter.text for letter in on_paper], [letter.person_id for letter in on_paper]
    joint = _keep(session, actor, keyring, kind, texts, people, letters[0].text, len(letters), subject_id)
    for letter in letters:
        given = Printout(
            tenant_id=joint.tenant_id,
            id=new_id(),
            person_id=letter.person_id,
            kind=kind,
            subject_id=joint.id,
            membership_id=actor.membership_id,
            asked_by=actor.display_name,
            asked_at=joint.asked_at,
            template_version=letter.text.template_version,
            language=letter.text.language,
            mailed_at=joint.asked_at if letter.is_mailed else None,
        )
        given.sealed = sealed(keyring, given, {"text": letter.text.content})
        session.add(given)
        record(session, "printout.give", "printout", given.id, person_id=letter.person_id, details={"kind": kind})
    session.flush()
    return joint


def give_list(
    session: ScopedSession, actor: Actor, keyring: Keyring, text: Text, people: Sequence[UUID], total: int
) -> JointPrintout:
    """Keep a list of those who are expected on a day, for the worker to make a PDF of; who is on it is on record."""
    joint = _keep(session, actor, keyring, PRESENCE, [text], people, text, total, None)
    record(session, "joint_printout.give", "joint_printout", joint.id, listed=people)
    return joint


def _keep(
    session: ScopedSession,
    actor: Actor,
    keyring: Keyring,
    kind: str,
    texts: Sequence[Text],
    people: Sequence[UUID],
    like: Text,
    total: int,
    subject_id: UUID | None,
) -> JointPrintout:
    moment = now()
    joint = JointPrintout(
        tenant_id=session.scope.tenant_id,
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        template_version=like.template_version,
        language=like.language,
        membership_id=actor.membership_id,
        asked_by=actor.display_name,
        asked_at=moment,
        total=total,
        ends_at=moment + KEPT,
    )
    facts = {"texts": [text.content for text in texts], "people": [str(key) for key in people]}
    joint.sealed = _sealed(keyring, joint, facts)
    session.add(joint)
    session.flush()
    make_due(session, MAKE_JOINT)
    make_due(session, FORGET, at=joint.ends_at)
    return joint


def keep_joint_pdf(keyring: Keyring, joint: JointPrintout, content: bytes | None, people: Sequence[str]) -> None:
    """Keep the PDF in the place of the texts; there is none where all of them were posted as mails."""
    facts = {"file": b64encode(content).decode(), "people": list(people)} if content else None
    joint.sealed = _sealed(keyring, joint, facts) if facts else None
    joint.made_at = now()


def give_up_joint(joint: JointPrintout) -> None:
    """Say that no PDF of all of them comes; each letter that was made stays in its file."""
    joint.failed_at, joint.sealed = now(), None


def forget_joint(session: ScopedSession, joint: JointPrintout) -> None:
    """Erase a joint PDF before its time; the letters stay in their files, and those that wait are made."""
    session.delete(joint)
    session.flush()
    make_due(session, MAKE)


def _sealed(keyring: Keyring, joint: JointPrintout, facts: Mapping[str, object]) -> bytes:
    return seal(keyring, dict(facts), table=joint.__tablename__, tenant_id=joint.tenant_id, row_id=joint.id)
