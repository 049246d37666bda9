"""A whole caseload changes hands: all of it or nothing, once, with what follows a file; an absence is taken back."""

import random
import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from clais.clock import now, today
from clais.database import new_id
from clais.dates import moment_of
from clais.identity.models import Membership
from clais.messaging.actions import notify
from clais.messaging.models import Notification, OutboxMessage
from clais.workflow import StateChange
from tenants.agenda.models import Appointment
from tenants.day.models import Postponed
from tenants.people.actions import hand_over
from tenants.people.following import followers
from tenants.people.models import HandOver, Person
from tenants.team.actions.members import save_pattern
from tenants.team.queries import pattern_of
from tenants.transfers import actions
from tenants.transfers.models import CaseloadTransfer, TransferReceipt, TransferredFile
from tests.clais.exchange.referrals.test_announcements import lines_of, mails_of
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_person
from tests.support.tasks import a_task
from tests.tenants.agenda.days import an_appointment, reload
from tests.tenants.people.newcomers import words
from tests.tenants.team.teams import a_coordinator, an_agent, referent_of, with_pattern

END = today() + timedelta(days=14)
AWAY = {"reason": "absence", "ends_on": END.strftime("%d/%m/%Y"), "moves": "all"}
LEAVES = {"reason": "departure", "moves": "all", "stops_newcomers": "true"}


def address(giver: Member) -> str:
    return f"/equipe/membres/{giver.membership.id}/transmission"


def shown(browser: Browser, giver: Member, asked: dict[str, Any]) -> tuple[str, str]:
    """The page that shows what would move, and what accepts it."""
    page = browser.post(address(giver), asked, status=422).get_data(as_text=True)
    return page, re.findall(r'name="accepted"[^>]*value="([^"]+)"', page)[0]


def handed(browser: Browser, giver: Member, asked: dict[str, Any]) -> str:
    """Hand over as shown; the address of the receipt."""
    _page, mark = shown(browser, giver, asked)
    answer = browser.post(address(giver), {**asked, "accepted": mark, "_submission": str(new_id())}, status=303)
    return str(answer.location)


def tomorrow(hour: int, days: int = 1) -> datetime:
    return moment_of(today() + timedelta(days=days), time(hour))


def put_off(member: Member, person: Person) -> None:
    with member.at_work() as session:
        row = {"source": "plans", "subject": str(person.id), "person_id": person.id, "until": END}
        session.add(Postponed(membership_id=member.membership.id, **row))


def a_notice(member: Member, person: Person) -> None:
    with member.at_work() as session:
        key = f"news:{new_id()}"
        notify(session, member.membership.id, "news", "person", person.id, "Du neuf.", key, person_id=person.id)


