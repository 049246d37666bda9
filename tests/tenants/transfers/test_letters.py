"""The letters of a hand-over: one for each person who is not told by mail, kept in their file, and one PDF to print."""

from html import unescape

from sqlalchemy import select

from clais.encryption import Keyring
from clais.web.routing import Application
from tenants.people.actions import hand_over
from tenants.people.models import Person
from tenants.printing.models import JointPrintout
from tests.support.federation import Federation, Member
from tests.support.printing import printed, printouts, quickly, words_of
from tests.support.referrals import a_person
from tests.tenants.team.teams import a_coordinator, an_agent
from tests.tenants.transfers.test_hand_over_of_a_caseload import AWAY, END, LEAVES, handed


def joint_printouts(member: Member) -> int:
    with member.at_work() as session:
        return len(session.scalars(select(JointPrintout).where(JointPrintout.tenant_id == member.tenant.id)).all())


def test_who_is_told_by_letter_gets_one_and_who_wants_mail_does_not(
    app: Application, federation: Federation, keyring: Keyring
) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    an_agent(federation, "Anna Rossi")
    on_paper = a_person(luc, "Albin", "Ada")
    by_mail = a_person(luc, "Brun", "Bob", email="bob@example.be", contact_preference="email")
    receipt = handed(paul.browser(), luc, AWAY)
    assert "Imprimer les lettres" in paul.browser().get(receipt).get_data(as_text=True)
    first = paul.browser().post(f"{receipt}/lettres/pdf", {}, status=303).location
    assert paul.browser().post(f"{receipt}/lettres/pdf", {}, status=303).location == first
    assert joint_printouts(paul) == 1
    (given,) = printouts(paul, on_paper)
    assert printouts(paul, by_mail) == []
    said = unescape(words_of(keyring, given))
    assert "Ada Albin" in said
    assert str(END.year) in said
    assert [name for name in ("Anna Rossi", "Paul Henin", "Nadia Lambert") if name in said]
    quickly(app)
    page = paul.browser().get(first).get_data(as_text=True)
    assert "1 lettre est gardée" in unescape(page).replace("\N{NO-BREAK SPACE}", " ")
    paul.browser().post(f"{first.removeprefix('/' + paul.tenant.slug)}/fichier", {}, status=200)
    assert first.rsplit("/", 1)[1] in paul.browser().get(receipt).get_data(as_text=True)


def test_who_was_given_to_somebody_else_since_is_not_told_of_the_one_before(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    later = federation.member(federation.platform, "coordinator", "Karim Saïdi")
    an_agent(federation, "Anna Rossi")
    given, stays = a_person(luc, "Albin", "Ada"), a_person(luc, "Brun", "Bob")
    receipt = handed(paul.browser(), luc, LEAVES)
    with paul.at_work() as session:
        file = session.get_one(Person, (given.tenant_id, given.id))
        hand_over(session, paul.actor, file, later.membership)
    first = paul.browser().post(f"{receipt}/lettres/pdf", {}, status=303).location
    assert (len(printouts(paul, given)), len(printouts(paul, stays))) == (0, 1)
    quickly(federation.app)
    assert paul.browser().post(f"{receipt}/lettres/pdf", {}, status=303).location == first
    assert len(printouts(paul, stays)) == 1


def test_who_has_no_part_in_a_hand_over_prints_none_of_its_letters(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    an_agent(federation, "Anna Rossi")
    person = a_person(luc, "Albin", "Ada")
    receipt = handed(paul.browser(), luc, LEAVES)
    outsider = federation.member(federation.platform, "receptionist", "Julie Skalski")
    outsider.browser().post(f"{receipt}/lettres/pdf", {}, status=404)
    assert printouts(paul, person) == []


def test_one_person_is_told_by_a_letter_who_follows_them(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = a_person(agent, "Albin", "Ada")
    place = f"/personnes/{person.id}/referent/lettre"
    assert "Nadia Lambert" in agent.browser().get(place).get_data(as_text=True)
    said = unescape(words_of(keyring, printed(agent, person, f"{place}/pdf")))
    assert "Nadia Lambert est désormais votre personne de contact" in said
    homeless = a_person(agent, "Denis", "Dan", street=None, postal_code=None, locality=None)
    assert "Aucune adresse postale" in agent.browser().get(f"/personnes/{homeless.id}/referent/lettre").get_data(
        as_text=True
    )
