"""Several files of the list are handed to a colleague at once, or none is."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from clais.database import new_id
from clais.encryption import Keyring
from clais.messaging.models import Notification
from tenants.people.models import HandOver, Person
from tests.support.federation import Browser, Federation, Member
from tests.tenants.caseload.lists import change, files_of

ADDRESS = "/personnes/confier"


@pytest.fixture
def world(federation: Federation, keyring: Keyring) -> tuple[Member, Member, dict[str, Person]]:
    """A coordinator, an agent, and three files of nobody."""
    coordinator, agent = federation.member(federation.platform, "coordinator"), federation.agent()
    files = files_of(coordinator, keyring, ("Amato", "Bennani", "Caruso"))
    for person in files.values():
        change(coordinator, person, referent_id=None)
    return coordinator, agent, files


def address_of(*people: Person) -> str:
    return f"{ADDRESS}?{'&'.join(f'people={person.id}' for person in people)}"


def version_on(browser: Browser, address: str) -> str:
    found = re.search(r'name="_version" value="([^"]+)"', browser.get(address).get_data(as_text=True))
    assert found is not None
    return found.group(1)


def referents(member: Member) -> dict[str, UUID | None]:
    with member.at_work() as session:
        return {person.family_name: person.referent_id for person in session.scalars(select(Person))}


def test_two_of_three_files_are_handed_over_and_the_colleague_is_told_of_each(
    world: tuple[Member, Member, dict[str, Person]],
) -> None:
    coordinator, agent, files = world
    browser, address = coordinator.browser(), address_of(files["Amato"], files["Bennani"])
    sent = {"referent": str(agent.membership.id), "word": "À toi", "_version": version_on(browser, address)}
    browser.post(address, sent, status=303)
    theirs = agent.membership.id
    assert referents(coordinator) == {"Amato": theirs, "Bennani": theirs, "Caruso": None}
    with agent.at_work() as session:
        assert [made.word for made in session.scalars(select(HandOver))] == ["À toi", "À toi"]
        told = session.scalars(select(Notification.person_id).where(Notification.membership_id == theirs))
        assert set(told) == {files["Amato"].id, files["Bennani"].id}


def test_the_second_of_two_clicks_hands_nothing_over_twice(world: tuple[Member, Member, dict[str, Person]]) -> None:
    coordinator, agent, files = world
    browser, address = coordinator.browser(), address_of(files["Amato"])
    sent = {
        "referent": str(agent.membership.id),
        "_version": version_on(browser, address),
        "_submission": str(new_id()),
    }
    for _click in range(2):
        browser.post(address, sent, status=303)
    with agent.at_work() as session:
        assert len(session.scalars(select(HandOver)).all()) == 1


def test_when_one_changed_hands_meanwhile_none_is_handed_over_and_nothing_written_is_lost(
    world: tuple[Member, Member, dict[str, Person]], federation: Federation
) -> None:
    coordinator, agent, files = world
    other = federation.agent()
    browser, address = coordinator.browser(), address_of(*files.values())
    version = version_on(browser, address)
    change(coordinator, files["Bennani"], referent_id=other.membership.id)
    sent = {"referent": str(agent.membership.id), "word": "Bon courage", "_version": version}
    page = browser.post(address, sent, status=409).get_data(as_text=True)
    assert "Bon courage" in page
    assert referents(coordinator) == {"Amato": None, "Bennani": other.membership.id, "Caruso": None}


def test_a_key_of_another_platform_or_of_nobody_opens_nothing(
    world: tuple[Member, Member, dict[str, Person]], federation: Federation, keyring: Keyring
) -> None:
    coordinator, agent, files = world
    theirs = files_of(federation.other_agent(), keyring, ("Dubois",))["Dubois"]
    browser = coordinator.browser()
    pages = [
        browser.get(address, status=status).get_data(as_text=True)
        for address, status in (
            (address_of(files["Amato"], theirs), 404),
            (f"{ADDRESS}?people={new_id()}", 404),
            (ADDRESS, 400),
            (f"{ADDRESS}?people=x", 400),
        )
    ]
    assert not any(name in page for page in pages for name in ("Amato", "Dubois"))
    browser.post(address_of(files["Amato"], theirs), {"referent": str(agent.membership.id)}, status=404)
    assert referents(coordinator)["Amato"] is None


def test_a_receptionist_hands_nothing_over(
    world: tuple[Member, Member, dict[str, Person]], federation: Federation
) -> None:
    receptionist = federation.member(federation.platform, "receptionist").browser()
    receptionist.get(address_of(world[2]["Amato"]), status=403)
    assert "Confier à…" not in receptionist.get("/personnes").get_data(as_text=True)
