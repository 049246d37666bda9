"""A person's schemes, judged by their conditions: fits, to ask, does not fit today; asked in the row, passed with a
reason; what travels, and what stays.
"""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, text

from clais.clock import today
from clais.dates import months_after
from clais.exchange.eligibility.rules.judging import Outcome, judge
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.referrals.models import Referral
from tenants.eligibility.facts import facts_of, facts_of_all
from tenants.eligibility.models import DeclaredFact
from tenants.people.models import PersonPeriod
from tests.support.eligibility import a_rule, published
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_scheme, address, filled, ticked_in

OF_AGE = a_rule("age", "at_least", 18, sentence="18 ans et plus")
NO_ALTERNATION = a_rule("alternating_before", "no", sentence="Jamais d'alternance", next_step="Voir le GEIQ")
B1 = a_rule("language.fr.spoken", "at_least", "B1", sentence="Français oral B1", next_step="Suivre « de A2 à B1 »")


def read(agent: Member, person_id: object) -> str:
    return unescape(agent.browser().get(f"/personnes/{person_id}/orienter").get_data(as_text=True))


def group(page: str, heading: str) -> str:
    """What stands below a heading of a group, up to the next one."""
    return page.partition(heading)[2].partition("group-head")[0].partition("fold-row")[0]


def test_what_is_met_unknown_and_not_met_are_three_groups(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    for name, rule in (("Aide-ménagère", OF_AGE), ("Cariste", NO_ALTERNATION), ("Magasinier", B1)):
        published(officer, a_scheme(officer, name=name)[0], [rule])
    page = read(agent, a_person(agent).id)
    assert "Aide-ménagère" in group(page, "Dossier complet pour")
    to_ask = group(page, "À demander d'abord")
    assert "Cariste" in to_ask
    assert "Avez-vous déjà suivi une formation en alternance" in to_ask
    unfit = page.partition("fold-row")[2]
    assert "Magasinier" in unfit
    assert "Suivre « de A2 à B1 »" in unfit.replace("\u00a0", " ")
    assert "1 avec une condition non remplie" in page


@pytest.mark.parametrize(("answer", "where"), [("no", "Dossier complet pour"), ("yes", "Pas possible aujourd'hui")])
def test_a_question_is_answered_in_its_row_and_considered_at_once(
    federation: Federation, answer: str, where: str
) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, _session = a_scheme(officer, name="Cariste")
    published(officer, scheme, [NO_ALTERNATION])
    person = a_person(agent)
    form = {"answer": answer, "scheme": str(scheme.id)}
    went = agent.browser().post(f"/personnes/{person.id}/conditions/alternating_before", form, status=303)
    assert str(went.location).endswith(f"/orienter#scheme-{scheme.id}")
    assert "Cariste" in read(agent, person.id).partition(where)[2]
    # Asked anew, nothing is known again; what was answered before stays on record.
    agent.browser().post(
        f"/personnes/{person.id}/conditions/alternating_before", form | {"answer": "again"}, status=303
    )
    assert "Cariste" in group(read(agent, person.id), "À demander d'abord")
    with agent.at_work() as session:
        said = session.scalars(select(DeclaredFact.answer).order_by(DeclaredFact.created_at)).all()
    assert said == [answer == "yes", None]


@pytest.mark.parametrize(
    ("code", "form", "status"),
    [
        ("shoe_size", {"answer": "yes"}, 404),
        ("age", {"answer": "yes"}, 404),
        ("alternating_before", {"answer": "perhaps"}, 400),
        ("alternating_before", {}, 400),
    ],
)
def test_no_other_answer_is_taken(federation: Federation, code: str, form: dict[str, str], status: int) -> None:
    agent = federation.agent()
    person = a_person(agent)
    agent.browser().post(f"/personnes/{person.id}/conditions/{code}", form, status=status)
    with agent.at_work() as session:
        assert session.scalars(select(DeclaredFact)).all() == []


def fields_of(page: str) -> list[str]:
    return sorted(ticked_in(page))


def test_a_condition_that_is_not_met_is_passed_with_a_reason_that_the_centre_reads(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, scheme_session = a_scheme(officer)
    version = published(officer, scheme, [OF_AGE, B1])
    person = a_person(agent)
    browser, url = agent.browser(), address(person, scheme, scheme_session)
    ticked = fields_of(browser.get(url).get_data(as_text=True))
    # A sentence that is met may tell a fact: the person ticks it, nobody for them.
    assert "conditions" not in ticked
    ticked.append("conditions")
    refused = browser.post(url, filled(browser, url, ticked), status=422)
    assert "Dites pourquoi" in unescape(refused.get_data(as_text=True))
    why = "Elle comprend tout, le test de lundi le montrera."
    browser.post(url, filled(browser, url, ticked, exception=why), status=303)
    with officer.at_work() as session:
        referral = session.scalars(select(Referral).where(Referral.to_tenant_id == officer.tenant.id)).one()
        assert referral.eligibility_version_id == version.id
        assert (referral.conditions_met, referral.conditions_unmet, referral.conditions_to_ask) == (1, 1, 0)
        key = referral.id
    page = unescape(officer.browser().get(f"/a-traiter/{key}").get_data(as_text=True))
    assert "Français oral B1 : non remplie" in page.replace("\u00a0", " ")
    assert why in page
    # The answer, and never what the file says: the level itself is not shared here.
    assert "A2" not in page


def test_without_the_tick_the_centre_learns_nothing_of_the_conditions(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, scheme_session = a_scheme(officer)
    published(officer, scheme, [OF_AGE])
    browser, url = agent.browser(), address(a_person(agent), scheme, scheme_session)
    browser.post(url, filled(browser, url, ["name", "phone"]), status=303)
    with officer.at_work() as session:
        referral = session.scalars(select(Referral).where(Referral.to_tenant_id == officer.tenant.id)).one()
        assert (referral.conditions_met, referral.conditions_unmet, referral.conditions_to_ask) == (None, None, None)


def test_a_later_version_changes_no_past_answer(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, scheme_session = a_scheme(officer)
    first = published(officer, scheme, [OF_AGE])
    browser, url = agent.browser(), address(a_person(agent), scheme, scheme_session)
    browser.post(url, filled(browser, url, ["name", "phone", "conditions"]), status=303)
    published(officer, scheme, [a_rule("age", "at_least", 60, sentence="60 ans et plus")])
    with officer.at_work() as session:
        referral = session.scalars(select(Referral).where(Referral.to_tenant_id == officer.tenant.id)).one()
        assert (referral.eligibility_version_id, referral.conditions_met) == (first.id, 1)
    page = unescape(officer.browser().get(f"/a-traiter/{referral.id}").get_data(as_text=True))
    assert "18 ans et plus" in page
    assert "60 ans" not in page


def test_conditions_that_change_while_the_page_is_open_are_read_again(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, scheme_session = a_scheme(officer)
    published(officer, scheme, [OF_AGE])
    browser, url = agent.browser(), address(a_person(agent), scheme, scheme_session)
    form = filled(browser, url, ["name", "phone", "conditions"])
    published(officer, scheme, [a_rule("age", "at_most", 40, sentence="40 ans au plus")])
    page = unescape(browser.post(url, form, status=422).get_data(as_text=True))
    assert "a changé depuis" in page


def test_one_file_and_all_files_say_the_same(federation: Federation) -> None:
    agent = federation.agent()
    people = [
        a_person(agent, "Un", "A"),
        a_person(agent, "Deux", "B", birth_date=None, birth_year=1990, languages=[], status=None, has_vehicle=False),
        a_person(agent, "Trois", "C", driving_licences=["B"], forem_registered_on=today() - timedelta(days=400)),
    ]
    with agent.at_work() as session:
        for person in people:
            session.add(DeclaredFact(person_id=person.id, code="weekends", answer=True, noted_by="Nadia"))
        session.flush()
        every = facts_of_all(session, (*facts_of(session, people[0].id), "vehicle", "licences", "job_seeker"))
        for person in people:
            alone = facts_of(session, person.id)
            assert every[person.id] == {code: known for code, known in alone.items() if code in every[person.id]}
            assert set(alone) - {"job_seeker_since"} <= set(every[person.id])


def test_a_sealed_status_is_not_read(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent, status="sickness")
    with agent.at_work() as session:
        assert facts_of(session, person.id)["status"].value == "other"


def test_another_platform_cannot_answer_for_the_person(federation: Federation) -> None:
    agent, other = federation.agent(), federation.other_agent()
    person = a_person(agent)
    other.browser().post(f"/personnes/{person.id}/conditions/weekends", {"answer": "yes"}, status=404)
    with agent.at_work() as session:
        assert session.execute(text("SELECT count(*) FROM declared_fact")).scalar_one() == 0


def test_the_inbox_says_how_many_conditions_are_met_before_any_name(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, scheme_session = a_scheme(officer)
    published(officer, scheme, [OF_AGE, NO_ALTERNATION])
    browser, url = agent.browser(), address(a_person(agent), scheme, scheme_session)
    browser.post(url, filled(browser, url, ["name", "phone", "conditions"]), status=303)
    page = unescape(officer.browser().get("/a-traiter").get_data(as_text=True))
    assert "1 condition à demander" in page
    assert "Marchetti" not in page


def test_the_session_that_is_proposed_is_the_one_that_is_judged(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, full = a_scheme(officer, name="Cariste", seats=1)
    later = today() + timedelta(days=150)
    with officer.at_work() as session:
        session.get_one(SchemeSession, (full.owner_tenant_id, full.id)).seats_taken = 1
        session.add(
            SchemeSession(
                owner_tenant_id=full.owner_tenant_id, basin_id=full.basin_id, scheme_id=scheme.id, starts_on=later,
                ends_on=later, closes_on=later, place="Charleroi", seats=4,
            )
        )  # fmt: skip
    published(officer, scheme, [OF_AGE])
    of_age_in_three_months = months_after(today() + timedelta(days=90), -12 * 18)
    page = read(agent, a_person(agent, birth_date=of_age_in_three_months).id)
    assert "Cariste" in group(page, "Dossier complet pour")


def test_of_two_sources_the_newer_one_counts(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    with agent.at_work() as session:
        long_ago, lately = today() - timedelta(days=400), today() - timedelta(days=3)
        session.add(
            DeclaredFact(person_id=person.id, code="free_weekdays", answer=True, said_on=long_ago, noted_by="N")
        )
        mornings = {"half_days": ["mon_am"]}
        session.add(PersonPeriod(person_id=person.id, fact="availability", since=lately, value=mornings))
        session.flush()
        assert facts_of(session, person.id)["free_weekdays"].value is False
        session.add(DeclaredFact(person_id=person.id, code="free_weekdays", answer=True, noted_by="N"))
        session.flush()
        assert facts_of(session, person.id)["free_weekdays"].value is True


def test_a_period_to_come_is_not_so_yet(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    with agent.at_work() as session:
        tomorrow = today() + timedelta(days=1)
        session.add(PersonPeriod(person_id=person.id, fact="childcare", since=tomorrow, value={"childcare": "settled"}))
        session.flush()
        assert "childcare" not in facts_of(session, person.id)


def test_a_licence_includes_others_and_having_none_can_be_said(federation: Federation) -> None:
    agent = federation.agent()
    driver, walker = a_person(agent, "Chauffe", "A", driving_licences=["C"]), a_person(agent, "Marche", "B")
    rule = a_rule("licences", "one_of", ["B"])
    with agent.at_work() as session:
        assert judge([rule], facts_of(session, driver.id), on=today()).outcome is Outcome.FITS
    agent.browser().post(f"/personnes/{walker.id}/conditions/licences", {"answer": "no"}, status=303)
    went = agent.browser().post(f"/personnes/{driver.id}/conditions/licences", {"answer": "yes"}, status=303)
    assert "/orienter/driving" in str(went.location)
    with agent.at_work() as session:
        assert judge([rule], facts_of(session, walker.id), on=today()).outcome is Outcome.UNFIT


def test_every_fact_of_conditions_can_be_filled_in(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    rules = [
        a_rule("status_since", "at_least", 6, sentence="Depuis six mois"),
        a_rule("job_seeker_since", "at_least", 6, sentence="Inscrite depuis six mois"),
        a_rule("childcare", "one_of", ["settled"], sentence="Garde réglée"),
        a_rule("vehicle", "yes", sentence="Un véhicule"),
    ]
    published(officer, a_scheme(officer, name="Cariste")[0], rules)
    person = a_person(agent)
    page = read(agent, person.id)
    links = re.findall(r'href="[^"]*(/personnes/[^"]+)">compléter<', page)
    assert len(links) == len(rules)
    fields = [agent.browser().get(link).get_data(as_text=True) for link in links]
    for name, form in zip(("status_since", "forem_registered_on", "childcare", "has_vehicle"), fields, strict=True):
        assert f'name="{name}' in form


@pytest.mark.parametrize("how", ["paused", "hidden"])
def test_nobody_is_sent_to_what_takes_nobody(federation: Federation, how: str) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, held = a_scheme(officer)
    browser, url = agent.browser(), address(a_person(agent), scheme, held)
    form = filled(browser, url, ["name", "phone"])
    with officer.at_work() as session:
        if how == "paused":
            row = session.get_one(SchemeSession, (held.owner_tenant_id, held.id))
            row.suspended_from, row.suspended_until = today(), today() + timedelta(days=3)
        else:
            session.get_one(Scheme, (scheme.owner_tenant_id, scheme.id)).confirmed_on = today() - timedelta(days=400)
    browser.post(url, form, status=422)
    with agent.at_work() as session:
        assert session.scalars(select(Referral)).all() == []
