"""21. The receiver of a referral sees what was agreed; withdrawn or over, it is gone; the sender sees no more."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text, update

from clais.clock import now
from clais.exchange import actions
from clais.exchange.models import Parcel, Referral, ReferralEvent, ReferralMessage
from clais.exchange.parcels import Offer
from clais.exchange.queries import received_referral, sent_referral
from tests.isolation.pages import crawl
from tests.isolation.world import Visitor, World
from tests.support.federation import Member
from tests.support.referrals import a_person, a_referral

AGREED = ("name", "age", "status")
FACTS = (
    Offer("name", "Nom et prénom", {"family_name": "Marchetti", "given_names": "Sofia"}, "Sofia AGREED-name"),
    Offer("age", "Âge", {"years": 31, "band": "30_34"}, "AGREED-age"),
    Offer("status", "Statut", "integration_income", "AGREED-status"),
    Offer("phone", "Téléphone", "+32470123456", "KEPT-phone"),
    Offer("bilan.health", "Santé", -2, "KEPT-health"),
)
SECRET = "KEPT-note-of-the-receiver"


@dataclass
class Sent:
    """A referral on its way, with someone at both ends."""

    agent: Member
    officer: Member
    referral: Referral
    superuser: Engine
    world: World

    def visitor(self, member: Member) -> Visitor:
        """A session of one of the two."""
        self.world.members[member.membership.role] = member
        return self.world.visitor(member.membership.role)


@pytest.fixture
def sent(world: World, superuser: Engine) -> Sent:
    federation = world.federation
    agent, officer = federation.agent(), federation.officer()
    # The file holds more than is shared: none of it may appear on the other side.
    person = a_person(agent, availability="KEPT-availability", email="kept@example.be", street="KEPT-street")
    return Sent(agent, officer, a_referral(agent, person, offers=FACTS, ticked=AGREED), superuser, world)


def receiver_pages(sent: Sent, limit: int = 60) -> str:
    """Everything that the receiver can reach, as one text: list, page, search, records, API."""
    visitor = sent.visitor(sent.officer)
    start = (
        "/",
        f"/{visitor.slug}/a-traiter",
        f"/{visitor.slug}/recus/{sent.referral.id}",
        "/api/v1/referrals",
        f"/api/v1/referrals/{sent.referral.id}",
    )
    found = [step.response.get_data(as_text=True) for step in crawl(visitor, start=start, limit=limit)]
    found += [visitor.ask("POST", f"/{visitor.slug}/participants/recherche", {"q": "marchetti"}).get_data(as_text=True)]
    return "\n".join(found)


def check_fields(sent: Sent) -> list[str]:
    """Agreed facts that are not seen, and others that are."""
    text = receiver_pages(sent)
    problems = [f"not seen: {code}" for code in AGREED if f"AGREED-{code}" not in text]
    return problems + sorted(set(re.findall(r"KEPT-\w+|kept@example\.be", text)))


def test_the_receiver_sees_the_agreed_fields_and_no_other(sent: Sent) -> None:
    assert check_fields(sent) == []


def test_a_parcel_that_holds_more_is_found(sent: Sent) -> None:
    with sent.superuser.begin() as connection:
        connection.execute(
            text("UPDATE parcel SET contents = contents || CAST(:more AS jsonb) WHERE referral_id = :id"),
            {"more": '{"phone": {"label": "Téléphone", "value": "x", "text": "KEPT-phone"}}', "id": sent.referral.id},
        )
    assert check_fields(sent) == ["KEPT-phone"]


def withdraw(sent: Sent) -> None:
    with sent.agent.at_work() as session:
        mine = sent_referral(session, sent.referral.id)
        assert mine is not None
        actions.withdraw(session, sent.agent.actor, mine)


def expire(sent: Sent) -> None:
    with sent.superuser.begin() as connection:
        crossing: tuple[tuple[Any, Any], ...] = (
            (Referral, Referral.id),
            (Parcel, Parcel.referral_id),
            (ReferralEvent, ReferralEvent.referral_id),
            (ReferralMessage, ReferralMessage.referral_id),
        )
        for table, key in crossing:
            connection.execute(
                update(table).where(key == sent.referral.id).values(consent_until=now() - timedelta(seconds=1))
            )


def check_gone(sent: Sent) -> list[str]:
    """Where the receiver still meets the person, once the consent is over."""
    visitor = sent.visitor(sent.officer)
    page = visitor.ask("GET", f"/{visitor.slug}/recus/{sent.referral.id}")
    text = receiver_pages(sent)
    problems = [f"page: {page.status_code}"] if page.status_code != 404 else []
    problems += [f"seen: {found}" for found in sorted(set(re.findall(r"AGREED-\w+|Marchetti|KEPT-\w+", text)))]
    for noun in ("acceptation", "messages"):
        answer = visitor.ask("POST", f"/{visitor.slug}/recus/{sent.referral.id}/{noun}", {"text": "Toujours là ?"})
        problems += [f"{noun}: {answer.status_code}"] if answer.status_code not in {400, 404} else []
    return problems


@pytest.mark.parametrize("ending", [withdraw, expire])
def test_once_the_consent_is_over_nothing_is_left(ending: Callable[[Sent], None], sent: Sent) -> None:
    ending(sent)
    assert check_gone(sent) == []


def test_a_referral_that_stays_after_its_consent_is_found(sent: Sent) -> None:
    assert check_gone(sent)


def check_notes(sent: Sent) -> list[str]:
    """The receiver's own words about the person that the sender meets."""
    visitor = sent.visitor(sent.agent)
    start = (
        "/",
        f"/{visitor.slug}/relais",
        f"/{visitor.slug}/relais/{sent.referral.id}",
        f"/{visitor.slug}/personnes/{sent.referral.person_id}",
    )
    return [
        step.path for step in crawl(visitor, start=start, limit=80) if SECRET in step.response.get_data(as_text=True)
    ]


def test_the_sender_never_sees_what_the_receiver_notes(sent: Sent) -> None:
    with sent.officer.at_work() as session:
        received = received_referral(session, sent.referral.id)
        assert received is not None
        actions.move(session, sent.officer.actor, received, "receive")
    visitor = sent.visitor(sent.officer)
    accepted = visitor.ask("POST", f"/{visitor.slug}/recus/{sent.referral.id}/acceptation", {"accept-place": "none"})
    with sent.superuser.begin() as connection:
        connection.execute(
            text("UPDATE enrolment SET progress_note = :note WHERE tenant_id = :tenant"),
            {"note": SECRET, "tenant": sent.officer.tenant.id},
        )
        connection.execute(
            text("UPDATE participant SET display_name = :note WHERE tenant_id = :tenant"),
            {"note": SECRET, "tenant": sent.officer.tenant.id},
        )
    assert accepted.status_code < 500
    assert check_notes(sent) == []


def test_a_note_that_reaches_the_sender_is_found(sent: Sent) -> None:
    with sent.superuser.begin() as connection:
        connection.execute(
            text("UPDATE referral SET scheme_name = :note WHERE id = :id"), {"note": SECRET, "id": sent.referral.id}
        )
    assert check_notes(sent)
