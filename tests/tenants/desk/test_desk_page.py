"""The desk on the screen: who is here, who is expected, who is free, who comes, who hides names."""

import re
from typing import Any

from sqlalchemy import select

from clais.clock import set_to
from tenants.desk.schemas import FIRST_FREE
from tenants.follow_up.models import Contact
from tenants.intake.models import InformationRequest
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment, state_of
from tests.tenants.desk.test_visits import a_partner
from tests.tenants.desk.visits import a_known_file, a_receptionist, at, comes, step, stored, visits

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def main_of(member: Member, path: str = "/guichet") -> str:
    page: str = member.browser().get(path).get_data(as_text=True)
    return page.partition("<main")[2]


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*id="{name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def walk_in(**answers: Any) -> dict[str, str]:
    """The six fields as a browser sends them."""
    blank = {"family_name": "", "given_names": "", "birth_date": "", "phone": "", "sent_by": "", "manner": "walk_in"}
    return {**blank, "theme": "training", "agent": FIRST_FREE, **answers}


def test_the_first_page_of_a_receptionist_is_the_desk_and_of_an_agent_the_day(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    assert desk.browser().client.get("/").headers["Location"].endswith("/guichet")
    assert agent.browser().client.get("/").headers["Location"].endswith("/ma-journee")


def test_six_fields_put_a_newcomer_in_the_queue(federation: Federation) -> None:
    desk = a_receptionist(federation)
    agent = federation.agent()
    with set_to(at(9, 46)):
        desk.browser().post(
            "/guichet/arrivees",
            walk_in(family_name="Haddad", given_names="Nassim", birth_date="12/03/1998", agent=agent.membership.id),
            status=303,
        )
    with set_to(at(10, 12)):
        page = main_of(desk)
    here = section(page, "here")
    assert "Nassim Haddad" in here
    assert "26 min" in here
    assert "Nadia Lambert" in here
    assert "1 personne attend, depuis 26 min" in page
    (visit,) = visits(desk)
    assert (visit.person_id, visit.agent_id) == (None, agent.membership.id)
    assert b"Haddad" not in (visit.sealed or b"")


def test_without_what_is_asked_nothing_is_kept_and_what_was_typed_comes_back(federation: Federation) -> None:
    desk = a_receptionist(federation)
    answer = desk.browser().post("/guichet/arrivees", walk_in(family_name="Haddad", theme=""), status=422)
    page = answer.get_data(as_text=True)
    assert 'value="Haddad"' in page
    assert "Choisissez ce que la personne demande." in page
    assert visits(desk) == []


def test_only_a_question_is_counted_and_nobody_is_kept(federation: Federation) -> None:
    desk = a_receptionist(federation)
    desk.browser().post("/guichet/arrivees", walk_in(family_name="Haddad", theme="papers", act="question"), status=303)
    assert visits(desk) == []
    with desk.at_work() as session:
        assert session.scalars(select(InformationRequest)).one().topic == "papers"


def test_who_is_known_already_is_proposed_while_typing_and_noted_with_one_click(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_known_file(agent)
    typed = {"family_name": "Haddad", "given_names": "Nassim", "birth_date": "", "phone": ""}
    found = desk.browser().post("/guichet/connus", typed, headers=PARTIAL, status=200).get_data(as_text=True)
    assert "connu ici\u00a0: actif" in found
    desk.browser().post("/guichet/arrivees", walk_in(**typed, person=person.id), status=303)
    (visit,) = visits(desk)
    assert (visit.person_id, visit.sealed) == (person.id, None)


def test_who_has_left_is_known_as_former_and_a_stranger_is_not(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_known_file(agent)
    agent.browser().post(f"/personnes/{person.id}/cloture", {"reason": "job", "comment": ""}, status=303)
    names = {"family_name": "Haddad", "given_names": "Nassim", "birth_date": "", "phone": ""}
    found = desk.browser().post("/guichet/connus", names, headers=PARTIAL, status=200).get_data(as_text=True)
    assert "connu ici\u00a0: ancien" in found
    stranger = {**names, "family_name": "Wouters", "given_names": "Greet"}
    answer = desk.browser().post("/guichet/connus", stranger, headers=PARTIAL, status=200)
    assert "Connu ici\u00a0: non." in answer.get_data(as_text=True)


def test_an_appointment_of_today_is_expected_then_here_then_kept(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_file(agent)
    with set_to(at(10, 12)):
        appointment = an_appointment(agent, person, at(10), purpose="bilan", place="bureau 3")
        page = main_of(desk)
        expected = section(page, "expected")
        assert "Sofia Marchetti" in expected
        assert "12 min de retard" in expected
        assert "bureau 3" in expected
        desk.browser().post(f"/guichet/rendez-vous/{appointment.id}/arrivee", status=303)
        page = main_of(desk)
        assert "Sofia Marchetti" not in section(page, "expected")
        assert "rendez-vous de 10:00" in section(page, "here")
        (visit,) = visits(desk)
        desk.browser().post(f"/guichet/visites/{visit.id}/entree", status=303)
    assert state_of(agent, appointment) == "came"
    assert "en entretien" in main_of(desk)


def test_an_absence_is_noted_at_the_desk_with_what_the_agenda_has(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    appointment = an_appointment(agent, a_file(agent), at(9))
    answer = desk.browser().post(f"/rendez-vous/{appointment.id}/absence", {"back": "desk"}, status=303)
    assert answer.headers["Location"].endswith("/guichet#expected")
    assert "1 absent" in main_of(desk)


def test_the_agent_is_told_on_their_day_and_goes_with_one_click(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    colleague = federation.member(federation.platform, "agent", "Luc Delhaye")
    person = a_file(agent)
    with set_to(at(10, 4)):
        visit = comes(desk, person, agent_id=agent.membership.id)
        page = main_of(agent, "/ma-journee")
        assert "Est là depuis 10:04, dit l&#39;accueil" in page
        assert "Est là depuis 10:04" not in main_of(colleague, "/ma-journee")
        address = f"/guichet/visites/{visit.id}/j-y-vais"
        assert address in page
        agent.browser().post(address, status=303)
        assert "Est là depuis" not in main_of(agent, "/ma-journee")
    assert stored(desk, visit).state == "received"


def test_whoever_is_free_first_is_told_of_who_waits_for_anybody(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    colleague = federation.member(federation.platform, "agent", "Luc Delhaye")
    visit = comes(desk)
    comes(desk, names={})
    assert main_of(agent, "/ma-journee").count("pour le premier libre") == 1  # A question without a name is the desk's.
    colleague.browser().post(f"/guichet/visites/{visit.id}/j-y-vais", status=303)
    assert "pour le premier libre" not in main_of(agent, "/ma-journee")
    assert stored(desk, visit).agent_id == colleague.membership.id


def test_a_second_click_changes_nothing_and_says_where_it_stands(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    visit = comes(desk, agent_id=agent.membership.id)
    browser = desk.browser()
    for _click in range(2):
        browser.post(f"/guichet/visites/{visit.id}/entree", status=303)
    assert "Ce passage avait déjà avancé" in browser.get("/guichet").get_data(as_text=True)
    assert stored(desk, visit).state == "received"


def test_the_last_step_stands_above_and_is_undone_with_one_click(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    visit = comes(desk, a_file(agent), agent_id=agent.membership.id)
    step(desk, visit, "leave")
    page = main_of(desk)
    assert "Sofia Marchetti : reparti·e sans être reçu·e" in page.replace("\u00a0", " ")
    desk.browser().post(f"/guichet/visites/{visit.id}/retour", status=303)
    assert "Sofia Marchetti" in section(main_of(desk), "here")


def test_a_discreet_screen_shows_initials_until_it_is_asked_for_names(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person, known = a_file(agent), a_known_file(agent)
    comes(desk, person)
    comes(desk)
    an_appointment(agent, a_file(agent, "Kaci", "Djamel"), at(23, 30))
    for _click in range(2):
        desk.browser().post("/guichet/ecran/initiales", status=303)
    page = main_of(desk)
    assert not any(name in page for name in ("Marchetti", "Zerouali", "Kaci"))
    assert "SM" in section(page, "here")
    typed = {"family_name": "Haddad", "given_names": "Nassim"}
    proposed = desk.browser().post("/guichet/connus", typed, headers=PARTIAL, status=200).get_data(as_text=True)
    assert "NH" in proposed
    assert known.reference in proposed
    assert "Haddad" not in proposed
    assert "Marchetti" in main_of(agent)  # A colleague's screen is their own.
    desk.browser().post("/guichet/ecran/noms", status=303)
    assert "Marchetti" in main_of(desk)


def test_a_visit_has_a_page_with_its_hours_and_the_choices_of_its_state(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    with set_to(at(9)):
        visit = comes(desk)
    with set_to(at(9, 10)):
        step(desk, visit, "hold", "paper")
        page = main_of(desk, f"/guichet/visites/{visit.id}")
        assert "09:00–09:10" in page
        assert "en pause (va chercher un papier)" in page
        for path in ("file", f"agent/{agent.membership.id}", "demande/housing", "attente/call"):
            desk.browser().post(f"/guichet/visites/{visit.id}/{path}", status=303)
        desk.browser().post(f"/guichet/visites/{visit.id}/agent/{desk.membership.id}", status=404)  # Has no agenda.
    assert (stored(desk, visit).state, stored(desk, visit).agent_id) == ("on_hold", agent.membership.id)


def test_who_is_directed_elsewhere_gets_a_paper_that_names_only_the_place(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    visit, partner = comes(desk, a_file(agent)), a_partner(desk)
    address = f"/guichet/visites/{visit.id}"
    desk.browser().post(f"{address}/ailleurs", {"partner": partner.id, "reason": ""}, status=422)
    answer = desk.browser().post(f"{address}/ailleurs", {"partner": partner.id, "reason": "territory"}, status=303)
    assert answer.headers["Location"].endswith(f"{address}/billet")
    paper = main_of(desk, f"{address}/billet")
    assert "Maison de l&#39;emploi de Châtelet" in paper
    assert "071 38 60 00" in paper
    assert "Marchetti" not in paper


def test_a_file_is_opened_from_a_visit_once_look_alikes_are_confirmed(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    other = a_known_file(agent, "Zerouali", "Rachid")
    visit = comes(desk)
    address = f"/guichet/visites/{visit.id}/inscription"
    assert 'value="Zerouali"' in desk.browser().get(address).get_data(as_text=True)
    form = {"family_name": "Zerouali", "given_names": "Rachid", "birth_date": "", "birth_year": "", "phone": ""}
    desk.browser().post(address, form, status=422)  # Nobody said how they agreed.
    agreed = {**form, "registration_consent_manner": "spoken"}
    page = desk.browser().post(address, agreed, status=422).get_data(as_text=True)
    assert str(other.id) in page
    desk.browser().post(address, {**agreed, "not_duplicate": "true", "compared": str(other.id)}, status=303)
    row = stored(desk, visit)
    assert row.person_id not in {None, other.id}
    assert row.sealed is None


def test_someone_whose_card_is_open_is_noted_from_there(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_file(agent)
    address = f"/guichet/personnes/{person.id}/arrivee"
    assert address in main_of(desk, f"/personnes/{person.id}/carte")
    for _click in range(2):
        desk.browser().post(address, status=303)
    assert [visit.person_id for visit in visits(desk)] == [person.id]


def test_a_call_is_noted_from_the_row_of_an_appointment_by_telephone(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    appointment = an_appointment(agent, a_file(agent), at(14), purpose="phone")
    assert "Appelé·e" in section(main_of(desk), "expected")
    desk.browser().post(f"/rendez-vous/{appointment.id}/presence", {"back": "desk"}, status=303)
    with agent.at_work() as session:
        assert session.scalars(select(Contact)).one().channel == "phone"


def test_a_visit_stands_on_the_thread_of_the_file(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_file(agent)
    comes(desk, person)
    assert "Au guichet : sans rendez-vous" in main_of(agent, f"/personnes/{person.id}/fil").replace("\u00a0", " ")
