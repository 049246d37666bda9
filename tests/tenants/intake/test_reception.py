from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.database import new_id
from clais.encryption import Keyring
from tenants.intake.models import InformationRequest, Intake
from tenants.intake.schemas import InformationRequestSchema
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.tenants.people.newcomers import registered, words

ASK = "/accueil/demandes/nouvelle"


def only_intake(member: Member) -> Intake:
    with member.at_work() as session:
        return session.scalars(select(Intake)).one()


def test_the_reception_shows_who_waits_longest_first_and_who_came(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    first = registered(agent, keyring, family_name="Premier")
    second = registered(agent, keyring, family_name="Second")
    done = registered(agent, keyring, {"request_kinds": ["work"]}, family_name="Servi")
    page = words(agent.browser().get("/accueil"))
    waiting = page.split("Accueils de la semaine")[0]
    assert waiting.index(str(first.id)) < waiting.index(str(second.id))
    assert str(done.id) not in waiting
    assert str(done.id) in page
    assert "3 accueils, 0 demande d'information" in page


def test_noting_the_request_of_someone_registered_begins_the_intake(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    browser = agent.browser()
    assert "Noter un accueil" in words(browser.get(f"/personnes/{person.id}"))
    browser.post(f"/personnes/{person.id}/accueils/nouveau", {"intake-channel": "visit"}, status=400)
    browser.post(f"/personnes/{person.id}/accueils/nouveau", {"channel": "phone", "request": "Un stage"}, status=303)
    with agent.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).stage == "in_intake"
    thread = words(browser.get(f"/personnes/{person.id}"))
    assert "Un stage" in thread
    assert thread.count("Demande notée") == 1
    assert thread.count("Accueil noté") == 1
    assert "Étape : Accueil" in thread.replace("\u00a0", " ")


def test_a_closed_file_is_reopened_by_an_agent_who_receives_the_person_and_not_by_a_receptionist(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    browser = agent.browser()
    browser.post(f"/personnes/{person.id}/cloture", {"reason": "no_news"}, status=303)
    desk = federation.member(federation.platform, "receptionist", "Julie Ska").browser()
    refused = desk.post(
        f"/personnes/{person.id}/accueils/nouveau", {"channel": "visit", "request": "Je reviens"}, status=422
    )
    assert "demandez à un agent de le rouvrir" in words(refused)
    browser.post(f"/personnes/{person.id}/accueils/nouveau", {"channel": "visit", "request": "Je reviens"}, status=303)
    with agent.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).stage == "in_intake"


def test_two_who_correct_one_reception_see_both_versions(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, {"request": "Un cours"})
    intake = only_intake(agent)
    browser = agent.browser()
    path = f"/personnes/{person.id}/accueils/{intake.id}"
    browser.post(path, {"channel": "visit", "request": "Un cours de français", "_version": "1"}, status=303)
    stale = browser.post(path, {"channel": "visit", "request": "Un cours de soudure", "_version": "1"}, status=409)
    page = words(stale)
    assert "Un cours de soudure" in page
    assert "Un cours de français" in page
    assert only_intake(agent).request == "Un cours de français"


def test_a_reception_is_only_reached_through_its_own_person(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    registered(agent, keyring, {"request": "Un cours"})
    intake = only_intake(agent)
    someone_else = registered(agent, keyring, {"channel": "phone"}, family_name="Autre")
    browser, path = agent.browser(), f"/personnes/{someone_else.id}/accueils/{intake.id}"
    assert "Un cours" not in words(browser.get(path, status=404))
    browser.post(path, {"channel": "visit", "request": "Un emploi", "_version": "1"}, status=404)
    with agent.at_work() as session:
        assert session.get_one(Intake, (intake.tenant_id, intake.id)).request == "Un cours"


def test_an_anonymous_question_is_counted_and_names_nobody(federation: Federation) -> None:
    desk = federation.member(federation.platform, "receptionist", "Julie Ska")
    browser = desk.browser()
    browser.post(ASK, {"topic": "housing", "answer": "directed", "channel": "phone", "minutes": "10"}, status=303)
    assert "1 demande d'information" in words(browser.get("/accueil"))
    with desk.at_work() as session:
        row = session.scalars(select(InformationRequest)).one()
        assert (row.topic, row.answer, row.minutes, row.recorded_by) == ("housing", "directed", 10, "Julie Ska")
        event = session.scalars(select(AuditEvent).where(AuditEvent.subject_id == row.id)).one()
        assert event.person_id is None
    free_texts = [
        name
        for name, field in InformationRequestSchema().load_fields.items()
        if type(field).__name__ == "TrimmedString"
    ]
    assert free_texts == []


def test_a_question_needs_its_subject_and_refuses_more_than_it_asks(federation: Federation) -> None:
    browser = federation.agent().browser()
    page = words(browser.post(ASK, {"channel": "phone"}, status=422))
    assert "Choisissez le sujet de la question" in page.split('id="field-topic-error"')[1].split("</p>")[0]
    browser.post(ASK, {"topic": "work", "family_name": "Marchetti"}, status=400)
    browser.post(ASK, {"topic": "work", "minutes": "10000"}, status=422)


def test_the_coordinator_reads_the_questions_by_month_and_the_others_do_not(federation: Federation) -> None:
    agent = federation.agent()
    browser = agent.browser()
    for topic in ("work", "work", "housing"):
        browser.post(ASK, {"topic": topic}, status=303)
    browser.get("/accueil/demandes", status=403)
    coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin").browser()
    page = words(coordinator.get("/accueil/demandes"))
    assert "Travail 2, Logement 1" in page
    elsewhere = federation.member(federation.other_platform, "coordinator", "Anne Roy").browser()
    assert "Aucune demande" in words(elsewhere.get("/accueil/demandes"))


def test_a_form_that_comes_again_with_other_words_is_not_saved_and_that_is_said(federation: Federation) -> None:
    desk = federation.member(federation.platform, "receptionist").browser()
    form = {"_submission": str(new_id()), "topic": "work", "answer": "informed", "channel": "phone", "minutes": "5"}
    desk.post(ASK, form, status=303)
    assert "avait déjà été envoyé" not in words(desk.get("/accueil"))
    again = desk.post(ASK, form | {"minutes": "55"}, status=303)
    assert again.headers["Location"] == desk.url("/accueil")
    assert "avait déjà été envoyé" in words(desk.get("/accueil"))
