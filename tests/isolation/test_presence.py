"""How often someone was there: the centre counts, and who sent them reads numbers while the consent stands."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from clais.clock import now, today
from clais.database import new_id
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import PresenceSummary, Referral
from clais.exchange.referrals.queries import presence_of
from support_center.routing.models import PresenceMark
from tests.isolation.catalogue import instead
from tests.isolation.told import BOTH, Try, rows_of, tries_of
from tests.isolation.world import World
from tests.support.federation import Federation, Member
from tests.support_center.test_erasure import a_participant, erase

TABLE = "presence_summary"
MINE = f"{TABLE} WHERE tenant_id = :owner AND id = :id"
COLUMNS = "tenant_id, id, to_tenant_id, referral_id, consent_until, held, attended, excused, unexcused, last_on"
TRIES = tries_of(TABLE, "attended") | {
    "the sender reads it once the consent is over": Try(
        "reader", f"SELECT 1 FROM {MINE}", instead(TABLE, "SELECT", BOTH)
    ),
    "the sender counts in the place of the centre": Try(
        "reader",
        f"INSERT INTO {TABLE} ({COLUMNS}, created_at, updated_at, version) "
        "VALUES (:owner, :new, :reader, :new, now() + interval '1 day', 1, 1, 0, 0, now(), now(), now(), 1)",
        instead(TABLE, "INSERT", check=BOTH),
    ),
    "the sender reads each half-day": Try(
        "reader", "SELECT 1 FROM presence_mark WHERE tenant_id = :owner", instead("presence_mark", "ALL", "true")
    ),
}


def members(near: Federation) -> dict[str, Member]:
    """Who tries: the centre owns what it counted, the platform that sent someone reads it."""
    return {"reader": near.agent(), "owner": near.officer(), "other": near.other_agent()}


def counted(officer: Member, platform: Member, referral: Referral, *, days: int) -> PresenceSummary:
    """What the centre counted of someone, under a consent of so many days."""
    row = PresenceSummary(
        to_tenant_id=platform.tenant.id, referral_id=referral.id, consent_until=now() + timedelta(days=days), held=14,
        attended=12, excused=1, unexcused=1, last_on=today(),
    )  # fmt: skip
    with officer.at_work() as session:
        session.add(row)
    return row


def touched(world: World, name: str, fault: tuple[Engine, str] | None = None) -> int:
    """How many rows a try touches; none when it is refused."""
    near, who, one = world.federation, members(world.federation), TRIES[name]
    referral, participant = a_participant(who["reader"], who["owner"])
    row = counted(who["owner"], who["reader"], referral, days=-1 if "over" in name else 1)
    with who["owner"].at_work() as session:
        session.add(
            PresenceMark(
                participant_id=participant.id, scheme_session_id=new_id(), day=today(), half="am", mark="unexcused",
                marked_by="x", act_id=new_id(),
            )
        )  # fmt: skip
    keys = {"reader": near.platform.id, "owner": near.support_centre.id, "other": near.other_platform.id}
    return rows_of(who[one.by], one.statement, keys | {"id": row.id, "new": new_id()}, fault)


@pytest.mark.parametrize("name", TRIES)
def test_nobody_reads_or_writes_presences_who_may_not(name: str, standing_world: World) -> None:
    assert touched(standing_world, name) == 0


@pytest.mark.parametrize("name", TRIES)
def test_what_would_let_a_try_pass_is_found(name: str, standing_world: World, superuser: Engine) -> None:
    assert touched(standing_world, name, (superuser, TRIES[name].fault)) > 0


def test_a_withdrawal_closes_it_to_the_sender_at_once_and_has_it_erased(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, _participant = a_participant(agent, officer)
    row = counted(officer, agent, referral, days=30)
    here = text(f"SELECT count(*) FROM {TABLE} WHERE id = :id")

    def read() -> tuple[bool, int]:
        with agent.at_work() as session:
            mine = session.get_one(Referral, (agent.tenant.id, referral.id))
            return presence_of(session, mine) is not None, session.execute(here, {"id": row.id}).scalar_one()

    assert read() == (True, 1)
    with agent.at_work() as session:
        referral_actions.withdraw(session, agent.actor, session.get_one(Referral, (agent.tenant.id, referral.id)))
    # The row is there until the worker of the centre erases it: what hides it meanwhile is asked of the consent.
    assert read() == (False, 1)
    erase(federation)
    assert read() == (False, 0)
