"""Who comes without appointment is proposed an agent with the reasons; with whom they are follows their file."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from clais.clock import today
from clais.dates import is_working_day
from clais.messaging.models import Notification
from tenants.intake.models import Intake
from tenants.people.models import HandOver, Person
from tenants.team.actions.members import note_absence
from tenants.team.actions.newcomers import note_wishes
from tenants.team.choices import HALF_DAYS
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person
from tests.support.statements import shapes
from tests.tenants.desk.test_desk_page import PARTIAL, main_of, section
from tests.tenants.desk.visits import a_receptionist, comes, stored
from tests.tenants.people.newcomers import words
from tests.tenants.team.teams import a_newcomer, an_agent, referent_of, with_pattern

NAMES = {
    "family_name": "Zerouali", "given_names": "Rachid", "birth_date": "", "birth_year": "", "phone": "",
    "registration_consent_manner": "spoken",
}  # fmt: skip


@pytest.fixture
def team(federation: Federation) -> tuple[Member, dict[str, Member]]:
    """A desk, and four agents: one with a file more, one who is named for training, one away, one who does not work."""
    members = {name: an_agent(federation, name) for name in ("Aline", "Basile", "Cyril", "Dora")}
    a_person(members["Aline"], "Suivie")
    with_pattern(members["Basile"], request_kinds=["training"])
    absent(members["Cyril"])
    others = [half for half in HALF_DAYS if not half.startswith(f"{today():%A}".lower())]
    with_pattern(members["Dora"], request_kinds=["training"], half_days=others)
    if not is_working_day(today()):
        absent(members["Dora"])
    return a_receptionist(federation), members


def absent(member: Member) -> None:
    with member.at_work() as session:
        note_absence(
            session, member.actor, member.membership,
            starts_on=today(), ends_on=today() + timedelta(days=7), kind="leave",
        )  # fmt: skip


def proposed(desk: Member, **typed: str) -> str:
    answer = desk.browser().post("/guichet/avec-qui", {"agent": "first", **typed}, headers=PARTIAL, status=200)
    return words(answer).replace("\u00a0", " ")


def names_in(page: str) -> list[str]:
    return re.findall(r"Aline|Basile|Cyril|Dora", page)


def register(desk: Member, visit: Any, status: int = 303, **more: str) -> str:
    return words(desk.browser().post(f"/guichet/visites/{visit.id}/inscription", {**NAMES, **more}, status=status))


def test_what_is_asked_has_an_agent_proposed_with_the_reasons_and_who_is_away_last(
    team: tuple[Member, dict[str, Member]],
) -> None:
    desk, members = team
    page = proposed(desk, theme="training")
    assert names_in(page)[:2] == ["Basile", "Aline"]
    assert "proposé·e : suit ces demandes : formation" in page
    assert page.count("pas au travail aujourd'hui") == 2
    assert names_in(proposed(desk, theme="housing"))[0] == "Basile"
    chosen = proposed(desk, theme="training", agent=str(members["Aline"].membership.id))
    assert re.search(rf'value="{members["Aline"].membership.id}" checked', chosen)


def test_who_is_away_is_not_free_and_is_the_last_choice_of_the_desk(team: tuple[Member, dict[str, Member]]) -> None:
    desk, _members = team
    page = main_of(desk)
    assert names_in(section(page, "comes")) == ["Aline", "Basile", "Cyril", "Dora"]
    strip = page.partition('class="who-receives"')[2].partition("</ul>")[0]
    assert [("pas au travail" in line) for line in strip.split("<li>")[1:]] == [False, False, True, True]


def test_the_desk_costs_at_most_six_statements(team: tuple[Member, dict[str, Member]], engine: Engine) -> None:
    desk, _members = team
    comes(desk)
    assert len(shapes(engine, desk.browser(), "/guichet")) <= 6


@pytest.mark.parametrize("manner", ["walk_in", "phone", "partner"])
def test_with_whom_somebody_waits_follows_the_file_that_is_opened_and_is_told(
    team: tuple[Member, dict[str, Member]], manner: str
) -> None:
    desk, members = team
    visit = comes(desk, agent_id=members["Basile"].membership.id, manner=manner)
    page = desk.browser().get(f"/guichet/visites/{visit.id}/inscription").get_data(as_text=True)
    assert re.search(rf'value="{members["Basile"].membership.id}" selected', page)
    register(desk, visit, referent=str(members["Basile"].membership.id))
    row = stored(desk, visit)
    with desk.at_work() as session:
        (made,) = session.scalars(select(HandOver))
        assert (made.person_id, made.from_membership_id, made.to_name) == (row.person_id, None, "Basile")
        told = session.scalars(select(Notification.membership_id)).all()
    assert told == [members["Basile"].membership.id]
    assert row.agent_id == members["Basile"].membership.id


def test_another_one_follows_who_is_chosen_instead_or_nobody_yet(team: tuple[Member, dict[str, Member]]) -> None:
    desk, members = team
    visit = comes(desk, agent_id=members["Basile"].membership.id)
    register(desk, visit, referent="none")
    assert referent_of(desk, _person(desk, visit)) is None
    agent = members["Aline"]
    own = comes(agent, names={})
    assert "Basile · proposé·e" in words(desk.browser().get(f"/guichet/visites/{own.id}/inscription"))
    page = agent.browser().get(f"/guichet/visites/{own.id}/inscription").get_data(as_text=True)
    assert re.search(rf'value="{agent.membership.id}" selected', page)
    register(agent, own, referent=str(agent.membership.id), family_name="Wouters", given_names="Greet")
    assert referent_of(desk, _person(desk, own)) == agent.membership.id
    register(agent, comes(agent, names={}), 422, referent=str(desk.membership.id))


def test_one_file_more_than_a_ceiling_is_asked_for_and_on_record(team: tuple[Member, dict[str, Member]]) -> None:
    desk, members = team
    full = members["Aline"]
    with_pattern(full, ceiling=1)
    assert "plafond atteint" in proposed(desk, theme="work")
    visit = comes(desk, agent_id=full.membership.id)
    page = register(desk, visit, 422, referent=str(full.membership.id))
    assert "Aline suit déjà 1 dossier sur 1" in page
    assert stored(desk, visit).person_id is None
    register(desk, visit, referent=str(full.membership.id), above_ceiling="true")
    assert referent_of(desk, _person(desk, visit)) == full.membership.id


def test_the_page_of_a_visit_proposes_in_the_same_order(team: tuple[Member, dict[str, Member]]) -> None:
    desk, _members = team
    visit = comes(desk)
    acts = main_of(desk, f"/guichet/visites/{visit.id}").partition('id="acts"')[2]
    assert names_in(acts)[0] == "Basile"
    assert "proposé·e" in acts


def _person(desk: Member, visit: Any) -> Any:
    with desk.at_work() as session:
        return session.get_one(Person, (desk.tenant.id, stored(desk, visit).person_id))


def test_the_desk_does_not_tell_whom_somebody_refuses_nor_what_they_asked_in_a_room(
    team: tuple[Member, dict[str, Member]],
) -> None:
    desk, members = team
    person = a_newcomer(members["Aline"])
    with members["Aline"].at_work() as session:
        session.add(Intake(person_id=person.id, request_kinds=["training"], channel="visit", received_by="Aline"))
        file = session.get_one(Person, (person.tenant_id, person.id))
        note_wishes(session, members["Aline"].actor, file, asked=(), not_again=[members["Aline"].membership.id])
    visit = comes(desk, person, theme="housing")
    at_the_desk, in_a_room = (
        words(who.browser().get(f"/guichet/visites/{visit.id}")) for who in (desk, members["Basile"])
    )
    for told in ("la personne préfère quelqu'un d'autre", "suit ces demandes"):
        assert told in in_a_room
        assert told not in at_the_desk
