from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from sqlalchemy import select, update

from clais.clock import now
from clais.database import new_id
from clais.messaging import outbox
from clais.messaging.actions import post_mail
from clais.messaging.models import OutboxMessage
from clais.messaging.smtp import SmtpTransport, transport_for
from clais.messaging.transports import FileTransport, Undeliverable
from tests.support.federation import Federation, Member
from tests.support.smtp import receiving_server

SENDER = "CLAIS <ne-pas-repondre@clais.example>"


class Refusing:
    """A transport that answers every mail with the same failure."""

    lease = timedelta(minutes=1)

    def __init__(self, failure: Undeliverable, *, handing: bool = False) -> None:
        self.failure = failure
        self.handing = handing
        self.tried = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def deliver(self, message: OutboxMessage, hand_over: Callable[[], None]) -> None:
        self.tried += 1
        if self.handing:
            hand_over()
            assert message.state == "handed_over"
            raise self.failure
        assert message.state == "sending"
        raise self.failure


def never() -> None:
    """What a transport of files has no use for."""
    raise AssertionError("a file is not handed over")


def post(member: Member, count: int, word: str = "Bonjour") -> None:
    with member.at_work() as session:
        for number in range(count):
            post_mail(
                session, f"dest{number}@example.be", f"{word} {number}", f"Éàü {word}\n.\nfin", f"{word}:{number}"
            )


@contextmanager
def only_mail(member: Member) -> Iterator[OutboxMessage]:
    with member.at_work() as session:
        yield session.scalars(select(OutboxMessage)).one()


def mails_in(directory: Path) -> list[EmailMessage]:
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(directory.iterdir())]


def test_a_mail_becomes_one_whole_file_and_its_text_is_forgotten_here(federation: Federation, tmp_path: Path) -> None:
    agent = federation.agent()
    post(agent, 3)
    with agent.at_work() as session:
        assert outbox.send_waiting(session, FileTransport(tmp_path, SENDER)) == 3
        assert outbox.send_waiting(session, FileTransport(tmp_path, SENDER)) == 0
        rows = session.scalars(select(OutboxMessage)).all()
        assert {(row.state, row.body) for row in rows} == {("sent", "")}
    mails = mails_in(tmp_path)
    assert sorted(str(mail["Subject"]) for mail in mails) == ["Bonjour 0", "Bonjour 1", "Bonjour 2"]
    assert all("Éàü Bonjour" in mail.get_content() for mail in mails)
    assert len({mail["Message-ID"] for mail in mails}) == 3


def test_a_mail_left_on_its_way_by_a_killed_worker_is_the_same_file_once_more(
    federation: Federation, tmp_path: Path
) -> None:
    agent = federation.agent()
    post(agent, 1)
    transport = FileTransport(tmp_path, SENDER)
    with agent.at_work() as session, transport:
        message = outbox.claim(session, transport.lease)
        assert message is not None
        transport.deliver(message, never)
        # Here the worker dies: the file stands, the row still says « sending ».
    first = next(tmp_path.iterdir()).read_bytes()
    with agent.at_work() as session:
        assert outbox.send_waiting(session, transport) == 0, "its lease still runs"
        session.execute(update(OutboxMessage).values(due_at=now() - timedelta(seconds=1)))
        session.commit()
        assert outbox.send_waiting(session, transport) == 1
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [first]


def test_a_transport_with_a_new_name_each_time_would_be_caught_doubling(federation: Federation, tmp_path: Path) -> None:
    """The planted fault of the promise above."""
    agent = federation.agent()
    post(agent, 1)

    class Forgetful(FileTransport):
        def deliver(self, message: OutboxMessage, hand_over: Callable[[], None]) -> None:
            super().deliver(message, hand_over)
            next(self.directory.glob("*.eml")).rename(self.directory / f"{new_id()}.sent")

    transport = Forgetful(tmp_path, SENDER)
    with agent.at_work() as session, transport:
        message = outbox.claim(session, timedelta(0))
        assert message is not None
        transport.deliver(message, never)
        assert outbox.send_waiting(session, transport) == 1
    assert len(list(tmp_path.iterdir())) == 2


