"""What someone may do changes while they enter: whichever comes first, no session keeps what they may no longer."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, text

from clais.database import Scope, ScopedSession, unit_of_work
from clais.identity import actions, sessions, sign_in
from clais.identity.models import Membership, UserAccount, UserSession
from clais.identity.queries import open_memberships
from clais.identity.secrets import email_hash, token_hash
from clais.services import EXTENSION, Services
from tests.support.federation import PASSWORD, Federation, Member
from tests.support.processes import wait_until


@dataclass
class Door:
    """Someone with one place to work, the acts that may cross there, and what is left afterwards."""

    member: Member
    superuser: Engine

    @property
    def services(self) -> Services:
        services: Services = self.member.federation.app.extensions[EXTENSION]
        return services

    @property
    def scope(self) -> Scope:
        """The member in their tenant."""
        return Scope(tenant_id=self.member.tenant.id, user_id=self.member.membership.user_id)

    def membership(self, session: ScopedSession) -> Membership:
        return session.get_one(Membership, (self.member.tenant.id, self.member.membership.id))

    def account(self, session: ScopedSession) -> UserAccount:
        return session.get_one(UserAccount, self.member.membership.user_id)

    def sign_in(self) -> sign_in.SignedIn | None:
        return sign_in.sign_in(self.services, self.member.email, PASSWORD, "192.0.2.77")

    def wait_for(self, crossing: Future[Any]) -> None:
        """Until the other act waits for this one's lock, or is over."""

        def stands() -> bool:
            with self.superuser.connect() as connection:
                waiting = connection.execute(
                    text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                         "AND wait_event_type = 'Lock'")
                ).scalar_one()  # fmt: skip
            return crossing.done() or waiting > 0

        wait_until(stands, 10, "the two acts meet")

    def outlived(self) -> list[str]:
        """Sessions and tokens that say more than their person's account and membership do."""
        held = (
            "SELECT user_id, membership_id, role FROM user_session UNION ALL "
            "SELECT user_id, membership_id, role FROM api_token WHERE revoked_at IS NULL"
        )
        with self.superuser.connect() as connection:
            rows = connection.execute(
                text(
                    f"SELECT held.role FROM ({held}) held JOIN user_account a ON a.id = held.user_id "
                    "LEFT JOIN membership m ON m.id = held.membership_id WHERE a.id = :user "
                    "AND (a.disabled_at IS NOT NULL OR m.ended_at IS NOT NULL OR m.role <> held.role)"
                ),
                {"user": self.member.membership.user_id},
            )
            return list(rows.scalars())


@pytest.fixture
def door(federation: Federation, superuser: Engine) -> Door:
    return Door(federation.agent(), superuser)


def disable(door: Door, session: ScopedSession) -> None:
    actions.disable_account(session, door.account(session))


def change_role(door: Door, session: ScopedSession) -> None:
    actions.change_role(session, door.membership(session), "receptionist")


def end_membership(door: Door, session: ScopedSession) -> None:
    actions.end_membership(session, door.membership(session))


ENDS = [disable, change_role, end_membership]
End = Callable[[Door, ScopedSession], None]


def enter_meanwhile(door: Door, end: End) -> None:
    """Sign in by password while `end` is written and not yet committed."""
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(door.services.engine, door.scope) as session:
            end(door, session)
            session.flush()
            crossing = pool.submit(door.sign_in)
            door.wait_for(crossing)
        crossing.result()


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_while_someone_signs_in_leaves_no_session(door: Door, end: End) -> None:
    enter_meanwhile(door, end)
    assert door.outlived() == []


@pytest.mark.parametrize("end", ENDS)
def test_a_session_opened_while_it_is_being_ended_is_ended_too(door: Door, end: End) -> None:
    def finish() -> None:
        with unit_of_work(door.services.engine, door.scope) as ending:
            end(door, ending)

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(door.services.engine, door.scope) as session:
            account = sessions.lock_account(session, door.member.membership.user_id)
            assert account is not None
            token = sessions.open_session(session, account)
            session.flush()
            current = session.get_one(UserSession, token_hash(token))
            sessions.rotate_session(session, current, door.membership(session))
            session.flush()
            crossing = pool.submit(finish)
            door.wait_for(crossing)
        crossing.result()
    assert door.outlived() == []


def test_a_role_that_changes_while_one_goes_elsewhere_leaves_no_session_in_the_old_one(
    federation: Federation, door: Door
) -> None:
    other, user_id = federation.other_platform, door.member.membership.user_id
    with unit_of_work(
        federation.engine, Scope(tenant_id=other.id, email_hash=email_hash(door.member.email))
    ) as session:
        elsewhere = actions.join_tenant(session, door.account(session), "agent")
    signed_in = door.sign_in()
    assert signed_in is not None
    current = token_hash(signed_in.token)
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(federation.engine, Scope(tenant_id=other.id, user_id=user_id)) as session:
            there = session.get_one(Membership, (other.id, elsewhere.id))
            actions.change_role(session, there, "receptionist")
            session.flush()
            crossing = pool.submit(sign_in.enter_tenant, door.services, user_id, current, elsewhere.id)
            door.wait_for(crossing)
        assert crossing.result() is None, "the session had ended"
    assert door.outlived() == []


def test_a_password_that_was_replaced_meanwhile_opens_nothing(door: Door) -> None:
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(door.services.engine, door.scope) as session:
            actions.choose_password(session, door.account(session), "une autre phrase bien longue")
            session.flush()
            crossing = pool.submit(door.sign_in)
            door.wait_for(crossing)
        assert crossing.result() is None


def test_a_closed_account_gets_no_token_either(door: Door) -> None:
    with unit_of_work(door.services.engine, door.scope) as session:
        disable(door, session)
    with unit_of_work(door.services.engine, door.scope) as session:
        assert sessions.lock_account(session, door.member.membership.user_id) is None
        assert open_memberships(session, door.member.membership.user_id), "the membership alone would not tell"


def test_a_door_that_holds_nothing_is_found(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the account is read, and nobody waits for it."""
    monkeypatch.setattr(sign_in, "lock_account", lambda session, user_id: session.get_one(UserAccount, user_id))
    enter_meanwhile(door, change_role)
    assert door.outlived() == ["agent"]
