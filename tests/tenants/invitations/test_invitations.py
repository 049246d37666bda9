"""Writing to several people: who gets what is shown first; each file keeps its letter; it is done once or not."""

import re
from datetime import time, timedelta
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select

from clais import clock
from clais.audit.models import AuditEvent
from clais.clock import now, today
from clais.dates import moment_of
from clais.encryption import Keyring
from clais.messaging.models import OutboxMessage
from clais.printing import engine
from clais.sealing import unseal
from clais.web.context import get_or_404
from clais.web.routing import Application
from tenants.invitations.rules.sending import Known, Wanted, manner_of
from tenants.people.models import Person
from tenants.printing import jobs
from tenants.printing.actions import FORGET, KEPT, MAKE
from tenants.printing.joint import MAKE_JOINT
from tenants.printing.models import JointPrintout, Printout
from tenants.printing.views import several
from tests.support.federation import Federation, Member
from tests.support.printing import QUICK, inside, path_of, printouts, quickly, words_of
from tests.support.referrals import a_person
from tests.support.work import run_due
from tests.tenants.agenda.days import an_appointment

NO_STREET: dict[str, Any] = {"street": None, "street_number": None, "postal_code": None, "locality": None}
TYPED = {"heading": "Séance d'information", "text": "Venez découvrir les formations.\nUn café vous attend."}


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


@pytest.fixture
def people(agent: Member) -> list[Person]:
    """Who is written to on paper, who chose mail, who has mail and did not choose it, and who has no address."""
    return [
        a_person(agent, "Albin <b>", "Ada"),
        a_person(agent, "Brun", "Bob", email="bob@example.be", contact_preference="email"),
        a_person(agent, "Caro", "Cléo", email="cleo@example.be", contact_preference="phone", **NO_STREET),
        a_person(agent, "Denis", "Dan", **NO_STREET),
    ]


def address_of(people: list[Person]) -> str:
    return "/personnes/invitation?" + "&".join(f"people={person.id}" for person in people)


def shown(member: Member, people: list[Person], **typed: str) -> str:
    return unescape(member.browser().post(address_of(people), TYPED | typed, status=422).get_data(as_text=True))


def sent(member: Member, people: list[Person], **typed: str) -> JointPrintout:
    """What is shown, accepted as it stands."""
    mark = shown(member, people, **typed).split('name="accepted"')[1].split('value="')[1].split('"')[0]
    location = member.browser().post(address_of(people), TYPED | typed | {"accepted": mark}, status=303).location
    assert "/imprimes/" in location
    (joint,) = joints(member)
    assert str(joint.id) in location
    return joint


def joints(member: Member) -> list[JointPrintout]:
    with member.at_work() as session:
        return list(session.scalars(select(JointPrintout).where(JointPrintout.tenant_id == member.tenant.id)))


def mails(member: Member) -> list[OutboxMessage]:
    with member.at_work() as session:
        wanted = select(OutboxMessage).where(OutboxMessage.tenant_id == member.tenant.id)
        return list(session.scalars(wanted.where(OutboxMessage.dedupe_key.startswith("invitation:"))))


def of_each(member: Member, people: list[Person]) -> list[list[Printout]]:
    return [printouts(member, person) for person in people]


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("is_expected", [True, False])
@pytest.mark.parametrize("has_postal_address", [True, False])
@pytest.mark.parametrize(("wants_mail", "has_email"), [(True, True), (False, True), (False, False)])
def test_nobody_gets_a_mail_who_did_not_choose_it_and_who_is_left_out_has_a_reason(
    is_open: bool, is_expected: bool, has_postal_address: bool, wants_mail: bool, has_email: bool
) -> None:
    known = Known(is_open, is_expected, wants_mail, has_email, has_postal_address)
    for number in range(8):
        wanted = Wanted(bool(number & 1), bool(number & 2), bool(number & 4))
        manner, reason = manner_of(known, wanted)
        assert bool(reason) == (manner == "left_out")
        assert manner != "mail" or (wants_mail and wanted.by_mail)
        assert manner != "letter" or has_postal_address
        assert is_open or manner == "left_out"
        assert not (is_expected and wanted.not_expected) or manner == "left_out"
        assert not (is_open and wanted.by_hand and not wanted.not_expected) or manner != "left_out"


