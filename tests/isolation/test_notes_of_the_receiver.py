"""The sender of a referral never sees what the receiver notes about the person."""

from typing import Any

import pytest
from sqlalchemy import text, update

from clais.exchange.referrals import actions
from clais.exchange.referrals.queries import received_referral
from support_center.routing import actions as routing
from support_center.routing.models import Participant
from tests.isolation.pages import crawl
from tests.isolation.parties import Sent
from tests.support.pages import version_sent_to

SECRET = "KEPT-note-of-the-receiver"


def note(sent: Sent) -> None:
    """The receiver notes something on the page of its own record."""
    visitor = sent.visitor(sent.officer)
    path = visitor.address("routing.progress", participant_id=sent.participant_id)
    page = visitor.address("routing.participant", participant_id=sent.participant_id)
    read = version_sent_to("/suivi", visitor.ask("GET", page).get_data(as_text=True))
    assert visitor.ask("POST", path, {"text": SECRET, "_version": read}).status_code == 303
    with sent.world.superuser.begin() as connection:
        renamed = connection.execute(
            update(Participant).where(Participant.id == sent.participant_id).values(display_name=SECRET)
        )
        kept = connection.execute(
            text("SELECT count(*) FROM enrolment WHERE participant_id = :id AND progress_note = :note"),
            {"id": sent.participant_id, "note": SECRET},
        ).scalar_one()
    assert (renamed.rowcount, kept) == (1, 1)


def check_notes(sent: Sent, *, further: bool = True) -> list[str]:
    """The receiver's own words about the person that the sender meets, on the pages that begin and `further` on."""
    visitor = sent.visitor(sent.agent)
    person, referral = {"person_id": sent.referral.person_id}, {"referral_id": sent.referral.id}
    start = (
        "/",
        visitor.address("referrals.index"),
        visitor.address("referrals.show", **referral),
        visitor.address("referrals.consent", **referral),
        visitor.address("file.show", **person),
        visitor.address("api_people.show", **person),
        visitor.address("notifications.index"),
    )
    steps = crawl(visitor, start=start, limit=None if further else len(start))
    return [step.path for step in steps if SECRET in step.response.get_data(as_text=True)]


def test_the_sender_never_sees_what_the_receiver_notes(sent: Sent) -> None:
    note(sent)
    assert check_notes(sent) == []


def test_a_note_that_reaches_the_sender_is_found_on_the_page_of_the_referral(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: what the receiver notes is sent along as a message."""
    noting = routing.note_progress

    def talkative(session: Any, participant: Participant, words: str | None, read_at: int) -> None:
        noting(session, participant, words, read_at)
        referral = received_referral(session, participant.referral_id)
        assert referral is not None
        actions.post_message(session, sent.officer.actor, referral, words or "")

    monkeypatch.setattr(routing, "note_progress", talkative)
    note(sent)
    visitor = sent.visitor(sent.agent)
    assert visitor.address("referrals.show", referral_id=sent.referral.id) in check_notes(sent, further=False)
