"""What is agreed is what stood on the page: whole, and as it still reads when it is sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from clais.exchange.referrals.models import Consent, Parcel, Referral
from clais.sealing import unseal
from tenants.follow_up.models import Note
from tenants.people.models import Person
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_person, a_scheme, address, filled, ticked_in
from tests.tenants.referrals.test_sending import a_full_file, count

LONG = "Elle m'a dit ceci. " * 200


def note_of(agent: Member, person: Person) -> Note:
    with agent.at_work() as session:
        return session.scalars(select(Note).where(Note.person_id == person.id, Note.note_class == "shareable")).one()


def rewritten(agent: Member, person: Person) -> None:
    with agent.at_work() as session:
        session.get_one(Note, (agent.tenant.id, note_of(agent, person).id)).text = "JAMAIS MONTRÉ"


def another_phone(agent: Member, person: Person) -> None:
    with agent.at_work() as session:
        session.get_one(Person, (agent.tenant.id, person.id)).phone = "+32499999999"


def no_phone(agent: Member, person: Person) -> None:
    with agent.at_work() as session:
        session.get_one(Person, (agent.tenant.id, person.id)).phone = None


def fallen_ill(agent: Member, person: Person) -> None:
    with agent.at_work() as session:
        session.get_one(Person, (agent.tenant.id, person.id)).status = "sickness"


def another_place(agent: Member, person: Person) -> None:
    with agent.at_work() as session:
        session.get_one(Person, (agent.tenant.id, person.id)).postal_code = "6000"


Change = Callable[[Member, Person], None]


def about_to_send(federation: Federation) -> tuple[Member, Person, Browser, str, dict[str, Any]]:
    """A page that is open, with a note, the phone and the status ticked, and its form filled in."""
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer(), required=("name", "status"))
    person = a_full_file(agent)
    browser, url = agent.browser(), address(person, scheme, scheme_session)
    note = f"note.{note_of(agent, person).id.hex}"
    return agent, person, browser, url, filled(browser, url, ["name", "phone", "status", note])


def test_a_long_note_stands_whole_on_the_page(federation: Federation) -> None:
    agent = federation.agent()
    scheme, scheme_session = a_scheme(federation.officer())
    person = a_person(agent, availability=LONG[:300].strip())
    author = {"author_id": agent.membership.id, "author_name": "Nadia Lambert"}
    with agent.at_work() as session:
        session.add(Note(person_id=person.id, note_class="shareable", text=LONG.strip() + " FIN", **author))
    page = agent.browser().get(address(person, scheme, scheme_session)).get_data(as_text=True)
    said = [text.replace("&#39;", "'") for text in re.findall(r'class="fact-text"[^>]*>([^<]*)<', page)]
    assert {LONG.strip() + " FIN", LONG[:300].strip()} <= set(said)


@pytest.mark.parametrize(
    ("change", "named"),
    [(rewritten, "Note du"), (another_phone, "Téléphone"), (no_phone, "Téléphone"), (fallen_ill, "Statut")],
)
def test_what_was_rewritten_since_the_page_is_not_sent_but_read_again(
    federation: Federation, change: Change, named: str
) -> None:
    agent, person, browser, url, data = about_to_send(federation)
    change(agent, person)
    page = browser.post(url, data, status=422).get_data(as_text=True)
    named_facts = re.search("depuis l&#39;affichage de cette page\u00a0: ([^.]*)[.] Relisez-le", page)
    assert named_facts is not None
    assert named in named_facts[1]
    assert "Trouver une alternance" in page
    for table in (Referral, Parcel, Consent):
        assert count(agent, table) == 0


def test_read_again_it_is_sent_as_it_reads_now(federation: Federation) -> None:
    agent, person, browser, url, data = about_to_send(federation)
    rewritten(agent, person)
    page = browser.post(url, data, status=422).get_data(as_text=True)
    assert ticked_in(page) == set(data["fields"])
    browser.post(url, filled(browser, url, data["fields"]), status=303)
    with agent.at_work() as session:
        contents = unseal(federation.keyring, session.scalars(select(Parcel)).one())
    assert contents[data["fields"][-1]]["text"] == "JAMAIS MONTRÉ"


def test_a_fact_that_became_sensitive_is_no_longer_ticked(federation: Federation) -> None:
    agent, person, browser, url, data = about_to_send(federation)
    fallen_ill(agent, person)
    page = browser.post(url, data, status=422).get_data(as_text=True)
    assert ticked_in(page) == set(data["fields"]) - {"status"}
    assert "Mutuelle ou AViQ" in page


def test_a_look_at_the_letter_does_not_stand_for_a_look_at_the_facts(federation: Federation) -> None:
    """The letter is asked for at each tick: it says that a note goes, not what stands in it."""
    agent, person, browser, url, data = about_to_send(federation)
    rewritten(agent, person)
    look = {name: value for name, value in data.items() if name != "_submission"}
    preview = browser.post(url.replace("relais/nouveau", "relais/lettre"), look, status=200).get_data(as_text=True)
    letter = re.search(r'name="letter" value="([0-9a-f]+)"', preview)
    assert letter is not None
    browser.post(url, data | {"letter": letter[1]}, status=422)
    assert count(agent, Referral) == 0


def test_what_changes_beside_the_ticks_stops_nothing(federation: Federation) -> None:
    agent, person, browser, url, data = about_to_send(federation)
    another_place(agent, person)
    browser.post(url, data, status=303)
    assert count(agent, Referral) == 1


@pytest.mark.parametrize("shown", [[], ["name=", "phone=x", "="], ["tenant_id=0123456789abcdef"]])
def test_a_form_that_does_not_say_what_was_shown_sends_nothing(federation: Federation, shown: list[str]) -> None:
    agent, _person, browser, url, data = about_to_send(federation)
    browser.post(url, data | {"shown": shown}, status=422)
    browser.post(url, data | {"shown": shown, "fields": [*data["fields"], "tenant_id"]}, status=400)
    assert count(agent, Referral) == 0


def test_the_check_can_fail_without_it_what_nobody_saw_is_sent(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, person, browser, url, data = about_to_send(federation)
    rewritten(agent, person)
    monkeypatch.setattr("tenants.referrals.forms.changed", lambda *_given: [])
    browser.post(url, data, status=303)
    assert count(agent, Referral) == 1
