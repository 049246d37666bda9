"""Mail by a server is sent at most once, and what cannot be known is not guessed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from smtplib import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select, update

from clais.clock import now
from clais.messaging import outbox, smtp
from clais.messaging.actions import post_mail
from clais.messaging.models import OutboxMessage
from clais.messaging.smtp import SmtpTransport, dot_stuffed
from clais.messaging.transports import Undeliverable, compose_mail
from tests.support.federation import Federation, Member
from tests.support.smtp import HangUp, Hold, Server, receiving_server

SENDER = "CLAIS <ne-pas-repondre@clais.example>"


def post(member: Member, *words: str) -> None:
    with member.at_work() as session:
        for word in words:
            post_mail(session, f"{word}@example.be", f"Avis {word}", f"Pour {word} seulement.\n", word)


def send(member: Member, server: Server) -> int:
    with member.at_work() as session:
        return outbox.send_waiting(session, SmtpTransport(server.url, SENDER))


@contextmanager
def only_mail(member: Member) -> Iterator[OutboxMessage]:
    with member.at_work() as session:
        yield session.scalars(select(OutboxMessage)).one()


def hurry(member: Member) -> None:
    """Let every wait be over: a mail that might leave again leaves now."""
    with member.at_work() as session:
        session.execute(update(OutboxMessage).values(due_at=now() - timedelta(seconds=1)))


def answer(server: Server, moment: str, words: str | type[Exception]) -> None:
    """Let the server say `words` at a moment, or break off."""

    def at(now_at: str) -> str | None:
        if now_at != moment:
            return None
        if isinstance(words, str):
            return words
        raise words

    server.at = at


def silent(server: Server, monkeypatch: pytest.MonkeyPatch) -> Hold:
    """A server that takes the mail and says nothing for longer than is waited for."""
    monkeypatch.setattr(smtp, "FINAL_REPLY_TIMEOUT_SECONDS", 0.2)
    hold = Hold("dot")
    server.at = hold
    return hold


@pytest.mark.parametrize("fault", ["breaks off", "says nothing", "says nonsense"])
def test_a_mail_whose_answer_never_came_is_uncertain_and_not_sent_again_by_itself(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    agent = federation.agent()
    post(agent, "un")
    with receiving_server() as server:
        if fault == "says nothing":
            hold = silent(server, monkeypatch)
        else:
            answer(server, "dot", HangUp if fault == "breaks off" else "hello")
        assert send(agent, server) == 0
        with only_mail(agent) as mail:
            assert (mail.state, bool(mail.body), mail.attempts) == ("handed_over", True, 1)
            assert mail.failure == ("smtp--1" if fault == "says nonsense" else "server-SMTPServerDisconnected")
        if fault == "says nothing":
            hold.go.set()
        server.at = lambda _moment: None
        hurry(agent)
        assert send(agent, server) == 0
    with only_mail(agent) as mail:
        assert mail.attempts == 1


def test_after_a_silence_the_other_mails_of_the_tenant_wait_a_little_and_those_of_others_do_not(
    federation: Federation,
) -> None:
    agent, other = federation.agent(), federation.other_agent()
    post(agent, "un", "deux", "trois")
    post(other, "quatre")
    with receiving_server() as server:
        answer(server, "dot", HangUp)
        assert send(agent, server) == 0
        server.at = lambda _moment: None
        assert (send(agent, server), send(other, server)) == (0, 1)
        hurry(agent)
        assert send(agent, server) == 2
    with agent.at_work() as session:
        states = sorted(session.scalars(select(OutboxMessage.state)))
    assert states == ["handed_over", "sent", "sent"]


@pytest.mark.parametrize("moment", ["recipient", "data", "dot"])
@pytest.mark.parametrize(
    ("words", "state"), [("451 later", "waiting"), ("550 never", "failed"), ("421 bye", "waiting")]
)
def test_a_clear_refusal_is_no_hand_over_whenever_it_comes(
    federation: Federation, moment: str, words: str, state: str
) -> None:
    agent = federation.agent()
    post(agent, "un")
    with receiving_server() as server:
        answer(server, moment, words)
        assert send(agent, server) == 0
        with only_mail(agent) as mail:
            assert (mail.state, mail.failure, mail.handed_at) == (state, f"smtp-{words[:3]}", None)
        server.at = lambda _moment: None
        hurry(agent)
        assert send(agent, server) == (1 if state == "waiting" else 0)
        assert len(server.mails) == (1 if state == "waiting" else 0)


@pytest.mark.parametrize("moment", ["recipient", "data", "dot"])
def test_after_a_refusal_the_next_mail_leaves_on_the_same_connection(federation: Federation, moment: str) -> None:
    agent = federation.agent()
    post(agent, "un", "deux")
    refused: list[str] = []

    def at(now_at: str) -> str | None:
        if now_at == moment and not refused:
            refused.append(moment)
            return "550 not this one"
        return None

    with receiving_server() as server:
        server.at = at
        assert send(agent, server) == 1
        assert server.envelopes == [["deux@example.be"]]


def test_nothing_of_a_mail_leaves_before_its_hand_over_is_committed(federation: Federation) -> None:
    agent = federation.agent()
    post(agent, "un")
    seen = []

    def at(moment: str) -> None:
        with only_mail(agent) as mail:
            seen.append((moment, mail.state))

    with receiving_server() as server:
        server.at = at
        assert send(agent, server) == 1
    assert seen == [
        ("recipient", "sending"),
        ("data", "sending"),
        ("content", "handed_over"),
        ("dot", "handed_over"),
    ]


def test_who_was_too_slow_for_its_claim_hands_nothing_over_and_changes_nothing(federation: Federation) -> None:
    agent = federation.agent()
    post(agent, "un")
    with receiving_server() as server, agent.at_work() as slow, agent.at_work() as quick:
        claimed = outbox.claim(slow, timedelta(0))
        assert claimed is not None
        again = outbox.claim(quick, timedelta(minutes=1))
        assert again is not None
        assert again.id == claimed.id
        with SmtpTransport(server.url, SENDER) as transport:
            with pytest.raises(outbox.ClaimLost):
                transport.deliver(claimed, lambda: outbox.hand_over(slow, claimed))
            outbox.retry_or_fail(slow, claimed, Undeliverable("smtp-451"))
            outbox.mark_sent(slow, claimed)
            assert server.mails == []
            with only_mail(agent) as mail:
                assert (mail.state, mail.attempts, mail.failure) == ("sending", 2, None)
            transport.deliver(again, lambda: outbox.hand_over(quick, again))
            outbox.mark_sent(quick, again)
        assert len(server.mails) == 1
    with only_mail(agent) as mail:
        assert mail.state == "sent"


def test_only_the_answer_to_a_whole_mail_is_waited_for_that_long(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert smtp.FINAL_REPLY_TIMEOUT_SECONDS == 600
    assert timedelta(seconds=smtp.FINAL_REPLY_TIMEOUT_SECONDS + smtp.TIMEOUT_SECONDS) < outbox.UNCERTAIN_AFTER
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)
    agent = federation.agent()
    post(agent, "un")
    hold = Hold("data")
    with receiving_server() as server:
        server.at = hold
        assert send(agent, server) == 0
        with only_mail(agent) as mail:
            assert (mail.state, mail.failure) == ("waiting", "server-SMTPServerDisconnected")
        hold.go.set()


def test_an_address_that_the_server_cannot_write_is_given_up(federation: Federation) -> None:
    agent = federation.agent()
    with agent.at_work() as session:
        post_mail(session, "émile@example.be", "Avis", "Texte\n", "accent")
    with receiving_server() as server:
        assert send(agent, server) == 0
        with only_mail(agent) as mail:
            assert (mail.state, mail.failure) == ("failed", "no-smtputf8")
        with agent.at_work() as session:
            assert outbox.send_again(session, mail.id)
        server.greeting = "250-test\r\n250 SMTPUTF8"
        assert send(agent, server) == 1
        assert server.envelopes == [["émile@example.be"]]
        assert b"To: \xc3\xa9mile@example.be\r\n" in server.mails[0]


def mixed(server: Server) -> list[list[str]]:
    """The envelopes of mails that are not for the one recipient that they name, and speak of."""
    faults = []
    for envelope, content in zip(server.envelopes, server.mails, strict=True):
        mail = message_from_bytes(content, policy=default)
        word = str(mail["To"]).partition("@")[0]
        if envelope != [f"{word}@example.be"] or mail.get_content().strip() != f"Pour {word} seulement.":
            faults.append(envelope)
    return faults


def interleave(first: Member, second: Member, one: SmtpTransport, two: SmtpTransport) -> None:
    """Send a mail of each tenant at once: the second's conversation lies whole in the middle of the first's."""
    with first.at_work() as here, second.at_work() as there:
        mine, theirs = outbox.claim(here, one.lease), outbox.claim(there, two.lease)
        assert mine is not None
        assert theirs is not None

        def send_the_other() -> None:
            two.deliver(theirs, lambda: outbox.hand_over(there, theirs))
            outbox.mark_sent(there, theirs)
            outbox.hand_over(here, mine)

        one.deliver(mine, send_the_other)
        outbox.mark_sent(here, mine)


def test_the_mails_of_two_tenants_sent_at_once_do_not_mix(federation: Federation) -> None:
    agent, other = federation.agent(), federation.other_agent()
    post(agent, "farciennes")
    post(other, "thuin")
    with receiving_server() as server:
        with SmtpTransport(server.url, SENDER) as one, SmtpTransport(server.url, SENDER) as two:
            interleave(agent, other, one, two)
        assert sorted(server.envelopes) == [["farciennes@example.be"], ["thuin@example.be"]]
        assert mixed(server) == []


class Careless(SmtpTransport):
    """Says the whole beginning of a mail at once and takes the answers for granted, as a second on one connection."""

    def _send_envelope(self, server: SMTP, message: OutboxMessage) -> bytes:
        if message.recipient.startswith("farciennes"):
            return super()._send_envelope(server, message)
        server.send(f"MAIL FROM:<x@example.be>\r\nRCPT TO:<{message.recipient}>\r\nDATA\r\n".encode())
        return dot_stuffed(compose_mail(message, self.sender).as_bytes())


def test_one_connection_for_two_at_once_would_be_caught_mixing(federation: Federation) -> None:
    """The planted fault of the promise above: the second one's mail is taken for the first one's content."""
    agent, other = federation.agent(), federation.other_agent()
    post(agent, "farciennes")
    post(other, "thuin")
    with receiving_server() as server:
        with Careless(server.url, SENDER) as shared:
            interleave(agent, other, shared, shared)
        assert mixed(server) == [["farciennes@example.be"]]


@given(st.binary(max_size=400) | st.text(alphabet=".\r\nab", max_size=60).map(str.encode))
@example(b"")
@example(b".")
@example(b"a\r\n.\r\nMAIL FROM:<x@example.be>")
@example(b"a\n.\nb\r.\rc")
def test_a_content_comes_back_line_by_line_and_never_ends_early(content: bytes) -> None:
    wire = dot_stuffed(content)
    assert wire.endswith(b".\r\n")
    lines = wire.removesuffix(b".\r\n").split(b"\r\n")
    assert lines.pop() == b"", "the final dot stands alone on its line"
    assert b"." not in lines, "no line before it could be taken for it"
    assert not any(b"\r" in line or b"\n" in line for line in lines), "no server sees a line end where another does not"
    expected = re.sub(rb"\r\n|\r", b"\n", content)
    received = b"".join(line.removeprefix(b".") + b"\n" for line in lines)
    assert received == (expected if expected.endswith(b"\n") or not expected else expected + b"\n")