def test_two_tenants_mails_never_mix(federation: Federation, tmp_path: Path) -> None:
    agent, other = federation.agent(), federation.other_agent()
    post(agent, 5, "Farciennes")
    post(other, 5, "Thuin")
    with agent.at_work() as session:
        assert outbox.send_waiting(session, FileTransport(tmp_path / "a", SENDER)) == 5
    with other.at_work() as session:
        assert outbox.send_waiting(session, FileTransport(tmp_path / "b", SENDER)) == 5
    for directory, word, foreign in (("a", "Farciennes", b"Thuin"), ("b", "Thuin", b"Farciennes")):
        for path in (tmp_path / directory).iterdir():
            assert foreign not in path.read_bytes()
        assert all(word in str(mail["Subject"]) for mail in mails_in(tmp_path / directory))


@pytest.mark.parametrize("handing", [False, True], ids=["before the content", "after the content"])
def test_a_failed_attempt_waits_longer_each_time_then_is_given_up(federation: Federation, *, handing: bool) -> None:
    agent = federation.agent()
    post(agent, 1)
    waits = []
    for _attempt in range(len(outbox.RETRY_MINUTES) + 1):
        with agent.at_work() as session:
            session.execute(update(OutboxMessage).values(due_at=now() - timedelta(seconds=1)))
            session.commit()
            outbox.send_waiting(session, Refusing(Undeliverable("smtp-451"), handing=handing))
        with only_mail(agent) as mail:
            waits.append(round((mail.due_at - now()).total_seconds() / 60))
            assert mail.failure == "smtp-451"
    assert waits[: len(outbox.RETRY_MINUTES)] == list(outbox.RETRY_MINUTES)
    with only_mail(agent) as mail:
        assert (mail.state, bool(mail.body), mail.handed_at) == ("failed", True, None), "a person may send it again"


def test_an_unknown_recipient_is_not_tried_again(federation: Federation) -> None:
    agent = federation.agent()
    post(agent, 1)
    with agent.at_work() as session:
        outbox.send_waiting(session, Refusing(Undeliverable("smtp-550", is_permanent=True)))
    with only_mail(agent) as mail:
        assert mail.state == "failed"


def test_when_the_server_is_away_the_others_are_not_tried_in_vain(federation: Federation) -> None:
    agent = federation.agent()
    post(agent, 5)
    away = Refusing(Undeliverable("server-ConnectionRefusedError", server_unavailable=True))
    with agent.at_work() as session:
        outbox.send_waiting(session, away)
    assert away.tried == 1


def test_a_server_takes_the_mails_and_a_refusal_tells_no_address(federation: Federation) -> None:
    agent = federation.agent()
    post(agent, 2)
    with agent.at_work() as session:
        post_mail(session, "inconnu@example.be", "Perdu", "Texte", "lost")
    with receiving_server(refuse="inconnu@example.be") as server, agent.at_work() as session:
        assert outbox.send_waiting(session, SmtpTransport(server.url, SENDER)) == 2
    received = [message_from_bytes(mail, policy=default) for mail in server.mails]
    assert sorted(str(mail["Subject"]) for mail in received) == ["Bonjour 0", "Bonjour 1"]
    assert received[0].get_content().splitlines() == ["Éàü Bonjour", ".", "fin"]
    with agent.at_work() as session:
        lost = session.scalars(select(OutboxMessage).where(OutboxMessage.state == "failed")).one()
        assert lost.failure == "smtp-550"


def test_a_server_that_is_not_there_leaves_the_mail_waiting(federation: Federation) -> None:
    agent = federation.agent()
    post(agent, 1)
    with receiving_server() as server:
        url = server.url
    with agent.at_work() as session:
        assert outbox.send_waiting(session, transport_for(url, Path("unused"), SENDER)) == 0
    with only_mail(agent) as mail:
        assert (mail.state, mail.failure) == ("waiting", "server-ConnectionRefusedError")


