"""The list of participants is read where they lie, and whose consent stands where their referrals lie, at each request.

So it is true at once after what the sender does, and before the worker has erased what is over.
"""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Engine, delete, insert, update

from clais.exchange.publications.models import Scheme
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.registry.models import Tenant, TenantTerritory
from support_center.routing import corrections, lists
from support_center.routing.actions import forget
from support_center.routing.jobs import complete_keys, next_keys_at
from support_center.routing.models import Participant, ParticipantKey
from support_center.routing.queries import without_keys
from tests.isolation.sql import torn
from tests.support.federation import Federation, Member
from tests.support.pages import ids_page_by_page
from tests.support.referrals import a_participant, a_scheme
from tests.support.registry import a_municipality
from tests.support.statements import statements
from tests.support_center.test_withdrawal import expired, withdrawn

NAMES = ("Adam", "Bastin", "Claes", "Dubois", "Evrard")
STATES = (None, "enrolled", "taken_back")
Received = tuple[Member, Member, list[Referral]]


@pytest.fixture
def received(federation: Federation) -> Received:
    """Five participants of one scheme, by their names."""
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, name="Alternance")
    people = [a_participant(agent, officer, name, "Ana", scheme, scheme_session) for name in NAMES]
    with agent.at_work() as session:
        referrals = [session.get_one(Referral, (agent.tenant.id, row.referral_id)) for row in people]
    return officer, agent, referrals


def listed(officer: Member, limit: int = 30) -> list[tuple[str, str | None]]:
    """The names and schemes of the list."""
    with officer.at_work() as session:
        return [
            (line.participant.display_name.removeprefix("Ana "), line.scheme_name)
            for line in lists.participants_page(session, {}, limit=limit)
        ]


def counted(officer: Member) -> list[int]:
    with officer.at_work() as session:
        return lists.participant_counts(session, STATES, {})


def test_the_list_names_each_with_the_scheme_of_their_referral(received: Received) -> None:
    assert listed(received[0]) == [(name, "Alternance") for name in NAMES]
    assert counted(received[0]) == [5, 5, 0]


@pytest.mark.parametrize("ends", [withdrawn, expired])
def test_whose_consent_ended_is_neither_listed_nor_counted_before_anything_is_erased(
    received: Received, superuser: Engine, ends: Callable[[Member, Referral, Engine], None]
) -> None:
    officer, agent, referrals = received
    for referral in referrals[:3]:
        ends(agent, referral, superuser)
    # The first ones fell out: their places on a page are taken by those who follow.
    assert listed(officer, limit=1) == [("Dubois", "Alternance"), ("Evrard", "Alternance")]
    assert listed(officer, limit=2) == [("Dubois", "Alternance"), ("Evrard", "Alternance")]
    assert counted(officer) == [2, 2, 0]
    with officer.at_work() as session:
        everyone = [row.id for row in session.query(Participant)]
        assert len(everyone) == len(NAMES)
        assert len(lists.participants_listed(session, everyone)) == 2


def test_where_counting_stops_nobody_is_missed(
    received: Received, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, agent, referrals = received
    monkeypatch.setattr(lists, "MOST_COUNTED", 4)
    withdrawn(agent, referrals[0], superuser)
    withdrawn(agent, referrals[1], superuser)
    assert counted(officer) == [4, 4, 0], "four or more"


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["name", "state", "session", "opened"])
def test_pages_go_on_past_those_whose_consent_ended(
    received: Received, superuser: Engine, sort: str, *, descending: bool
) -> None:
    officer, agent, referrals = received
    for referral in referrals[1:4]:
        withdrawn(agent, referral, superuser)
    with officer.at_work() as session:
        read = partial(lists.participants_page, session, {}, sort, descending=descending)
        whole = [line.participant.id for line in read(limit=50)]
        assert len(whole) == 2
        assert ids_page_by_page(lambda after, limit: read(after, limit=limit)) == whole


def test_an_acceptance_that_is_taken_back_stays_listed_as_such(received: Received) -> None:
    officer, _agent, referrals = received
    with officer.at_work() as session:
        found = received_referral(session, referrals[0].id)
        assert found is not None
        corrections.take_back(session, officer.actor, found, "Une erreur")
    assert listed(officer) == [(name, "Alternance") for name in NAMES]
    assert counted(officer) == [5, 4, 1]


def test_a_sender_with_another_name_and_territory_changes_nothing_of_the_list(
    received: Received, superuser: Engine
) -> None:
    officer, agent, _referrals = received
    sender = agent.tenant.id
    with a_municipality(superuser) as code:
        with superuser.begin() as connection:
            connection.execute(insert(TenantTerritory).values(covered_by=sender, nis_code=code))
            connection.execute(update(Tenant).where(Tenant.id == sender).values(name="Un autre nom"))
            connection.execute(
                update(Scheme).where(Scheme.basin_id == agent.tenant.basin_id).values(name="Autrement dit")
            )
        # Each stands under the words of the day on which they were sent.
        assert listed(officer) == [(name, "Alternance") for name in NAMES]
        with superuser.begin() as connection:
            connection.execute(delete(TenantTerritory).where(TenantTerritory.covered_by == sender))


def test_who_is_erased_is_not_listed(received: Received, superuser: Engine) -> None:
    officer, agent, referrals = received
    withdrawn(agent, referrals[0], superuser)
    with officer.at_work() as session:
        row = session.query(Participant).filter(Participant.referral_id == referrals[0].id).one()
        forget(session, officer.actor, row)
    assert [name for name, _scheme in listed(officer)] == list(NAMES[1:])
    assert counted(officer) == [4, 4, 0]


def test_the_statements_of_the_list_ask_here_and_elsewhere_apart(received: Received, engine: Engine) -> None:
    officer, _agent, _referrals = received
    browser = officer.browser()
    with statements(engine) as seen, officer.at_work() as session:
        browser.get("/participants")
        browser.get("/participants/vues")
        without_keys(session)
    of_participants = [statement for statement in seen if "FROM participant" in statement]
    assert len(of_participants) >= 3
    assert [statement for statement in of_participants if "referral " in statement] == []
    assert [statement for statement in seen if torn(statement)] == []


def test_whose_consent_ended_does_not_hide_who_waits_for_keys(
    received: Received, federation: Federation, superuser: Engine
) -> None:
    officer, agent, referrals = received
    with officer.at_work() as session:
        session.execute(delete(ParticipantKey).where(ParticipantKey.tenant_id == officer.tenant.id))
    first, *others = sorted(referrals, key=lambda referral: referral.id)
    for referral in others[:-1]:
        withdrawn(agent, referral, superuser)
    withdrawn(agent, first, superuser)
    with federation.app.app_context(), officer.at_work() as session:
        assert next_keys_at(session) is not None
        ((participant, number),) = without_keys(session, limit=1)
        assert (participant.referral_id, number) == (others[-1].id, others[-1].reference)
        assert complete_keys(session, officer.actor) == 1
        assert next_keys_at(session) is None


def test_a_list_that_believes_its_own_rows_is_found(
    received: Received, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: whatever is asked of the referrals stands."""
    officer, agent, referrals = received

    class Everything(dict[object, Referral]):
        def __contains__(self, _key: object) -> bool:
            return True

        def __missing__(self, _key: object) -> Referral:
            return referrals[0]

    withdrawn(agent, referrals[0], superuser)
    monkeypatch.setattr(lists, "standing_among", lambda *_given: Everything())
    assert "Adam" in [name for name, _scheme in listed(officer)]
    assert counted(officer) == [5, 5, 0]
