"""A question reaches the centre without a name, its answer who asked, and a card may be made of it."""

import pytest
from sqlalchemy import select

from clais.exchange.practice.jobs import TELL
from clais.exchange.practice.models import PracticeAnswer, PracticeCard, PracticeQuestion
from clais.exchange.practice.workflow import QUESTION
from clais.messaging.models import Notification, OutboxMessage
from clais.web.routing import Application
from clais.workflow import Refused
from support_center.practice.actions import answer
from tenants.practice.actions import ask_again, close
from tests.support.federation import Federation, Member
from tests.support.practice import a_question, a_trainer
from tests.support.work import run_due


def answered(trainer: Member, question: PracticeQuestion, text: str = "La personne et l'agent.") -> None:
    with trainer.at_work() as session:
        answer(session, trainer.actor, question, text)


def test_what_looks_like_somebody_is_refused_with_the_words(federation: Federation) -> None:
    browser = federation.agent().browser()
    text = "Que faire pour 92.03.12-123.45, joignable au 0470 12 34 56 ?"
    page = browser.post("/echange/questions/nouvelle", {"text": text}, status=422).get_data(as_text=True)
    error = page.split('id="field-text-error"')[1].partition("</p>")[0]
    assert "92.03.12-123.45" in error
    assert "0470 12 34 56" in error


def test_the_answer_goes_to_who_asked_by_notification_and_mail_once(federation: Federation, app: Application) -> None:
    trainer, agent, colleague = a_trainer(federation), federation.agent(), federation.agent()
    question = a_question(agent)
    answered(trainer, question)
    page = agent.browser().get(f"/echange/questions/{question.id}").get_data(as_text=True)
    assert "La personne et l" in page
    assert "Répondue" in page
    for _turn in range(2):
        run_due(app, TELL)
    with agent.at_work() as session:
        told = session.scalars(select(Notification).where(Notification.subject_id == question.id)).all()
        mails = session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.body.contains("/echange/"))).all()
        state = session.scalar(select(PracticeQuestion.state))
    assert ([line.membership_id for line in told], mails, state) == ([agent.membership.id], [agent.email], "answered")
    colleague.browser().get(f"/echange/questions/{question.id}", status=404)


def test_the_centre_sees_the_platform_and_not_who_asked_and_its_rail_counts(federation: Federation) -> None:
    agent = federation.member(federation.platform, "agent", "Zénobie Question")
    a_question(agent, "Qui signe le plan ?")
    page = a_trainer(federation).browser().get("/questions").get_data(as_text=True)
    assert "Qui signe le plan" in page
    assert federation.platform.name in page
    assert "Zénobie" not in page
    assert '<span class="count">1' in page


def test_an_answer_becomes_the_draft_of_a_card_that_names_nobody(federation: Federation) -> None:
    trainer = a_trainer(federation)
    agent = federation.member(federation.platform, "agent", "Zénobie Question")
    question = a_question(agent, "Qui signe le plan ?")
    browser = trainer.browser()
    browser.post(f"/questions/{question.id}/fiche", status=303)
    browser.post(f"/questions/{question.id}/reponse", {"text": "La personne et l'agent."}, status=303)
    for _click in range(2):
        browser.post(f"/questions/{question.id}/fiche", status=303)
    with trainer.at_work() as session:
        (card,) = session.scalars(select(PracticeCard)).all()
        kept = session.scalar(select(PracticeAnswer.practice_card_id))
    assert (card.state, card.title, card.text, kept) == (
        "draft", "Qui signe le plan ?", "La personne et l'agent.", card.id,
    )  # fmt: skip
    agent.browser().get(f"/echange/fiches/{card.id}", status=404)


def test_a_question_that_is_asked_again_waits_again(federation: Federation, app: Application) -> None:
    trainer, agent = a_trainer(federation), federation.agent()
    question = a_question(agent)
    answered(trainer, question)
    run_due(app, TELL)
    browser = agent.browser()
    browser.post(f"/echange/questions/{question.id}/reprise", {"more": "Et si elle refuse ?"}, status=303)
    assert "Et si elle refuse" in trainer.browser().get(f"/questions/{question.id}").get_data(as_text=True)
    run_due(app, TELL)
    with agent.at_work() as session:
        assert session.scalar(select(PracticeQuestion.state)) == "reopened"
    with trainer.at_work() as session:
        answer(session, trainer.actor, session.scalars(select(PracticeQuestion)).one(), "Elle peut.")
    run_due(app, TELL)
    with agent.at_work() as session:
        assert session.scalar(select(PracticeQuestion.state)) == "answered"
        assert len(session.scalars(select(Notification).where(Notification.subject_id == question.id)).all()) == 2


@pytest.mark.parametrize("state", QUESTION.states)
def test_who_asked_moves_a_question_only_as_its_table_says(
    federation: Federation, app: Application, state: str
) -> None:
    trainer, agent = a_trainer(federation), federation.agent()
    question = a_question(agent)
    if state in {"answered", "reopened"}:
        answered(trainer, question)
        run_due(app, TELL)
    for name in ("close", "reopen"):
        with agent.at_work() as session:
            row = session.scalars(select(PracticeQuestion)).one()
            if state == "closed":
                close(session, agent.actor, row)
            elif state == "reopened":
                ask_again(session, agent.actor, row, "Et si elle refuse ?")
            assert row.state == state
            allowed = any(step.name == name and state in step.sources for step in QUESTION.transitions)
            try:
                if name == "close":
                    close(session, agent.actor, row)
                else:
                    ask_again(session, agent.actor, row, "Encore ?")
                assert allowed
            except Refused:
                assert not allowed
            session.rollback()
