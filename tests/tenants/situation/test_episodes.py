"""Work and training, episode by episode."""

import secrets
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select

from clais.database import Scope, unit_of_work
from clais.encryption import Keyring
from clais.registry.models import Occupation
from tenants.people.models import Person
from tenants.situation.models import Episode
from tests.support.federation import Federation, Member
from tests.tenants.people.newcomers import registered, words


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


@pytest.fixture
def person(agent: Member, keyring: Keyring) -> Person:
    return registered(agent, keyring, birth_year=1991)


def typed(**more: Any) -> dict[str, Any]:
    return {
        "kind": "job", "title": "Aide ménagère", "organisation": "Titres-services Sambre", "contract": "voucher",
        "weekly_hours": "19", "since": "01/09/2019", "until": "31/03/2021", **more,
    }  # fmt: skip


def episodes(member: Member, person: Person) -> list[Episode]:
    with member.at_work() as session:
        return list(session.scalars(select(Episode).where(Episode.person_id == person.id).order_by(Episode.since)))


def test_episodes_may_overlap_and_the_one_that_lasts_comes_first(agent: Member, person: Person) -> None:
    browser, path = agent.browser(), f"/personnes/{person.id}/experiences/nouvelle"
    browser.post(path, typed(), status=303)
    browser.post(
        path, typed(kind="training", title="Français A2", contract="", since="01/01/2021", until=""), status=303
    )
    assert [one.title for one in episodes(agent, person)] == ["Aide ménagère", "Français A2"]
    page = words(browser.get(f"/personnes/{person.id}"))
    assert page.index("Français A2") < page.index("Aide ménagère")
    assert "septembre 2019 – mars 2021" in page
    assert "depuis janvier 2021" in page


@pytest.fixture
def occupation(engine: Engine) -> Occupation:
    """An occupation that the registry knows."""
    label = f"Soudeur de {secrets.token_hex(4)}"
    with unit_of_work(engine, Scope(administers=True)) as session:
        found = Occupation(
            scheme="ROME", scheme_version="4.0", code="H2913", label=label, is_appellation=False,
            search_key=label.lower(),
        )  # fmt: skip
        session.add(found)
    return found


def test_an_occupation_is_chosen_in_the_registry_and_kept_with_its_code(
    agent: Member, person: Person, occupation: Occupation
) -> None:
    browser = agent.browser()
    path = f"/personnes/{person.id}/experiences/nouvelle"
    assert "réponses proposées" in words(browser.post(path, typed(occupation=str(person.id)), status=422))
    browser.post(path, typed(occupation=str(occupation.id)), status=303)
    (episode,) = episodes(agent, person)
    assert (episode.occupation_code, episode.occupation_label) == (occupation.code, occupation.label)
    page = words(browser.get(f"/personnes/{person.id}/experiences/{episode.id}"))
    assert occupation.label in page, "the form of the episode shows it again"


def test_a_correction_keeps_what_was_said_before_and_what_is_taken_away_stays_readable(
    agent: Member, person: Person
) -> None:
    browser = agent.browser()
    browser.post(f"/personnes/{person.id}/experiences/nouvelle", typed(), status=303)
    (episode,) = episodes(agent, person)
    path = f"/personnes/{person.id}/experiences/{episode.id}"
    browser.post(path, typed(title="Aide-ménagère titres-services", _version=str(episode.version)), status=303)
    page = words(browser.post(path, typed(title="Cuisinière", _version=str(episode.version)), status=409))
    assert "Cuisinière" in page
    browser.post(f"{path}/retrait", {}, status=303)
    assert not episodes(agent, person)
    page = words(browser.get(f"/personnes/{person.id}/changements"))
    assert "Aide-ménagère titres-services" in page


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"until": "01/01/2019"}, "Le dernier jour précède le premier"),
        ({"since": "01/01/1980", "until": ""}, "avant la date de naissance"),
        ({"weekly_hours": "400"}, "80"),
        ({"title": ""}, "comme sur un CV"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(
    agent: Member, person: Person, wrong: dict[str, Any], message: str
) -> None:
    page = words(agent.browser().post(f"/personnes/{person.id}/experiences/nouvelle", typed(**wrong), status=422))
    assert message in page
    assert "Titres-services Sambre" in page
    assert not episodes(agent, person)


def test_an_episode_of_another_person_is_found_on_no_file(agent: Member, person: Person, keyring: Keyring) -> None:
    browser = agent.browser()
    other = registered(agent, keyring, family_name="Rossi")
    browser.post(f"/personnes/{person.id}/experiences/nouvelle", typed(), status=303)
    (episode,) = episodes(agent, person)
    browser.get(f"/personnes/{other.id}/experiences/{episode.id}", status=404)
    browser.post(f"/personnes/{other.id}/experiences/{episode.id}/retrait", {}, status=404)
    assert episode.since == date(2019, 9, 1)