def test_what_would_leave_is_shown_before_anything_does(agent: Member, people: list[Person]) -> None:
    an_appointment(agent, people[0], moment_of(today() + timedelta(days=3), time(9, 30)))
    page = shown(agent, people, by_mail="true")
    for words in (
        "1 lettre, gardée", "1 e-mail, à qui l'a choisi", "2 personnes sont laissées",
        "1 personne a déjà un rendez-vous",
        "pas d'adresse postale ; a une adresse e-mail", "aucune adresse : ni postale, ni e-mail", "09:30",
        "Écrire à 2 personnes",
    ):  # fmt: skip
        assert words in page.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " "), words
    assert joints(agent) == []
    assert of_each(agent, people) == [[], [], [], []]
    assert mails(agent) == []


def test_each_file_keeps_its_letter_and_one_pdf_has_those_to_print(
    app: Application, agent: Member, people: list[Person], keyring: Keyring
) -> None:
    day = today() + timedelta(days=8)
    typed = {
        "day": f"{day:%d/%m/%Y}",
        "hour": "10:00",
        "place": "Salle des fêtes",
        "by_mail": "true",
        "by_hand": "true",
    }
    joint = sent(agent, people, **typed)
    ((ada,), (bob,), (cleo,), (dan,)) = of_each(agent, people)
    said = unescape(words_of(keyring, ada))
    for words in ("Séance d'information", "Un café", "10:00", "Salle des fêtes", "Ada Albin <b>", "Rue du Puits 4"):
        assert words in said, words
    assert "<b>" not in words_of(keyring, ada)
    assert [bool(one.mailed_at) for one in (ada, bob, cleo, dan)] == [False, True, False, False]
    (mail,) = mails(agent)
    assert (mail.recipient, mail.subject) == ("bob@example.be", "Séance d'information")
    assert "Salle des fêtes" in mail.body
    assert not [name for name in ("Brun", "Bob", "Ada", "Albin") if name in mail.body]
    page = agent.browser().get(f"/imprimes/{joint.id}").get_data(as_text=True)
    assert "0 lettres sur 4" in page.replace("\N{NO-BREAK SPACE}", " ")
    run_due(app, MAKE_JOINT)
    assert all(one.pdf_hash for (one,) in of_each(agent, people))
    answer = agent.browser().post(f"/imprimes/{joint.id}/fichier", {}, status=200)
    assert len(re.findall(rb"/Type /Page\b", inside(answer.data))) == 3
    assert agent.browser().get(path_of(bob, "/fichier")).mimetype == "application/pdf"
    assert "Envoyé par e-mail" in agent.browser().get(f"/personnes/{people[1].id}/fil").get_data(as_text=True)
    assert path_of(ada) in agent.browser().get(f"/personnes/{people[0].id}/fil").get_data(as_text=True)
    with agent.at_work() as session:
        opened = session.scalars(select(AuditEvent).where(AuditEvent.verb == "joint_printout.open")).all()
    assert len(opened) == 1


def test_who_accepts_something_else_than_what_was_shown_is_shown_it_again(agent: Member, people: list[Person]) -> None:
    page = shown(agent, people)
    mark = page.split('name="accepted"')[1].split('value="')[1].split('"')[0]
    with agent.at_work() as session:
        session.get_one(Person, (people[1].tenant_id, people[1].id)).street = None
    assert "a changé entre-temps" in shown(agent, people, accepted=mark)
    assert joints(agent) == []


def test_a_double_click_writes_once(agent: Member, people: list[Person]) -> None:
    browser = agent.browser()
    page = unescape(browser.post(address_of(people), TYPED, status=422).get_data(as_text=True))
    values = {
        name: page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0] for name in ("_submission", "accepted")
    }
    first = browser.post(address_of(people), TYPED | values, status=303).location
    assert browser.post(address_of(people), TYPED | values, status=303).location == first
    assert len(joints(agent)) == 1
    assert [len(found) for found in of_each(agent, people)] == [1, 1, 0, 0]


