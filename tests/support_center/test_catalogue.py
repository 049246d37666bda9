import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from clais.clock import today
from clais.database import new_id
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.publications.queries import offers_of_basin, operators_of_basin
from clais.workflow import Refused
from support_center.catalogue import actions
from support_center.catalogue.queries import people_in
from tests.support.federation import Federation, Member
from tests.support.pages import versions_on
from tests.support.referrals import a_participant, a_person, a_referral, a_scheme

SCHEME = {
    "name": "Parrainage vers l'emploi",
    "kind": "mentoring",
    "audience": "Toute personne qui cherche un emploi",
    "description": "Une marraine ou un parrain du métier ouvre son carnet d'adresses.",
    "required_fields": ["name", "phone"],
}


def operated(officer: Member, name: str = "MIREC") -> str:
    """The key of an operator of the centre."""
    with officer.at_work() as session:
        return str(actions.add_operator(session, officer.actor, {"name": name}).id)


def session_form(**changes: str) -> dict[str, str]:
    day = today()
    return {
        "starts_on": (day + timedelta(days=20)).strftime("%d/%m/%Y"),
        "ends_on": (day + timedelta(days=80)).strftime("%d/%m/%Y"),
        "closes_on": (day + timedelta(days=15)).strftime("%d/%m/%Y"),
        "starts_at": "8h30",
        "place": "Rue de Mons 80, Charleroi",
        "postal_code": "6000",
        "seats": "8",
        "note": "",
    } | changes


def test_what_the_centre_publishes_the_platforms_read_at_once(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    browser = officer.browser()
    form = SCHEME | {"operator_id": operated(officer), "_submission": str(new_id())}
    published = browser.post("/dispositifs/nouveau", form, status=303)
    browser.post(f"{published.location}/publication", {}, status=303)
    browser.post(f"{published.location}/sessions/nouvelle", session_form(), status=303)
    assert "Parrainage" in browser.get("/dispositifs").get_data(as_text=True)
    assert "Rue de Mons 80" in browser.get(str(published.location)).get_data(as_text=True)
    listed = agent.browser().get("/offre-du-bassin").get_data(as_text=True)
    assert "8 libres sur 8" in listed
    found = re.search(r'href="([^"]*/offre-du-bassin/[0-9a-f-]{36})"', listed)
    assert found is not None
    read = agent.browser().get(found[1]).get_data(as_text=True)
    assert "carnet d" in read
    assert "8 places libres" in read


def test_a_scheme_can_never_demand_what_is_sensitive(federation: Federation) -> None:
    officer = federation.officer()
    browser, scheme = officer.browser(), SCHEME | {"operator_id": operated(officer)}
    for field in ("bilan.health", "bilan.justice", "note", "national_number"):
        browser.post("/dispositifs/nouveau", scheme | {"required_fields": ["name", field]}, status=422)
    assert str(SCHEME["name"]) not in unescape(browser.get("/dispositifs").get_data(as_text=True))


def test_a_stale_edit_shows_both_versions_and_changes_nothing(federation: Federation) -> None:
    officer = federation.officer()
    scheme, scheme_session = a_scheme(officer)
    browser = officer.browser()
    form: dict[str, Any] = SCHEME | {"_version": str(scheme.version), "name": "Premier nom"}
    form["operator_id"] = operated(officer)
    browser.post(f"/dispositifs/{scheme.id}/modification", form, status=303)
    stale = browser.post(f"/dispositifs/{scheme.id}/modification", form | {"name": "Second nom"}, status=409).get_data(
        as_text=True
    )
    assert "Premier nom" in stale
    assert "Second nom" in stale
    edit = session_form(_version="1", place="Premier lieu")
    browser.post(f"/dispositifs/sessions/{scheme_session.id}/modification", edit, status=303)
    again = browser.post(
        f"/dispositifs/sessions/{scheme_session.id}/modification", edit | {"place": "Second lieu"}, status=409
    )
    assert "Premier lieu" in again.get_data(as_text=True)
    with officer.at_work() as session:
        assert session.get_one(Scheme, (officer.tenant.id, scheme.id)).name == "Premier nom"
        assert session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id)).place == "Premier lieu"