def orphaned(federation: Federation, giver: Member, people: Iterable[Person], until: Any = None) -> list[str]:
    """What of these files is still with the giver, or with nobody."""
    found = []
    table = federation.app.extensions["clais"].permissions
    ids = [person.id for person in people]
    with giver.at_work() as session:
        pairs = followers(giver.tenant.id, table).subquery()
        heard = set(session.scalars(select(pairs.c.person_id).where(pairs.c.person_id.in_(ids))))
        found += [f"{key}: nobody hears of them" for key in ids if key not in heard]
        mine = (
            select(Person.id).where(Person.id.in_(ids), Person.referent_id == giver.membership.id),
            select(Appointment.id).where(
                Appointment.person_id.in_(ids),
                Appointment.agent_id == giver.membership.id,
                Appointment.state.in_(("planned", "confirmed")),
                Appointment.starts_at > now(),
                Appointment.starts_at < (until or now() + timedelta(days=400)),
            ),
            select(Notification.id).where(
                Notification.person_id.in_(ids),
                Notification.membership_id == giver.membership.id,
                Notification.read_at.is_(None),
            ),
            select(Postponed.id).where(Postponed.person_id.in_(ids), Postponed.membership_id == giver.membership.id),
        )
        found += [str(statement) for statement in mine if session.scalars(statement).all()]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_orphaned_whatever_the_giver_has_in_hand(federation: Federation, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - it draws cases.
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    takers = [an_agent(federation, name, ceiling=dice.choice([1, 3, 40])) for name in ("Anna", "Bruno")]
    people = [a_person(luc, f"Famille{number}") for number in range(6)]
    for person in people:
        if dice.random() < 0.6:
            an_appointment(luc, person, tomorrow(dice.randint(8, 16), dice.randint(1, 9)))
        if dice.random() < 0.5:
            a_notice(luc, person)
        if dice.random() < 0.5:
            put_off(luc, person)
    closed = a_person(luc, "Clôturée")
    with luc.at_work() as session:
        session.execute(update(Person).where(Person.id == closed.id).values(stage="closed"))
    handed(paul.browser(), luc, LEAVES)
    assert orphaned(federation, luc, people) == []
    assert {referent_of(paul, person) for person in people} <= {m.membership.id for m in (*takers, paul)}
    assert referent_of(paul, closed) == luc.membership.id, "a closed file stays whose it was"
    with paul.at_work() as session:
        mine = session.scalars(select(Notification).where(Notification.subject_type == "person")).all()
        unread = [line for line in mine if line.read_at is None]
        referents = {person.id: referent_of(paul, person) for person in people}
        assert all(line.membership_id == referents[line.person_id] for line in unread if line.person_id)


def test_what_moves_is_shown_before_and_moves_as_shown(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    anna = an_agent(federation, "Anna Roland", ceiling=1)
    with_pattern(paul, takes_newcomers=False)
    person = a_person(luc)
    a_person(luc, "Diallo")
    an_appointment(luc, person, tomorrow(9))
    a_notice(luc, person)
    a_task(luc, "Rappeler le CPAS", person)
    browser = paul.browser()
    page, _mark = shown(browser, luc, LEAVES)
    assert "Anna Roland" in page
    assert "1 rendez-vous" in page
    assert "1 notification non lue" in page
    assert "1 tâche" in page
    assert "Transmettre 2 dossiers" in page
    assert {referent_of(paul, person)} == {luc.membership.id}, "nothing moved yet"
    receipt = handed(browser, luc, {**LEAVES, "colleagues": [str(anna.membership.id)]})
    assert {referent_of(paul, person)} == {anna.membership.id}
    assert "Rappeler le CPAS" in anna.browser().get("/taches").get_data(as_text=True)
    assert "Rappeler le CPAS" not in luc.browser().get("/taches").get_data(as_text=True)
    said = words(browser.get(receipt))
    assert "a reçu 2 dossiers" in said
    assert len([line for line in lines_of(anna) if "2 dossiers vous sont confiés" in line]) == 1
    assert len(mails_of(anna)) == 1
    assert "Anna Roland" in words(browser.get(f"/rendez-vous/{an_id(paul, person)}"))
    with paul.at_work() as session:
        assert session.scalar(select(func.count()).select_from(HandOver)) == 2


def an_id(member: Member, person: Person) -> Any:
    with member.at_work() as session:
        return session.scalars(select(Appointment.id).where(Appointment.person_id == person.id)).one()


def test_above_a_ceiling_is_warned_of(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    anna = an_agent(federation, "Anna Roland", ceiling=1)
    for name in ("Un", "Deux"):
        a_person(luc, name)
    page, _mark = shown(paul.browser(), luc, {**LEAVES, "colleagues": [str(anna.membership.id)]})
    assert "au-dessus du plafond" in page


def test_of_two_clicks_one_counts_and_of_two_coordinators_the_second_is_told(federation: Federation) -> None:
    paul, luc, rosa = a_coordinator(federation), an_agent(federation, "Luc Delhaye"), a_coordinator(federation)
    anna = an_agent(federation, "Anna Roland")
    person = a_person(luc)
    asked = {**LEAVES, "colleagues": [str(anna.membership.id)]}
    first, second = paul.browser(), rosa.browser()
    _page, mark = shown(first, luc, asked)
    form = {**asked, "accepted": mark, "_submission": str(new_id())}
    for _click in range(2):
        first.post(address(luc), form, status=303)
    late = words(second.post(address(luc), {**asked, "accepted": mark}, status=422))
    assert "Quelque chose a changé entre-temps" in late
    with paul.at_work() as session:
        assert session.scalar(select(func.count()).select_from(CaseloadTransfer)) == 1
    assert referent_of(paul, person) == anna.membership.id


def test_cut_off_in_the_middle_nothing_has_moved(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    paul, luc, anna = a_coordinator(federation), an_agent(federation, "Luc"), an_agent(federation, "Anna")
    people = [a_person(luc, f"Famille{number}") for number in range(3)]
    done: list[Any] = []

    def cut_off(*given: Any) -> Any:
        if len(done) == 2:
            raise ConnectionError
        done.append(given)
        return hand_over(*given)

    monkeypatch.setattr("tenants.transfers.actions.hand_over", cut_off)
    wanted = actions.Wanted("departure", {person.id: anna.membership.id for person in people}, stops_newcomers=True)
    with pytest.raises(ConnectionError), paul.at_work() as session:
        actions.hand_over_caseload(session, paul.actor, luc.membership, wanted, {anna.membership.id: anna.membership})
    assert len(done) == 2
    assert {referent_of(paul, person) for person in people} == {luc.membership.id}
    with paul.at_work() as session:
        assert session.scalars(select(CaseloadTransfer)).all() == []
        assert session.scalars(select(TransferredFile)).all() == []


def test_after_an_absence_everything_is_taken_back_in_one_click(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    anna, ines = an_agent(federation, "Anna Roland"), an_agent(federation, "Inès Brahimi")
    kept, gone_on, closed = (a_person(luc, name) for name in ("Restée", "Partie", "Close"))
    soon = an_appointment(luc, kept, tomorrow(9))
    far = an_appointment(luc, kept, tomorrow(9, 30))
    browser = paul.browser()
    receipt = handed(browser, luc, {**AWAY, "colleagues": [str(anna.membership.id)]})
    assert orphaned(federation, luc, [kept, gone_on, closed], until=tomorrow(0, 15)) == []
    with paul.at_work() as session:
        owners = {row.id: row.agent_id for row in session.scalars(select(Appointment))}
        assert owners == {soon.id: anna.membership.id, far.id: luc.membership.id}, "what comes after the absence stays"
        session.execute(update(Person).where(Person.id == gone_on.id).values(referent_id=ines.membership.id))
    a_notice(anna, kept)
    with paul.at_work() as session:
        session.execute(update(CaseloadTransfer).values(ends_on=today() - timedelta(days=1)))
    assert "Tout reprendre" in words(browser.get("/ma-journee"))
    back = receipt.partition("?")[0] + "/reprise"
    for _click in range(2):
        browser.post(back.replace(f"/{browser.slug}", "", 1), status=303)
    assert [referent_of(paul, person) == luc.membership.id for person in (kept, gone_on, closed)] == [True, False, True]
    assert orphaned(federation, anna, [kept, closed]) == []
    assert "Tout reprendre" not in words(browser.get("/ma-journee"))
    with paul.at_work() as session:
        assert set(session.scalars(select(Appointment.agent_id))) == {luc.membership.id}
        changes = session.scalars(select(StateChange).where(StateChange.subject_type == "caseload_transfer")).all()
        assert [change.target for change in changes] == ["taken_back"]


def test_who_was_given_no_newcomers_before_is_given_none_after_an_absence(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    anna = an_agent(federation, "Anna Roland")
    a_person(luc)
    with paul.at_work() as session:
        member = session.get_one(Membership, (luc.tenant.id, luc.membership.id))
        save_pattern(session, member, None, {"takes_newcomers": False})
    browser = paul.browser()
    receipt = handed(browser, luc, {**AWAY, "stops_newcomers": "true", "colleagues": [str(anna.membership.id)]})
    browser.post(receipt.partition("?")[0].replace(f"/{browser.slug}", "", 1) + "/reprise", status=303)
    with paul.at_work() as session:
        pattern = pattern_of(session, luc.membership.id)
        assert pattern is not None
        assert not pattern.takes_newcomers


def test_who_leaves_for_good_takes_nothing_back(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    an_agent(federation, "Anna Roland")
    a_person(luc)
    browser = paul.browser()
    receipt = handed(browser, luc, LEAVES)
    assert "Tout reprendre" not in words(browser.get(receipt))
    browser.post(receipt.replace(f"/{browser.slug}", "", 1) + "/reprise", status=303)
    with paul.at_work() as session:
        assert [row.state for row in session.scalars(select(CaseloadTransfer))] == ["given"]


def test_each_person_is_told_by_mail_or_by_a_letter_on_the_list(federation: Federation) -> None:
    paul, luc, anna = a_coordinator(federation), an_agent(federation, "Luc"), an_agent(federation, "Anna Roland")
    a_person(luc, "Parmail", email="sofia@courriel.example", contact_preference="email")
    a_person(luc, "Parposte", email="autre@courriel.example", contact_preference="phone")
    browser = paul.browser()
    receipt = handed(browser, luc, {**AWAY, "colleagues": [str(anna.membership.id)]})
    with paul.at_work() as session:
        (mail,) = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "sofia@courriel.example"))
        assert "Anna Roland" in mail.body
        assert "Parmail" not in mail.subject + mail.body
    page = words(browser.get(receipt))
    assert "Lettres à envoyer" in page
    assert "Parposte" in page.partition("Lettres à envoyer")[2]
    assert "Parmail" not in page.partition("Lettres à envoyer")[2]
    browser.post(receipt.replace(f"/{browser.slug}", "", 1) + "/lettres", status=303)
    assert "envoyée" in words(browser.get(receipt))


def test_both_sides_confirm_and_the_former_reads_the_receipt_for_thirty_days(federation: Federation) -> None:
    paul, luc, anna = a_coordinator(federation), an_agent(federation, "Luc"), an_agent(federation, "Anna Roland")
    stranger = an_agent(federation, "Zoé")
    a_person(luc)
    receipt = handed(paul.browser(), luc, {**AWAY, "colleagues": [str(anna.membership.id)]})
    path = receipt.partition(f"/{luc.tenant.slug}")[2]
    for member in (luc, anna):
        browser = member.browser()
        assert path in browser.get("/ma-journee").get_data(as_text=True)
        for _click in range(2):
            browser.post(f"{path}/accuse", status=303)
        assert path not in browser.get("/ma-journee").get_data(as_text=True)
    assert "pas encore" not in words(paul.browser().get(path))
    stranger.browser().get(path, status=404)
    with paul.at_work() as session:
        session.execute(update(CaseloadTransfer).values(created_at=now() - timedelta(days=31)))
    luc.browser().get(path, status=404)
    anna.browser().get(path)


def test_only_newcomers_are_stopped_when_no_file_is_to_move(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    person = a_person(luc)
    handed(paul.browser(), luc, {"reason": "working_days", "moves": "none", "stops_newcomers": "true"})
    assert referent_of(paul, person) == luc.membership.id
    assert "ne prend pas de nouvelles personnes" in words(luc.browser().get("/equipe/moi"))


@pytest.mark.parametrize(
    ("asked", "why"),
    [({"reason": "absence"}, "dernier jour"), ({}, "Dites pourquoi"), ({**AWAY, "ends_on": "01/01/2020"}, "passé")],
)
def test_an_absence_without_end_is_refused_and_nothing_typed_is_lost(
    federation: Federation, asked: dict[str, str], why: str
) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    page = words(paul.browser().post(address(luc), {"moves": "none", **asked}, status=422))
    assert why in page
    assert re.search(r'value="none"[^>]* checked|checked[^>]*value="none"', page) or "ends_on" in asked


def test_members_and_transfers_of_another_platform_do_not_exist(federation: Federation) -> None:
    paul, other = a_coordinator(federation), federation.other_agent()
    theirs = federation.member(federation.other_platform, "coordinator", "Rosa Mancini")
    a_person(other)
    receipt = handed(theirs.browser(), other, LEAVES)
    browser = paul.browser()
    browser.get(address(other), status=404)
    at = receipt.partition(f"/{other.tenant.slug}")[2].partition("?")[0]
    browser.get(at, status=404)
    for act in ("accuse", "lettres", "reprise"):
        browser.post(f"{at}/{act}", status=404)
    an_agent(federation, "Luc").browser().get(address(other), status=403)
    with theirs.at_work() as session:
        assert [row.state for row in session.scalars(select(CaseloadTransfer))] == ["given"]
        assert session.scalars(select(TransferReceipt)).all() == []


def test_the_files_of_someone_who_left_change_hands_too(federation: Federation) -> None:
    paul, luc, anna = a_coordinator(federation), an_agent(federation, "Luc"), an_agent(federation, "Anna")
    person = a_person(luc)
    with luc.at_work() as session:
        session.execute(update(Membership).where(Membership.id == luc.membership.id).values(ended_at=now()))
    handed(paul.browser(), luc, {**LEAVES, "colleagues": [str(anna.membership.id)]})
    assert reload(anna, person).referent_id == anna.membership.id
