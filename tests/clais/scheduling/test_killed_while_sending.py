"""A worker killed with `kill -9` while it speaks with a mail server: no mail is doubled, none is lost in silence."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text, update

from clais.messaging.actions import post_mail
from clais.messaging.models import OutboxMessage
from clais.messaging.transports import message_id
from config.settings import Settings
from tests.support.commands import run
from tests.support.federation import Federation, Member
from tests.support.processes import forked, kill_group, wait_until
from tests.support.smtp import Hold, Server, receiving_server
from tests.support.work import let_claims_end

MAILS = 120
LEASE = timedelta(seconds=2)
WORKER = "tests.support.small_worker"
FORGETFUL = "tests.support.forgetful_worker"
LONG = "Une ligne parmi beaucoup d'autres, pour que le mail ne parte pas en une fois.\n" * 110_000
"""More than the kernel keeps between two processes."""


@dataclass
class Stage:
    """A tenant with one mail, a server that can hold it, and what workers need to know."""

    agent: Member
    server: Server
    superuser: Engine
    directory: Path
    application_url: str
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = {
            "CLAIS_DIRECTORY": str(self.directory),
            "CLAIS_DATABASE_URL": self.application_url,
            "CLAIS_DEMO": "yes",
            "CLAIS_MAIL_URL": self.server.url,
            "TAG": self.agent.federation.tag,
            "NAME": "one",
            "LEASE": str(LEASE.seconds),
        }

    @property
    def settings(self) -> Settings:
        return Settings.from_environment(self.environment)

    @property
    def log(self) -> str:
        path = self.directory / "processes.log"
        return path.read_text()[-3000:] if path.exists() else ""

    def post(self, key: str, body: str = "Bonjour.\n") -> UUID:
        """Put a mail in the outbox; returns its id."""
        with self.agent.at_work() as session:
            post_mail(session, f"{key}@example.be", f"Avis {key}", body, key)
            return session.scalars(select(OutboxMessage.id).where(OutboxMessage.dedupe_key == key)).one()

    def state(self, number: UUID) -> str:
        with self.agent.at_work() as session:
            return session.scalars(select(OutboxMessage.state).where(OutboxMessage.id == number)).one()

    def accepted(self, number: UUID) -> int:
        """How many copies of a mail the server took."""
        wanted = message_id(OutboxMessage(id=number), self.settings.mail_from)
        return sum(f"Message-ID: {wanted}\r\n".encode() in mail for mail in self.server.mails)

    @contextmanager
    def locked(self, number: UUID) -> Iterator[None]:
        """Whoever wants to change this mail waits meanwhile."""
        with self.agent.at_work() as session:
            session.execute(select(OutboxMessage.id).where(OutboxMessage.id == number).with_for_update())
            yield

    def someone_waits(self) -> bool:
        with self.superuser.connect() as connection:
            asked = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND wait_event_type = 'Lock'")
            return bool(connection.scalar(asked, {"name": self.superuser.url.database}))

    def kill_at(self, number: UUID, moment: str, worker: str, *, at_its_mark: bool = False) -> None:
        """Kill a worker at this moment; or, `at_its_mark`, when it wants to note what it heard after that moment."""
        hold = Hold(moment)
        self.server.at = hold
        with forked(worker, self.environment) as process:
            assert hold.reached.wait(30), self.log
            if at_its_mark:
                with self.locked(number):
                    hold.go.set()
                    wait_until(self.someone_waits, what=self.log)
                    kill_group(process)
            else:
                kill_group(process)
        hold.go.set()
        self.server.at = lambda _moment: None

    def let_another_work(self) -> None:
        """Once every claim has ended, run a new worker until every mail that may leave has left."""
        let_claims_end(self.superuser, [self.agent.tenant], LEASE)
        last = self.post("last")
        with forked(WORKER, self.environment):
            # The mail due first is claimed first: when this one has left, none that was due earlier is waiting.
            wait_until(lambda: self.state(last) == "sent", what=self.log)


@pytest.fixture
def stage(federation: Federation, superuser: Engine, application_url: str, tmp_path: Path) -> Iterator[Stage]:
    with receiving_server() as server:
        yield Stage(federation.agent(), server, superuser, tmp_path, application_url)


def listed(stage: Stage, number: UUID) -> bool:
    """Whether `clais mail list` shows a mail, once nobody can be waiting for an answer any more."""
    with stage.agent.at_work() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.handed_at.is_not(None))
            .values(handed_at=OutboxMessage.handed_at - timedelta(minutes=20))
        )
    result = run(stage.settings, "mail", "list", "--tenant", stage.agent.tenant.slug)
    assert result.exit_code == 0, result.output
    return (
        f"{message_id(OutboxMessage(id=number), stage.settings.mail_from)}  {stage.agent.tenant.slug}" in result.output
    )


@pytest.mark.parametrize(("moment", "at_its_mark"), [("recipient", False), ("data", False), ("data", True)])
def test_killed_before_the_hand_over_the_mail_leaves_exactly_once(
    stage: Stage, moment: str, *, at_its_mark: bool
) -> None:
    number = stage.post("one")
    stage.kill_at(number, moment, WORKER, at_its_mark=at_its_mark)
    assert (stage.state(number), stage.accepted(number)) == ("sending", 0)
    stage.let_another_work()
    assert (stage.state(number), stage.accepted(number)) == ("sent", 1)
    assert not listed(stage, number)


@pytest.mark.parametrize(
    ("moment", "at_its_mark", "copies"),
    [("content", False, 0), ("dot", False, 1), ("dot", True, 1)],
    ids=["in the middle of the content", "before the answer", "after the answer"],
)
def test_killed_after_the_hand_over_the_mail_is_not_doubled_and_is_listed(
    stage: Stage, moment: str, *, at_its_mark: bool, copies: int
) -> None:
    number = stage.post("one", LONG if moment == "content" else "Bonjour.\n")
    stage.kill_at(number, moment, WORKER, at_its_mark=at_its_mark)
    assert stage.state(number) == "handed_over"
    stage.let_another_work()
    assert (stage.state(number), stage.accepted(number)) == ("handed_over", copies)
    assert listed(stage, number)


@pytest.mark.parametrize("at_its_mark", [False, True], ids=["before the answer", "after the answer"])
def test_a_worker_that_notes_no_hand_over_would_be_caught_doubling(stage: Stage, *, at_its_mark: bool) -> None:
    """The planted fault of the promise above."""
    number = stage.post("one")
    stage.kill_at(number, "dot", FORGETFUL, at_its_mark=at_its_mark)
    stage.let_another_work()
    assert stage.accepted(number) == 2


def test_while_a_server_keeps_the_answer_back_the_other_jobs_run(stage: Stage) -> None:
    number = stage.post("one")
    hold = Hold("dot")
    stage.server.at = hold
    with forked(WORKER, stage.environment):
        assert hold.reached.wait(30), stage.log
        wait_for_slots(stage)
        assert stage.state(number) == "handed_over"
        hold.go.set()
        wait_until(lambda: stage.state(number) == "sent", what=stage.log)
    assert stage.accepted(number) == 1


def test_a_worker_that_loses_the_lead_while_a_server_keeps_the_answer_back_leads_again_at_once(stage: Stage) -> None:
    number = stage.post("one")
    hold = Hold("dot")
    stage.server.at = hold
    with forked(WORKER, stage.environment):
        assert hold.reached.wait(30), stage.log
        with stage.superuser.connect() as connection:
            asked = text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = :name AND application_name = 'clais leader'"
            )
            assert connection.scalar(asked, {"name": stage.superuser.url.database}) == 1
        wait_until(lambda: "has lost the lead" in stage.log, what=stage.log)
        wait_for_slots(stage)
        assert stage.state(number) == "handed_over"
        hold.go.set()
        wait_until(lambda: stage.state(number) == "sent", what=stage.log)
    assert stage.accepted(number) == 1


def test_killed_again_and_again_no_mail_is_doubled_and_each_is_taken_or_uncertain(
    stage: Stage, federation: Federation
) -> None:
    members = (stage.agent, federation.other_agent())
    wanted = {f"{member.tenant.slug}-{number}" for member in members for number in range(MAILS // 2)}
    for member in members:
        with member.at_work() as session:
            for key in sorted(key for key in wanted if key.startswith(member.tenant.slug)):
                post_mail(session, f"{key}@example.be", f"Avis {key}", f"Pour {key} seulement.\n", key)
    # A server that takes its time, so that a worker is killed at every moment of a conversation.
    stage.server.at = lambda _moment: time.sleep(0.004)
    dice = random.Random(33)  # noqa: S311 - the same moments each time, as far as a machine allows.
    tenants = [member.tenant for member in members]
    kills = 0
    while sum(map(unsent, members)) and kills < 5:
        before = len(stage.server.mails)
        with forked(WORKER, stage.environment) as worker:
            wait_until(lambda before=before: len(stage.server.mails) > before, what=stage.log)  # type: ignore[misc]
            time.sleep(dice.uniform(0, 0.12))
            assert worker.lives(), stage.log
        let_claims_end(stage.superuser, tenants, LEASE)
        kills += 1
    assert kills >= 3, f"killed {kills} times only"
    with forked(WORKER, stage.environment):
        wait_until(lambda: sum(map(unsent, members)) == 0, what=stage.log)

    mails = [message_from_bytes(mail, policy=default) for mail in stage.server.mails]
    accepted = Counter(str(mail["Subject"]).removeprefix("Avis ") for mail in mails)
    uncertain = {key for member in members for key in keys(member, "handed_over")}
    assert set(accepted.values()) == {1}
    assert accepted.keys() | uncertain == wanted
    # Two runs of one job are under way at most, and each holds one mail.
    assert len(uncertain) <= 2 * kills
    for envelope, mail in zip(stage.server.envelopes, mails, strict=True):
        key = str(mail["Subject"]).removeprefix("Avis ")
        assert (envelope, str(mail["To"])) == ([f"{key}@example.be"], f"{key}@example.be")
        assert mail.get_content().strip() == f"Pour {key} seulement."


def wait_for_slots(stage: Stage) -> None:
    """Wait until the other job has run three times more."""
    slots = stage.directory / "slots"
    before = slots.read_text().count("\n") if slots.exists() else 0
    wait_until(lambda: slots.exists() and slots.read_text().count("\n") >= before + 3, what=stage.log)


def keys(member: Member, *states: str) -> list[str]:
    with member.at_work() as session:
        return list(session.scalars(select(OutboxMessage.dedupe_key).where(OutboxMessage.state.in_(states))))


def unsent(member: Member) -> int:
    with member.at_work() as session:
        waits = OutboxMessage.state.in_(("waiting", "sending"))
        return session.scalar(select(func.count()).select_from(OutboxMessage).where(waits)) or 0
