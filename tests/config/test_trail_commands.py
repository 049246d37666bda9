"""What an administrator is told of the trail, and how they go on after an older backup was put back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from click.testing import Result
from sqlalchemy import Engine, create_engine, make_url, select, text

from clais.actor import Actor
from clais.audit.actions import record
from clais.audit.heads import Heads
from clais.audit.models import AuditEvent
from clais.audit.seals import SealingKeys
from clais.audit.verification import Broken, Fault, Verdict
from clais.clock import now
from clais.database import NIL, ScopedSession, new_id, open_engine
from clais.scheduling.runs import run_slot
from clais.web.routing import Application
from config.diagnosis import trail as diagnosis
from config.diagnosis.finding import ATTENTION, FAULT, OK, OUTSIDE
from config.features import FEATURES
from config.settings import Settings
from config.worker import job_context_of
from tests.support.commands import run
from tests.support.federation import Federation, Member
from tests.support.sealing import seal_everything


@dataclass(frozen=True)
class Installation:
    """A database and a directory of one's own, with a keyring and a platform in which something is on record."""

    settings: Settings
    agent: Member
    superuser: Engine

    @property
    def slug(self) -> str:
        return self.agent.tenant.slug

    def write_and_seal(self) -> None:
        """Three more records, sealed."""
        for _time in range(3):
            with self.agent.at_work() as session:
                record(session, "person.read", "person", new_id())
        near = self.agent.federation
        keys, heads = SealingKeys(near.keyring), Heads(self.settings.trail_heads_path)
        for tenant in (near.platform.id, near.other_platform.id, near.support_centre.id, NIL):
            seal_everything(near.engine, tenant, keys, heads)

    def verdict(self, slug: str) -> str:
        """The line of the command for a place."""
        lines = self.verify().stdout.splitlines()
        return next(line for line in lines if line.startswith(f"{slug} : "))

    def verify(self, *options: str) -> Result:
        return run(self.settings, "trail", "verify", *options)

    def tamper(self, statement: str) -> None:
        """Change the database past every guard."""
        with self.superuser.begin() as connection:
            connection.execute(text(statement), {"tenant": self.agent.tenant.id})


@pytest.fixture
def installation(app: Application, migrated_database: Settings) -> Iterator[Installation]:
    assert migrated_database.database_url is not None
    assert migrated_database.owner_database_url is not None
    engine = open_engine(migrated_database.database_url)
    superuser = create_engine(make_url(migrated_database.owner_database_url).set(drivername="postgresql+psycopg"))
    federation = Federation(app, engine)
    migrated_database.keyring_path.parent.mkdir(mode=0o700)
    federation.keyring.save(migrated_database.keyring_path)
    made = Installation(migrated_database, federation.agent(), superuser)
    made.write_and_seal()
    yield made
    engine.dispose()
    superuser.dispose()


def test_a_trail_that_nobody_touched_is_said_to_be_whole(installation: Installation) -> None:
    done = installation.verify()
    assert done.exit_code == 0
    places = installation.agent.federation
    for slug in (installation.slug, places.other_platform.slug, places.support_centre.slug, OUTSIDE):
        assert f"{slug} : " in done.stdout
    only = installation.verify("--tenant", installation.slug)
    assert (only.exit_code, len(only.stdout.splitlines())) == (0, 1)
    assert diagnosis.seals(installation.settings).level == OK


def test_what_was_edited_is_named_and_the_doctor_says_it(installation: Installation) -> None:
    installation.tamper(
        "UPDATE audit_event SET actor_name = 'Personne' WHERE tenant_id = :tenant AND verb LIKE 'person.%'"
    )
    done = installation.verify()
    assert done.exit_code == 1
    assert "a été changée" in installation.verdict(installation.slug)
    finding = diagnosis.seals(installation.settings)
    assert (finding.level, installation.slug in finding.text) == (FAULT, True)
    assert "clais trail verify" in finding.advice
    assert run(installation.settings, "doctor").exit_code == 1


def test_an_older_state_that_is_put_back_is_accepted_on_record_and_sealed_on(installation: Installation) -> None:
    installation.write_and_seal()
    cut = "FROM audit_seal s WHERE s.tenant_id = :tenant AND s.number > 1"
    installation.tamper(f"DELETE {cut}")
    done = installation.verify()
    assert (done.exit_code, "La fin est coupée" in done.stdout, "clais trail accept" in done.stderr) == (1, True, True)
    assert diagnosis.seals(installation.settings).level == FAULT
    accepted = run(installation.settings, "trail", "accept")
    assert f"{installation.slug} : repart du sceau 1" in accepted.output
    installation.write_and_seal()
    assert installation.verify().exit_code == 0
    with installation.agent.at_work() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.verb == "trail.accept")).one()
    assert event.details["present"] == 1
    assert "Rien à accepter" in run(installation.settings, "trail", "accept").output