def test_dates_in_disorder_and_silly_seats_are_told_beside_the_field(federation: Federation) -> None:
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    browser = officer.browser()
    for wrong in (
        {"ends_on": "01/01/2020"},
        {"closes_on": "01/01/2150"},
        {"seats": "0"},
        {"seats": "9999"},
        {"seats": "beaucoup"},
    ):
        page = browser.post(f"/dispositifs/{scheme.id}/sessions/nouvelle", session_form(**wrong), status=422).get_data(
            as_text=True
        )
        assert "Rue de Mons 80" in page


def test_seats_that_are_held_cannot_be_edited_away(federation: Federation) -> None:
    officer = federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=5)
    with officer.at_work() as session:
        session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id)).seats_taken = 3
    edit = session_form(seats="2", _version="1")
    page = officer.browser().post(f"/dispositifs/sessions/{scheme_session.id}/modification", edit, status=422)
    assert "3 places sont occupées" in page.get_data(as_text=True)


def test_a_closed_session_is_offered_no_more(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    _scheme, scheme_session = a_scheme(officer)
    path = f"/dispositifs/sessions/{scheme_session.id}/cloture"
    officer.browser().post(path, {"_version": "1"}, status=303)
    with agent.at_work() as session:
        assert [offer.sessions for offer in offers_of_basin(session)] == [()]


def test_registrations_of_a_session_that_changed_meanwhile_are_not_ended_unseen(federation: Federation) -> None:
    officer = federation.officer()
    _scheme, scheme_session = a_scheme(officer)
    browser = officer.browser()
    edit = session_form(_version="1", place="Rue neuve 1, Gilly")
    browser.post(f"/dispositifs/sessions/{scheme_session.id}/modification", edit, status=303)
    path = f"/dispositifs/sessions/{scheme_session.id}/cloture"
    yours, now = versions_on(browser.post(path, {"_version": "1"}, status=409))
    assert yours == ""
    assert all(said in now for said in ("Rue neuve 1, Gilly", edit["closes_on"], "Marc Delvaux"))
    with officer.at_work() as session:
        assert session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id)).closes_on > today()


def test_only_the_owner_writes_and_another_basin_reads_nothing(federation: Federation) -> None:
    officer = federation.officer()
    scheme, scheme_session = a_scheme(officer)
    federation.agent().browser().get("/dispositifs", status=403)
    trainer = federation.member(federation.support_centre, "trainer").browser()
    assert scheme.name in trainer.get("/dispositifs").get_data(as_text=True)
    trainer.get("/dispositifs/nouveau", status=403)
    elsewhere = Federation(federation.app, federation.engine).officer().browser()
    elsewhere.get(f"/dispositifs/{scheme.id}", status=404)
    elsewhere.get(f"/dispositifs/{scheme.id}/modification", status=404)
    elsewhere.post(f"/dispositifs/sessions/{scheme_session.id}/cloture", status=404)


def test_a_draft_is_the_centre_s_alone_until_it_is_published(federation: Federation) -> None:
    form = SCHEME | {"operator_id": operated(federation.officer())}
    officer, agent = federation.officer().browser(), federation.agent().browser()
    drafted = str(officer.post("/dispositifs/nouveau", form, status=303).location)
    key = drafted.rpartition("/")[2]
    assert "Brouillon" in officer.get(drafted).get_data(as_text=True)
    # A session would be read by the platforms.
    officer.get(f"{drafted}/sessions/nouvelle", status=303)
    officer.post(f"{drafted}/sessions/nouvelle", session_form(), status=303)
    agent.get(f"/offre-du-bassin/{key}", status=404)
    assert str(SCHEME["name"]) not in unescape(agent.get("/offre-du-bassin").get_data(as_text=True))
    officer.post(f"{drafted}/publication", {}, status=303)
    read = agent.get(f"/offre-du-bassin/{key}").get_data(as_text=True)
    assert "carnet d" in read
    assert str(SCHEME["name"]) in unescape(agent.get("/offre-du-bassin").get_data(as_text=True))
    officer.post(f"{drafted}/publication", {}, status=409)


def test_a_draft_plans_no_session(federation: Federation) -> None:
    officer = federation.officer()
    with officer.at_work() as session:
        operator = actions.add_operator(session, officer.actor, {"name": "MIREC"})
        scheme = actions.draft_scheme(session, officer.actor, operator.id, SCHEME)
        with pytest.raises(Refused, match="drafted"):
            actions.plan_session(session, officer.actor, scheme, {})


