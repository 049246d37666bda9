"""Two officers, or an officer and the sender, at once: the second keeps every word and reads where things stand."""

from uuid import UUID

from clais.clock import today
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from support_center.routing import actions
from support_center.routing.models import Participant
from support_center.routing.queries import current_enrolment, participant_of
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to, versions_on
from tests.support.referrals import a_person, a_referral, a_scheme


def colleague_of(federation: Federation) -> Member:
    return federation.member(federation.support_centre, "support_officer", "Anne Roy")


def a_participant(agent: Member, officer: Member) -> tuple[Referral, Participant]:
    scheme, scheme_session = a_scheme(officer, seats=3)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
        return referral, actions.accept(
            session, officer.actor, referral, officer.federation.keyring, scheme_session=scheme_session
        )


def held_session(officer: Member, participant: Participant) -> UUID:
    with officer.at_work() as session:
        held = current_enrolment(session, participant.id)
    assert held is not None
    return held.scheme_session_id


def test_a_refusal_that_comes_after_a_colleagues_keeps_its_comment(federation: Federation) -> None:
    agent, officer, colleague = federation.agent(), federation.officer(), colleague_of(federation)
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
    path = f"/a-traiter/{referral.id}/refus"
    first = {"decline-reason": "session_full", "decline-comment": "Complet jusqu'en mars."}
    colleague.browser().post(path, first, status=303)
    late = {"decline-reason": "not_eligible", "decline-comment": "Il faut le permis B."}
    yours, now = versions_on(officer.browser().post(path, late, status=409))
    assert all(said in yours for said in ("Ne remplit pas les conditions", "Il faut le permis B."))
    assert all(told in now for told in (referral.reference, "Refusé", "Complet jusqu'en mars.", "Anne Roy"))


def test_a_result_that_comes_after_the_sender_called_the_referral_back_is_not_lost(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, _participant = a_participant(agent, officer)
    browser = officer.browser()
    browser.post(f"/a-traiter/{referral.id}/demarrage", {"start-happened_on": f"{today():%d/%m/%Y}"}, status=303)
    cancelled = {"reason": "moved", "comment": "Partie à Namur."}
    agent.browser().post(f"/relais/{referral.id}/annulation", cancelled, status=303)
    form = {"complete-reason": "hired", "complete-comment": "CDI chez Aide+"}
    yours, now = versions_on(browser.post(f"/a-traiter/{referral.id}/resultat", form, status=409))
    assert "CDI chez Aide+" in yours
    assert all(told in now for told in ("Annulé", "A déménagé", "Partie à Namur.", "Nadia Lambert"))


def test_a_note_of_progress_is_never_written_over_unseen(federation: Federation) -> None:
    agent, officer, colleague = federation.agent(), federation.officer(), colleague_of(federation)
    _referral, participant = a_participant(agent, officer)
    page, path = f"/participants/{participant.id}", f"/participants/{participant.id}/suivi"
    browser = officer.browser()
    read = version_sent_to("/suivi", browser.get(page).get_data(as_text=True))
    colleague.browser().post(path, {"text": "Absente lundi.", "_version": read}, status=303)
    late = browser.post(path, {"text": "Très motivée.", "_version": read}, status=409)
    yours, theirs = versions_on(late)
    assert "Très motivée." in yours
    assert all(told in theirs for told in ("Absente lundi.", "Anne Roy"))
    read = version_sent_to("/suivi", browser.get(page).get_data(as_text=True))
    browser.post(path, {"text": "Absente lundi, motivée depuis.", "_version": read}, status=303)
    browser.post(path, {"text": "Sans rien avoir lu."}, status=409)


def test_a_note_for_someone_whose_seat_was_released_says_so_and_is_not_lost(federation: Federation) -> None:
    agent, officer, colleague = federation.agent(), federation.officer(), colleague_of(federation)
    _referral, participant = a_participant(agent, officer)
    page = f"/participants/{participant.id}"
    browser = officer.browser()
    shown = browser.get(page).get_data(as_text=True)
    release = {"_version": version_sent_to("/liberation", shown)}
    colleague.browser().post(f"{page}/liberation", release, status=303)
    form = {"text": "Très motivée.", "_version": version_sent_to("/suivi", shown)}
    yours, now = versions_on(browser.post(f"{page}/suivi", form, status=409))
    assert "Très motivée." in yours
    assert all(told in now for told in ("Sorti", "Anne Roy"))


def test_a_seat_that_a_colleague_gave_meanwhile_is_not_freed_unseen(federation: Federation) -> None:
    agent, officer, colleague = federation.agent(), federation.officer(), colleague_of(federation)
    referral, participant = a_participant(agent, officer)
    with officer.at_work() as session:
        scheme_id = session.get_one(SchemeSession, (officer.tenant.id, held_session(officer, participant))).scheme_id
        first = session.get_one(SchemeSession, (officer.tenant.id, held_session(officer, participant)))
        facts = {name: getattr(first, name) for name in ("starts_on", "ends_on", "closes_on", "seats", "basin_id")}
        others = [
            SchemeSession(owner_tenant_id=officer.tenant.id, scheme_id=scheme_id, place=place, **facts)
            for place in ("Rue de Mons 80", "Rue neuve 1")
        ]
        session.add_all(others)
    page = f"/participants/{participant.id}"
    browser = officer.browser()
    shown = browser.get(page).get_data(as_text=True)
    read = version_sent_to("/place", shown)
    colleague.browser().post(f"{page}/place", {"place": str(others[0].id), "_version": read}, status=303)
    yours, now = versions_on(browser.post(f"{page}/place", {"place": str(others[1].id), "_version": read}, status=409))
    assert "Rue neuve 1" in yours
    assert all(told in now for told in ("Rue de Mons 80", "Anne Roy"))
    release = {"_version": version_sent_to("/liberation", shown)}
    yours, now = versions_on(browser.post(f"{page}/liberation", release, status=409))
    assert yours == ""
    assert "Rue de Mons 80" in now
    assert held_session(officer, participant) == others[0].id
    with officer.at_work() as session:
        assert participant_of(session, referral.id) is not None
