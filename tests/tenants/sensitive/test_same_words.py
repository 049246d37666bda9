"""Words that are sealed in one place of a file stand in clear in no other; what said them is erased with them."""

from collections.abc import Sequence
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import Engine, select

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.encryption import Keyring
from clais.exchange.referrals.models import Referral
from tenants.agenda.models import Appointment
from tenants.orientation.actions import plans
from tenants.orientation.actions.signatures import note_signature
from tenants.orientation.models import ActionPlan, OrientationDecision, PlanObjective
from tenants.orientation.sections import OBJECTIVE_PREFIX
from tenants.people.models import Person
from tenants.printing.models import Printout
from tenants.sensitive.actions import erase_old
from tenants.sensitive.models import SensitiveFact
from tenants.sensitive.queries import facts_of
from tests.isolation.canaries import holding
from tests.support.contracts import a_contract
from tests.support.documents import Desk
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to
from tests.support.printing import path_of, printed, words_of
from tests.support.referrals import a_scheme, address, filled
from tests.tenants.agenda.days import form_of, working_day
from tests.tenants.people.newcomers import registered, words
from tests.tenants.sensitive.test_withheld_texts import GOAL, NEUTRAL, begun, changed, in_clear, stored, why

OTHER = "Un emploi de bureau"


@pytest.fixture
def agent(federation: Federation) -> Member:
    """The referent of the file."""
    return federation.agent()


@pytest.fixture
def colleague(federation: Federation) -> Member:
    return federation.member(federation.platform, "agent", "Luc Delhaye")


@pytest.fixture
def person(agent: Member, keyring: Keyring) -> Person:
    return registered(agent, keyring)


def decided(member: Member, person: Person, status: int = 303, **typed: str) -> str:
    """An orientation that is decided in its page; gives what the page answers."""
    browser, path = member.browser(), f"/personnes/{person.id}/orientations/nouvelle"
    version = version_sent_to("", browser.get(path).get_data(as_text=True))
    form = {"_version": version, "direction": "confirmation_placement", "goal": GOAL, "reasons": "Elle y tient"}
    return words(browser.post(path, {**form, **typed}, status=status))


def in_database(superuser: Engine, text: str = GOAL) -> Sequence[str]:
    """The tables that say a text in clear."""
    with superuser.connect() as connection:
        return holding(connection, text)


def replaced(member: Member, person: Person, key: str, **typed: str) -> None:
    """Another plan is begun in the page instead of one, with a sealed goal."""
    begun(member, person, _version=key, **typed)


def signed(member: Member, person: Person) -> None:
    with member.at_work() as session:
        plan = session.get_one(ActionPlan, (person.tenant_id, stored(member, person)[0].id))
        note_signature(session, plan, member.actor, member.federation.keyring, signed_on=today(), manner="paper")


def after_the_last_day(member: Member) -> None:
    with member.federation.app.app_context(), member.at_work() as session:
        erase_old(session, today() + timedelta(days=91), member.federation.keyring)


def test_a_goal_that_is_decided_is_sealed_and_proposed_with_its_reasons_to_who_follows_the_file(
    agent: Member, colleague: Member, person: Person, superuser: Engine
) -> None:
    decided(agent, person, **why())
    assert in_database(superuser) == []
    pages = [f"/personnes/{person.id}", f"/personnes/{person.id}/plan/nouveau"]
    assert GOAL not in "".join(words(colleague.browser().get(page)) for page in pages)
    assert NEUTRAL in words(colleague.browser().get(pages[0]))
    proposed = agent.browser().get(pages[1]).get_data(as_text=True)
    assert GOAL in unescape(proposed)
    assert "checked" in proposed.partition('name="withheld"')[2].partition(">")[0]
    with agent.at_work() as session:
        assert [fact.subject for fact in facts_of(session, person.id)] == ["orientation_decision.goal"]


def test_a_plan_that_is_begun_with_the_decided_goal_sealed_takes_it_out_of_the_orientation(
    agent: Member, colleague: Member, person: Person, superuser: Engine
) -> None:
    decided(agent, person)
    begun(agent, person)
    assert in_database(superuser) == []
    assert GOAL not in words(colleague.browser().get(f"/personnes/{person.id}"))


def test_a_plan_that_is_begun_with_words_of_the_one_it_replaces_seals_them_there_too(
    agent: Member, colleague: Member, person: Person, superuser: Engine
) -> None:
    plan = in_clear(agent, person)
    signed(agent, person)
    given = printed(agent, person, f"/personnes/{person.id}/plan/papier")
    replaced(agent, person, plans.key_of(plan))
    assert in_database(superuser) == []
    page = words(colleague.browser().get(f"/personnes/{person.id}/plan"))
    assert GOAL not in page
    assert "contient un texte devenu confidentiel" in page
    browser = colleague.browser()
    assert browser.client.get(browser.url(path_of(given))).status_code == 404


