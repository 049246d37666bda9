"""What an agent and a coordinator see of contracts, and what the forms take."""

from datetime import timedelta

from sqlalchemy import Engine

from clais.clock import today
from tenants.people.actions import move
from tenants.people.models import Person
from tests.support.contracts import a_contract, evaluations_of, stored, typed
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to
from tests.support.statements import shapes
from tests.tenants.agenda.days import a_file
from tests.tenants.agenda.test_day_and_week import day_of, rows

DAY = timedelta(days=1)
RI = {"status": "integration_income"}
MOST_OF_A_LIST = 6


def path_of(person: Person) -> str:
    return f"/personnes/{person.id}/contrats"


def test_from_the_decision_to_the_signature_and_the_evaluations(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent, **RI), agent.browser()
    form = {
        "kind": "piis",
        "decided_on": typed(today() - 14 * DAY),
        "decided_by": "Comité spécial",
        "starts_on": typed(today()),
        "ends_on": typed(today() + 364 * DAY),
    }
    page = str(browser.post(f"{path_of(person)}/nouveau", form, status=303).location)
    assert "Remettre le contrat" in browser.get(page).get_data(as_text=True)
    for step, answers in (
        ("remise", {"issued_on": typed(today() - 13 * DAY)}),
        ("signature", {"signed_on": typed(today()), "manner": "paper"}),
    ):
        shown = browser.get(f"{page}/{step}").get_data(as_text=True)
        browser.post(f"{page}/{step}", answers | {"_version": version_sent_to("", shown)}, status=303)
    shown = browser.get(page).get_data(as_text=True)
    assert "0 évaluation faite sur 3" in shown
    assert shown.count('id="evaluation-') == 3
    file = browser.get(f"/personnes/{person.id}").get_data(as_text=True)
    assert "PIIS à évaluer" in file
    assert "Contrat signé" in browser.get(f"/personnes/{person.id}/fil").get_data(as_text=True)


def test_a_step_is_taken_back_once_however_often_an_old_page_asks(federation: Federation) -> None:
    agent = federation.agent()
    contract = a_contract(agent, a_file(agent), until="running")
    browser, page = agent.browser(), f"/personnes/{contract.person_id}/contrats/{contract.id}"
    old = {"_version": str(stored(agent, contract).version)}
    assert f'name="_version" value="{old["_version"]}"' in browser.get(page).get_data(as_text=True)
    browser.post(f"{page}/retour", old, status=303)
    for answers in (old, {}):
        late = browser.post(f"{page}/retour", answers, status=409).get_data(as_text=True)
        assert "Remis" in late
    assert stored(agent, contract).state == "issued"


def test_a_signature_within_the_time_to_think_is_asked_about_once(federation: Federation) -> None:
    agent = federation.agent()
    contract = a_contract(agent, a_file(agent))
    browser, page = agent.browser(), f"/personnes/{contract.person_id}/contrats/{contract.id}"
    browser.post(f"{page}/remise", {"issued_on": typed(today()), "_version": str(contract.version)}, status=303)
    answers = {"signed_on": typed(today()), "manner": "paper", "_version": str(contract.version + 1)}
    warned = browser.post(f"{page}/signature", answers, status=422).get_data(as_text=True)
    assert "peut réfléchir jusqu" in warned
    assert stored(agent, contract).state == "issued"
    browser.post(f"{page}/signature", answers | {"accepted": today().isoformat()}, status=303)
    assert stored(agent, contract).state == "running"


def test_days_that_another_contract_covers_are_refused_in_words_and_nothing_typed_is_lost(
    federation: Federation,
) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_contract(agent, person)
    form = {
        "kind": "support",
        "decided_on": typed(today()),
        "decided_by": "Réunion d'équipe",
        "starts_on": typed(today() + DAY),
        "ends_on": typed(today() + 90 * DAY),
    }
    page = agent.browser().post(f"{path_of(person)}/nouveau", form, status=422).get_data(as_text=True)
    assert "Un autre contrat couvre" in page
    assert "Réunion d&#39;équipe" in page
    backwards = form | {"starts_on": typed(today() + 500 * DAY), "ends_on": typed(today() + 400 * DAY)}
    page = agent.browser().post(f"{path_of(person)}/nouveau", backwards, status=422).get_data(as_text=True)
    assert "avant de commencer" in page


