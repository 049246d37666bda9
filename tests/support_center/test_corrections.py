"""The centre corrects itself for a day, with a reason that both sides read; the seat follows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from clais import clock
from clais.clock import today
from clais.database import new_id
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.exchange.referrals.workflow import OPEN
from clais.messaging.models import Notification
from clais.workflow import Refused
from support_center.routing import actions, corrections, seats
from support_center.routing.models import Participant
from support_center.routing.queries import current_enrolment, participant_of
from tests.clais.exchange.referrals.test_announcements import run
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to
from tests.support.referrals import a_person, a_referral, a_scheme, referral_in
from tests.tenants.people.newcomers import words

WAYS = {
    "accept": ("accept",),
    "advise": ("advise",),
    "decline": ("decline",),
    "start": ("accept", "start"),
    "complete": ("accept", "start", "complete"),
    "fail": ("accept", "fail"),
    "fail in progress": ("accept", "start", "fail"),
    "fail on hold": ("accept", "start", "hold", "fail"),
}
BEFORE = {
    "accept": "received",
    "advise": "received",
    "decline": "received",
    "start": "accepted",
    "complete": "in_progress",
    "fail": "accepted",
    "fail in progress": "in_progress",
    "fail on hold": "on_hold",
}
REASON = {"advise": "later", "decline": "session_full", "complete": "hired", "fail": "dropped_out"}


def moved(
    officer: Member, referral: Referral, steps: tuple[str, ...], scheme_session: SchemeSession | None = None
) -> None:
    """Take the steps of the centre one after the other."""
    for step in ("receive", *steps):
        with officer.at_work() as session:
            found = received_referral(session, referral.id)
            assert found is not None
            if step == "accept":
                keyring = officer.federation.keyring
                actions.accept(session, officer.actor, found, keyring, scheme_session=scheme_session)
            elif step == "start":
                actions.start(session, officer.actor, found, today())
            elif step in {"complete", "fail"}:
                actions.report(session, officer.actor, found, step, reason=REASON[step])
            else:
                referral_actions.move(session, officer.actor, found, step, reason=REASON.get(step), comment="Parce que")


def take_back(officer: Member, referral: Referral, why: str = "Je me suis trompé de personne") -> None:
    with officer.at_work() as session:
        found = received_referral(session, referral.id)
        assert found is not None
        corrections.take_back(session, officer.actor, found, why)


def standing(officer: Member, referral: Referral) -> tuple[str, str | None, bool]:
    """The state of the referral and of its participant, and whether they have a seat."""
    with officer.at_work() as session:
        found = received_referral(session, referral.id)
        assert found is not None
        assert (found.reason, found.result, found.result_note) == (None, None, None)
        participant = participant_of(session, referral.id)
        held = current_enrolment(session, participant.id) if participant else None
        return found.state, participant.state if participant else None, bool(held and held.state == "seated")


def taken(officer: Member, scheme_session: SchemeSession) -> int:
    with officer.at_work() as session:
        return session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id)).seats_taken


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_goes_back_to_where_it_stood(federation: Federation, way: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=2)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    moved(officer, referral, WAYS[way], scheme_session)
    take_back(officer, referral)
    state, participant, seated = standing(officer, referral)
    assert state == BEFORE[way]
    if way == "accept":
        assert (participant, seated, taken(officer, scheme_session)) == ("taken_back", False, 0)
    elif way in {"advise", "decline"}:
        assert (participant, taken(officer, scheme_session)) == (None, 0)
    else:
        assert (participant, seated, taken(officer, scheme_session)) == ("enrolled", True, 1)


@pytest.mark.parametrize("has_session", [True, False], ids=["from a session", "without a session"])
def test_whose_acceptance_is_taken_back_after_their_seat_was_released_never_came_in(
    federation: Federation, has_session: bool
) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=2)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    chosen = scheme_session if has_session else None
    moved(officer, referral, ("accept",), chosen)
    with officer.at_work() as session:
        participant = participant_of(session, referral.id)
        assert participant is not None
        seats.release_seat(session, officer.actor, participant)
    assert standing(officer, referral) == ("accepted", "left", False)
    take_back(officer, referral)
    assert standing(officer, referral) == ("received", "taken_back", False)
    assert taken(officer, scheme_session) == 0
    page = officer.browser().get(f"/participants/{participant.id}").get_data(as_text=True)
    assert "Acceptation annulée" in page
    with officer.at_work() as session:
        found = received_referral(session, referral.id)
        assert found is not None
        actions.accept(session, officer.actor, found, officer.federation.keyring, scheme_session=chosen)
    assert standing(officer, referral) == ("accepted", "enrolled", has_session)
    assert taken(officer, scheme_session) == int(has_session)


def test_both_sides_read_it_with_its_reason_and_are_told(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    aline = federation.member(federation.support_centre, "support_officer", "Aline Dubois")
    referral = a_referral(agent, a_person(agent), *a_scheme(officer))
    moved(officer, referral, ("decline",))
    run(federation, federation.platform, announce)
    browser = officer.browser()
    page = words(browser.get(f"/a-traiter/{referral.id}"))
    assert "Annuler le refus" in page
    form = {"take_back-comment": "Mauvaise ligne : elle remplit les conditions", "_submission": str(new_id())}
    browser.post(f"/a-traiter/{referral.id}/correction", form, status=303)
    browser.get(f"/a-traiter/{referral.id}")
    run(federation, federation.platform, announce)
    run(federation, federation.support_centre, announce)
    assert [unread_of(member) for member in (agent, aline, officer)] == [1, 1, 0], "who did it knows"
    for member, path in ((officer, f"/a-traiter/{referral.id}"), (agent, f"/relais/{referral.id}")):
        page = words(member.browser().get(path))
        assert "Mauvaise ligne : elle remplit les conditions" in page
        assert "Réponse annulée\u00a0: Reçu" in page


def unread_of(member: Member) -> int:
    """How many notices that an answer was taken back a member has not read."""
    with member.at_work() as session:
        mine = (Notification.membership_id == member.membership.id) & Notification.read_at.is_(None)
        return len([line for line in session.scalars(select(Notification).where(mine)) if "a annulé" in line.text])


def test_it_needs_a_reason(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    moved(officer, referral, ("decline",))
    officer.browser().post(f"/a-traiter/{referral.id}/correction", {"take_back-comment": " "}, status=422)
    with pytest.raises(Refused, match="comment_missing"):
        take_back(officer, referral, "")


@pytest.mark.parametrize(("hours", "offered"), [(23, True), (25, False)])
def test_it_can_be_done_for_a_day(federation: Federation, hours: int, offered: bool) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    moved(officer, referral, ("decline",))
    with clock.set_to(clock.now() + timedelta(hours=hours)):
        with officer.at_work() as session:
            found = received_referral(session, referral.id)
            assert found is not None
            assert (referral_actions.step_to_take_back(session, found) is not None) == offered
        with refused_unless(offered):
            take_back(officer, referral)


@pytest.mark.parametrize("undone", ["taken back", "failed"])
def test_no_seat_is_given_where_no_acceptance_stands(federation: Federation, undone: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=2)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    moved(officer, referral, ("accept",), None)
    with officer.at_work() as session:
        row = participant_of(session, referral.id)
        assert row is not None
    browser, path = officer.browser(), f"/participants/{row.id}"
    page = words(browser.get(path))
    assert "Attribuer une place" in page, "while the acceptance stands, a seat can be given"
    asked = {"place": str(scheme_session.id), "_version": version_sent_to("/place", page)}
    if undone == "taken back":
        take_back(officer, referral)
    else:
        with officer.at_work() as session:
            found = received_referral(session, referral.id)
            assert found is not None
            actions.report(session, officer.actor, found, "fail", reason="dropped_out")
    page = words(browser.get(path))
    assert "Attribuer une place" not in page
    assert "Attribuer cette place" not in page
    assert ("Acceptation annulée" in page, "Sorti·e" in page) == (undone == "taken back", undone == "failed")
    browser.post(f"{path}/place", asked, status=409)
    with officer.at_work() as session:
        row = participant_of(session, referral.id)
        assert row is not None
        with pytest.raises(Refused, match="wrong_state"):
            seats.give_seat(session, officer.actor, row, scheme_session)
    assert taken(officer, scheme_session) == 0


@contextmanager
def refused_unless(offered: bool) -> Iterator[None]:
    if offered:
        yield
    else:
        with pytest.raises(Refused, match="too_late"):
            yield


def test_what_was_taken_back_is_not_taken_back_again_nor_a_receipt(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    moved(officer, referral, ())
    with pytest.raises(Refused, match="too_late"):
        take_back(officer, referral)
    moved_on = a_referral(agent, a_person(agent, "Lenoir", "Paul"))
    moved(officer, moved_on, ("decline",))
    take_back(officer, moved_on)
    with pytest.raises(Refused, match="too_late"):
        take_back(officer, moved_on)


def test_the_sender_takes_no_answer_back(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    moved(officer, referral, ("decline",))
    with agent.at_work() as session, pytest.raises(Refused):
        referral_actions.take_back(session, agent.actor, referral, "Non")


def test_a_refusal_is_not_taken_back_once_the_person_was_sent_there_again(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    person = a_person(agent)
    referral = a_referral(agent, person, scheme, scheme_session)
    moved(officer, referral, ("decline",))
    a_referral(agent, person, scheme, scheme_session)
    with pytest.raises(Refused, match="other_open"):
        take_back(officer, referral)


def test_accepted_again_the_record_goes_on(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=1)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    moved(officer, referral, ("accept",), scheme_session)
    with officer.at_work() as session:
        first = participant_of(session, referral.id)
    take_back(officer, referral)
    with officer.at_work() as session:
        found = received_referral(session, referral.id)
        assert found is not None
        keyring = officer.federation.keyring
        again = actions.accept(session, officer.actor, found, keyring, scheme_session=scheme_session)
        assert first is not None
        assert again.id == first.id
    assert standing(officer, referral) == ("accepted", "enrolled", True)


def test_a_seat_that_was_given_away_meanwhile_becomes_a_place_on_the_waiting_list(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=1)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    moved(officer, referral, ("accept",), scheme_session)
    with officer.at_work() as session:
        participant = participant_of(session, referral.id)
        assert participant is not None
        actions.note_progress(session, participant, "Apprend vite")
        found = received_referral(session, referral.id)
        assert found is not None
        actions.report(session, officer.actor, found, "fail", reason="dropped_out")
    other = a_referral(agent, a_person(agent, "Lenoir", "Paul"), scheme, scheme_session)
    moved(officer, other, ("accept",), scheme_session)
    take_back(officer, referral)
    assert standing(officer, referral) == ("accepted", "waiting", False)
    with officer.at_work() as session:
        row = session.get_one(Participant, (participant.tenant_id, participant.id))
        held = current_enrolment(session, row.id)
        assert held is not None
        assert held.progress_note == "Apprend vite"


def test_what_was_noted_of_the_progress_goes_along_from_seat_to_seat(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    other = a_session_of(officer, scheme)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    moved(officer, referral, ("accept",), scheme_session)

    def noted() -> str | None:
        with officer.at_work() as session:
            row = participant_of(session, referral.id)
            assert row is not None
            held = current_enrolment(session, row.id)
            return held.progress_note if held else None

    with officer.at_work() as session:
        row = participant_of(session, referral.id)
        assert row is not None
        actions.note_progress(session, row, "Apprend vite")
    with officer.at_work() as session:
        row = participant_of(session, referral.id)
        assert row is not None
        seats.give_seat(session, officer.actor, row, other)
    assert noted() == "Apprend vite"
    take_back(officer, referral)
    assert noted() is None
    with officer.at_work() as session:
        found = received_referral(session, referral.id)
        assert found is not None
        actions.accept(session, officer.actor, found, officer.federation.keyring, scheme_session=scheme_session)
    assert noted() == "Apprend vite"


def a_session_of(officer: Member, scheme: Scheme) -> SchemeSession:
    """Another session of a scheme."""
    with officer.at_work() as session:
        owner = {"owner_tenant_id": officer.tenant.id, "basin_id": officer.tenant.basin_id}
        starts = today() + timedelta(days=60)
        days = {"starts_on": starts, "ends_on": starts + timedelta(days=60), "closes_on": starts}
        row = SchemeSession(**owner, scheme_id=scheme.id, place="Rue de Gilly 2", seats=8, **days)
        session.add(row)
    return row


def test_after_a_wrong_start_the_wrong_acceptance_can_be_taken_back_too(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    moved(officer, referral, ("accept", "start"), scheme_session)
    take_back(officer, referral)
    assert standing(officer, referral)[0] == "accepted"
    take_back(officer, referral)
    assert standing(officer, referral)[0] == "received"
    with pytest.raises(Refused, match="too_late"):
        take_back(officer, referral)


@pytest.mark.parametrize("first", ["sent again", "taken back"])
def test_a_refusal_taken_back_while_the_person_is_sent_again_leaves_one_open_referral(
    federation: Federation, first: str
) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    person = a_person(agent)
    referral = a_referral(agent, person, scheme, scheme_session)
    moved(officer, referral, ("decline",))
    refused: list[Refused] = []

    def second() -> None:
        try:
            if first == "sent again":
                take_back(officer, referral)
            else:
                a_referral(agent, person, scheme, scheme_session)
        except Refused as error:
            refused.append(error)

    thread = Thread(target=second)
    if first == "sent again":
        with agent.at_work() as session:
            referral_in(session, agent, person, scheme)
            thread.start()
            thread.join(0.5)
    else:
        with officer.at_work() as session:
            found = received_referral(session, referral.id)
            assert found is not None
            corrections.take_back(session, officer.actor, found, "Mauvaise ligne")
            thread.start()
            thread.join(0.5)
    thread.join(10)
    assert [error.code for error in refused] == ["other_open" if first == "sent again" else "already_open"]
    with agent.at_work() as session:
        states = session.scalars(select(Referral.state).where(Referral.person_id == person.id)).all()
    assert len([state for state in states if state in OPEN]) == 1


def label_of(field: str, page: str) -> str:
    """The whole label of a field, with its remark."""
    found = re.search(rf'<label[^>]*for="field-{field}".*?</label>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_start_before_the_session_asks_for_the_day_and_records_it(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    moved(officer, referral, ("accept",), scheme_session)
    browser, path = officer.browser(), f"/a-traiter/{referral.id}"
    page = words(browser.get(path))
    assert 'id="start-dialog"' in page
    assert "(facultatif)" not in label_of("start-happened_on", page)
    page = words(browser.post(f"{path}/demarrage", {}, status=422))
    assert "(facultatif)" not in label_of("start-happened_on", page)
    sheet = page.partition('id="correct"')[2].partition("</form>")[0]
    assert f'{path}">Annuler</a>' in sheet, "the page of the error leads back to the referral"
    assert "indiquez le jour où l'on a vraiment commencé" in page
    future = today() + timedelta(days=1)
    browser.post(f"{path}/demarrage", {"start-happened_on": f"{future:%d/%m/%Y}"}, status=422)
    began = today() - timedelta(days=2)
    browser.post(f"{path}/demarrage", {"start-happened_on": f"{began:%d/%m/%Y}"}, status=303)
    for member, address in ((officer, path), (agent, f"/relais/{referral.id}")):
        assert f"(le {began.day}" in words(member.browser().get(address))


def test_a_start_without_a_session_to_come_is_one_click(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent), a_scheme(officer)[0], None)
    moved(officer, referral, ("accept",))
    browser = officer.browser()
    assert 'id="start-dialog"' not in words(browser.get(f"/a-traiter/{referral.id}"))
    browser.post(f"/a-traiter/{referral.id}/demarrage", {}, status=303)
    assert standing(officer, referral)[0] == "in_progress"


def test_lists_of_sessions_begin_with_what_is_to_come_and_fold_what_is_over(federation: Federation) -> None:
    officer = federation.officer()
    scheme, scheme_session = a_scheme(officer)
    with officer.at_work() as session:
        for starts, ends, place in ((-60, -30, "PASSEE"), (-5, 30, "ENCOURS"), (5, 30, "BIENTOT")):
            session.add(
                SchemeSession(
                    owner_tenant_id=officer.tenant.id, basin_id=officer.tenant.basin_id, scheme_id=scheme.id,
                    starts_on=today() + timedelta(days=starts), ends_on=today() + timedelta(days=ends),
                    closes_on=today() + timedelta(days=starts - 1), place=place, seats=4,
                )
            )  # fmt: skip
    browser = officer.browser()
    page = words(browser.get(f"/dispositifs/{scheme.id}"))
    order = [page.index(place) for place in ("BIENTOT", scheme_session.place, "ENCOURS", "PASSEE")]
    assert order == sorted(order)
    assert page.index("<details") < page.index("PASSEE")
    page = words(browser.get("/places"))
    order = [page.index(place) for place in ("BIENTOT", scheme_session.place, "ENCOURS")]
    assert order == sorted(order)
    assert "PASSEE" not in page
    assert "PASSEE" in words(browser.get("/places?seats=over"))
