"""The inbox says what presses: first what is late, then the urgent, then what is promised soonest, be it a receipt or
an answer.
"""

import re
from datetime import timedelta

from sqlalchemy import Engine, text

from clais.clock import today
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.models import Referral
from tests.support.federation import Federation
from tests.support.referrals import a_person, a_referral, a_scheme


def test_the_urgent_come_first_then_the_promise_that_runs_out_soonest(
    federation: Federation, superuser: Engine
) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=9)
    urgencies = {"answer soon": "normal", "receipt tomorrow": "normal", "answer late": "normal", "urgent": "urgent"}
    sent = {
        name: a_referral(agent, a_person(agent, f"Nom{number}"), scheme, scheme_session, urgency=urgency)
        for number, (name, urgency) in enumerate(urgencies.items())
    }
    days = {"answer soon": (-5, 3), "receipt tomorrow": (1, 9), "answer late": (-5, 6), "urgent": (2, 10)}
    # Nobody moves a promise: only the clock does, and here the superuser in its place.
    moved = text("UPDATE referral SET receive_due_on = :receipt, answer_due_on = :answer WHERE id = :id")
    with superuser.begin() as connection:
        for name, (receipt, answer) in days.items():
            due = {"receipt": today() + timedelta(days=receipt), "answer": today() + timedelta(days=answer)}
            connection.execute(moved, {"id": sent[name].id, **due})
    with officer.at_work() as session:
        for name in ("answer soon", "answer late"):
            move(session, officer.actor, session.get_one(Referral, (agent.tenant.id, sent[name].id)), "receive")

    page = officer.browser().get("/a-traiter").get_data(as_text=True)
    shown = re.findall(r'class="who"><a href="[^"]*/a-traiter/([0-9a-f-]{36})"', page)
    names = {str(referral.id): name for name, referral in sent.items()}
    assert [names[key] for key in shown] == ["urgent", "receipt tomorrow", "answer soon", "answer late"]
    assert page.index("urgent · ") < page.index("1 jour")


def test_a_page_of_the_inbox_goes_on_where_the_last_one_ended(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=99)
    sent = {str(a_referral(agent, a_person(agent, f"Nom{n}"), scheme, scheme_session).id) for n in range(30)}
    browser, address, seen = officer.browser(), "/a-traiter", []
    while address:
        page = browser.get(address).get_data(as_text=True)
        seen += re.findall(r'class="who"><a href="[^"]*/a-traiter/([0-9a-f-]{36})"', page)
        following = re.search(r'href="([^"]*after=[^"]*)"', page)
        address = following.group(1).replace("&amp;", "&") if following and len(seen) < len(sent) else ""
    assert len(seen) == len(sent)
    assert set(seen) == sent
