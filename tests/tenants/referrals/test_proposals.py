"""Choosing a scheme: what fits, what is to be asked, what is full or past; what the orientation points to first."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.models import Referral
from tenants.orientation.models import OrientationDecision
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme


def schemes(officer: Member) -> None:
    """Four schemes whose names sort the other way round than they should be read."""
    a_scheme(officer, name="Alternance maçon")
    full, full_session = a_scheme(officer, name="Bases de calcul", seats=1)
    free, _free_session = a_scheme(officer, name="Cariste")
    with officer.at_work() as session:
        for scheme in (full, free):
            session.get_one(Scheme, (officer.tenant.id, scheme.id)).kind = "forem_training"
        session.get_one(SchemeSession, (officer.tenant.id, full_session.id)).seats_taken = 1


def decide(agent: Member, person_id: object, direction: str) -> None:
    with agent.at_work() as session:
        session.add(
            OrientationDecision(
                person_id=person_id,
                decided_on=today() - timedelta(days=3),
                decided_by=agent.membership.display_name,
                direction=direction,
                goal="Un métier",
                reasons="Elle le veut.",
            )
        )


def read(agent: Member, person_id: object) -> str:
    return agent.browser().get(f"/personnes/{person_id}/orienter").get_data(as_text=True)


def names(page: str) -> list[str]:
    return re.findall(r'"who">(Alternance maçon|Bases de calcul|Cariste)<', page)


def row(page: str, name: str) -> str:
    """The row of a scheme."""
    found = [part.partition("</li>")[0] for part in page.split('<li id="scheme-')[1:]]
    return next(part for part in found if f'"who">{name}<' in part)


def folded(page: str) -> str:
    return page.partition("Pas possible aujourd")[2].partition("</details>\n</section>")[0]


def test_what_the_orientation_points_to_comes_first_and_what_is_full_is_folded_with_the_reason(
    federation: Federation,
) -> None:
    agent = federation.agent()
    schemes(federation.officer())
    person = a_person(agent)
    decide(agent, person.id, "training")
    page = read(agent, person.id)
    assert names(page) == ["Cariste", "Alternance maçon", "Bases de calcul"]
    assert re.search(r"Orientation décidée le .* <strong>Formation", page)
    assert "suit l'orientation" in unescape(row(page, "Cariste"))
    assert names(folded(page)) == ["Bases de calcul"]
    assert "complet" in row(page, "Bases de calcul")
    assert "Choisir" in row(page, "Bases de calcul")


def test_without_an_orientation_that_is_said_and_nothing_is_marked(federation: Federation) -> None:
    agent = federation.agent()
    schemes(federation.officer())
    page = read(agent, a_person(agent).id)
    assert names(page) == ["Alternance maçon", "Cariste", "Bases de calcul"]
    assert "Aucune orientation" in page
    assert "suit l'orientation" not in unescape(page)


def test_a_scheme_whose_registrations_are_closed_does_not_claim_to_take_people_all_year(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    _scheme, past = a_scheme(officer, name="Cariste")
    always, none = a_scheme(officer, name="Alternance maçon")
    with officer.at_work() as session:
        session.get_one(SchemeSession, (officer.tenant.id, past.id)).closes_on = today() - timedelta(days=1)
        session.delete(session.get_one(SchemeSession, (officer.tenant.id, none.id)))
    page = read(agent, a_person(agent).id)
    assert "inscriptions closes" in row(page, "Cariste")
    assert "Choisir" not in row(page, "Cariste")
    assert "Toute l" in row(page, "Alternance maçon")
    assert str(always.id) in row(page, "Alternance maçon")


def test_a_later_session_with_seats_is_offered_when_the_first_one_is_full(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, first = a_scheme(officer, name="Cariste", seats=1)
    starts = today() + timedelta(days=90)
    with officer.at_work() as session:
        session.get_one(SchemeSession, (officer.tenant.id, first.id)).seats_taken = 1
        later = SchemeSession(
            owner_tenant_id=officer.tenant.id, basin_id=officer.tenant.basin_id, scheme_id=scheme.id,
            starts_on=starts, ends_on=starts + timedelta(days=30), closes_on=starts - timedelta(days=5),
            place="Gilly", seats=6,
        )  # fmt: skip
        session.add(later)
    found = row(read(agent, a_person(agent).id), "Cariste")
    assert "6 places sur 6" in found
    assert found.count(f"session={later.id}") == 1
    assert found.count(f"session={first.id}") == 1


def fact_address(page: str, name: str, label: str) -> str:
    """Where the link « il manque … » of a scheme leads."""
    links = re.findall(r'<a class="tag wait ask" href="([^"]*)".*?</a>', row(page, name))
    texts = re.findall(r'<a class="tag wait ask" .*?</a>', row(page, name))
    return unescape(next(link for link, text in zip(links, texts, strict=True) if label in text))


def form_of(page: str) -> dict[str, str]:
    return {"_version": re.findall(r'name="_version" value="([^"]*)"', page)[0]}


def test_a_missing_fact_is_filled_in_from_the_row_and_the_row_is_considered_anew(federation: Federation) -> None:
    agent = federation.agent()
    scheme, _session = a_scheme(federation.officer(), name="Cariste", required=("name", "phone", "availability"))
    person = a_person(agent)
    browser = agent.browser()
    page = read(agent, person.id)
    assert "À demander d'abord" in unescape(page)
    address = fact_address(page, "Cariste", "Disponibilité")
    form = browser.get(address).get_data(as_text=True)
    answer = browser.post(address, {**form_of(form), "availability": "En journée"}, status=303)
    assert answer.headers["Location"].endswith(f"/orienter#scheme-{scheme.id}")
    page = read(agent, person.id)
    assert "À demander d'abord" not in unescape(page)
    assert "En journée" in page
    with agent.at_work() as session:
        stored = session.get_one(Person, (agent.tenant.id, person.id))
        events = session.scalars(select(AuditEvent).where(AuditEvent.person_id == person.id)).all()
    assert stored.availability == "En journée"
    assert stored.phone == person.phone
    assert {"fields": ["availability"]} in [event.details for event in events if event.verb == "person.edit"]


def test_a_wrong_answer_is_said_beside_its_field_and_a_contradiction_is_refused(federation: Federation) -> None:
    agent = federation.agent()
    a_scheme(federation.officer(), name="Cariste", required=("email", "birth_date"))
    person = a_person(agent, birth_date=None, status_since=today() - timedelta(days=900))
    browser = agent.browser()
    address = fact_address(read(agent, person.id), "Cariste", "E-mail")
    form = browser.get(address).get_data(as_text=True)
    wrong = browser.post(address, {**form_of(form), "email": "sofia"}, status=422).get_data(as_text=True)
    assert 'value="sofia"' in wrong
    address = fact_address(read(agent, person.id), "Cariste", "Date de naissance")
    born = (today() - timedelta(days=800)).strftime("%d/%m/%Y")
    browser.post(address, {**form_of(form), "birth_date": born}, status=422)


def test_a_fact_that_a_colleague_changed_meanwhile_is_not_written_over(federation: Federation) -> None:
    agent = federation.agent()
    a_scheme(federation.officer(), name="Cariste", required=("availability",))
    person = a_person(agent)
    browser = agent.browser()
    address = fact_address(read(agent, person.id), "Cariste", "Disponibilité")
    form = form_of(browser.get(address).get_data(as_text=True))
    with agent.at_work() as session:
        session.get_one(Person, (agent.tenant.id, person.id)).availability = "Le soir"
    conflict = browser.post(address, {**form, "availability": "En journée"}, status=409).get_data(as_text=True)
    assert "Le soir" in conflict
    assert "En journée" in conflict


def test_what_the_file_says_stands_above_and_nothing_sensitive_does(federation: Federation) -> None:
    agent = federation.agent()
    required = ("name", "phone", "schooling", "status", "bilan.health")
    a_scheme(federation.officer(), name="Cariste", required=required)
    person = a_person(agent, status="sickness")
    strip = read(agent, person.id).partition('class="facts-strip"')[2].partition("</ul>")[0]
    assert "0470 12 34 56" in strip
    assert f"/personnes/{person.id}/orienter/phone" in strip
    assert "Statut" not in strip
    assert "Santé" not in strip


def test_facts_that_are_not_filled_in_here_have_no_page(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_person(agent), agent.browser()
    base = f"/personnes/{person.id}/orienter"
    form = form_of(browser.get(f"{base}/phone").get_data(as_text=True))
    for code in ("languages", "bilan.health", "nonsense", "family_name"):
        page = browser.get(f"{base}/{code}", status=404).get_data(as_text=True)
        assert "Cette page n'existe pas" in unescape(page)
        browser.post(f"{base}/{code}", {**form, code: "Autre"}, status=404)
    with agent.at_work() as session:
        found = session.get_one(Person, (agent.tenant.id, person.id))
    assert (found.family_name, found.version) == (person.family_name, person.version)


def test_after_a_refusal_the_next_act_is_to_refer_elsewhere_and_what_runs_already_comes_last(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, name="Alternance maçon")
    a_scheme(officer, name="Cariste")
    person = a_person(agent)
    sent = a_referral(agent, person, scheme, scheme_session)
    page = read(agent, person.id)
    assert names(page) == ["Cariste", "Alternance maçon"]
    counts = re.findall(r'group-head">(.+?) <span class="note">· (\d+)', page)
    assert counts == [("Dossier complet pour", "1"), ("Déjà demandé", "1")]
    assert "Orienter ailleurs" not in agent.browser().get(f"/relais/{sent.id}").get_data(as_text=True)
    with officer.at_work() as session:
        referral = session.get_one(Referral, (agent.tenant.id, sent.id))
        move(session, officer.actor, referral, "receive")
        move(session, officer.actor, referral, "decline", reason="session_full")
    page = agent.browser().get(f"/relais/{sent.id}").get_data(as_text=True)
    assert f'/personnes/{person.id}/orienter">Orienter ailleurs' in page.replace("\n", "")


def test_a_scheme_whose_facts_are_all_known_is_not_said_to_fit(federation: Federation) -> None:
    agent = federation.agent()
    schemes(federation.officer())
    page = read(agent, a_person(agent).id)
    assert "Dossier complet pour" in page
    assert "Convient" not in page


def test_the_centre_that_reads_and_calls_has_its_article(federation: Federation) -> None:
    agent = federation.agent()
    scheme, chosen = a_scheme(federation.officer())
    address = f"/personnes/{a_person(agent).id}/relais/nouveau?scheme={scheme.id}&session={chosen.id}"
    page = unescape(agent.browser().get(address).get_data(as_text=True))
    assert f"Ce que le centre d'appui {federation.tag} pourra lire" in page
    assert f"Comment le centre d'appui {federation.tag} peut joindre Sofia" in page


def test_the_days_of_a_session_are_dates_in_the_sentence_however_near_they_are(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, first = a_scheme(officer, name="Cariste")
    near = today() + timedelta(days=1)
    with officer.at_work() as session:
        held = session.get_one(SchemeSession, (officer.tenant.id, first.id))
        held.closes_on, held.starts_on = near, near
        other = SchemeSession(
            owner_tenant_id=officer.tenant.id, basin_id=officer.tenant.basin_id, scheme_id=scheme.id,
            starts_on=near, ends_on=near, closes_on=near, place="Gilly", seats=6,
        )  # fmt: skip
        session.add(other)
    found = unescape(row(read(agent, a_person(agent).id), "Cariste"))
    assert re.search(r"inscription jusqu'au \d", found)
    assert re.search(r"ou dès le \d", found)
    assert "le demain" not in found
