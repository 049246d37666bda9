"""A worker that is killed loses no mail and doubles none; another takes over, and runs each slot once."""

import random
import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import Engine, func, select

from clais.database import Scope, unit_of_work
from clais.messaging.actions import post_mail
from clais.messaging.models import OutboxMessage
from clais.scheduling.models import JobRun
from tests.support.federation import Federation, Member
from tests.support.processes import Forked, forked, kill_group, wait_until
from tests.support.work import let_claims_end

MAILS = 150
LEASE = timedelta(seconds=3)
WORKER = "tests.support.small_worker"


def environment(federation: Federation, application_url: str, directory: Path, name: str = "one") -> dict[str, str]:
    return {
        "CLAIS_DIRECTORY": str(directory),
        "CLAIS_DATABASE_URL": application_url,
        "CLAIS_DEMO": "yes",
        "TAG": federation.tag,
        "NAME": name,
        "LEASE": str(LEASE.seconds),
    }


def post(member: Member, count: int) -> None:
    with member.at_work() as session:
        for number in range(count):
            key = f"{member.tenant.slug}-{number}"
            post_mail(session, f"{key}@example.be", f"Avis {key}", f"Pour {key} seulement.\n", key)


def waiting(member: Member) -> int:
    with member.at_work() as session:
        left = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state != "sent")
        return session.scalar(left) or 0


def test_killed_again_and_again_a_worker_loses_no_mail_and_doubles_none(
    federation: Federation, superuser: Engine, application_url: str, tmp_path: Path
) -> None:
    agent, other = federation.agent(), federation.other_agent()
    post(agent, MAILS // 2)
    post(other, MAILS // 2)
    dice = random.Random(33)  # noqa: S311 - the same moments each time, as far as a machine allows.
    mail = tmp_path / "mail"
    kills = 0
    while waiting(agent) + waiting(other) and kills < 5:
        before = _count(mail)
        with forked(WORKER, environment(federation, application_url, tmp_path)) as worker:
            wait_for_more(mail, before, tmp_path)
            time.sleep(dice.uniform(0, 0.06))
            assert worker.lives(), _log(tmp_path)
        let_claims_end(superuser, [agent.tenant, other.tenant], LEASE)
        kills += 1
    left = waiting(agent) + waiting(other)
    assert kills >= 3, f"killed {kills} times only; {left} left"
    with forked(WORKER, environment(federation, application_url, tmp_path)):
        wait_until(lambda: waiting(agent) + waiting(other) == 0, what=_log(tmp_path))

    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in mail.iterdir()]
    wanted = {f"{member.tenant.slug}-{number}" for member in (agent, other) for number in range(MAILS // 2)}
    assert Counter(str(one["Subject"]).removeprefix("Avis ") for one in mails) == Counter(wanted)
    for one in mails:
        key = str(one["Subject"]).removeprefix("Avis ")
        assert str(one["To"]) == f"{key}@example.be"
        assert one.get_content().strip() == f"Pour {key} seulement."


def test_of_three_workers_one_runs_each_slot_and_another_takes_over_when_it_is_killed(
    federation: Federation, application_url: str, engine: Engine, tmp_path: Path
) -> None:
    names = ("one", "two", "three")
    slots = tmp_path / "slots"
    with ExitStack() as stack:
        processes: dict[str, Forked] = {
            name: stack.enter_context(forked(WORKER, environment(federation, application_url, tmp_path, name)))
            for name in names
        }
        wait_until(lambda: len(_lines(slots)) >= 4, what=_log(tmp_path))
        (leader,) = set(_lines(slots))
        kill_group(processes[leader])
        killed = time.monotonic()
        wait_until(lambda: set(_lines(slots)) != {leader}, what=_log(tmp_path))
        assert time.monotonic() - killed < 30
        wait_until(lambda: len(set(_lines(slots)[-2:])) == 1 and _lines(slots)[-1] != leader, what=_log(tmp_path))
    assert len(set(_lines(slots))) == 2, "the third one never had to work"
    with unit_of_work(engine, Scope()) as session:
        runs = session.scalars(select(JobRun).where(JobRun.job == f"write.{federation.tag}")).all()
    # A worker killed between taking a slot and working leaves one run without a line; never a line without its run.
    assert len(_lines(slots)) <= len(runs) <= len(_lines(slots)) + 2


def wait_for_more(mail: Path, before: int, directory: Path) -> None:
    wait_until(lambda: _count(mail) > before, what=_log(directory))


def _count(directory: Path) -> int:
    return len(list(directory.glob("*.eml"))) if directory.exists() else 0


def _lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def _log(directory: Path) -> str:
    path = directory / "processes.log"
    return path.read_text()[-3000:] if path.exists() else ""