def test_a_worker_that_is_killed_in_the_middle_leaves_each_letter_made_once(
    app: Application, agent: Member, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    joint = sent(agent, people, by_hand="true")
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    made: list[str] = []

    def dies(texts: list[str]) -> list[bytes]:
        if len(made) == 2:
            raise KeyboardInterrupt
        made.extend(texts)
        return [QUICK] * len(texts)

    with patch.object(jobs, "each_pdf_of", dies), pytest.raises(KeyboardInterrupt):
        run_due(app, MAKE_JOINT)
    with clock.set_to(now() + timedelta(hours=1)):
        quickly(app)
    (joint,) = joints(agent)
    assert joint.made_at is not None
    found = of_each(agent, people)
    assert all(len(each) == 1 and each[0].made_at for each in found)
    assert len(set(made)) == 2


def test_a_letter_that_fails_is_said_and_the_others_are_made(
    app: Application, agent: Member, people: list[Person]
) -> None:
    def fails(_texts: list[str]) -> list[bytes]:
        raise engine.PrintFault("no")

    def but_one(text: str) -> bytes:
        if "Ada" in text:
            raise engine.PrintFault("no")
        return QUICK

    joint = sent(agent, people)
    with (
        patch.object(jobs, "each_pdf_of", fails),
        patch.object(jobs, "pdf_of", but_one),
        patch.object(jobs, "joint_pdf_of", lambda _texts: QUICK),
    ):
        run_due(app, MAKE_JOINT)
    page = agent.browser().get(f"/imprimes/{joint.id}").get_data(as_text=True)
    assert "1 lettre n'a pas pu être faite" in unescape(page)
    assert [bool(one.made_at) for found in of_each(agent, people) for one in found] == [False, True]


def test_a_joint_pdf_is_its_makers_alone_for_a_day_and_the_letters_stay(
    app: Application, agent: Member, people: list[Person], federation: Federation
) -> None:
    joint = sent(agent, people)
    quickly(app)
    colleague = federation.member(federation.platform, "agent", "Luc Delhaye")
    for other in (colleague, federation.other_agent()):
        assert other.browser().client.get(other.browser().url(f"/imprimes/{joint.id}")).status_code == 404
        other.browser().post(f"/imprimes/{joint.id}/fichier", {}, status=404)
    with clock.set_to(now() + KEPT + timedelta(minutes=1)):
        run_due(app, FORGET)
    assert joints(agent) == []
    assert all(one.sealed for found in of_each(agent, people[:2]) for one in found)


def test_a_page_that_does_not_ask_whose_joint_pdf_it_is_is_found(
    app: Application, agent: Member, people: list[Person], federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    joint = sent(agent, people)
    quickly(app)
    colleague = federation.member(federation.platform, "agent", "Luc Delhaye")
    monkeypatch.setattr(several, "_mine", lambda key: get_or_404(JointPrintout, key))
    shown = colleague.browser().post(f"/imprimes/{joint.id}/fichier", {}, status=200)
    assert shown.data == QUICK, "without the question the colleague has what the test before refuses"


def test_letters_whose_joint_pdf_ended_before_the_worker_came_are_made_all_the_same(
    app: Application, agent: Member, people: list[Person]
) -> None:
    sent(agent, people)
    with clock.set_to(now() + KEPT + timedelta(minutes=1)), patch.object(jobs, "pdf_of", lambda _text: QUICK):
        run_due(app, FORGET)
        run_due(app, MAKE)
    assert all(one.made_at for found in of_each(agent, people[:2]) for one in found)


def test_a_content_is_sealed_for_its_row(agent: Member, people: list[Person], keyring: Keyring) -> None:
    joint = sent(agent, people)
    assert len(unseal(keyring, joint)["texts"]) == 2


def test_where_printing_is_not_set_up_what_was_typed_stays(
    agent: Member, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "missing", lambda: ("pango-1.0",))
    page = shown(agent, people)
    assert "n'est pas installée sur ce serveur" in page
    assert "Un café vous attend." in page
    assert joints(agent) == []


def test_days_that_are_past_and_hours_without_a_day_are_refused(agent: Member, people: list[Person]) -> None:
    for typed in ({"day": f"{today() - timedelta(days=1):%d/%m/%Y}"}, {"hour": "10:00"}, {"heading": ""}):
        page = agent.browser().post(address_of(people), TYPED | typed, status=422).get_data(as_text=True)
        assert 'class="errors"' in page
    assert joints(agent) == []
