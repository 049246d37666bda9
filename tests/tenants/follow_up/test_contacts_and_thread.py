from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from clais.clock import today
from tenants.follow_up.actions import note_contact, write_note
from tenants.follow_up.models import Contact
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment, reload

TODAY = {"happened_on": "", "channel": "phone", "outcome": "reached"}


def written(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def contact(member: Member, person: Person, outcome: str = "reached", days_ago: int = 0) -> Contact:
    with member.at_work() as session:
        return note_contact(
            session,
            session.get_one(Person, (member.tenant.id, person.id)),
            member.actor,
            channel="phone",
            outcome=outcome,
            happened_on=today() - timedelta(days=days_ago),
        )


def test_a_contact_moves_the_last_contact_forward_and_never_back(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    for days_ago, expected in ((5, 5), (2, 2), (9, 2)):
        browser.post(
            f"/personnes/{person.id}/contacts/nouveau",
            TODAY | {"happened_on": written(today() - timedelta(days=days_ago))},
            status=303,
        )
        assert reload(agent, person).last_contact_on == today() - timedelta(days=expected)


def test_a_contact_leaves_the_card_fresh_for_whoever_is_editing_it(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    before = reload(agent, person).version
    contact(agent, person)
    assert reload(agent, person).version == before


@pytest.mark.parametrize("outcome", ["message_left", "no_answer", "absent", "wrong_details"])
def test_an_attempt_is_on_the_thread_and_moves_no_last_contact(federation: Federation, outcome: str) -> None:
    agent = federation.agent()
    person = a_file(agent)
    contact(agent, person, outcome)
    assert reload(agent, person).last_contact_on is None
    assert "thread-list" in agent.browser().get(f"/personnes/{person.id}/fil?kind=contact").get_data(as_text=True)


def test_a_blank_form_is_ready_to_be_sent(federation: Federation) -> None:
    agent = federation.agent()
    page = agent.browser().get(f"/personnes/{a_file(agent).id}/contacts/nouveau?back=day").get_data(as_text=True)
    assert f'value="{written(today())}"' in page
    assert page.count(" checked") == 2
    assert 'name="back" id="field-back" value="day"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"happened_on": "tomorrow"},
        {"happened_on": "01/01/1999"},
        {"channel": "pigeon"},
        {"minutes": "481"},
        {"minutes": "x"},
        {"summary": "x" * 1001},
    ],
)
def test_what_cannot_be_is_refused_beside_the_field(federation: Federation, wrong: dict[str, str]) -> None:
    agent = federation.agent()
    person = a_file(agent)
    # Said here and not above: the tests may be collected before midnight and run after it.
    days = {"tomorrow": written(today() + timedelta(days=1))}
    form = TODAY | {"happened_on": written(today())} | {name: days.get(value, value) for name, value in wrong.items()}
    page = agent.browser().post(f"/personnes/{person.id}/contacts/nouveau", form, status=422).get_data(as_text=True)
    assert 'class="errors"' in page
    assert reload(agent, person).last_contact_on is None


def test_a_field_that_the_form_does_not_have_is_refused(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    form = TODAY | {"happened_on": written(today()), "author_id": str(uuid4())}
    agent.browser().post(f"/personnes/{person.id}/contacts/nouveau", form, status=400)
    assert reload(agent, person).last_contact_on is None


def test_a_contact_sent_twice_is_one(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    form = TODAY | {"happened_on": written(today()), "_submission": str(uuid4())}
    for _ in range(2):
        browser.post(f"/personnes/{person.id}/contacts/nouveau", form, status=303)
    with agent.at_work() as session:
        assert len(session.scalars(select(Contact)).all()) == 1


def test_a_contact_taken_back_gives_the_earlier_last_contact_again(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    contact(agent, person, days_ago=12)
    mistaken = contact(agent, person)
    agent.browser().post(f"/contacts/{mistaken.id}/retrait", {"back": "thread"}, status=303)
    assert reload(agent, person).last_contact_on == today() - timedelta(days=12)


def test_a_colleagues_contact_is_not_taken_back(federation: Federation) -> None:
    agent = federation.agent()
    mine = contact(agent, a_file(agent))
    federation.member(federation.platform, "agent").browser().post(f"/contacts/{mine.id}/retrait", status=403)
    with agent.at_work() as session:
        assert session.get(Contact, (agent.tenant.id, mine.id)) is not None


def test_the_thread_holds_everything_newest_first_and_filters_by_kind(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    contact(agent, person, days_ago=3)
    an_appointment(agent, person, purpose="bilan")
    with agent.at_work() as session:
        write_note(session, person, agent.actor, text="Une note du jour", note_class="shareable")
    shown = {
        kind: browser.get(f"/personnes/{person.id}/fil?kind={kind}").get_data(as_text=True)
        for kind in ("note", "contact", "appointment", "path")
    }
    marks = {"note": "Une note du jour", "appointment": "/rendez-vous/", "contact": 'datetime="'}
    assert marks["note"] in shown["note"]
    assert "Une note du jour" not in shown["contact"] + shown["appointment"] + shown["path"]
    assert "/rendez-vous/0" in shown["appointment"]
    whole = browser.get(f"/personnes/{person.id}/fil").get_data(as_text=True)
    moments = [part.split('"')[0][:10] for part in whole.split('<time datetime="')[1:]]
    assert moments == sorted(moments, reverse=True)
    browser.get(f"/personnes/{person.id}/fil?kind=secret", status=400)


def test_the_next_page_of_the_thread_begins_where_the_first_ended(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    with agent.at_work() as session:
        for number in range(95):
            write_note(session, person, agent.actor, text=f"entrée {number:03}", note_class="fact")
    address, seen = f"/personnes/{person.id}/fil?kind=note", []
    while address:
        page = browser.get(address).get_data(as_text=True)
        seen += [part[:3] for part in page.split("entrée ")[1:]]
        address = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else ""
    assert seen == [f"{number:03}" for number in reversed(range(95))]
    browser.get(f"/personnes/{person.id}/fil?after=forged", status=400)
