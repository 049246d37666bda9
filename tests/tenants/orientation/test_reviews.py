"""Evaluations of plans are spread over the days on which who follows the file works, and are never late by plan."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clais.clock import today
from clais.dates import is_working_day, months_after, working_day_on_or_before
from tenants.orientation.actions.plans import start_plan
from tenants.orientation.models import ActionPlan
from tenants.orientation.rules.spreading import WINDOW_DAYS, calmest, days_before
from tenants.people.models import Person
from tenants.team.actions.members import note_absence
from tenants.team.models import WorkingPattern
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file

LAST = st.dates(date(2024, 2, 1), date(2030, 12, 31)).map(working_day_on_or_before)
WEEK = st.sets(st.integers(0, 4))


def planned(member: Member, person: Person) -> date:
    """The day on which a plan that begins today is to be evaluated."""
    with member.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        return start_plan(session, file, member.actor, goal="Un emploi").review_on


@given(LAST, st.lists(st.integers(0, WINDOW_DAYS)), WEEK)
def test_the_calmest_day_at_work_is_chosen_and_never_a_later_one(
    last: date, loaded: list[int], week: AbstractSet[int]
) -> None:
    days = days_before(last, date(2024, 1, 1))
    loads = {last - timedelta(days=back): loaded.count(back) for back in loaded}
    chosen = calmest(days, loads, lambda day: day.weekday() in week, last)
    assert chosen <= last
    assert is_working_day(chosen)
    free = [day for day in days if day.weekday() in week]
    if free:
        assert chosen in free
        assert loads.get(chosen, 0) == min(loads.get(day, 0) for day in free)
    else:
        assert chosen == last


def test_plans_that_begin_on_one_day_are_not_evaluated_on_one_day(federation: Federation) -> None:
    agent = federation.agent()
    days = [planned(agent, a_file(agent, name)) for name in ("Amato", "Bauwens", "Claes", "Denis", "Evrard")]
    last = working_day_on_or_before(months_after(today(), 3))
    assert days[0] == last
    assert len(set(days)) == 5
    assert all(last - timedelta(days=WINDOW_DAYS) < day <= last and is_working_day(day) for day in days)


def test_it_falls_on_a_day_on_which_the_referent_works(federation: Federation) -> None:
    agent = federation.agent()
    last = working_day_on_or_before(months_after(today(), 3))
    with agent.at_work() as session:
        session.add(WorkingPattern(membership_id=agent.membership.id, half_days=["monday_am", "tuesday_am"]))
    first = planned(agent, a_file(agent))
    assert first.weekday() in {0, 1}
    with agent.at_work() as session:
        note_absence(session, agent.actor, agent.membership, kind="leave", starts_on=first, ends_on=last)
    second = planned(agent, a_file(agent, "Amato"))
    assert second < first
    assert second.weekday() in {0, 1}


def test_what_nobody_follows_is_evaluated_on_the_last_day(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    with agent.at_work() as session:
        session.get_one(Person, (person.tenant_id, person.id)).referent_id = None
    assert planned(agent, person) == working_day_on_or_before(months_after(today(), 3))
    with agent.at_work() as session:
        assert session.query(ActionPlan).filter_by(person_id=person.id).count() == 1
