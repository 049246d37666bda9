import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from clais.clock import today
from clais.instruments.rules.dimensions import SENSITIVE
from tenants.orientation import queries
from tenants.orientation.actions import bilans as actions
from tenants.orientation.answered import answers_of
from tenants.orientation.answers import Answer
from tenants.orientation.models import Bilan
from tenants.orientation.rules.dimensions import ARTICLES, DIMENSIONS
from tenants.people.models import Person
from tenants.people.workflow import STAGE
from tests.support.federation import Federation, Member
from tests.support.pages import versions_on

Arrive = Callable[..., Person]
ALL_ANSWERS = {f"{dimension.code}_level": str(index % 6 - 3) for index, dimension in enumerate(DIMENSIONS)}


def the_bilans(member: Member, person: Person) -> list[Bilan]:
    with member.at_work() as session:
        return queries.bilans(session, person.id)


def the_levels(member: Member, bilan: Bilan) -> dict[str, int]:
    with member.at_work() as session:
        found = answers_of(session, [bilan], member.federation.keyring)[bilan.id]
        return {code: answer.level for code, answer in found.items()}


def an_earlier_bilan(member: Member, person: Person, days_ago: int, **levels: int) -> Bilan:
    with member.at_work() as session:
        answers = {code: Answer(level, note=f"Note de {person.given_names}") for code, level in levels.items()}
        person = session.get_one(Person, (person.tenant_id, person.id))
        keyring = member.federation.keyring
        day = today() - timedelta(days=days_ago)
        return actions.make_bilan(session, person, member.actor, answers, keyring, made_on=day)


def test_a_bilan_of_twelve_answers_is_one_post_and_leads_straight_to_the_decision(
    federation: Federation, arrive: Arrive
) -> None:
    agent = federation.agent()
    person = arrive(agent)
    answer = agent.browser().post(f"/personnes/{person.id}/bilans/nouveau", ALL_ANSWERS | {"distance": "4"}, status=303)
    assert answer.location.endswith(f"/personnes/{person.id}/orientations/nouvelle")
    (bilan,) = the_bilans(agent, person)
    assert the_levels(agent, bilan) == {code.removesuffix("_level"): int(level) for code, level in ALL_ANSWERS.items()}
    assert (bilan.distance, bilan.made_by) == (4, "Nadia Lambert")


