"""The mail that says what is new."""

import pytest
from sqlalchemy import select

from clais.messaging.mails import MOST_LINES, News, post_news
from clais.messaging.models import OutboxMessage
from tests.support.federation import Federation


def mailed(federation: Federation, count: int) -> OutboxMessage:
    """The mail about so many things that are new."""
    agent = federation.agent()
    news = [News(f"Relais {number}", f"/{federation.platform.slug}/relais/{number}") for number in range(count)]
    with federation.app.test_request_context("/"), agent.at_work() as session:
        assert post_news(session, "nadia@example.org", news, "news:1")
        assert not post_news(session, "nadia@example.org", news, "news:1"), "it is posted once"
        session.flush()
        return session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "nadia@example.org")).one()


@pytest.mark.parametrize(
    ("count", "rest"),
    [(MOST_LINES, None), (MOST_LINES + 1, "Et 1 autre, à l'écran."), (MOST_LINES + 7, "Et 7 autres")],
)
def test_a_mail_says_the_first_things_and_how_many_more_there_are(
    federation: Federation, count: int, rest: str | None
) -> None:
    mail = mailed(federation, count)
    assert mail.subject == f"{count} nouveautés pour vous"
    assert mail.body.count("/relais/") == MOST_LINES
    assert ("Et " in mail.body) == bool(rest)
    assert (rest or "") in mail.body
