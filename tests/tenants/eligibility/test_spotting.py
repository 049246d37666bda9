"""Spotting: each platform finds its own people; the centre is told tens, and small numbers not at all."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from clais.clock import now, today
from clais.due.models import Due
from clais.exchange.eligibility.models import SpottingCount, TrialCount
from clais.exchange.eligibility.waking import COUNT_TRIALS, SPOT
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.workflow import Refused
from support_center.catalogue.actions import close_session, move_scheme
from support_center.eligibility.actions import MOST_TRIALS, ask_trial
from support_center.eligibility.queries import counts_of_trial, spotted_counts
from tenants.eligibility import queries
from tenants.eligibility.jobs import count_trials, next_spotting_at, next_trial_at, spot
from tenants.eligibility.models import SpottedPerson
from tests.support.eligibility import a_rule, drafted, published
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme

B1 = a_rule("language.fr.spoken", "at_least", "B1", sentence="Français oral B1")
WEEKENDS = a_rule("weekends", "yes", sentence="Le samedi")
SPEAKS = [{"language": "fr", "spoken": "native", "written": "B1"}]


def run(agent: Member) -> int:
    with agent.at_work() as session:
        return spot(session, agent.actor)


def seen(agent: Member, session_id: object, **query: str) -> str:
    page = agent.browser().get(f"/reperage/{session_id}", query_string=query)
    return unescape(page.get_data(as_text=True))


def test_an_agent_sees_their_own_people_and_what_is_to_be_asked(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    colleague = federation.member(federation.platform, "agent", "Karim Ait")
    scheme, held = a_scheme(officer, name="Vente")
    published(officer, scheme, [B1, WEEKENDS])
    ready, unfit = a_person(agent, "Prete", "Ana", languages=SPEAKS), a_person(agent, "Debute", "Leo")
    theirs = a_person(colleague, "Autre", "Zoe", languages=SPEAKS)
    assert run(agent) == 1
    page = seen(agent, held.id)
    assert "Prete" in page
    assert "travaille le week-end" in page
    assert "Debute" not in page
    assert "Autre" not in page
    assert "Autre" in seen(agent, held.id, whose="all")
    assert "1 à demander" in unescape(agent.browser().get("/reperage").get_data(as_text=True))
    assert "Vente" in unescape(agent.browser().get("/ma-journee").get_data(as_text=True))
    with agent.at_work() as session:
        assert set(session.scalars(select(SpottedPerson.person_id))) == {ready.id, theirs.id}
    assert unfit.id not in {ready.id, theirs.id}


def test_the_centre_reads_tens_and_none_below_ten(federation: Federation) -> None:
    officer, agent, other = federation.officer(), federation.agent(), federation.other_agent()
    scheme, held = a_scheme(officer)
    published(officer, scheme, [B1])
    for number in range(12):
        a_person(agent, f"Douze{number}", "A", languages=SPEAKS)
    for number in range(4):
        a_person(other, f"Quatre{number}", "B", languages=SPEAKS)
    run(agent)
    run(other)
    with officer.at_work() as session:
        counts = spotted_counts(session, held.id)
    assert {key: (count.fits, count.to_ask) for key, count in counts.items()} == {
        agent.tenant.id: (10, 0),
        other.tenant.id: (None, 0),
    }


def test_who_is_sent_there_already_is_not_proposed(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, held = a_scheme(officer)
    a_referral(agent, a_person(agent), scheme, held)
    published(officer, scheme, [a_rule("status", "one_of", ["integration_income"])])
    run(agent)
    with agent.at_work() as session:
        assert session.scalars(select(SpottedPerson)).all() == []


def test_not_now_stays_so_and_is_taken_back(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, held = a_scheme(officer, name="Vente")
    published(officer, scheme, [B1])
    person = a_person(agent, "Prete", "Ana", languages=SPEAKS)
    run(agent)
    at = f"/reperage/{held.id}/{person.id}"
    agent.browser().post(at, {"aside": "yes"}, status=303)
    run(agent)
    assert "mis de côté" in seen(agent, held.id)
    assert "Vente" not in unescape(agent.browser().get("/reperage").get_data(as_text=True)).partition("<main")[2]
    agent.browser().post(at, {"aside": "no"}, status=303)
    assert "mis de côté" not in seen(agent, held.id)
    federation.other_agent().browser().post(at, {"aside": "yes"}, status=404)


def test_what_fits_no_more_and_what_is_over_is_forgotten(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, held = a_scheme(officer)
    published(officer, scheme, [B1])
    a_person(agent, languages=SPEAKS)
    run(agent)
    published(officer, scheme, [a_rule("language.fr.spoken", "at_most", "A2")])
    run(agent)
    with agent.at_work() as session:
        assert session.scalars(select(SpottedPerson)).all() == []
    published(officer, scheme, [B1])
    run(agent)
    with officer.at_work() as session:
        close_session(session, session.merge(held))
    assert run(agent) == 0
    with agent.at_work() as session:
        assert session.scalars(select(SpottedPerson)).all() == []
        assert next_spotting_at(session) is None
    agent.browser().get(f"/reperage/{held.id}", status=404)


def test_it_is_counted_when_conditions_are_published_and_each_night(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, held = a_scheme(officer)
    published(officer, scheme, [B1])
    with agent.at_work() as session:
        due = select(Due.job).where(Due.tenant_id == agent.tenant.id)
        assert SPOT in set(session.scalars(due))
    run(agent)
    with agent.at_work() as session:
        found = next_spotting_at(session)
        assert found is not None
        assert found.astimezone().date() == today() + timedelta(days=1)
        session.execute(
            update(SpottingCount)
            .where(SpottingCount.tenant_id == agent.tenant.id, SpottingCount.scheme_session_id == held.id)
            .values(counted_on=today() - timedelta(days=3))
        )
        late = next_spotting_at(session)
        assert late is not None
        assert late.date() < today()


def test_a_trial_counts_what_conditions_would_change_and_tells_no_small_number(federation: Federation) -> None:
    officer, agent, other = federation.officer(), federation.agent(), federation.other_agent()
    scheme, _held = a_scheme(officer)
    published(officer, scheme, [B1])
    for number in range(13):
        a_person(agent, f"Debute{number}", "A")
    a_person(other, "Seul", "B")
    drafted(officer, scheme, a_rule("language.fr.spoken", "at_least", "A2", id=B1.id, sentence="Français oral A2"))
    with officer.at_work() as session:
        held = session.get_one(Scheme, (scheme.owner_tenant_id, scheme.id))
        trial = ask_trial(session, officer.actor, held)
    for member in (agent, other):
        with member.at_work() as session:
            assert next_trial_at(session) is not None
            assert COUNT_TRIALS in set(session.scalars(select(Due.job).where(Due.tenant_id == member.tenant.id)))
            assert count_trials(session, member.actor) == 1
        with member.at_work() as session:
            # A second worker counts nothing twice.
            assert (count_trials(session, member.actor), next_trial_at(session)) == (0, None)
    with officer.at_work() as session:
        counts = counts_of_trial(session, trial.id)
        assert counts[agent.tenant.id].gained == 10
        assert counts[other.tenant.id].gained is None
        assert {count.lost for count in counts.values()} == {0}
    page = unescape(officer.browser().get(f"/dispositifs/{scheme.id}/conditions").get_data(as_text=True))
    assert "10 au moins" in page
    assert "10 à 19" in page
    assert "moins de 10" in page
    assert "Seul" not in page
    with agent.at_work() as session:
        assert len(session.scalars(select(TrialCount)).all()) == 1


def test_a_centre_does_not_count_all_day_long(federation: Federation) -> None:
    officer = federation.officer()
    scheme, _held = a_scheme(officer)
    drafted(officer, scheme, B1)
    for _ in range(MOST_TRIALS):
        with officer.at_work() as session:
            held = session.get_one(Scheme, (scheme.owner_tenant_id, scheme.id))
            ask_trial(session, officer.actor, held)
    with officer.at_work() as session:
        held = session.get_one(Scheme, (scheme.owner_tenant_id, scheme.id))
        with pytest.raises(Refused, match="too_often"):
            ask_trial(session, officer.actor, held)


@pytest.mark.parametrize("how", ["paused", "hidden", "suspended"])
def test_what_takes_nobody_is_spotted_for_nobody_and_forgotten(federation: Federation, how: str) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, held = a_scheme(officer, name="Vente")
    published(officer, scheme, [B1])
    a_person(agent, "Prete", "Ana", languages=SPEAKS)
    run(agent)
    with officer.at_work() as session:
        kept = session.get_one(Scheme, (scheme.owner_tenant_id, scheme.id))
        if how == "paused":
            row = session.get_one(SchemeSession, (held.owner_tenant_id, held.id))
            row.suspended_from, row.suspended_until = today(), today() + timedelta(days=3)
        elif how == "hidden":
            kept.confirmed_on = today() - timedelta(days=400)
        else:
            move_scheme(session, officer.actor, kept, "suspend")
    agent.browser().get(f"/reperage/{held.id}", status=404)
    assert "Vente" not in unescape(agent.browser().get("/ma-journee").get_data(as_text=True))
    with agent.at_work() as session:
        due = next_spotting_at(session)
        assert due is not None
        assert due <= now()
    assert run(agent) == 0
    with agent.at_work() as session:
        assert session.scalars(select(SpottedPerson)).all() == []
        assert session.scalars(select(SpottingCount)).all() == []
        assert next_spotting_at(session) is None


def test_a_long_list_says_how_many_it_leaves_out(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_SHOWN", 2)
    officer, agent = federation.officer(), federation.agent()
    scheme, held = a_scheme(officer)
    published(officer, scheme, [B1])
    for number in range(3):
        a_person(agent, f"Prete{number}", "Ana", languages=SPEAKS)
    run(agent)
    assert "les 2 premiers sur 3" in seen(agent, held.id).replace("\u00a0", " ")


def test_where_nothing_is_required_nobody_is_spotted(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, _held = a_scheme(officer)
    published(officer, scheme, [replace(B1, hard=False), replace(WEEKENDS, valid_until=today())])
    a_person(agent, languages=SPEAKS)
    assert run(agent) == 0


def test_what_was_learnt_since_last_night_counts(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, held = a_scheme(officer)
    published(officer, scheme, [B1, WEEKENDS])
    people = [a_person(agent, name, "Ana", languages=SPEAKS) for name in ("Oui", "Refuse", "Partie")]
    run(agent)
    for person, answer in zip(people, ("yes", "no"), strict=False):
        agent.browser().post(f"/personnes/{person.id}/conditions/weekends", {"answer": answer}, status=303)
    a_referral(agent, people[2], scheme, held)
    page = seen(agent, held.id)
    assert "Oui" in page
    assert "à demander" not in page.partition("<main")[2]
    assert "Refuse" not in page
    assert "Partie" not in page
