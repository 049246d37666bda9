"""A referral that comes back with advice, and what is still open elsewhere once somebody is placed."""

import re
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select

from clais.database import new_id
from clais.exchange.publications.models import Scheme
from clais.exchange.referrals import actions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.workflow import Refused
from tenants.referrals.settlement import lock_with_others
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme, three_referrals

ADVICE = "La garde d'abord : appelez l'accueil, puis revenez."


def received(officer: Member, referral: Referral) -> None:
    with officer.at_work() as session:
        actions.move(session, officer.actor, referral, "receive")


def returned(officer: Member, referral: Referral, scheme: str = "", *, status: int = 303, text: str = ADVICE) -> str:
    """Send it back through the form of the page."""
    said = {"advise-reason": "other_scheme", "advise-scheme_id": scheme, "advise-comment": text}
    said["_submission"] = str(new_id())
    answer = officer.browser().post(f"/a-traiter/{referral.id}/avis", said, status=status)
    return unescape(answer.get_data(as_text=True))


def page_of(member: Member, referral: Referral) -> str:
    return unescape(member.browser().get(f"/relais/{referral.id}").get_data(as_text=True))


def state_of(member: Member, key: UUID) -> tuple[str, str | None]:
    with member.at_work() as session:
        row = session.scalars(select(Referral).where(Referral.id == key)).one()
        return row.state, row.reason


def test_the_sender_reads_the_advice_and_opens_the_scheme_that_is_proposed(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    person = a_person(agent)
    referral = a_referral(agent, person, *a_scheme(officer, name="Soudure"))
    proposed, _session = a_scheme(officer, name="Remise à niveau")
    received(officer, referral)
    returned(officer, referral, str(proposed.id))
    assert "vous proposez Remise à niveau" in unescape(officer.browser().get(f"/a-traiter/{referral.id}").text)
    page = page_of(agent, referral)
    assert "Renvoyé avec un avis" in page
    assert ADVICE in page
    assert "Le centre propose : Remise à niveau." in page.replace("\u00a0", " ")
    assert f"/personnes/{person.id}/orienter?shown=all#scheme-{proposed.id}" in page
    assert "Orienter ailleurs" in page
    assert state_of(agent, referral.id) == ("advised", "other_scheme")


def test_advice_without_words_or_to_a_scheme_of_another_basin_is_refused_and_nothing_is_lost(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent), *a_scheme(officer))
    foreign, _session = a_scheme(Federation(federation.app, federation.engine).officer(), name="Ailleurs")
    received(officer, referral)
    assert "Écrivez ce qui aiderait" in returned(officer, referral, status=422, text=" ")
    assert ADVICE in returned(officer, referral, str(foreign.id), status=422)
    assert ADVICE in returned(officer, referral, str(referral.scheme_id), status=422)
    assert state_of(agent, referral.id) == ("received", None)


def test_a_scheme_that_closed_meanwhile_is_named_and_cannot_be_opened(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent), *a_scheme(officer))
    proposed, _session = a_scheme(officer, name="Remise à niveau")
    received(officer, referral)
    returned(officer, referral, str(proposed.id))
    officer.browser().post(f"/dispositifs/{proposed.id}/fermeture", {}, status=303)
    with officer.at_work() as session:
        assert session.get_one(Scheme, (proposed.owner_tenant_id, proposed.id)).state == "closed"
    page = page_of(agent, referral)
    assert "Le centre propose" in page
    assert f"#scheme-{proposed.id}" not in page


def test_advice_that_is_taken_back_proposes_nothing(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent), *a_scheme(officer))
    proposed, _session = a_scheme(officer, name="Remise à niveau")
    received(officer, referral)
    returned(officer, referral, str(proposed.id))
    with officer.at_work() as session:
        found = received_referral(session, referral.id)
        assert found is not None
        actions.take_back(session, officer.actor, found, "Mauvaise ligne")
        assert (found.state, found.advised_scheme_id, found.reason) == ("received", None, None)
    assert "Le centre propose" not in page_of(agent, referral)


