"""A registration is its platform's, a seat and a certificate are the centre's; the other side reads, nobody else."""

from datetime import timedelta
from secrets import token_hex
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from clais.clock import now, today
from clais.database import Scope, new_id, unit_of_work
from clais.exchange.training.models import Certificate, CertificateEvidence, Course, CourseRun, CourseSeat, Registration
from clais.identity.secrets import token_hash
from clais.web.routing import Application
from migrations.protection_v1 import BASIN
from tests.isolation.catalogue import faulty_world, instead
from tests.isolation.told import BOTH, Try, rows_of
from tests.isolation.world import World
from tests.support.federation import Federation, Member

IN_BASIN = f"basin_id = {BASIN}"


def reading(table: str, owner: str, by: str = "other") -> Try:
    """Someone else reads a row."""
    return Try(
        by, f"SELECT 1 FROM {table} WHERE tenant_id = :{owner} AND id = :{table}", instead(table, "SELECT", "true")
    )


def changing(table: str, owner: str, by: str, column: str = "version") -> Try:
    """The side that reads a row changes it."""
    return Try(
        by,
        f"UPDATE {table} SET {column} = {column} WHERE tenant_id = :{owner} AND id = :{table}",
        instead(table, "UPDATE", BOTH, BOTH),
    )


def rewriting(table: str, owner: str, column: str) -> Try:
    """The owner rewrites what was told."""
    return Try(
        owner,
        f"UPDATE {table} SET {column} = {column} WHERE tenant_id = :{owner} AND id = :{table}",
        f"GRANT UPDATE ({column}) ON {table} TO clais_app",
    )


def forgetting(table: str, owner: str) -> Try:
    """The owner takes a row away."""
    return Try(
        owner,
        f"DELETE FROM {table} WHERE tenant_id = :{owner} AND id = :{table}",
        f"GRANT DELETE ON {table} TO clais_app",
    )


def planting(table: str, owner: str, by: str, columns: str, values: str) -> Try:
    """The side that reads makes a row in the owner's name."""
    names = f"tenant_id, id, to_tenant_id, created_at, updated_at, version, {columns}"
    return Try(
        by,
        f"INSERT INTO {table} ({names}) VALUES (:{owner}, :new, :{by}, now(), now(), 1, {values})",
        instead(table, "INSERT", check=BOTH),
    )


TABLES = ("course", "course_run", "registration", "course_seat", "certificate", "certificate_evidence", "new")
TRIES = {
    "another platform reads a registration": reading("registration", "platform"),
    "another platform reads a seat": reading("course_seat", "centre"),
    "another platform reads a certificate": reading("certificate", "centre"),
    "another platform reads the document behind one": reading("certificate_evidence", "centre"),
    "another document is put in its place": rewriting("certificate_evidence", "centre", "sealed"),
    "the platform takes a document away": Try(
        "platform",
        "DELETE FROM certificate_evidence WHERE tenant_id = :centre AND id = :certificate_evidence",
        instead("certificate_evidence", "DELETE", BOTH),
    ),
    "the centre approves in the platform's place": changing("registration", "platform", "centre", "state"),
    "the platform takes a seat": changing("course_seat", "centre", "platform", "state"),
    "the platform takes a withdrawal back": changing("certificate", "centre", "platform", "revoked_on"),
    "a registration changes hands": rewriting("registration", "platform", "membership_id"),
    "a certificate is made longer": rewriting("certificate", "centre", "valid_until"),
    "a certificate is forgotten": forgetting("certificate", "centre"),
    "the centre registers in the platform's name": planting(
        "registration", "platform", "centre",
        "course_id, course_run_id, membership_id, member_name, member_email, asked_by, state",
        ":new, :new, :new, 'x', 'x', 'x', 'asked'",
    ),
    "the platform gives itself a seat": planting(
        "course_seat", "centre", "platform", "course_run_id, registration_id, state, presence",
        ":new, :new, 'seated', '{}'",
    ),
    "the platform gives itself a certificate": planting(
        "certificate", "centre", "platform",
        "course_id, membership_id, sequence, number, number_hash, holder_name, course_title, issuer_name, kind,"
        " valid_from, valid_until, window_days, grace_days, given_by",
        ":new, :new, 9, 'x', '\\x00', 'x', 'x', 'x', 'full', current_date, current_date, 0, 0, 'x'",
    ),
    "a platform takes a seat of a session itself": Try(
        "platform",
        "UPDATE course_run SET seats_taken = seats_taken + 1 WHERE tenant_id = :centre AND id = :course_run",
        instead("course_run", "UPDATE", IN_BASIN, IN_BASIN),
    ),
    "a platform publishes a course": Try(
        "platform",
        "UPDATE course SET state = 'published' WHERE owner_tenant_id = :centre AND id = :course",
        instead("course", "UPDATE", IN_BASIN, IN_BASIN),
    ),
}  # fmt: skip


