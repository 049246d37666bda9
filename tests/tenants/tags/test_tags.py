"""Tags of files: put on several at once, once each, shown in the list and on the file, and narrowing the list."""

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select

from clais.encryption import Keyring
from tenants.people.models import Person
from tenants.tags import queries
from tenants.tags.models import PersonTag, Tag
from tests.support.federation import Federation, Member
from tests.tenants.caseload.lists import files_of, names_on


@pytest.fixture
def world(federation: Federation, keyring: Keyring) -> tuple[Member, Mapping[str, Person]]:
    agent = federation.agent()
    return agent, files_of(agent, keyring, ("Amato", "Bennani", "Caruso"))


def address_of(*people: Person) -> str:
    return f"/personnes/etiquettes?{'&'.join(f'people={person.id}' for person in people)}"


def tag_of(member: Member, label: str) -> Tag:
    with member.at_work() as session:
        return session.scalars(select(Tag).where(Tag.label == label)).one()


def test_a_new_tag_is_put_on_two_files_and_narrows_the_list(world: tuple[Member, Mapping[str, Person]]) -> None:
    agent, files = world
    browser = agent.browser()
    browser.post(address_of(files["Amato"], files["Caruso"]), {"new": "Permis B"}, status=303)
    tag = tag_of(agent, "Permis B")
    assert names_on(browser, f"?tag={tag.id}") == ["Amato", "Caruso"]
    page = browser.get(f"/personnes?tag={tag.id}&columns=tag").get_data(as_text=True)
    assert page.count(">Permis B<") >= 2
    assert "Permis B" in browser.get(f"/personnes/{files['Amato'].id}").get_data(as_text=True)
    assert "Permis B" not in browser.get(f"/personnes/{files['Bennani'].id}").get_data(as_text=True)


def test_a_tag_that_is_written_otherwise_is_the_same_and_is_on_a_file_once(
    world: tuple[Member, Mapping[str, Person]],
) -> None:
    agent, files = world
    for label in ("Permis B", " permis  b", "PÈRMIS-B"):
        agent.browser().post(address_of(files["Amato"]), {"new": label}, status=303)
    with agent.at_work() as session:
        assert session.scalar(select(func.count()).select_from(Tag)) == 1
        assert session.scalar(select(func.count()).select_from(PersonTag)) == 1


def test_what_one_of_several_has_can_be_taken_off_all(world: tuple[Member, Mapping[str, Person]]) -> None:
    agent, files = world
    browser = agent.browser()
    browser.post(address_of(files["Amato"]), {"new": "CV"}, status=303)
    tag, both = tag_of(agent, "CV"), address_of(files["Amato"], files["Bennani"])
    form = browser.get(both).get_data(as_text=True)
    assert form.count(f'value="{tag.id}"') == 2, "it can be put on the other, and taken off the one"
    browser.post(both, {"off": str(tag.id)}, status=303)
    assert names_on(browser, f"?tag={tag.id}") == []


def test_a_coordinator_forgets_a_tag_and_the_files_stay(
    world: tuple[Member, Mapping[str, Person]], federation: Federation
) -> None:
    agent, files = world
    agent.browser().post(address_of(files["Amato"]), {"new": "CV"}, status=303)
    tag = tag_of(agent, "CV")
    agent.browser().post(f"/etiquettes/{tag.id}/oubli", {}, status=403)
    coordinator = federation.member(federation.platform, "coordinator").browser()
    assert "1 dossier" in coordinator.get("/etiquettes").get_data(as_text=True)
    coordinator.post(f"/etiquettes/{tag.id}/oubli", {}, status=303)
    assert len(names_on(coordinator)) == 3
    with agent.at_work() as session:
        assert session.scalar(select(func.count()).select_from(PersonTag)) == 0


def test_another_platform_has_none_of_them(world: tuple[Member, Mapping[str, Person]], federation: Federation) -> None:
    agent, files = world
    agent.browser().post(address_of(files["Amato"]), {"new": "CV"}, status=303)
    tag, other = tag_of(agent, "CV"), federation.other_agent()
    assert "CV" not in other.browser().get("/etiquettes").get_data(as_text=True)
    other.browser().post(address_of(files["Amato"]), {"new": "x"}, status=404)
    federation.member(federation.other_platform, "coordinator").browser().post(
        f"/etiquettes/{tag.id}/oubli", {}, status=404
    )


def test_a_word_too_many_is_refused_and_nothing_typed_is_lost(
    world: tuple[Member, Mapping[str, Person]], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, files = world
    monkeypatch.setattr("tenants.tags.actions.MOST", 0)
    page = agent.browser().post(address_of(files["Amato"]), {"new": "De trop"}, status=422)
    assert 'value="De trop"' in page.get_data(as_text=True)
    with agent.at_work() as session:
        assert queries.tags_here(session) == []