@pytest.mark.parametrize(
    ("reason", "is_said"), [("not_interested", True), ("did_not_come", False), ("session_full", False)]
)
def test_who_declined_is_said(federation: Federation, reason: str, is_said: bool) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent), *a_scheme(officer))
    received(officer, referral)
    with officer.at_work() as session:
        actions.move(session, officer.actor, referral, "decline", reason=reason)
    assert ("Par la personne" in page_of(agent, referral)) == is_said


def ticks(page: str, referral: Referral) -> bool | None:
    """Whether the page ticks the cancelling of a referral; None where it does not propose it."""
    box = re.search(rf'<input[^>]*value="{referral.id}-\w+"[^>]*>', page)
    return None if box is None else "checked" in box[0]


def cancel(agent: Member, placed: Referral, *others: tuple[Referral, str], status: int = 303) -> str:
    said = {"placed-others": [f"{each.id}-{state}" for each, state in others], "placed-comment": "Une place ailleurs"}
    said["_submission"] = str(new_id())
    answer = agent.browser().post(f"/relais/{placed.id}/autres", said, status=status)
    return unescape(answer.get_data(as_text=True))


def test_once_somebody_is_placed_their_other_referrals_are_proposed_for_closing(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    accepted, waiting, under_way = three_referrals(agent, officer)
    assert ticks(page_of(agent, waiting), accepted) is None
    # Who is only accepted may still wait for a seat: nothing is ticked beforehand.
    assert [ticks(page_of(agent, accepted), each) for each in (waiting, under_way)] == [False, False]
    assert [ticks(page_of(agent, under_way), each) for each in (waiting, accepted)] == [True, False]
    assert "Une place ailleurs" in cancel(agent, under_way, status=422)
    cancel(agent, under_way, (waiting, "requested"))
    assert state_of(agent, waiting.id) == ("cancelled", "placed_elsewhere")
    assert state_of(agent, accepted.id) == ("accepted", None)
    assert state_of(agent, under_way.id) == ("in_progress", None)
    told = officer.browser().get(f"/a-traiter/{waiting.id}").get_data(as_text=True)
    assert "Placé·e par un autre relais" in unescape(told)


def test_one_that_moved_since_it_was_ticked_is_not_cancelled_unseen(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    _accepted, waiting, under_way = three_referrals(agent, officer)
    for step in ("receive", "accept"):
        with officer.at_work() as session:
            actions.move(session, officer.actor, waiting, step)
    page = cancel(agent, under_way, (waiting, "requested"), status=422)
    assert "Une place ailleurs" in page
    assert ticks(page, waiting) is False
    assert state_of(agent, waiting.id)[0] == "accepted"


def test_two_referrals_never_cancel_each_other(federation: Federation) -> None:
    """Between the click and the locks the other page may have cancelled this one."""
    agent, officer = federation.agent(), federation.officer()
    accepted, _waiting, under_way = three_referrals(agent, officer)
    with agent.at_work() as session:
        here = {
            row.id: row for row in session.scalars(select(Referral).where(Referral.person_id == accepted.person_id))
        }
        mine, other = here[accepted.id], here[under_way.id]
        with agent.at_work() as elsewhere:
            actions.cancel(elsewhere, agent.actor, elsewhere.get_one(Referral, (mine.tenant_id, mine.id)), "moved")
        with pytest.raises(Refused, match="wrong_state"):
            lock_with_others(session, mine, [other])


def test_what_was_typed_is_shown_where_nothing_is_left_to_cancel(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent), *a_scheme(officer))
    assert "Une place ailleurs" in cancel(agent, referral, (referral, "requested"), status=409)


def test_the_referrals_of_others_are_never_closed_with_them(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    accepted, waiting, _under_way = three_referrals(agent, officer)
    stranger = a_referral(agent, a_person(agent, "Lenoir", "Ana"), *a_scheme(officer, name="Cuisine"))
    cancel(agent, accepted, (waiting, "requested"), (stranger, "requested"), status=422)
    assert [state_of(agent, each.id)[0] for each in (waiting, stranger)] == ["requested", "requested"]
