"""A statement that is built once serves every tenant: none keeps the rows of who asked first."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import Select, select

from clais.database import HERE, among, built_once
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person

Build = Callable[[UUID], Select[str]]


def _of_whoever_asks(_tenant_id: UUID) -> Select[str]:
    return select(Person.family_name).where(Person.tenant_id == HERE)


def _of_who_asked_first(tenant_id: UUID) -> Select[str]:
    return select(Person.family_name).where(Person.tenant_id == tenant_id)


def names_read_by(members: tuple[Member, ...], build: Build) -> list[list[str]]:
    """What members of several tenants read one after the other with a statement that is built for the first."""
    statement = built_once(build)(members[0].tenant.id)
    found = []
    for member in members:
        with member.at_work() as session:
            found.append(list(session.scalars(statement, {"here": member.tenant.id})))
    return found


@pytest.fixture
def two_tenants(federation: Federation) -> tuple[Member, ...]:
    members = (federation.agent(), federation.other_agent())
    for member, name in zip(members, ("Ours", "Theirs"), strict=True):
        a_person(member, name)
    return members


def test_two_tenants_that_ask_after_each_other_read_their_own_rows(two_tenants: tuple[Member, ...]) -> None:
    assert names_read_by(two_tenants, _of_whoever_asks) == [["Ours"], ["Theirs"]]


def test_a_statement_with_the_key_of_one_tenant_is_not_kept(two_tenants: tuple[Member, ...]) -> None:
    with pytest.raises(ValueError, match="_of_who_asked_first keeps a statement with someone's key"):
        names_read_by(two_tenants, _of_who_asked_first)


@pytest.mark.parametrize(
    "build",
    [
        lambda key: select(Person.id).where(Person.referent_id.in_([key])),
        lambda key: select(select(Person.id).where(Person.referent_id == key).subquery()),
        lambda key: select(Person.id).where(select(Person.id).where(Person.referent_id == key).exists()),
        lambda key: select(Person.id).where(Person.referent_id == key).union_all(select(Person.id)),
        lambda key: select(select(Person.id).where(Person.referent_id == key).cte("found")),
    ],
    ids=["in a list", "in a subquery", "in a condition", "in a union", "in a common table"],
)
def test_a_key_is_found_wherever_it_stands(build: Build, two_tenants: tuple[Member, ...]) -> None:
    with pytest.raises(ValueError, match="someone's key"):
        built_once(build)(two_tenants[0].membership.id)


def test_a_statement_is_built_once_for_its_arguments() -> None:
    built: list[str] = []

    @built_once
    def _of_stage(stage: str) -> Select[str]:
        built.append(stage)
        return select(Person.family_name).where(Person.tenant_id == HERE, Person.stage == stage)

    assert _of_stage("closed") is _of_stage("closed")
    assert _of_stage("in_intake") is not _of_stage("closed")
    assert built == ["closed", "in_intake"]


def test_codes_are_written_into_a_statement_and_nothing_else_is() -> None:
    assert str(among(Person.stage, ["closed", "in_intake"])) == "person.stage IN ('closed', 'in_intake')"
    with pytest.raises(ValueError, match="only codes"):
        among(Person.stage, ["closed", "x' OR true --"])


def test_among_no_codes_is_nobody(two_tenants: tuple[Member, ...]) -> None:
    with two_tenants[0].at_work() as session:
        assert session.scalars(select(Person.id).where(among(Person.stage, []))).all() == []
