from datetime import timedelta

from sqlalchemy import Engine, text

from clais.clock import today
from clais.exchange.referrals import actions
from tests.support.federation import Federation
from tests.support.referrals import a_person, a_referral


def test_a_referral_that_moved_is_on_the_day_of_who_sent_it_until_they_looked(federation: Federation) -> None:
    agent, colleague, officer = federation.agent(), federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    address = f"/relais/{referral.id}"
    assert address not in agent.browser().get("/ma-journee").get_data(as_text=True)
    with officer.at_work() as session:
        actions.move(session, officer.actor, referral, "receive")
    assert address in agent.browser().get("/ma-journee").get_data(as_text=True)
    assert address not in colleague.browser().get("/ma-journee").get_data(as_text=True)
    agent.browser().get(address)
    assert address not in agent.browser().get("/ma-journee").get_data(as_text=True)


def test_a_late_answer_is_to_do_and_what_merely_moved_is_news(federation: Federation, superuser: Engine) -> None:
    agent, officer = federation.agent(), federation.officer()
    late = a_referral(agent, a_person(agent, "Lenoir", "Paul"))
    moved = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        actions.move(session, officer.actor, moved, "receive")
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE referral SET answer_due_on = :due WHERE id = :id"),
            {"due": today() - timedelta(days=2), "id": late.id},
        )
    page = agent.browser().get("/ma-journee").get_data(as_text=True)
    news, _between, to_do = page.partition('id="waiting"')
    assert "Sofia Marchetti" in news
    assert "Sofia Marchetti" not in to_do
    assert "2 j de retard" in to_do.partition("Paul Lenoir")[2]