def members(near: Federation) -> dict[str, Member]:
    """Who tries."""
    return {
        "platform": near.member(near.platform, "coordinator"),
        "centre": near.member(near.support_centre, "trainer"),
        "other": near.other_agent(),
    }


def written(near: Federation, who: dict[str, Member]) -> dict[str, object]:
    """A row of each kind, and the names under which statements find them."""
    keys = {"platform": near.platform.id, "centre": near.support_centre.id, "other": near.other_platform.id}
    ids = {name: new_id() for name in TABLES}
    number = token_hex(6)
    with who["centre"].at_work() as session:
        session.add(a_course(near, ids))
        session.flush()
        session.add(
            CourseRun(
                id=ids["course_run"], basin_id=near.basin.id, course_id=ids["course"], starts_on=today(),
                ends_on=today(), half_days=[], closes_on=today(), place="x", seats=3,
            )
        )  # fmt: skip
        session.add(
            CourseSeat(
                id=ids["course_seat"], to_tenant_id=keys["platform"], course_run_id=ids["course_run"],
                registration_id=ids["registration"],
            )
        )  # fmt: skip
        session.add(
            Certificate(
                id=ids["certificate"], to_tenant_id=keys["platform"], course_id=ids["course"],
                membership_id=who["platform"].membership.id, sequence=1, number=number,
                number_hash=token_hash(number), holder_name="Nadia Lambert", course_title="x", issuer_name="x",
                valid_from=today(), valid_until=today() + timedelta(days=9), window_days=0, grace_days=0, given_by="x",
            )
        )  # fmt: skip
        session.flush()
        session.add(
            CertificateEvidence(
                id=ids["certificate_evidence"], to_tenant_id=keys["platform"], certificate_id=ids["certificate"],
                kind="pdf", sealed=b"x", added_by="x",
            )
        )  # fmt: skip
    with who["platform"].at_work() as session:
        session.add(
            Registration(
                id=ids["registration"], to_tenant_id=keys["centre"], course_id=ids["course"],
                course_run_id=ids["course_run"], membership_id=who["platform"].membership.id, member_name="Nadia",
                member_email="nadia@example.be", asked_by="Nadia", approved_at=now(),
            )
        )  # fmt: skip
    return keys | ids | {"number": token_hash(number)}


def a_course(near: Federation, ids: dict[str, UUID]) -> Course:
    """A course that nobody has published yet."""
    return Course(
        owner_tenant_id=near.support_centre.id, id=ids["course"], basin_id=near.basin.id, code=token_hex(4), title="x",
        aims="x", programme="x", half_days=1, required_half_days=1, trainer="x",
    )  # fmt: skip


def touched(world: World, one: Try, fault: tuple[Engine, str] | None = None) -> int:
    """How many rows a try touches; none when it is refused."""
    who = members(world.federation)
    return rows_of(who[one.by], one.statement, written(world.federation, who), fault)


@pytest.mark.parametrize("name", TRIES)
def test_nobody_reads_or_writes_training_who_may_not(name: str, standing_world: World) -> None:
    assert touched(standing_world, TRIES[name]) == 0


@pytest.mark.parametrize("name", TRIES)
def test_what_would_let_a_try_pass_is_found(name: str, standing_world: World, superuser: Engine) -> None:
    assert touched(standing_world, TRIES[name], (superuser, TRIES[name].fault)) > 0


def found_without_number(world: World) -> int:
    """How many certificates someone reads who is not signed in and has another number."""
    written(world.federation, members(world.federation))
    with unit_of_work(world.federation.engine, Scope(credential_hash=token_hash("another"))) as session:
        return len(list(session.execute(text("SELECT 1 FROM certificate"))))


def test_without_its_number_no_certificate_is_read(standing_world: World) -> None:
    assert found_without_number(standing_world) == 0


def test_a_certificate_that_anybody_reads_is_found(app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, instead("certificate", "SELECT", f"{BOTH} OR number_hash IS NOT NULL")) as broken:
        assert found_without_number(broken) > 0