def test_who_is_in_a_scheme_that_closes_stays_and_what_was_sent_is_answered(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, scheme_session = a_scheme(officer)
    a_participant(agent, officer, "Lenoir", "Paul", scheme, scheme_session)
    a_participant(agent, officer, "Renard", "Luce", scheme, scheme_session, waiting=True)
    sent = a_referral(agent, a_person(agent), scheme, scheme_session)
    browser = officer.browser()
    people = "1 personne avec une place, 1 personne qui attend, 1 relais à répondre"
    assert people in browser.get(f"/dispositifs/{scheme.id}").get_data(as_text=True)
    browser.post(f"/dispositifs/{scheme.id}/suspension", {}, status=303)
    browser.post(f"/dispositifs/{scheme.id}/fermeture", {}, status=303)
    shown = browser.get(f"/dispositifs/{scheme.id}").get_data(as_text=True)
    assert people in shown
    assert "Fermé" in shown
    assert scheme.name not in unescape(agent.browser().get("/offre-du-bassin").get_data(as_text=True))
    with agent.at_work() as session:
        closed = session.get_one(Scheme, (officer.tenant.id, scheme.id))
    with pytest.raises(Refused, match="scheme_closed"):
        a_referral(agent, a_person(agent, "Petit", "Ana"), closed, scheme_session)
    browser.post(f"/a-traiter/{sent.id}/reception", status=303)
    browser.post(f"/a-traiter/{sent.id}/acceptation", {"accept-place": str(scheme_session.id)}, status=303)
    with officer.at_work() as session:
        assert people_in(session, scheme.id) == (2, 1, 0)
    browser.post(f"/dispositifs/{scheme.id}/reouverture", {}, status=303)
    assert scheme.name in unescape(agent.browser().get("/offre-du-bassin").get_data(as_text=True))


OPERATOR = {
    "name": "Espace public numérique",
    "enterprise_number": "BE 0417 497 106",
    "phone": "071 00 00 10",
    "email": "info@epn.example",
    "contact": "le secrétariat",
    "website": "https://www.example.be/epn",
}


def test_an_operator_is_a_card_that_its_schemes_are_called_by(federation: Federation) -> None:
    officer = federation.officer()
    browser = officer.browser()
    browser.post("/dispositifs/operateurs/nouveau", OPERATOR, status=303)
    assert "déjà un opérateur" in browser.post("/dispositifs/operateurs/nouveau", OPERATOR, status=422).get_data(
        as_text=True
    )
    with officer.at_work() as session:
        (row,) = operators_of_basin(session)
        assert (row.enterprise_number, row.phone) == ("0417497106", "+3271000010")
    scheme = SCHEME | {"operator_id": str(row.id)}
    shown = str(browser.post("/dispositifs/nouveau", scheme, status=303).location)
    page = browser.get(shown).get_data(as_text=True)
    assert all(said in page for said in ("0417.497.106", "071 00 00 10", 'href="https://www.example.be/epn"'))
    renamed = OPERATOR | {"name": "EPN de Fleurus", "_version": str(row.version)}
    browser.post(f"/dispositifs/operateurs/{row.id}/modification", renamed, status=303)
    late = browser.post(
        f"/dispositifs/operateurs/{row.id}/modification", renamed | {"name": "Un autre nom"}, status=409
    )
    assert "EPN de Fleurus" in late.get_data(as_text=True)
    assert "EPN de Fleurus" in browser.get("/dispositifs").get_data(as_text=True)
    assert str(SCHEME["name"]) in unescape(browser.get("/dispositifs/operateurs").get_data(as_text=True))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("enterprise_number", "0417.497.107"), ("phone", "12"), ("website", "javascript:alert(1)"), ("email", "nobody")],
)
def test_what_is_wrong_in_the_card_of_an_operator_is_said(field: str, wrong: str, federation: Federation) -> None:
    page = federation.officer().browser().post("/dispositifs/operateurs/nouveau", OPERATOR | {field: wrong}, status=422)
    assert "le secrétariat" in page.get_data(as_text=True)


def test_an_operator_of_another_centre_cannot_be_chosen(federation: Federation) -> None:
    abroad = operated(Federation(federation.app, federation.engine).officer())
    browser = federation.officer().browser()
    page = browser.post("/dispositifs/nouveau", SCHEME | {"operator_id": abroad}, status=422).get_data(as_text=True)
    assert str(SCHEME["description"]) in unescape(page)
    assert str(SCHEME["name"]) not in unescape(browser.get("/dispositifs").get_data(as_text=True))