def test_without_keys_or_with_a_broken_file_nothing_is_called_whole(installation: Installation) -> None:
    settings = installation.settings
    settings.trail_heads_path.write_text("[]")
    assert (installation.verify().exit_code, diagnosis.seals(settings).level) == (1, FAULT)
    settings.trail_heads_path.unlink()
    assert diagnosis.seals(settings).level == ATTENTION
    settings.keyring_path.unlink()
    assert (installation.verify().exit_code, diagnosis.seals(settings).level) == (1, ATTENTION)


def test_every_fault_has_its_words() -> None:
    at = now()
    for fault in Fault:
        said = diagnosis.broken_text(Broken(fault, new_id(), at, 7))
        assert "{" not in said
        assert ("7" in said, said.endswith(".")) == (True, True)


def test_a_sealer_that_is_behind_is_said() -> None:
    late = Verdict(3, 1, 1, None, now() - timedelta(minutes=11))
    soon = Verdict(3, 1, 1, None, now() - timedelta(minutes=9))
    assert diagnosis.concluded({"a": soon}).level == OK
    finding = diagnosis.concluded({"a": soon, "b": late})
    assert (finding.level, finding.text.startswith("b : ")) == (ATTENTION, True)


def test_a_place_that_the_file_does_not_know_is_said_although_it_knows_the_others(installation: Installation) -> None:
    """Whoever takes a place out of the file could cut its end."""
    Heads(installation.settings.trail_heads_path).keep(installation.agent.tenant.id, None)
    finding = diagnosis.seals(installation.settings)
    assert (finding.level, f"ne connaît pas {installation.slug} :" in finding.text) == (ATTENTION, True)
    assert diagnosis.concluded({"a": Verdict(0, 0, 0)}, headless={"a"}).level == OK, "nothing is sealed there yet"


def test_what_the_reading_of_the_night_found_is_said(installation: Installation) -> None:
    """An old record, that the latest seals do not tell of."""
    every = next(job for feature in FEATURES for job in feature.jobs if job.name == "trail.verify")
    near = installation.agent.federation

    def read_ours(session: ScopedSession, actor: Actor) -> object:
        """What other tests did to the trails of their own places is not asked here."""
        return every.run(session, actor) if session.scope.tenant_id == installation.agent.tenant.id else None

    job = replace(every, run=read_ours)
    context = replace(job_context_of(near.app, "http://localhost"), engine=near.engine)
    for expected, level in ((0, OK), (1, FAULT)):
        installation.tamper("UPDATE job_run SET slot = slot - interval '1 day' WHERE job = 'trail.verify'")
        assert run_slot(context, job) == expected
        assert diagnosis.seals(installation.settings).level == level
        for _time in range(4):
            installation.write_and_seal()
        installation.tamper(
            "UPDATE audit_event e SET actor_name = 'Personne' FROM audit_seal s WHERE e.tenant_id = :tenant "
            "AND s.tenant_id = :tenant AND s.number = 1 AND (e.transaction_id, e.id) <= (s.transaction_id, s.last_id)"
        )
        if expected == 0:
            assert diagnosis.seals(installation.settings).level == OK, "the latest seals do not tell"


NIGHTS = {
    "young": (timedelta(hours=2), None, OK),
    "never": (timedelta(days=3), None, FAULT),
    "long ago": (timedelta(days=90), timedelta(days=60), FAULT),
    "last night": (timedelta(days=90), timedelta(hours=20), OK),
}
"""How long ago the trail began, how long ago a reading ended, and what that is."""


@pytest.mark.parametrize("case", NIGHTS)
def test_a_reading_of_the_night_that_does_not_happen_is_a_fault(case: str) -> None:
    began, ended, level = NIGHTS[case]
    finding = diagnosis.missed_readings(now() - began, now() - ended if ended is not None else None)
    assert (finding.level if finding else OK) == level
    assert diagnosis.missed_readings(None, None) is None, "nothing is sealed yet"


def test_readings_that_begin_each_night_and_never_end_are_no_readings(installation: Installation) -> None:
    old = "now() - night * interval '1 day'"
    for _time in range(4):
        installation.write_and_seal()
    installation.tamper("DELETE FROM job_run")
    # The doctor itself does not read the first seals again.
    installation.tamper("UPDATE audit_seal SET sealed_at = sealed_at - interval '3 days' WHERE number = 1")
    for ended, level in (("NULL", FAULT), ("now() - interval '60 days'", FAULT), ("now()", OK)):
        installation.tamper(
            "INSERT INTO job_run (job, slot, started_at, finished_at, failures)"
            f" SELECT 'trail.verify', {old}, {old}, {ended}, 0 FROM generate_series(0, 6) AS night"
            " ON CONFLICT (job, slot) DO UPDATE SET finished_at = EXCLUDED.finished_at"
        )
        finding = diagnosis.seals(installation.settings)
        assert (finding.level, "La relecture de nuit" in finding.text) == (level, level == FAULT)
