"""A coded reason is read by its transition: each end that is « other » reads in its own words, on both sides."""

import pytest

from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.workflow import REASONS, outcome_label, reason_label
from tests.support.federation import Federation
from tests.support.file_transfers import offered
from tests.support.referrals import a_person, a_referral

WAYS = {
    "advise": ("receive", "advise"),
    "decline": ("receive", "decline"),
    "refuse": ("look", "refuse"),
    "cancel": ("cancel",),
    "fail": ("receive", "accept", "fail"),
    "complete": ("receive", "accept", "start", "complete"),
}
OTHER = {
    "advise": "Autre motif",
    "decline": "Autre motif",
    "refuse": "Autre motif",
    "cancel": "Autre motif",
    "fail": "Autre motif",
    "complete": "Autre résultat",
}


def ended(federation: Federation, transition: str) -> Referral:
    """A referral that ended with « other »."""
    agent, officer = federation.agent(), federation.officer()
    if transition == "refuse":
        officer = federation.other_agent()
        referral = offered(agent, a_person(agent), federation.other_platform)
    else:
        referral = a_referral(agent, a_person(agent))
    for step in WAYS[transition]:
        mover = agent if step == "cancel" else officer
        with mover.at_work() as session:
            referral = referral_actions.move(
                session, mover.actor, referral, step, reason="other" if step in REASONS else None, comment="Voilà."
            )
    return referral


@pytest.mark.parametrize("transition", REASONS)
def test_another_reason_and_another_result_are_told_apart_on_both_sides(
    federation: Federation, transition: str
) -> None:
    referral = ended(federation, transition)
    sent = federation.agent().browser().get(f"/relais/{referral.id}").get_data(as_text=True)
    there = (federation.other_agent(), "transferts") if transition == "refuse" else (federation.officer(), "a-traiter")
    received = there[0].browser().get(f"/{there[1]}/{referral.id}").get_data(as_text=True)
    listed = federation.agent().browser().get("/relais?group=closed").get_data(as_text=True)
    for page in (sent, received, listed):
        said = {words for words in OTHER.values() if words in page.replace("&#39;", "'")}
        assert said == {OTHER[transition]}


def test_a_code_that_its_transition_does_not_know_is_shown_as_it_is() -> None:
    assert reason_label("decline", "hired") == "hired"
    assert reason_label("complete", "hired") == "Hired"
    assert reason_label("receive", "other") == "other"


def test_what_runs_and_what_ended_without_a_word_has_no_outcome() -> None:
    assert outcome_label(Referral(state="draft")) is None
