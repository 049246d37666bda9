"""What two cards share, what an agreement still says, and that no table is forgotten."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table, Uuid

from clais.feature.merging import PersonRows
from config.features import METADATA
from tenants.merging.rules.agreement import narrower
from tenants.merging.rules.facts import GROUPS, compared, taken
from tenants.people.actions import CARD, SPECIAL
from tenants.people.models import Person
from tests.tenants.merging.files import ROWS

DAYS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MANNERS = st.sampled_from(["spoken", "paper", "screen"])
AGREEMENTS = st.tuples(DAYS, MANNERS) | st.just((None, None))


def names_people(metadata: MetaData) -> set[str]:
    """Table and column of each column that names a person."""
    found = {f"{table.name}.person_id" for table in metadata.tables.values() if "person_id" in table.c}
    for table in metadata.tables.values():
        for key in table.foreign_key_constraints:
            if key.referred_table.name == "person":
                found |= {f"{table.name}.{column}" for column in key.column_keys if column != "tenant_id"}
    return found


def test_every_column_that_names_a_person_says_how_it_goes_in_a_merge() -> None:
    declared = {rows.name for rows in ROWS}
    assert names_people(METADATA) <= declared
    assert declared - names_people(METADATA) == {
        "state_change.subject_id",
        "notification.subject_id",
    }, "what names other things too, or has no key"


def test_a_table_that_is_forgotten_is_found() -> None:
    metadata = MetaData()
    Table("person", metadata, Column("tenant_id", Uuid), Column("id", Uuid))
    Table(
        "visit",
        metadata,
        Column("tenant_id", Uuid),
        Column("visitor_id", Uuid),
        ForeignKeyConstraint(["tenant_id", "visitor_id"], ["person.tenant_id", "person.id"]),
    )
    assert names_people(metadata) == {"visit.visitor_id"}


def test_a_uniqueness_that_has_the_person_in_it_has_a_rule() -> None:
    """Otherwise a merge would be refused by the database."""
    single = {rows.name: rows.single for rows in ROWS if rows.single is not None}
    for rows in ROWS:
        for constraint in rows.table.__table__.constraints:  # type: ignore[attr-defined]
            columns = {column.name for column in getattr(constraint, "columns", ())}
            is_key = constraint.__class__.__name__ == "UniqueConstraint" and rows.column in columns
            if is_key and not rows.stays and "id" not in columns:
                others = columns - {"tenant_id", rows.column}
                assert set(single.get(rows.name, {"-"})) <= others, rows.name


@pytest.mark.parametrize("rows", [rows for rows in ROWS if rows.hangs_on], ids=lambda rows: rows.name)
def test_what_a_row_hangs_on_names_a_person(rows: PersonRows) -> None:
    for way in rows.ways:
        place = rows.table.__table__
        for column, parent in zip(way[::2], way[1::2], strict=True):
            assert column in place.columns
            place = METADATA.tables[parent]
        assert "person_id" in place.columns


def test_every_fact_of_the_card_is_compared() -> None:
    grouped = {name for group in GROUPS for name in group}
    assert grouped == {*CARD, *SPECIAL, "nis_code"} - {"registration_consent_manner"}
    assert set(Person.__table__.columns.keys()) >= grouped


def card(**facts: object) -> dict[str, object]:
    return {name: facts.get(name) for group in GROUPS for name in group}


def test_what_a_card_lacks_is_taken_and_what_differs_is_chosen() -> None:
    kept, other = (
        card(phone="1", email="a", street="Rue A", languages=[]),
        card(phone="1", email="b", box="2", languages=["fr"]),
    )
    groups = {group.name: group for group in compared(kept, other)}
    assert set(groups) == {"phone", "email", "street", "languages"}
    assert (groups["phone"].same, groups["email"].differs, groups["languages"].filled) == (True, True, True)
    assert taken(list(groups.values()), lambda _name: False) == ["languages"]
    assert "box" in taken(list(groups.values()), lambda name: name == "street"), "an address goes whole"
    assert "street" in taken(list(groups.values()), lambda name: name == "street")


@given(AGREEMENTS, AGREEMENTS)
def test_an_agreement_never_says_more_than_each_of_the_two(
    one: tuple[datetime | None, str | None], other: tuple[datetime | None, str | None]
) -> None:
    left = narrower(one, other)
    if None in (one[0], other[0]):
        assert left == (None, None)
    else:
        assert left in (one, other)
        assert left[0] == min(one[0], other[0])  # type: ignore[type-var]
