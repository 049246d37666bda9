"""Every transition × state × role, generated from the table itself: what it does not allow changes nothing."""

from dataclasses import replace
from uuid import uuid4

import pytest

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.workflow import ANSWER, REASONS, REFERRAL, STATES, TAKE
from clais.permissions import PermissionTable
from clais.workflow import Refused, _allow_write
from config.app import PERMISSIONS
from tests.support.federation import Federation
from tests.support.file_transfers import offered
from tests.support.referrals import a_person, a_referral

ROLES = PermissionTable.read(PERMISSIONS)
NAMES = sorted({transition.name for transition in REFERRAL.transitions})


class Unsaved(ScopedSession):
    """Takes rows and writes none."""

    def __init__(self) -> None:
        self.added: list[object] = []

    def add(self, instance: object, _warn: bool = True) -> None:
        self.added.append(instance)


def in_state(state: str) -> Referral:
    referral = Referral(id=uuid4(), tenant_id=uuid4(), to_tenant_id=uuid4(), state="draft")
    with _allow_write():
        referral.state = state
    return referral


@pytest.mark.parametrize("role", ROLES.roles)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", NAMES)
def test_the_table_decides(name: str, state: str, role: str) -> None:
    referral, session = in_state(state), Unsaved()
    actor = Actor("Quelqu'un", ROLES.of(role), tenant_id=referral.tenant_id)
    row = next((t for t in REFERRAL.transitions if t.name == name and state in t.sources), None)
    reason = next(iter(REASONS[name])) if name in REASONS else None
    if row is not None and row.permission in ROLES.of(role):
        REFERRAL.apply(session, referral, name, actor, reason=reason, comment="parce que")
        assert referral.state == row.target
        assert len(session.added) == 1
        assert row in REFERRAL.available(in_state(state), ROLES.of(role))
    else:
        with pytest.raises(Refused):
            REFERRAL.apply(session, referral, name, actor, reason=reason, comment="parce que")
        assert referral.state == state
        assert session.added == []


@pytest.mark.parametrize("name", REASONS)
def test_a_step_that_asks_why_is_refused_without_a_reason_and_with_an_unknown_one(
    federation: Federation, name: str
) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    if name == "refuse":
        officer = federation.other_agent()
        referral = offered(agent, a_person(agent), federation.other_platform)
    way = {
        "advise": ("receive",),
        "decline": ("receive",),
        "refuse": ("look",),
        "fail": ("receive", "accept"),
        "complete": ("receive", "accept", "start"),
        "cancel": (),
    }
    for step in way[name]:
        with officer.at_work() as session:
            move(session, officer.actor, referral, step)
    mover = agent if name == "cancel" else officer
    for reason in (None, "because"):
        with mover.at_work() as session, pytest.raises(Refused):
            move(session, mover.actor, referral, name, reason=reason, comment="Voilà.")


def test_nobody_receives_a_draft() -> None:
    assert [t.name for t in REFERRAL.transitions if "draft" in t.sources] == ["send", "cancel"]
    assert REFERRAL.initial == "draft"


def test_every_state_but_the_withdrawn_one_can_be_left_by_a_withdrawal() -> None:
    sources = frozenset().union(*(t.sources for t in REFERRAL.transitions if t.name == "withdraw"))
    assert sources == set(STATES) - {"draft", "withdrawn"}


@pytest.mark.parametrize("name", ["receive", "look", "take_over", "refuse", "accept"])
def test_a_transfer_and_a_referral_are_answered_by_steps_of_their_own(federation: Federation, name: str) -> None:
    """Whoever had both permissions would still take neither for the other."""
    agent = federation.agent()
    of_transfers = name in {"look", "take_over", "refuse"}
    if of_transfers:
        referral, taker = a_referral(agent, a_person(agent)), federation.officer()
    else:
        referral, taker = offered(agent, a_person(agent), federation.other_platform), federation.other_agent()
    both = replace(taker.actor, permissions=taker.actor.permissions | {ANSWER, TAKE})
    with taker.at_work() as session, pytest.raises(Refused, match="wrong_state"):
        move(session, both, referral, name, reason="other")
