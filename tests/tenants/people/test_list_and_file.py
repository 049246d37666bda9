from clais.clock import today
from clais.searching.names import name_tokens, sort_key
from tenants.people.models import Person, PersonKey
from tests.support.federation import Federation, Member


def a_person(member: Member, family_name: str = "Marchetti", given_names: str = "Sofia") -> Person:
    with member.at_work() as session:
        person = Person(
            reference=f"T-{family_name}-{given_names}"[:20],
            family_name=family_name,
            given_names=given_names,
            sort_name=sort_key(family_name, given_names),
            stage_since=today(),
        )
        session.add(person)
        session.flush()
        session.add_all(
            PersonKey(person_id=person.id, kind="name", key=token) for token in name_tokens(family_name, given_names)
        )
    return person


def test_an_agent_finds_a_file_by_the_start_of_a_name_and_opens_it(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    browser = agent.browser()
    assert "Marchetti" in browser.get("/personnes").get_data(as_text=True)
    found = browser.post("/personnes/recherche", {"q": "march sof"}, status=303)
    assert str(found.location).endswith(f"/personnes/{person.id}")
    assert "Sofia Marchetti" in browser.get(f"/personnes/{person.id}").get_data(as_text=True)


def test_a_file_of_another_platform_answers_like_one_that_does_not_exist(federation: Federation) -> None:
    person = a_person(federation.other_agent())
    browser = federation.agent().browser()
    browser.get(f"/personnes/{person.id}", status=404)
    found = browser.post("/personnes/recherche", {"q": "marchetti"}, status=200)
    assert str(person.id) not in found.get_data(as_text=True)