def test_who_saves_after_a_colleague_is_told_what_became_of_it(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    contract = a_contract(agent, a_file(agent), until="running")
    first = evaluations_of(agent, contract)[0]
    page = f"/personnes/{contract.person_id}/contrats"
    answers = {"outcome": "adapt", "in_person": "yes", "held_on": typed(today()), "comment": "Horaires revus"}
    answers["_version"] = str(first.version)
    agent.browser().post(f"{page}/evaluations/{first.id}", answers, status=303)
    late = colleague.browser().post(f"{page}/evaluations/{first.id}", answers | {"comment": "Autre avis"}, status=409)
    assert "Autre avis" in late.get_data(as_text=True)
    assert evaluations_of(agent, contract)[0].comment == "Horaires revus"


def test_the_day_of_the_referent_shows_what_is_near_late_or_ends(federation: Federation) -> None:
    agent = federation.agent()
    contracts = {
        "Retard": a_contract(agent, a_file(agent, "Retard"), -150, until="running"),
        "Fin": a_contract(agent, a_file(agent, "Fin"), -80, 100, until="running"),
        "Terme": a_contract(agent, a_file(agent, "Terme"), -200, 190, until="running"),
        "Signer": a_contract(agent, a_file(agent, "Signer"), until="issued"),
        "Loin": a_contract(agent, a_file(agent, "Loin"), until="running"),
    }
    page = day_of(agent)
    now, week = (
        rows(page, "today"),
        rows(page, "week") + agent.browser().get("/ma-journee/semaine").get_data(as_text=True),
    )
    assert "évaluation 1 sur 3" in now
    assert "est-il terminé" in now
    assert "est-il signé" in now
    assert "quelle suite" in week
    assert "Loin" not in now + week
    colleague = federation.agent()
    assert not {name for name in contracts if name in day_of(colleague)}


def test_a_contract_that_another_one_follows_ends_without_a_word(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_contract(agent, person, -340, 350, until="running")
    week = "/ma-journee/semaine"
    assert "quelle suite" in agent.browser().get(week).get_data(as_text=True)
    a_contract(agent, person, 11)
    assert "quelle suite" not in agent.browser().get(week).get_data(as_text=True)


def test_the_coordinator_sees_the_share_and_who_has_none(engine: Engine, federation: Federation) -> None:
    agent, coordinator = federation.agent(), federation.member(federation.platform, "coordinator", "Paul Henin")
    a_contract(agent, a_file(agent, "Couverte", **RI), until="running")
    a_contract(agent, a_file(agent, "Prepare", **RI), until="issued")
    a_contract(agent, a_file(agent, "Locale", **RI), until="running", kind="support")
    a_file(agent, "Rien", **RI, status_since=today() - 200 * DAY)
    a_file(agent, "Travail", status="worker")
    left = a_file(agent, "Close", **RI)
    with agent.at_work() as session:
        move(session, agent.actor, session.get_one(Person, (left.tenant_id, left.id)), "close", reason="moved")
    page = coordinator.browser().get("/contrats").get_data(as_text=True)
    assert "1 dossier RI sur 4 a un contrat" in page or "1 dossiers RI sur 4 ont un contrat" in page
    assert "1 autre est en préparation" in page
    listed = page.partition('id="without"')[2]
    assert [name for name in ("Rien", "Prepare", "Locale", "Couverte", "Travail", "Close") if name in listed] == [
        "Rien",
        "Prepare",
        "Locale",
    ]
    assert "depuis plus de 3 mois" in listed
    agent.browser().get("/contrats", status=403)
    assert len(shapes(engine, coordinator.browser(), "/contrats")) <= MOST_OF_A_LIST


def test_the_list_of_files_is_narrowed_by_contract(federation: Federation) -> None:
    agent = federation.agent()
    a_contract(agent, a_file(agent, "Longue"), until="running")
    a_contract(agent, a_file(agent, "Bientot"), -350, until="running")
    a_file(agent, "Sans")
    found = {
        code: agent.browser().get(f"/personnes?contract={code}").get_data(as_text=True)
        for code in ("some", "soon", "none", "over")
    }
    names = ("Longue", "Bientot", "Sans")
    shown = {
        code: {name for name in names if f"Sofia {name}" in page or f"{name} Sofia" in page}
        for code, page in found.items()
    }
    assert shown == {"some": {"Longue", "Bientot"}, "soon": {"Bientot"}, "none": {"Sans"}, "over": set()}


def test_a_receptionist_sees_no_contract(federation: Federation) -> None:
    agent = federation.agent()
    contract = a_contract(agent, a_file(agent))
    receptionist = federation.member(federation.platform, "receptionist", "Samia Ben Ali").browser()
    other = federation.other_agent().browser()
    path = f"/personnes/{contract.person_id}/contrats/{contract.id}"
    for page in (receptionist.get(path, status=403), other.get(path, status=404)):
        assert "PIIS" not in page.get_data(as_text=True)
    assert "PIIS" in agent.browser().get(path).get_data(as_text=True)


def closing(member: Member, person: Person, choice: str) -> None:
    """Close a file whose only open thing is a contract."""
    browser, path = member.browser(), f"/personnes/{person.id}/cloture"
    page = browser.get(path).get_data(as_text=True)
    field = page.partition('name="settle_contracts_')[2].partition('"')[0]
    browser.post(path, {"reason": "job", f"settle_contracts_{field}": choice}, status=303)


def test_closing_the_file_asks_what_becomes_of_the_contract(federation: Federation) -> None:
    agent = federation.agent()
    running, prepared = a_file(agent, "Une"), a_file(agent, "Deux")
    signed = a_contract(agent, running, -10, until="running")
    decided = a_contract(agent, prepared)
    closing(agent, running, "end")
    closing(agent, prepared, "end")
    assert (stored(agent, signed).state, stored(agent, signed).ended_on) == ("ended", today())
    assert stored(agent, decided).state == "withdrawn"
