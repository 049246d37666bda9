"""Self-assessments of a platform and of its members, with an instrument that the platform has just adopted."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import select

from clais.clock import today
from clais.exchange.publications.instruments import released_questionnaire, shelf_of_basin
from clais.instruments.rules.definition import Choice, Item, ItemKind
from tenants.instruments.actions import adopt
from tenants.questionnaires.asked import Asked, asked_of, asked_published
from tenants.self_assessments import actions
from tenants.self_assessments.models import SelfAssessment
from tests.support.federation import Federation, Member
from tests.support.instruments import Centre, a_centre

AGREED = {"accord": tuple(Choice(str(at), {"fr": f"Niveau {at}"}, score=at) for at in range(4))}
RULE = Item("chainon", ItemKind.SCALE, {"fr": "Nous agissons là où il manque un chaînon."}, list="accord")
WORDS = Item("mots", ItemKind.LONG_TEXT, {"fr": "Qu'en retenez-vous ?"})


def an_instrument(federation: Federation, kind: str, *items: Item) -> Centre:
    """The centre of a federation with a published instrument of a kind, on a scale from 0 to 3."""
    centre = a_centre(federation, "Regard sur nous", f"regard_{uuid4().hex[:8]}", kind=kind)
    centre.use(AGREED)
    centre.publish(today(), *(items or (RULE, WORDS)))
    return centre


def adopted_by(coordinator: Member, centre: Centre) -> Asked:
    """The newest version of an instrument, adopted by a platform."""
    with coordinator.at_work() as session:
        shelf = shelf_of_basin(session, centre.instrument)
        assert shelf
        adopt(session, coordinator.actor, shelf, shelf.to_adopt[0])
        found = asked_of(session, centre.instrument)
        assert found
        return found


def begun_by(member: Member, version: Asked, run_id: UUID | None = None) -> SelfAssessment:
    """A self-assessment that someone begins: of the platform, their own, or of a session, as the kind says."""
    with member.at_work() as session:
        if run_id is not None:
            return actions.begin_evaluation(session, member.actor, version, run_id)
        if version.kind == "platform_assessment":
            return actions.begin_of_platform(session, version)
        return actions.begin_own(session, member.actor, version)


def finished_by(member: Member, version: Asked, answers: dict[str, str], run_id: UUID | None = None) -> SelfAssessment:
    """One that is begun, answered and finished at once."""
    return finish(member, begun_by(member, version, run_id), answers)


def finish(member: Member, begun: SelfAssessment, answers: dict[str, str]) -> SelfAssessment:
    """The same one, answered and finished."""
    with member.at_work() as session:
        found = session.get_one(SelfAssessment, (begun.tenant_id, begun.id))
        asked = released_questionnaire(session, found.content_id)
        assert asked
        keyring = member.federation.keyring
        actions.save(session, member.actor, found, keyring, asked, answers)
        assert actions.finish(session, member.actor, found, keyring, asked).complete
        return found


def finished_by_each(members: Iterable[Member], version: Asked, *codes: str) -> None:
    """Each of some members finishes their own, with one of these answers to the rule."""
    for member, code in zip(members, codes, strict=True):
        finished_by(member, version, {"chainon": code, "mots": f"Un secret de {member.email}"})


def published(member: Member, centre: Centre) -> Asked:
    """The newest version of an instrument, as a member finds it."""
    with member.at_work() as session:
        found = asked_published(session, centre.instrument)
        assert found
        return found


def every_assessment(member: Member) -> list[SelfAssessment]:
    """Those that there are in a platform."""
    with member.at_work() as session:
        return list(session.scalars(select(SelfAssessment).where(SelfAssessment.tenant_id == member.tenant.id)))
