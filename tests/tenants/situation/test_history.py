"""The history of what is so of a person: written with the card, corrected, readable, and never overlapping."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from clais.clock import today
from clais.encryption import Keyring
from tenants.people.models import Person, PersonChange, PersonPeriod
from tests.support.federation import Browser, Federation, Member
from tests.tenants.people.newcomers import registered, words
from tests.tenants.people.test_card import card_of, form_of

SINCE = date(2023, 9, 1)


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


@pytest.fixture
def person(agent: Member, keyring: Keyring) -> Person:
    """Someone who receives RI since September 2023."""
    return registered(
        agent, keyring, status="integration_income", status_since=SINCE, schooling="cess", street="Rue Haute",
        postal_code="6240", birth_year=1991,
    )  # fmt: skip


def periods(member: Member, person: Person, fact: str = "status") -> list[tuple[date | None, Any]]:
    """The stored periods of a fact, the oldest first."""
    with member.at_work() as session:
        rows = session.scalars(
            select(PersonPeriod)
            .where(PersonPeriod.person_id == person.id, PersonPeriod.fact == fact)
            .order_by(PersonPeriod.since.asc().nulls_first())
        )
        return [(row.since, (row.value or {}).get(fact, row.value)) for row in rows]


def file_of(browser: Browser, person: Person) -> str:
    return words(browser.get(f"/personnes/{person.id}"))


def sent(member: Member, person: Person, **typed: Any) -> dict[str, Any]:
    """A form of the situation, of the file as it is now."""
    return {**typed, "_version": str(card_of(member, person).version)}


def test_a_change_ends_the_period_before_and_the_card_follows(agent: Member, person: Person) -> None:
    browser = agent.browser()
    day = today() - timedelta(days=10)
    form = sent(agent, person, status="worker", since=day.strftime("%d/%m/%Y"))
    browser.post(f"/personnes/{person.id}/situation/status/changement", form, status=303)
    card = card_of(agent, person)
    assert (card.status, card.status_since) == ("worker", day)
    assert periods(agent, person) == [(SINCE, "integration_income"), (day, "worker")]
    page = file_of(browser, person)
    assert "Travailleur" in page
    assert "auparavant revenu d'intégration (RI), du 1er septembre 2023 au" in page


def test_a_status_that_is_replaced_on_the_card_is_asked_about(agent: Member, person: Person) -> None:
    browser, path = agent.browser(), f"/personnes/{person.id}/coordonnees"
    form = form_of(person, status="worker", status_since="01/09/2023", schooling="cess", street="Rue Haute",
                   postal_code="6240", locality=person.locality, birth_year="1991")  # fmt: skip
    page = words(browser.post(path, form, status=422))
    assert "Est-ce que cela a changé, ou était-ce mal noté" in page
    browser.post(path, {**form, "dated_change": "wrong"}, status=303)
    assert periods(agent, person) == [(SINCE, "worker")], "it was so all along"
    form = form | {"status": "student", "_version": str(card_of(agent, person).version), "dated_change": "changed"}
    browser.post(path, form, status=303)
    assert periods(agent, person) == [(SINCE, "worker"), (today(), "student")]
    assert card_of(agent, person).status_since == today()


def test_an_address_that_is_completed_is_not_asked_about_and_a_move_is(agent: Member, person: Person) -> None:
    browser, path = agent.browser(), f"/personnes/{person.id}/coordonnees"
    kept = {"status": "integration_income", "status_since": "01/09/2023", "schooling": "cess", "birth_year": "1991"}
    form = form_of(person, **kept, street="Rue Haute", street_number="12", postal_code="6240", locality=person.locality)
    browser.post(path, form, status=303)
    assert [since for since, _value in periods(agent, person, "address")] == [None]
    moved = form | {"street": "Rue Basse", "_version": str(card_of(agent, person).version)}
    browser.post(path, moved, status=422)
    browser.post(path, moved | {"dated_change": "changed"}, status=303)
    assert [since for since, _value in periods(agent, person, "address")] == [None, today()]


def test_a_beginning_in_an_earlier_period_is_refused_with_the_period_it_meets(agent: Member, person: Person) -> None:
    browser = agent.browser()
    path = f"/personnes/{person.id}/situation/status"
    browser.post(f"{path}/changement", sent(agent, person, status="worker", since="01/03/2024"), status=303)
    page = words(
        browser.post(f"{path}/periodes/2", sent(agent, person, status="worker", since="01/08/2023"), status=422)
    )
    assert "Cela chevauche une autre période" in page
    assert "du 1er septembre 2023 au 29 février 2024" in page
    page = words(
        browser.post(
            f"{path}/periode-oubliee",
            sent(agent, person, status="student", since="01/01/2024", until="31/01/2024"),
            status=422,
        )
    )
    assert "Revenu d'intégration (RI)" in page
    assert len(periods(agent, person)) == 2


def test_a_forgotten_period_before_all_others_is_added_and_one_that_never_was_taken_away(
    agent: Member, person: Person
) -> None:
    browser = agent.browser()
    path = f"/personnes/{person.id}/situation/status"
    form = sent(agent, person, status="without_income", since="01/03/2022", until="30/06/2023")
    browser.post(f"{path}/periode-oubliee", form, status=303)
    page = words(browser.get(path))
    assert "pas connu" in page, "from July to August nobody knows"
    assert card_of(agent, person).status == "integration_income"
    browser.post(f"{path}/periodes/2/retrait", {"_version": str(card_of(agent, person).version)}, status=303)
    assert periods(agent, person) == [(date(2022, 3, 1), "without_income"), (SINCE, "integration_income")]
    browser.post(f"{path}/periodes/2/retrait", {"_version": "1"}, status=303)
    assert len(periods(agent, person)) == 2, "who read another history takes nothing away"


def test_the_second_of_two_editors_overwrites_nothing(agent: Member, person: Person) -> None:
    browser = agent.browser()
    path = f"/personnes/{person.id}/situation/household/changement"
    form = sent(agent, person, composition="alone", since=today().strftime("%d/%m/%Y"))
    browser.post(path, form, status=303)
    page = words(browser.post(path, {**form, "composition": "couple"}, status=409))
    assert "En couple" in page
    assert [value["composition"] for _since, value in periods(agent, person, "household")] == ["alone"]


@pytest.mark.parametrize(
    ("fact", "typed", "said"),
    [
        (
            "household",
            {"composition": "single_parent", "adults": "1", "children-0-born": "2019", "children-0-dependant": "true"},
            "Seul·e avec enfants, 1 adulte, 1 enfant (2019), 1 personne à charge",
        ),
        ("schooling", {"schooling": "foreign", "country": "Maroc", "recognition": "asked"}, "équivalence demandée"),
        ("childcare", {"childcare": "sought", "detail": "Crèche de la Vallée"}, "À trouver · Crèche de la Vallée"),
        ("transport", {"means": ["bus", "bike"], "minutes": "45"}, "bus, tram, métro · 45 minutes au plus"),
        ("availability", {"half_days": ["mon_am", "mon_pm", "tue_am"]}, "Lundi matin + après-midi, Mardi matin"),
    ],
)
def test_each_fact_has_its_form_and_its_sentence(
    agent: Member, person: Person, fact: str, typed: dict[str, Any], said: str
) -> None:
    browser = agent.browser()
    path = f"/personnes/{person.id}/situation/{fact}/changement"
    browser.get(path)
    browser.post(path, {}, status=400)
    browser.post(path, sent(agent, person, since="32/01/2020", **typed), status=422)
    browser.post(path, sent(agent, person, since="01/01/2024", **typed), status=303)
    assert said in file_of(browser, person)
    assert said in words(browser.get(f"/personnes/{person.id}/situation/{fact}"))


def test_a_day_before_the_birth_or_in_the_future_is_refused(agent: Member, person: Person) -> None:
    browser, path = agent.browser(), f"/personnes/{person.id}/situation/status/changement"
    page = words(browser.post(path, sent(agent, person, status="worker", since="01/01/1980"), status=422))
    assert "avant la date de naissance" in page
    later = (today() + timedelta(days=2)).strftime("%d/%m/%Y")
    assert "dans le futur" in words(browser.post(path, sent(agent, person, status="worker", since=later), status=422))


def test_what_changed_is_readable_with_its_author_and_the_former_value(agent: Member, person: Person) -> None:
    browser = agent.browser()
    kept = {"status": "integration_income", "status_since": "01/09/2023", "schooling": "cess", "birth_year": "1991",
            "street": "Rue Haute", "postal_code": "6240", "locality": person.locality}  # fmt: skip
    browser.post(f"/personnes/{person.id}/coordonnees", form_of(person, **kept, email="sofia@example.be"), status=303)
    form = sent(agent, person, status="worker", since="01/03/2024")
    browser.post(f"/personnes/{person.id}/situation/status/changement", form, status=303)
    page = words(browser.get(f"/personnes/{person.id}/changements"))
    assert agent.actor.display_name in page
    assert "sofia@example.be" in page
    assert "avant : rien" in page.replace("\u00a0", " ")
    assert "Revenu d'intégration (RI), depuis le 1er septembre 2023" in page
    browser.get(f"/personnes/{person.id}/situation/autre-chose", status=404)


def test_a_card_that_was_written_elsewhere_is_right_and_its_history_follows(agent: Member, person: Person) -> None:
    browser = agent.browser()
    form = sent(agent, person, status="worker", since="01/03/2024")
    browser.post(f"/personnes/{person.id}/situation/status/changement", form, status=303)
    with agent.at_work() as session:
        session.get_one(Person, (person.tenant_id, person.id)).status = "student"
    assert "Étudiant" in file_of(browser, person)
    form = sent(agent, person, status="article_60", since="01/03/2025")
    browser.post(f"/personnes/{person.id}/situation/status/changement", form, status=303)
    assert [value for _since, value in periods(agent, person)] == ["integration_income", "student", "article_60"]


def test_two_periods_of_one_fact_never_begin_on_one_day_whoever_writes_them(agent: Member, person: Person) -> None:
    def write(since: date | None) -> None:
        with agent.at_work() as session:
            session.add(PersonPeriod(person_id=person.id, fact="status", since=since, value={"status": "worker"}))

    for since in (SINCE, None):
        write(since)
        with pytest.raises(IntegrityError, match="uq_person_period_since"):
            write(since)


def test_the_history_goes_with_the_person(agent: Member, person: Person, superuser: Any) -> None:
    browser = agent.browser()
    form = sent(agent, person, status="worker", since="01/03/2024")
    browser.post(f"/personnes/{person.id}/situation/status/changement", form, status=303)
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM audit_event WHERE person_id = :id"), {"id": person.id})
        connection.execute(delete(Person).where(Person.tenant_id == person.tenant_id, Person.id == person.id))
    with agent.at_work() as session:
        assert not session.scalars(select(PersonPeriod).where(PersonPeriod.person_id == person.id)).all()
        assert not session.scalars(select(PersonChange).where(PersonChange.person_id == person.id)).all()