TEXTS = {
    "plain_text": "Vous apprenez un métier. Vous êtes payé.",
    "prerequisites": "Parler un peu français.",
    "cost": "Gratuit ; un euro de l'heure.",
    "documents": "La carte d'identité.",
    "contacts": "Luc, au 071 00 00 10.",
    "website": "https://www.example.be/parrainage",
}


def test_what_is_for_the_person_stands_before_what_is_for_professionals(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    browser = officer.browser()
    form = SCHEME | TEXTS | {"operator_id": operated(officer)}
    shown = str(browser.post("/dispositifs/nouveau", form, status=303).location)
    browser.post(f"{shown}/publication", {}, status=303)
    held = session_form(timetable="Du lundi au jeudi", directions="Bus 11, arrêt Mairie")
    held |= {"suspended_from": held["starts_on"], "suspended_until": held["ends_on"]}
    browser.post(f"{shown}/sessions/nouvelle", held, status=303)
    page = unescape(agent.browser().get(f"/offre-du-bassin/{shown.rpartition('/')[2]}").get_data(as_text=True))
    for said in (*(text for name, text in TEXTS.items() if name != "website"), "commence à 08:30", "Bus 11", "jeudi"):
        assert said in page
    assert "n'accueille personne de nouveau du" in page
    assert page.index("Vous apprenez un métier") < page.index("carnet d")
    for wrong in ({"suspended_until": ""}, {"suspended_from": ""}, {"suspended_until": held["closes_on"]}):
        browser.post(f"{shown}/sessions/nouvelle", held | wrong, status=422)


def test_a_session_that_is_suspended_today_is_offered_to_no_platform(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    _scheme, scheme_session = a_scheme(officer)
    for days, offered in ((0, 0), (1, 1)):
        with officer.at_work() as session:
            row = session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id))
            row.suspended_from = row.suspended_until = today() + timedelta(days=days)
        with agent.at_work() as session:
            assert [len(offer.sessions) for offer in offers_of_basin(session)] == [offered]


def test_seats_are_kept_on_a_page_that_says_why_they_cannot_be(federation: Federation) -> None:
    officer = federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=4)
    browser, path = officer.browser(), f"/dispositifs/sessions/{scheme_session.id}/reserves"
    until = (today() + timedelta(days=9)).strftime("%d/%m/%Y")
    kept = {"platform_id": str(federation.other_platform.id), "seats": "3", "until": until}
    browser.post(path, kept, status=303)
    assert "3 places libres sont réservées" in browser.get(f"/dispositifs/{scheme.id}").get_data(as_text=True)
    assert "3 encore libres pour elle" in browser.get(path).get_data(as_text=True)
    assert "1 libre sur 4" in federation.agent().browser().get("/offre-du-bassin").get_data(as_text=True)
    for wrong in (
        {"platform_id": str(federation.platform.id), "seats": "2"},
        {"until": "01/01/2020"},
        {"platform_id": str(new_id())},
    ):
        browser.post(path, kept | wrong, status=422)
    fewer = session_form(seats="2", _version="1")
    page = browser.post(f"/dispositifs/sessions/{scheme_session.id}/modification", fewer, status=422)
    assert "réservez-en moins" in page.get_data(as_text=True)
    browser.post(path, kept | {"seats": "0"}, status=303)
    assert "4 libres sur 4" in federation.agent().browser().get("/offre-du-bassin").get_data(as_text=True)


def test_a_draft_is_found_by_its_centre_alone_and_without_words_there_is_the_whole_list(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    a_scheme(officer, name="Soudure à l'arc")
    form = SCHEME | {"operator_id": operated(officer), "name": "Soudure en préparation"}
    officer.browser().post("/dispositifs/nouveau", form, status=303)

    def found(member: Member, path: str) -> list[str]:
        page = unescape(member.browser().post(path, {"q": "soudure"}, status=200).get_data(as_text=True))
        assert 'value="soudure"' in page
        return [name for name in ("Soudure à l'arc", "Soudure en préparation") if name in page]

    assert found(agent, "/offre-du-bassin/recherche") == ["Soudure à l'arc"]
    assert found(officer, "/dispositifs/recherche") == ["Soudure à l'arc", "Soudure en préparation"]
    whole = agent.browser().post("/offre-du-bassin/recherche", {"q": " "}, status=303)
    assert whole.location.endswith("/offre-du-bassin")
