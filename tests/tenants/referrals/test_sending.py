"""Referring someone: what is offered, what is ticked beforehand, and an agreement to exactly what is sent."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from clais.clock import today
from clais.database import new_id
from clais.exchange.referrals.models import Consent, Parcel, Referral
from clais.sealing import unseal
from clais.web.context import SESSION_COOKIE
from tenants.follow_up.models import Note
from tenants.orientation.answers import Answer, answer_row
from tenants.orientation.models import Bilan
from tenants.people.models import Person
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme, address, filled, ticked_in


def a_full_file(agent: Member, **facts: Any) -> Person:
    """A person with a bilan, a shareable note, a fact and a confidence."""
    person = a_person(agent, **facts)
    with agent.at_work() as session:
        bilan = Bilan(person_id=person.id, made_by="Nadia Lambert", distance=2)
        session.add(bilan)
        session.flush()
        for dimension, level in (("health", -2), ("justice", -1), ("work", 1)):
            session.add(answer_row(agent.federation.keyring, bilan, dimension, Answer(level, note="CANARY-ANSWER")))
        author = {"author_id": agent.membership.id, "author_name": "Nadia Lambert"}
        for note_class in ("shareable", "fact", "confidence"):
            session.add(Note(person_id=person.id, note_class=note_class, text=f"CANARY-{note_class}", **author))
    return person


def offered_in(page: str) -> set[str]:
    return set(re.findall(r'name="fields" value="([^"]+)"', page))


def count(member: Member, table: type[Referral | Parcel | Consent]) -> int:
    with member.at_work() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_only_what_is_needed_is_ticked_beforehand_and_nothing_sensitive_ever(federation: Federation) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer(), required=("name", "status", "bilan.health"))
    person = a_full_file(agent, status="sickness")
    page = agent.browser().get(address(person, scheme, scheme_session)).get_data(as_text=True)
    assert ticked_in(page) == {"name", "phone"}, "and one way to reach the person"
    assert {"bilan.health", "bilan.justice", "bilan.work", "status", "phone"} <= offered_in(page)


def test_a_shareable_note_is_offered_and_no_other_nor_the_notes_of_a_bilan(federation: Federation) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    page = agent.browser().get(address(a_full_file(agent), scheme, scheme_session)).get_data(as_text=True)
    assert "CANARY-shareable" in page
    for hidden in ("CANARY-fact", "CANARY-confidence", "CANARY-ANSWER"):
        assert hidden not in page


def test_on_paper_a_note_stands_in_its_own_words_when_it_is_ticked_and_not_otherwise(federation: Federation) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    browser = agent.browser()
    url = address(a_full_file(agent), scheme, scheme_session)
    note = next(code for code in offered_in(browser.get(url).get_data(as_text=True)) if code.startswith("note."))
    for fields, on_paper in ((["name"], False), (["name", note], True)):
        data = {"fields": fields, "purpose": "x", "language": "it", "until": f"{today():%d/%m/%Y}"}
        letter = browser.post(url.replace("relais/nouveau", "relais/lettre"), data, status=200).get_data(as_text=True)
        assert ("CANARY-shareable" in letter) == on_paper


def test_what_is_sent_is_what_was_ticked_and_the_text_is_the_one_shown(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    person = a_full_file(agent)
    browser = agent.browser()
    url = address(person, scheme, scheme_session)
    sent = browser.post(url, filled(browser, url, ["name", "phone", "bilan.health"]), status=303)
    with officer.at_work() as session:
        parcel = session.scalars(select(Parcel)).one()
        contents = unseal(federation.keyring, parcel)
        assert set(contents) == set(parcel.fields) == {"name", "phone", "bilan.health"}
        assert contents["phone"]["text"] == "0470 12 34 56"
    with agent.at_work() as session:
        consent = session.scalars(select(Consent)).one()
        assert consent.language == "it"
        assert consent.manner == "paper"
        assert consent.fields == ["name", "phone", "bilan.health"]
        assert "la mia salute" in consent.text
        assert "Trouver une alternance" in consent.text
        assert consent.text == parcel.consent_text
    assert "la mia salute" in browser.get(f"{sent.location}/accord").get_data(as_text=True)
    assert str(sent.location).rpartition("/")[2] in browser.get(f"/personnes/{person.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    "change", [{"fields": ["name", "phone", "email"]}, {"purpose": "Autre chose"}, {"language": "nl"}]
)
def test_a_letter_that_was_not_shown_is_not_signed(federation: Federation, change: dict[str, Any]) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    person = a_person(agent, email="sofia@example.be")
    browser = agent.browser()
    url = address(person, scheme, scheme_session)
    refused = browser.post(url, filled(browser, url, ["name", "phone"]) | change, status=422).get_data(as_text=True)
    assert "Relisez-le ensemble" in refused
    assert count(agent, Referral) == 0


def test_a_scheme_gets_all_that_it_needs_or_nothing(federation: Federation) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer(), required=("name", "schooling"))
    person = a_person(agent, schooling=None)
    browser = agent.browser()
    url = address(person, scheme, scheme_session)
    page = browser.get(url).get_data(as_text=True)
    assert f"/personnes/{person.id}/coordonnees" in page
    refused = browser.post(url, filled(browser, url, ["name"]), status=422).get_data(as_text=True)
    assert "Scolarité" in refused
    assert count(agent, Referral) == 0


@pytest.mark.parametrize(
    "fields", [["national_number"], ["name", "note.00000000000000000000000000000000"], ["tenant_id"]]
)
def test_a_tick_that_the_file_does_not_offer_is_refused(federation: Federation, fields: list[str]) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    browser = agent.browser()
    url = address(a_person(agent), scheme, scheme_session)
    data = filled(browser, url, ["name", "phone"])
    assert browser.post(url, data | {"fields": fields}).status_code in {400, 422}
    assert browser.post(url.replace("relais/nouveau", "relais/lettre"), {"fields": fields}).status_code == 400
    assert count(agent, Referral) == 0


@pytest.mark.parametrize(
    "extra", ["tenant_id", "to_tenant_id", "consent_until", "state", "person_id", "version", "scheme_id"]
)
def test_nothing_else_can_be_slipped_into_the_form(federation: Federation, extra: str) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    browser = agent.browser()
    url = address(a_person(agent), scheme, scheme_session)
    assert browser.post(url, filled(browser, url, ["name", "phone"]) | {extra: str(new_id())}).status_code == 400
    assert count(agent, Referral) == 0


@pytest.mark.parametrize("days", [-1, 800])
def test_a_consent_ends_between_today_and_two_years(federation: Federation, days: int) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    browser = agent.browser()
    url = address(a_person(agent), scheme, scheme_session)
    until = (today() + timedelta(days=days)).strftime("%d/%m/%Y")
    browser.post(url, filled(browser, url, ["name", "phone"], until=until), status=422)
    assert count(agent, Referral) == 0


def test_twenty_clicks_at_once_are_one_referral(federation: Federation) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    person = a_person(agent)
    browser = agent.browser()
    url = address(person, scheme, scheme_session)
    data = filled(browser, url, ["name", "phone"]) | {"csrf_token": browser.csrf()}

    def click(_number: int) -> int:
        return agent_post(federation, browser, url, data)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(20)))
    assert set(answers) == {303}
    for table in (Referral, Parcel, Consent):
        assert count(agent, table) == 1


def agent_post(federation: Federation, browser: Browser, url: str, data: dict[str, Any]) -> int:
    """The same POST from another connection of the same session."""
    client = federation.app.test_client()
    cookie = browser.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    client.set_cookie(cookie.key, cookie.value)
    return client.post(browser.url(url), data=data).status_code


def test_a_second_referral_to_the_same_scheme_is_refused_while_the_first_is_open(federation: Federation) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    person = a_person(agent)
    browser = agent.browser()
    url = address(person, scheme, scheme_session)
    form = filled(browser, url, ["name", "phone"])
    browser.post(url, form, status=303)
    browser.post(url, form | {"_submission": str(new_id())}, status=422)
    assert count(agent, Referral) == 1
    assert "Déjà orienté" in browser.get(f"/personnes/{person.id}/orienter").get_data(as_text=True)


def test_of_ten_agents_who_send_the_same_person_at_once_one_sends(federation: Federation) -> None:
    agents = [federation.member(federation.platform, "agent", f"Agent {number}") for number in range(10)]
    scheme, scheme_session = a_scheme(federation.officer())
    url = address(a_person(agents[0]), scheme, scheme_session)
    browsers = [agent.browser() for agent in agents]
    forms = [filled(browser, url, ["name", "phone"]) | {"csrf_token": browser.csrf()} for browser in browsers]
    together = Barrier(10)

    def send(number: int) -> int:
        together.wait(20)
        return agent_post(federation, browsers[number], url, forms[number])

    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(send, range(10)))
    assert statuses == [303, *[422] * 9]
    assert count(agents[0], Referral) == 1


def test_an_unknown_scheme_a_foreign_basin_and_a_foreign_person_are_404(federation: Federation) -> None:
    agent = federation.agent()
    elsewhere = Federation(federation.app, federation.engine)
    scheme, scheme_session = a_scheme(federation.officer())
    foreign, foreign_session = a_scheme(elsewhere.officer(), name="Ailleurs")
    person, stranger = a_person(agent), a_person(federation.other_agent())
    browser = agent.browser()
    browser.get(address(person, foreign, foreign_session), status=404)
    browser.get(address(person, scheme, foreign_session), status=404)
    browser.get(address(stranger, scheme, scheme_session), status=404)
    browser.get(f"/personnes/{person.id}/relais/nouveau?scheme=1", status=404)
    browser.get(f"/personnes/{person.id}/relais/nouveau", status=404)
    browser.get(f"/personnes/{stranger.id}/orienter", status=404)
    offered = browser.get("/offre-du-bassin").get_data(as_text=True)
    assert (scheme.name in offered, "Ailleurs" in offered) == (True, False)


def test_a_receptionist_refers_nobody_and_sees_no_referral(federation: Federation) -> None:
    agent, scheme, scheme_session = federation.agent(), *a_scheme(federation.officer(), name="Cariste")
    person = a_person(agent)
    sent = a_referral(agent, person, scheme, scheme_session)
    desk = federation.member(federation.platform, "receptionist").browser()
    assert "/relais" not in desk.get("/accueil").get_data(as_text=True)
    for path in (f"/personnes/{person.id}/orienter", "/relais", f"/relais/{sent.id}", f"/relais/{sent.id}/accord"):
        page = desk.get(path, status=403).get_data(as_text=True)
        assert not any(word in page for word in (sent.reference, "Cariste", "Marchetti")), path
    desk.post(address(person, scheme, scheme_session), {"fields": ["name"]}, status=403)
    assert count(agent, Referral) == 1


SICK = "Un poste sans port de charges depuis son opération"


def test_a_purpose_that_is_sensitive_travels_sealed_and_stands_nowhere_in_clear(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    person = a_person(agent)
    browser, url = agent.browser(), address(person, scheme, scheme_session)
    sent = {"purpose": SICK, "purpose_is_sensitive": "true", "language": "fr"}
    form = filled(browser, url, ["name", "phone"], **sent)
    browser.post(url, form, status=303)
    with agent.at_work() as session:
        referral = session.scalars(select(Referral).where(Referral.person_id == person.id)).one()
        parcel = session.scalars(select(Parcel).where(Parcel.referral_id == referral.id)).one()
        consent = session.scalars(select(Consent).where(Consent.referral_id == referral.id)).one()
        assert referral.purpose == ""
        assert SICK not in parcel.consent_text + consent.text
        assert "qui dit quelque chose de sensible" in consent.text
        assert unseal(federation.keyring, parcel)["purpose"]["text"] == SICK
    assert SICK in officer.browser().get(f"/a-traiter/{referral.id}").get_data(as_text=True)
    assert SICK not in officer.browser().get("/a-traiter").get_data(as_text=True)
    assert SICK not in browser.get(f"/personnes/{person.id}").get_data(as_text=True)