def test_an_objective_that_is_added_sealed_takes_its_words_out_of_the_goal(
    agent: Member, person: Person, superuser: Engine
) -> None:
    in_clear(agent, person)
    browser, path = agent.browser(), f"/personnes/{person.id}/plan/objectifs/nouveau"
    form = {f"{OBJECTIVE_PREFIX}{name}": value for name, value in {"text": GOAL, "who": "person", **why()}.items()}
    browser.post(path, form, status=303)
    assert in_database(superuser) == []


def test_words_that_are_sealed_in_the_file_are_sealed_wherever_they_are_written_anew(
    agent: Member, person: Person, superuser: Engine
) -> None:
    begun(agent, person)
    decided(agent, person)
    assert in_database(superuser) == []
    with agent.at_work() as session:
        assert session.scalars(select(OrientationDecision.goal)).all() == [NEUTRAL]
    replaced(agent, person, plans.key_of(stored(agent, person)[0]), withheld="")
    assert in_database(superuser) == []
    changed(agent, person, goal=OTHER)
    assert stored(agent, person)[0].goal == OTHER, "other words stand in clear"


def test_a_text_that_is_kept_longer_leaves_the_signature(agent: Member, person: Person) -> None:
    begun(agent, person)
    signed(agent, person)
    longer = (today() + timedelta(days=180)).strftime("%d/%m/%Y")
    changed(agent, person, goal=GOAL, **why(keep_until=longer, kind="disability"))
    plan, (objective,) = stored(agent, person)
    assert plan.signed_on == today()
    browser, path = agent.browser(), f"/personnes/{person.id}/plan/objectifs/{objective.id}/modification"
    page = browser.get(path).get_data(as_text=True)
    text = "Purger la peine de travail sans perdre le stage"
    browser.post(path, {"_version": version_sent_to("", page), "text": text, **why(keep_until=longer)}, status=303)
    assert stored(agent, person)[0].signed_on == today()
    with agent.at_work() as session:
        assert {fact.keep_until for fact in facts_of(session, person.id)} == {today() + timedelta(days=180)}
    changed(agent, person, goal=f"{GOAL} à Namur", **why())
    assert stored(agent, person)[0].signed_on is None, "other words"


def test_the_day_after_what_was_signed_and_printed_says_nothing_of_it_any_more(
    agent: Member, person: Person, keyring: Keyring
) -> None:
    in_clear(agent, person)
    signed(agent, person)
    changed(agent, person, goal=GOAL, **why())
    given = printed(agent, person, f"/personnes/{person.id}/plan/papier")
    assert GOAL in words_of(keyring, given)
    assert GOAL in words(agent.browser().get(f"/personnes/{person.id}/plan"))
    after_the_last_day(agent)
    page = words(agent.browser().get(f"/personnes/{person.id}/plan"))
    assert GOAL not in page
    assert "contenait un texte confidentiel, effacé depuis" in page
    with agent.at_work() as session:
        assert session.scalars(select(Printout.sealed)).all() == [None]


def test_what_was_signed_and_printed_without_sealed_words_stays(
    agent: Member, colleague: Member, person: Person
) -> None:
    begun(agent, person)
    signed(agent, person)
    printed(colleague, person, f"/personnes/{person.id}/plan/papier")
    after_the_last_day(agent)
    assert "effacé depuis" not in words(agent.browser().get(f"/personnes/{person.id}/plan"))
    with agent.at_work() as session:
        assert None not in session.scalars(select(Printout.sealed)).all()


def test_a_text_that_is_erased_before_its_day_goes_from_what_was_printed_too(agent: Member, person: Person) -> None:
    begun(agent, person)
    printed(agent, person, f"/personnes/{person.id}/plan/papier")
    with agent.at_work() as session:
        key = session.scalars(select(SensitiveFact.id).where(SensitiveFact.subject == "action_plan.goal")).one()
    agent.browser().post(f"/personnes/{person.id}/donnees-sensibles/{key}/effacement", {}, status=303)
    with agent.at_work() as session:
        assert session.scalars(select(Printout.sealed)).all() == [None]


def test_the_letter_that_said_a_note_which_was_sealed_since_is_erased_with_it(agent: Member, person: Person) -> None:
    note, browser = "Apporter le rapport du psychiatre", agent.browser()
    browser.post(f"/personnes/{person.id}/rendez-vous/nouveau", form_of(agent, working_day(3), note=note), status=303)
    with agent.at_work() as session:
        meeting = f"/rendez-vous/{session.scalars(select(Appointment.id)).one()}"
    printed(agent, person, f"{meeting}/lettre", {"bring": note})
    page = browser.get(f"{meeting}/modification").get_data(as_text=True)
    version = version_sent_to(f"{meeting}/modification", page)
    sealed = form_of(agent, working_day(3), note=note, **why()) | {"_version": version}
    browser.post(f"{meeting}/modification", sealed, status=303)
    after_the_last_day(agent)
    with agent.at_work() as session:
        assert session.scalars(select(Printout.sealed)).all() == [None]


