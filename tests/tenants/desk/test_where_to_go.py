"""Where to go, by mail: to whom, what it says, in which language, once; and an address that is not kept."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.messaging import outbox
from clais.messaging.models import OutboxMessage
from clais.messaging.transports import FileTransport, Undeliverable
from tenants.desk.rules.language import language_of
from tenants.people.models import Person
from tests.clais.messaging.test_outbox import Refusing
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person
from tests.tenants.desk.visits import PLACE, a_receptionist, comes, directed, step

TYPED = {"email": "rachid@exemple.be", "language": "fr"}


@pytest.fixture
def desk(federation: Federation) -> Member:
    return a_receptionist(federation)


def mails(desk: Member) -> list[OutboxMessage]:
    with desk.at_work() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def send(desk: Member, paper: str, typed: dict[str, Any], *, status: int = 303) -> str:
    return desk.browser().post(f"{paper}/courriel", typed, status=status).get_data(as_text=True)


def test_the_mail_says_the_place_and_nothing_of_who_it_is_for(desk: Member) -> None:
    visit = comes(desk)
    send(desk, directed(desk, visit), TYPED)
    (mail,) = mails(desk)
    assert (mail.recipient, mail.subject) == ("rachid@exemple.be", "Où aller")
    for said in (PLACE["name"], "Rue du Rempart 2\n6200 Châtelet", "Lundi et jeudi, 9 h à 12 h", "071 38 60 00"):
        assert said in mail.body
    assert "Cela se fait là-bas." in mail.body
    assert desk.tenant.name in mail.body
    assert not any(word in mail.body for word in ("Zerouali", "Rachid", "Demander Rita"))


@pytest.mark.parametrize("reason", ["territory", "language", "urgent", "other"])
def test_a_reason_that_tells_of_the_person_is_not_told(desk: Member, reason: str) -> None:
    paper = directed(desk, comes(desk), reason)
    send(desk, paper, TYPED)
    assert "Téléphone\u00a0: 071 38 60 00\n\nDe la part" in mails(desk)[0].body
    assert "Cela se fait" not in desk.browser().get(paper).get_data(as_text=True)


def test_a_double_click_sends_one_mail_and_a_corrected_address_another(desk: Member) -> None:
    paper = directed(desk, comes(desk))
    clicked = {**TYPED, "_submission": str(uuid4())}
    for _click in range(2):
        send(desk, paper, clicked)
    assert len(mails(desk)) == 1
    send(desk, paper, {"email": "rachida@exemple.be", "language": "en", "_submission": str(uuid4())})
    assert [mail.recipient for mail in mails(desk)] == ["rachid@exemple.be", "rachida@exemple.be"]
    assert mails(desk)[1].body.startswith("Hello,\n\nThis is where to go:")


@pytest.mark.parametrize("wrong", ["rachid", "rachid@", "a@b.be, c@d.be", "a@b.be\nBcc: c@d.be", ""])
def test_a_wrong_address_is_refused_in_clear_words_and_not_lost(desk: Member, wrong: str) -> None:
    paper = directed(desk, comes(desk))
    page = send(desk, paper, {**TYPED, "email": wrong}, status=422)
    assert ("nom@exemple.be" if wrong else "Écrivez l&#39;adresse e-mail que la personne donne") in page
    assert (wrong.split("\n", maxsplit=1)[0]) in page
    assert mails(desk) == []


def test_a_typed_address_is_erased_with_the_text_once_the_mail_has_left(desk: Member, tmp_path: Path) -> None:
    paper = directed(desk, comes(desk))
    send(desk, paper, TYPED)
    with desk.at_work() as session:
        outbox.send_waiting(session, FileTransport(tmp_path, "CLAIS <ne-pas-repondre@clais.example>"))
    assert [(mail.state, mail.recipient, mail.body) for mail in mails(desk)] == [("sent", "", "")]
    (written,) = tmp_path.iterdir()
    assert "To: rachid@exemple.be" in written.read_text()
    with desk.at_work() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.verb == "visit.mail")).one()
    assert "rachid" not in str(told.details)


def test_a_typed_address_that_no_server_takes_is_erased_when_somebody_settles_the_mail(desk: Member) -> None:
    send(desk, directed(desk, comes(desk)), TYPED)
    with desk.at_work() as session:
        outbox.send_waiting(session, Refusing(Undeliverable("550", is_permanent=True)))
        (mail,) = mails(desk)
        assert (mail.state, mail.recipient) == ("failed", "rachid@exemple.be")
        assert outbox.settle(session, mail.id)
    assert [(mail.state, mail.recipient) for mail in mails(desk)] == [("settled", "")]


def test_who_has_a_file_and_chose_mail_is_written_to_there_once_a_direction(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    english = [{"language": "en", "spoken": "native"}, {"language": "ar", "spoken": "B1"}]
    person = a_person(agent, "Brun", "Bob", email="bob@example.be", contact_preference="email", languages=english)
    visit = comes(desk, person)
    paper = directed(desk, visit)
    page = desk.browser().get(paper).get_data(as_text=True)
    assert "bob@example.be" not in page  # Others may see the screen.
    assert 'value="en" checked' in page.replace('value="en"  checked', 'value="en" checked')
    send(desk, paper, {"language": "en", "email": "other@example.be"}, status=400)
    for _click in range(2):
        send(desk, paper, {"language": "en"})
    (mail,) = mails(desk)
    assert (mail.recipient, mail.forgets_recipient) == ("bob@example.be", False)
    step(desk, visit, "undo")
    directed(desk, visit)
    send(desk, paper, {"language": "fr"})
    assert len(mails(desk)) == 2


def test_a_card_that_is_corrected_lets_the_mail_leave_for_the_other_address(federation: Federation) -> None:
    agent, desk = federation.agent(), a_receptionist(federation)
    person = a_person(agent, "Brun", "Bob", email="bob@exmaple.be", contact_preference="email")
    paper = directed(desk, comes(desk, person))
    send(desk, paper, {"language": "fr"})
    with agent.at_work() as session:
        session.get_one(Person, (agent.tenant.id, person.id)).email = "bob@example.be"
    send(desk, paper, {"language": "fr"})
    send(desk, paper, {"language": "fr"})
    assert [mail.recipient for mail in mails(desk)] == ["bob@exmaple.be", "bob@example.be"]


def test_who_has_a_file_and_did_not_choose_mail_gets_the_paper_alone(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    paper = directed(desk, comes(desk, a_person(agent, "Caro", "Cléo", contact_preference="phone")))
    page = desk.browser().get(paper).get_data(as_text=True)
    assert "Cette personne n'a pas choisi le mail" in page
    send(desk, paper, {"language": "fr"})
    assert mails(desk) == []


def test_english_is_for_who_speaks_it_and_no_french() -> None:
    assert language_of([]) == "fr"
    assert language_of([{"language": "en", "spoken": "B2"}, {"language": "fr", "spoken": "A1"}]) == "fr"
    assert language_of([{"language": "en", "spoken": "B2"}, {"language": "fr", "spoken": "none"}]) == "en"
    assert language_of([{"language": "ar", "spoken": "native"}]) == "fr"
