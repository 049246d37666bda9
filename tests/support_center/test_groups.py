"""What is done for a whole session: everyone by default, each may be left out, and what cannot be done is said."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from clais.clock import today
from clais.database import new_id
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import Offer
from clais.exchange.referrals.queries import received_referral
from support_center.routing import actions
from support_center.routing.models import Enrolment, Participant
from support_center.routing.queries import participant_of
from tests.clais.identity.test_kept import come_in, follow, left
from tests.isolation.test_kept_answers import sealed_on
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.support.statements import statements
from tests.tenants.people.newcomers import words

NAMES = ("Amrani", "Banza", "Çelik")


def a_group(
    federation: Federation, superuser: Engine, names: tuple[str, ...] = NAMES, *, begun: bool = True
) -> tuple[Member, Member, SchemeSession, list[tuple[Referral, Participant]]]:
    """A session with a participant of each name, accepted; it began yesterday, unless it is still to come."""
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=20)
    members = []
    for name in names:
        offers = [
            Offer("name", "Nom", {"family_name": name, "given_names": "Test"}, f"Test {name}"),
            Offer("phone", "Téléphone", "+32470123456", "0470 12 34 56"),
        ]
        person = a_person(agent, name, "Test")
        referral = a_referral(agent, person, scheme, scheme_session, offers=offers, ticked=("name", "phone"))
        with officer.at_work() as session:
            found = received_referral(session, referral.id)
            assert found is not None
            referral_actions.move(session, officer.actor, found, "receive")
            keyring = federation.keyring
            participant = actions.accept(session, officer.actor, found, keyring, scheme_session=scheme_session)
        members.append((referral, participant))
    if begun:
        with superuser.begin() as connection:
            day = {"day": today() - timedelta(days=1), "id": scheme_session.id}
            connection.execute(text("UPDATE scheme_session SET starts_on = :day, closes_on = :day WHERE id = :id"), day)
    return agent, officer, scheme_session, members


def ticked(page: str) -> list[str]:
    return re.findall(r'name="who" id="[^"]+" value="([^"]+)" checked', page)


def folded(page: str) -> str:
    """The line that names whom an act is not for."""
    return page.split('id="others"', 1)[1].split("</details>", 1)[0]


def send(browser: Browser, session: SchemeSession, noun: str, who: list[str], **more: Any) -> str:
    """Send the form of a group, and give the page that follows."""
    path = f"/places/{session.id}/groupe/{noun}"
    browser.post(path, {"who": who, "_submission": str(new_id()), **more}, status=303)
    return words(browser.get(f"/places/{session.id}"))


def states(officer: Member, members: list[tuple[Referral, Participant]]) -> list[str | None]:
    with officer.at_work() as session:
        found = [received_referral(session, referral.id) for referral, _participant in members]
        return [referral.state if referral else None for referral in found]


def test_everyone_is_ticked_and_each_may_be_left_out(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_group(federation, superuser)
    browser = officer.browser()
    who = ticked(words(browser.get(f"/places/{session.id}/groupe/demarrage")))
    assert who == [str(participant.id) for _referral, participant in members]
    page = send(browser, session, "demarrage", who[:2])
    assert "Fait pour 2 personnes" in page
    assert states(officer, members) == ["in_progress", "in_progress", "accepted"]
    page = words(browser.get(f"/places/{session.id}/groupe/demarrage"))
    assert ticked(page) == who[2:]
    assert not any(key in page for key in who[:2]), "who has started is not asked about again"
    assert "2 personnes ne sont pas proposées" in page
    assert re.findall(r"<li>(.+?)\s: (.+?)</li>", folded(page)) == [
        ("Test Amrani", "en cours"), ("Test Banza", "en cours"),
    ]  # fmt: skip


@pytest.mark.parametrize("noun", ["demarrage", "resultat", "note"])
def test_a_group_is_those_for_whom_the_act_is_possible_and_the_others_are_named_with_the_reason(
    federation: Federation, superuser: Engine, noun: str
) -> None:
    agent, officer, session, members = a_group(federation, superuser)
    with agent.at_work() as work:
        row = work.get_one(Referral, (agent.tenant.id, members[0][0].id))
        referral_actions.cancel(work, agent.actor, row, "other", None)
    page = words(officer.browser().get(f"/places/{session.id}/groupe/{noun}"))
    can = [] if noun == "resultat" else [str(participant.id) for _referral, participant in members[1:]]
    assert ticked(page) == can
    assert "Test Amrani" in folded(page)
    assert "annulé" in folded(page)
    assert ("Il n'y a personne pour qui c'est possible" in page) == (not can)


def test_the_result_is_given_to_all_in_one_go(federation: Federation, superuser: Engine) -> None:
    agent, officer, session, members = a_group(federation, superuser)
    browser = officer.browser()
    who = [str(participant.id) for _referral, participant in members]
    send(browser, session, "demarrage", who)
    page = send(browser, session, "resultat", who, reason="training_completed", comment="Bravo à tous")
    assert "Fait pour 3 personnes" in page
    assert states(officer, members) == ["completed"] * 3
    assert "Bravo à tous" in words(agent.browser().get(f"/relais/{members[0][0].id}"))


def test_a_note_for_all_is_added_and_replaces_nobodys(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_group(federation, superuser)
    with officer.at_work() as work:
        row = participant_of(work, members[0][0].id)
        assert row is not None
        actions.note_progress(work, row, "Apprend vite")
    who = [str(participant.id) for _referral, participant in members]
    send(officer.browser(), session, "note", who, text="Visite de l'atelier")
    with officer.at_work() as work:
        notes = work.scalars(select(Enrolment.progress_note).order_by(Enrolment.id)).all()
    assert notes == ["Apprend vite\nVisite de l'atelier", "Visite de l'atelier", "Visite de l'atelier"]


def test_a_note_too_long_for_someone_names_them_and_loses_nothing(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_group(federation, superuser)
    with officer.at_work() as work:
        row = participant_of(work, members[0][0].id)
        assert row is not None
        actions.note_progress(work, row, "x" * 900)
    who = [str(participant.id) for _referral, participant in members]
    sent = {"who": who, "text": "y" * 195, "_submission": str(new_id())}
    page = words(officer.browser().post(f"/places/{session.id}/groupe/note", sent, status=422))
    assert "dépasserait 1000 caractères pour\u00a0: Test Amrani. " in page
    assert "y" * 195 in page
    assert ticked(page) == who
    with officer.at_work() as work:
        assert all("y" not in (note or "") for note in work.scalars(select(Enrolment.progress_note)))


def test_a_day_long_before_the_referral_is_asked_about(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_group(federation, superuser)
    who = [str(participant.id) for _referral, participant in members]
    page = send(officer.browser(), session, "demarrage", who, happened_on="01/01/1990")
    assert "bien après ce jour-là" in page
    assert states(officer, members) == ["accepted"] * 3


@pytest.mark.parametrize(
    ("noun", "typed"),
    [
        ("note", {"text": "Visite de l'atelier de 9 h à 12 h"}),
        ("demarrage", {"happened_on": "03/11/2026"}),
        ("resultat", {"reason": "training_completed", "comment": "Bravo à tous, et merci"}),
    ],
)
def test_a_group_form_whose_session_had_ended_comes_back_in_its_place(
    federation: Federation, superuser: Engine, noun: str, typed: dict[str, str]
) -> None:
    _agent, officer, session, members = a_group(federation, superuser)
    browser, path = officer.browser(), f"/places/{session.id}/groupe/{noun}"
    who = [str(participant.id) for _referral, participant in members][:2]
    lost = left(browser, path, {"who": who, **typed})
    back = words(follow(browser, come_in(browser, officer, sealed_on(words(lost)))))
    assert ticked(back) == who
    assert all(f"{value}</textarea>" in back or f'value="{value}"' in back for value in typed.values())
    assert states(officer, members) == ["accepted"] * 3


def test_what_cannot_be_done_is_said_and_the_rest_is_done(federation: Federation, superuser: Engine) -> None:
    agent, officer, session, members = a_group(federation, superuser)
    browser = officer.browser()
    who = ticked(words(browser.get(f"/places/{session.id}/groupe/demarrage")))
    with agent.at_work() as work:
        referral_actions.cancel(work, agent.actor, members[0][0], "found_work")
        referral_actions.withdraw(work, agent.actor, members[1][0])
    page = send(browser, session, "demarrage", who)
    assert "Fait pour 1 personne" in page
    assert "Pas fait pour Test Amrani, dont le relais en est à\u00a0: Annulé" in page
    assert "1 personne n'y est plus" in page
    assert "Banza" not in page
    assert states(officer, members) == ["cancelled", None, "in_progress"]


def test_a_start_before_the_session_asks_for_the_day_once_for_all(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_group(federation, superuser, begun=False)
    browser = officer.browser()
    who = [str(participant.id) for _referral, participant in members]
    path = f"/places/{session.id}/groupe/demarrage"
    assert "vraiment commencé" in words(browser.post(path, {"who": who}, status=422))
    assert states(officer, members) == ["accepted"] * 3
    send(browser, session, "demarrage", who, happened_on=f"{today():%d/%m/%Y}")
    assert states(officer, members) == ["in_progress"] * 3


def test_nobody_ticked_is_said(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_group(federation, superuser)
    officer.browser().post(f"/places/{session.id}/groupe/demarrage", {}, status=422)
    assert states(officer, members) == ["accepted"] * 3


def test_the_participants_of_another_session_are_left_alone(federation: Federation, superuser: Engine) -> None:
    _agent, officer, session, members = a_group(federation, superuser)
    _agent, _officer, _session, others = a_group(federation, superuser)
    page = send(officer.browser(), session, "demarrage", [str(others[0][1].id), str(members[0][1].id)])
    assert "Fait pour 1 personne" in page
    assert states(officer, others) == ["accepted"] * 3


@pytest.mark.parametrize("noun", ["demarrage", "resultat", "note"])
def test_another_centre_finds_no_such_session(federation: Federation, superuser: Engine, noun: str) -> None:
    _agent, _officer, session, _members = a_group(federation, superuser, NAMES[:1])
    elsewhere = Federation(federation.app, federation.engine).officer().browser()
    for page in (f"groupe/{noun}", "presence"):
        answer = elsewhere.get(f"/places/{session.id}/{page}", status=404)
        assert NAMES[0] not in answer.get_data(as_text=True)


def test_the_list_of_presence_has_names_two_places_to_sign_and_nothing_else(
    federation: Federation, superuser: Engine
) -> None:
    _agent, officer, session, members = a_group(federation, superuser)
    with officer.at_work() as work:
        row = participant_of(work, members[0][0].id)
        assert row is not None
        actions.note_progress(work, row, "Absente deux fois")
    page = words(officer.browser().get(f"/places/{session.id}/presence"))
    table = page.partition('<table class="table presence"')[2].partition("</table>")[0]
    assert [name in table for name in NAMES] == [True] * 3
    assert table.count("<td></td>") == 2 * len(NAMES)
    assert "Matin, signature" in table
    assert "Après-midi, signature" in table
    for hidden in ("Absente", "0470", "FAR-"):
        assert hidden not in table


def test_the_page_of_a_session_asks_no_more_of_the_database_for_more_people(
    federation: Federation, superuser: Engine, engine: Engine
) -> None:
    asked = []
    for names in (NAMES[:2], tuple(f"Nom{number}" for number in range(8))):
        _agent, officer, session, _members = a_group(federation, superuser, names)
        browser = officer.browser()
        browser.get(f"/places/{session.id}")
        with statements(engine) as ran:
            browser.get(f"/places/{session.id}")
        asked.append(len([statement for statement in ran if "audit_event" not in statement]))
    assert asked[0] == asked[1]
