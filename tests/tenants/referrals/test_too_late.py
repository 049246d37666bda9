from clais.exchange.referrals import actions as exchange
from tests.support.federation import Federation
from tests.support.pages import versions_on
from tests.support.referrals import a_person, a_referral


def test_a_message_after_the_consent_was_withdrawn_is_not_sent_and_not_lost(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.member(federation.platform, "agent", "Luc Delhaye")
    referral = a_referral(agent, a_person(agent))
    browser = agent.browser()
    colleague.browser().post(f"/relais/{referral.id}/retrait", {"note": "Au téléphone"}, status=303)
    message = {"text": "Elle viendra mardi.\nAvec son fils."}
    yours, now = versions_on(browser.post(f"/relais/{referral.id}/messages", message, status=409))
    assert "Elle viendra mardi.\nAvec son fils." in yours
    assert all(part in now for part in (referral.reference, "Accord retiré", "Luc Delhaye"))


def test_a_referral_that_was_answered_is_not_called_back_and_the_comment_stays(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        exchange.move(session, officer.actor, referral, "receive")
        exchange.move(session, officer.actor, referral, "decline", reason="session_full", comment="Complet.")
    form = {"reason": "moved", "comment": "Partie à Namur."}
    yours, now = versions_on(agent.browser().post(f"/relais/{referral.id}/annulation", form, status=409))
    assert all(said in yours for said in ("A déménagé", "Partie à Namur."))
    assert all(part in now for part in ("Refusé", "Complet.", "Marc Delvaux"))