def test_what_was_not_discussed_stays_unanswered(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person = arrive(agent)
    agent.browser().post(f"/personnes/{person.id}/bilans/nouveau", {"work_level": "2", "health_level": ""}, status=303)
    assert the_levels(agent, the_bilans(agent, person)[0]) == {"work": 2}


@pytest.mark.parametrize("level", ["-4", "3", "1.5", "bloque", "'; DROP TABLE bilan"])
def test_a_level_that_does_not_exist_is_refused_and_nothing_is_saved(
    federation: Federation, arrive: Arrive, level: str
) -> None:
    agent = federation.agent()
    person = arrive(agent)
    form = {"work_level": level, "summary": "Une phrase qui doit rester."}
    answer = agent.browser().post(f"/personnes/{person.id}/bilans/nouveau", form, status=422)
    assert "Une phrase qui doit rester." in answer.get_data(as_text=True)
    assert the_bilans(agent, person) == []


def test_an_empty_bilan_or_a_note_without_an_answer_is_not_saved(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person = arrive(agent)
    browser = agent.browser()
    browser.post(f"/personnes/{person.id}/bilans/nouveau", {}, status=422)
    answer = browser.post(f"/personnes/{person.id}/bilans/nouveau", {"debts_note": "Huissier"}, status=422)
    assert "Huissier" in answer.get_data(as_text=True)
    assert the_bilans(agent, person) == []


def test_earlier_answers_stand_beside_and_are_never_those_of_someone_else(
    federation: Federation, arrive: Arrive
) -> None:
    agent = federation.agent()
    sofia, mariama, karim = arrive(agent), arrive(agent, "Diallo", "Mariama"), arrive(agent, "Aziz", "Karim")
    an_earlier_bilan(agent, sofia, 200, mobility=-2, languages=-1)
    an_earlier_bilan(agent, sofia, 40, mobility=-1)
    an_earlier_bilan(agent, mariama, 90, childcare=-3)
    browser = agent.browser()
    page = browser.get(f"/personnes/{sofia.id}/bilans/nouveau").get_data(as_text=True)
    beside = [
        re.sub(r"<[^>]+>", "", text).replace("\u00a0", " ").partition(" : ")[2]
        for text in re.findall(r'<p class="before"><b data-moved hidden></b>(.*?)</p>', page)
    ]
    # Mobility as in the last bilan, languages as in the one before it.
    assert [words.partition(" ·")[0] for words in beside] == ["freine un peu", "freine un peu"]
    assert "Note de Sofia" in page
    assert "Note de Mariama" not in page
    assert 'class="before"' not in browser.get(f"/personnes/{karim.id}/bilans/nouveau").get_data(as_text=True)


def test_a_bilan_is_corrected_on_its_day_and_a_new_one_is_made_afterwards(
    federation: Federation, arrive: Arrive
) -> None:
    agent = federation.agent()
    person = arrive(agent)
    browser = agent.browser()
    browser.post(f"/personnes/{person.id}/bilans/nouveau", {"work_level": "-1", "debts_level": "-2"}, status=303)
    (bilan,) = the_bilans(agent, person)
    edit = f"/personnes/{person.id}/bilans/{bilan.id}/modification"
    assert browser.get(f"/personnes/{person.id}/bilans/nouveau", status=303).location.endswith(edit)
    browser.post(edit, {"work_level": "1", "_version": str(bilan.version)}, status=303)
    (corrected,) = the_bilans(agent, person)
    assert the_levels(agent, corrected) == {"work": 1}
    old = an_earlier_bilan(agent, arrive(agent, "Diallo", "Mariama"), 3, work=-3)
    late = f"/personnes/{old.person_id}/bilans/{old.id}/modification"
    browser.post(late, {"work_level": "2", "_version": "1"}, status=303)
    assert the_levels(agent, old) == {"work": -3}


def test_two_people_who_correct_the_same_bilan_see_both_versions(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person = arrive(agent)
    browser = agent.browser()
    browser.post(f"/personnes/{person.id}/bilans/nouveau", {"work_level": "-1"}, status=303)
    (bilan,) = the_bilans(agent, person)
    edit = f"/personnes/{person.id}/bilans/{bilan.id}/modification"
    first = {"work_level": "2", "work_by": "partner", "work_note": "Dix ans de métier", "_version": "1"}
    browser.post(edit, first, status=303)
    second = {"work_level": "-3", "work_note": "Dos abîmé", "summary": "À reprendre", "_version": "1"}
    yours, theirs = versions_on(browser.post(edit, second, status=409))
    assert all(said in theirs for said in ("atout fort", "Un partenaire", "Dix ans de métier", "Nadia Lambert"))
    assert all(said in yours for said in ("bloque tout", "Dos abîmé", "À reprendre"))
    assert the_levels(agent, bilan) == {"work": 2}


def test_a_colleague_who_makes_a_second_bilan_the_same_day_is_told(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person = arrive(agent)
    agent.browser().post(f"/personnes/{person.id}/bilans/nouveau", {"work_level": "-1"}, status=303)
    colleague = federation.agent()
    colleague.browser().post(f"/personnes/{person.id}/bilans/nouveau", {"work_level": "2"}, status=409)
    assert [the_levels(agent, bilan) for bilan in the_bilans(agent, person)] == [{"work": -1}]


def test_the_same_bilan_sent_twice_is_one_bilan(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person = arrive(agent)
    browser = agent.browser()
    form = ALL_ANSWERS | {"_submission": str(uuid4())}
    first = browser.post(f"/personnes/{person.id}/bilans/nouveau", form, status=303)
    second = browser.post(f"/personnes/{person.id}/bilans/nouveau", form, status=303)
    assert first.location == second.location
    assert len(the_bilans(agent, person)) == 1


def test_health_and_justice_are_marked_as_sensitive_and_the_others_are_not(
    federation: Federation, arrive: Arrive
) -> None:
    assert set(ARTICLES) == SENSITIVE == {"health", "justice"}
    agent = federation.agent()
    page = agent.browser().get(f"/personnes/{arrive(agent).id}/bilans/nouveau").get_data(as_text=True)
    marked = {
        re.search(r'id="field-(\w+)_level"', part).group(1)  # type: ignore[union-attr]
        for part in page.split("<fieldset")
        if "RGPD" in part
    }
    assert marked == SENSITIVE


def test_the_file_shows_what_moved_between_the_last_two_bilans(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person = arrive(agent)
    an_earlier_bilan(agent, person, 300, mobility=2)
    an_earlier_bilan(agent, person, 90, childcare=-3, languages=-2, debts=-1, family=1, housing=0)
    an_earlier_bilan(agent, person, 5, childcare=0, languages=-1, debts=-2, family=1)
    page = agent.browser().get(f"/personnes/{person.id}").get_data(as_text=True)
    words = re.findall(r'<span class="words">(.*?)</span>', page)
    said = [re.sub(r"<.*", "", word).replace("\u00a0", " ") for word in words]
    assert said[:3] == ["réglé", "mieux : freine un peu", "moins bien : freine beaucoup"]
    assert "Famille" in page
    assert "Pas abordé cette fois" in page


def test_a_closed_file_takes_no_bilan(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    person = arrive(agent)
    with agent.at_work() as session:
        found = session.get_one(Person, (person.tenant_id, person.id))
        STAGE.apply(session, found, "close", agent.actor, reason="moved")
    form = {"work_level": "1", "work_note": "Veut travailler dehors"}
    yours, now = versions_on(agent.browser().post(f"/personnes/{person.id}/bilans/nouveau", form, status=409))
    assert "Veut travailler dehors" in yours
    assert "Sortie" in now
    assert "Nadia Lambert" in now
    assert the_bilans(agent, person) == []
