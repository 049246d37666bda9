from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text

from clais.actor import Actor
from clais.clock import today
from clais.database import EVERY_ROW, Scope, unit_of_work
from clais.dates import day_bounds
from clais.encryption import Keyring
from clais.exchange.referrals.lists import inbox
from clais.exchange.referrals.models import ReferralEvent, ReferralMessage
from clais.identity.models import Membership
from clais.identity.passwords import password_problem, verify_password
from clais.identity.queries import account_by_email, open_memberships
from clais.identity.secrets import email_hash
from clais.registry.actions import next_reference
from clais.registry.models import Tenant
from clais.searching.typed import query_tokens
from clais.workflow import StateChange
from config.demo import PASSWORD, Account, is_seeded, seed
from config.demo.engine.desk import Desk
from config.demo.engine.ledger import write
from config.demo.story import NEWCOMERS
from config.features import METADATA
from tenants.agenda.queries import appointments_between
from tenants.agenda.silence import without_contact
from tenants.people.matching.search import people_matching
from tenants.people.models import Person, PersonKey


def test_each_tenant_sees_its_own_rows_and_no_others(demo_engine: Engine, desks_of_today: list[Desk]) -> None:
    for desk in desks_of_today:
        with unit_of_work(demo_engine, desk.scope) as session:
            for name, written in desk.ledger.rows.items():
                table = METADATA.tables[name]
                if "tenant_id" in table.columns and name not in {
                    "person_key",  # Two files became one: nothing finds the other any more.
                    "referral",
                    "parcel",
                    "referral_event",
                    "referral_message",
                    "own_task",
                    "self_assessment_answer",  # One's own is read by one's account alone.
                }:
                    seen = session.execute(select(table.c.tenant_id, func.count()).group_by(table.c.tenant_id)).all()
                    ((tenant_id, count),) = seen
                    assert tenant_id == desk.tenant_id, name
                    # Some acts of the day are written through their actions, once the rest is there.
                    of_today = {
                        "audit_event",
                        "state_change",
                        "hand_over",
                        "notification",
                        "working_pattern",
                        "person_change",
                        "person",
                        "note",
                    }
                    assert count >= len(written) if name in of_today else count == len(written), name


def test_nothing_is_seen_without_a_tenant(demo: list[Account], demo_engine: Engine) -> None:
    assert demo
    with unit_of_work(demo_engine, Scope()) as session:
        for model in (Person, PersonKey, StateChange, ReferralEvent, ReferralMessage):
            assert session.scalar(select(func.count()).select_from(model)) == 0


def test_what_was_withdrawn_is_closed_to_the_receiver_with_its_own_lines(
    demo_engine: Engine, desks_of_today: list[Desk]
) -> None:
    centre = desks_of_today[-1]
    with unit_of_work(demo_engine, centre.scope) as session:
        assert (
            session.execute(
                text(
                    "SELECT count(*) FROM referral_event e"
                    " WHERE NOT EXISTS (SELECT FROM referral r WHERE r.id = e.referral_id)"
                )
            ).scalar()
            == 0
        )
        assert 3 <= len(inbox(session)) <= 31


def test_each_account_signs_in_with_the_documented_password(demo: list[Account], demo_engine: Engine) -> None:
    assert len({account.role for account in demo}) == 7
    stored = set()
    for account in demo:
        assert password_problem(PASSWORD, account.who, account.email) is None
        hashed = email_hash(account.email)
        with unit_of_work(demo_engine, Scope(email_hash=hashed)) as session:
            found = account_by_email(session, hashed)
        assert found is not None
        assert found.administers == (account.role == "federation_admin")
        stored.add(found.password_hash)
    (one,) = stored
    assert verify_password(one, PASSWORD)


def test_one_person_works_in_two_platforms(demo: list[Account], demo_engine: Engine) -> None:
    (twice,) = [email for email, count in Counter(account.email for account in demo).items() if count > 1]
    hashed = email_hash(twice)
    with unit_of_work(demo_engine, Scope(email_hash=hashed)) as session:
        account = account_by_email(session, hashed)
    assert account is not None
    with unit_of_work(demo_engine, Scope(user_id=account.id)) as session:
        assert len(open_memberships(session, account.id)) == 2


def test_the_first_agent_has_a_day_to_look_at(
    demo: list[Account], demo_engine: Engine, desks_of_today: list[Desk]
) -> None:
    farciennes, agent = desks_of_today[0], desks_of_today[0].colleagues[0]
    assert demo[0].email == agent.email == "nadia.lambert@farciennes.example"
    actor = Actor(agent.name, frozenset(), tenant_id=farciennes.tenant_id, membership_id=agent.membership_id)
    with unit_of_work(demo_engine, farciennes.scope, actor) as session:
        kept = appointments_between(session, *day_bounds(today()), agent.membership_id)
        lost = without_contact(session, agent.membership_id, 30)
        found = people_matching(session, query_tokens("march sof"))
    assert 3 <= len(kept) <= 4
    assert {"Jean-Marc", "Aïcha"} <= {person.given_names for person, _contact, _next in lost}
    assert 2 <= len(lost) <= 5
    assert "Marchetti" in {person.family_name for person in found}


def test_the_next_file_gets_the_next_number(demo_engine: Engine, desks_of_today: list[Desk]) -> None:
    desk, year = desks_of_today[0], today().year
    with unit_of_work(demo_engine, desk.scope) as session:
        every = select(Person.reference).where(Person.tenant_id == desk.tenant_id).execution_options(**EVERY_ROW)
        known = set(session.scalars(every))
        given = next_reference(session, desk.code, "")
        session.rollback()
    of_year = {reference for reference in known if f"-{year}-" in reference}
    assert given == f"{desk.code}-{year}-{len(of_year) + 1:05d}"
    assert given not in known


def test_seeding_again_changes_nothing(demo: list[Account], demo_engine: Engine, keyring: Keyring) -> None:
    assert seed(demo_engine, keyring, people=10, progress=False) == demo


def test_an_interrupted_seeding_goes_on_where_it_stopped(
    new_database: Callable[[], Engine], keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = new_database()
    written: list[object] = []

    def stop_at_the_third(*arguments: object) -> None:
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(arguments)
        write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("config.demo.federation.write", stop_at_the_third)
    earlier = today() - timedelta(days=1)
    with pytest.raises(KeyboardInterrupt):
        seed(engine, keyring, platforms=2, people=30, today=earlier, progress=False)
    assert not is_seeded(engine)
    monkeypatch.undo()
    seed(engine, keyring, platforms=2, people=30, progress=False)
    assert is_seeded(engine)
    with unit_of_work(engine, Scope()) as session:
        tenants = list(session.scalars(select(Tenant)))
    assert len(tenants) == 3
    people = 0
    for tenant in tenants:
        with unit_of_work(engine, Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)) as session:
            assert session.scalar(select(func.count()).select_from(Membership))
            # One that was set aside this morning was made for it.
            known = Person.left_out_at.is_(None) | Person.merged_into_id.is_not(None)
            files = select(func.count()).select_from(Person).where(known).execution_options(**EVERY_ROW)
            people += session.scalar(files) or 0
    assert people == 30 + len(NEWCOMERS)