def test_a_mail_waits_rather_than_leave_the_machine_in_the_clear(federation: Federation) -> None:
    agent = federation.agent()
    post(agent, 1)
    with receiving_server() as server, agent.at_work() as session:
        assert outbox.send_waiting(session, SmtpTransport(server.elsewhere, SENDER)) == 0
    assert server.mails == []
    with only_mail(agent) as mail:
        assert (mail.state, mail.failure) == ("waiting", "server-SMTPNotSupportedError")


def test_a_full_or_closed_disk_leaves_the_mail_waiting(federation: Federation, tmp_path: Path) -> None:
    agent = federation.agent()
    post(agent, 1)
    transport = FileTransport(tmp_path / "mail", SENDER)
    with transport:
        (tmp_path / "mail").rmdir()
        (tmp_path / "mail").touch()
    with agent.at_work() as session:
        message = outbox.claim(session, transport.lease)
        assert message is not None
        with pytest.raises(Undeliverable) as failure:
            transport.deliver(message, never)
        outbox.retry_or_fail(session, message, failure.value)
    with only_mail(agent) as mail:
        assert (mail.state, mail.failure) == ("waiting", "disk-20")


def test_old_mails_are_forgotten_and_waiting_ones_kept(federation: Federation) -> None:
    agent = federation.agent()
    post(agent, 4)
    with agent.at_work() as session:
        long_ago = now() - timedelta(days=400)
        first, second, third, fourth = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        first.created_at = second.created_at = fourth.created_at = fourth.handed_at = long_ago
        first.state = third.state = "sent"
        fourth.state = "handed_over"
        session.flush()
        outbox.forget_old(session)
        assert {row.id for row in session.scalars(select(OutboxMessage))} == {second.id, third.id}


def test_the_text_of_a_mail_nobody_decides_about_goes_after_a_month(federation: Federation) -> None:
    agent = federation.agent()
    post(agent, 4)
    with agent.at_work() as session:
        old, waiting, uncertain, recent = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        month = now() - timedelta(days=31)
        old.created_at = waiting.created_at = uncertain.created_at = uncertain.handed_at = month
        old.state = recent.state = "failed"
        uncertain.state = "handed_over"
        uncertain.forgets_recipient = recent.forgets_recipient = True
        session.flush()
        outbox.forget_old(session)
        assert [bool(row.recipient) for row in (old, waiting, uncertain, recent)] == [True, True, False, True]
        assert [bool(row.body) for row in (old, waiting, uncertain, recent)] == [False, True, False, True]
        assert not outbox.send_again(session, old.id), "there is nothing left to send"
        assert outbox.settle(session, old.id)


@pytest.mark.parametrize(
    ("state", "handed", "open_to_decision"),
    [
        ("waiting", 60, False),
        ("sending", 60, False),
        ("handed_over", 11, False),
        ("handed_over", 16, True),
        ("sent", 60, False),
        ("failed", 60, True),
        ("settled", 60, False),
    ],
)
def test_a_person_decides_only_when_no_answer_will_come_any_more(
    federation: Federation, state: str, handed: int, *, open_to_decision: bool
) -> None:
    agent = federation.agent()
    post(agent, 2)
    with agent.at_work() as session:
        for row in session.scalars(select(OutboxMessage)):
            row.handed_at = now() - timedelta(minutes=handed)
            row.state = state
        session.flush()
        one, two = session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)).all()
        assert outbox.settle(session, one) == open_to_decision
        assert outbox.send_again(session, two) == open_to_decision
        states = session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)).all()
    assert states == (["settled", "waiting"] if open_to_decision else [state, state])


def test_a_mail_url_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="smtp://host:port"):
        transport_for("http://example.be", Path("unused"), SENDER)