def test_the_contract_and_the_summary_say_the_goal_when_made_by_who_reads_it(
    agent: Member, colleague: Member, person: Person, keyring: Keyring
) -> None:
    begun(agent, person)
    contract = a_contract(agent, person)
    path = f"/personnes/{person.id}/contrats/{contract.id}/papier"
    mine, theirs = printed(agent, person, path), printed(colleague, person, path)
    assert GOAL in unescape(words_of(keyring, mine))
    assert NEUTRAL in words_of(keyring, theirs)
    assert (mine.withheld_at is None, theirs.withheld_at is None) == (False, True)
    summary = f"/personnes/{person.id}/resume"
    for ticked, goal in (({"sensitive": "true"}, GOAL), ({}, NEUTRAL)):
        said = unescape(words_of(keyring, printed(agent, person, summary, ticked)))
        assert goal in said.partition("Plan d'action")[2].partition("</p>")[0]


def test_a_tick_that_is_taken_back_gives_the_words_back_wherever_they_stood(agent: Member, person: Person) -> None:
    former = in_clear(agent, person, OTHER)
    with agent.at_work() as session:
        here = session.get_one(Person, (person.tenant_id, person.id))
        plans.start_plan(session, here, agent.actor, goal=OTHER)
    changed(agent, person, goal=OTHER, **why())
    with agent.at_work() as session:
        assert len(facts_of(session, person.id)) == 4, "two plans, an objective, and the orientation"
    changed(agent, person, goal=OTHER)
    with agent.at_work() as session:
        assert facts_of(session, person.id) == []
        assert session.scalars(select(OrientationDecision.goal)).all() == [OTHER]
        assert session.get_one(ActionPlan, (former.tenant_id, former.id)).goal == OTHER
        assert session.scalars(select(PlanObjective.text)).all() == [OTHER]


def test_the_hour_of_a_reason_sends_no_sealed_goal_away(
    federation: Federation, agent: Member, colleague: Member, person: Person
) -> None:
    begun(agent, person)
    browser = colleague.browser()
    reason = {"reason": "Je remplace Nadia à l'entretien"}
    browser.post(f"/personnes/{person.id}/donnees-sensibles/ouverture", reason, status=303)
    url = address(person, *a_scheme(federation.officer(), required=("name", "goal")))
    assert GOAL not in words(browser.get(url))
    assert GOAL in words(agent.browser().get(url))


def test_a_sealed_goal_that_was_shared_is_read_on_its_referral_by_who_reads_it_in_the_file(
    federation: Federation, agent: Member, colleague: Member, keyring: Keyring
) -> None:
    person = registered(agent, keyring, phone="+32470000001")
    begun(agent, person)
    officer, browser = federation.officer(), agent.browser()
    url = address(person, *a_scheme(officer, required=("name", "goal")))
    browser.post(url, filled(browser, url, ["name", "phone", "goal"]), status=303)
    with agent.at_work() as session:
        key = session.scalars(select(Referral.id).where(Referral.person_id == person.id)).one()
    page = words(colleague.browser().get(f"/relais/{key}"))
    assert GOAL not in page
    assert "1 donnée sensible" in page
    assert GOAL in words(browser.get(f"/relais/{key}"))
    assert GOAL in words(officer.browser().get(f"/a-traiter/{key}"))
    with agent.at_work() as session:
        shown = select(AuditEvent.membership_id).where(
            AuditEvent.verb == "sensitive.show", AuditEvent.subject_id == key
        )
        assert session.scalars(shown).all() == [agent.membership.id]


@pytest.mark.parametrize("is_sealed_first", [True, False], ids=["scanned afterwards", "scanned before"])
def test_the_scan_of_a_signed_plan_with_sealed_words_is_opened_by_who_reads_them_alone(
    agent: Member, colleague: Member, person: Person, *, is_sealed_first: bool
) -> None:
    mine, theirs = Desk(agent, person.id), Desk(colleague, person.id)
    if is_sealed_first:
        begun(agent, person)
    else:
        in_clear(agent, person)
    mine.add("plan")
    mine.add("diploma")
    if not is_sealed_first:
        theirs.content(mine.files()[0])
        changed(agent, person, goal=GOAL, **why())
    scan, diploma = mine.files()
    theirs.content(scan, status=403)
    theirs.content(diploma)
    mine.content(scan)
    assert "Document sensible" in words(colleague.browser().get(f"/personnes/{person.id}"))
