"""Merged and taken back, two files are what they were: whatever they held."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from clais.workflow import Refused
from tenants.people.matching.keys import encrypted_number, write_keys
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person
from tests.tenants.merging.files import (
    GO_OVER,
    ROWS,
    TABLES,
    Filler,
    coordinator,
    dump,
    keys_of,
    merged,
    named,
    stored,
    taken_back,
)
from tests.tenants.people.newcomers import words

FACTS: dict[str, st.SearchStrategy[Any]] = {
    "birth_date": st.sampled_from([None, date(1990, 5, 2), date(1990, 2, 5)]),
    "birth_year": st.sampled_from([None, 1990]),
    "phone": st.sampled_from([None, "+32470000001", "+32470000002"]),
    "email": st.sampled_from([None, "a@example.be", "b@example.be"]),
    "street": st.sampled_from([None, "Rue du Puits"]),
    "postal_code": st.sampled_from([None, "6240", "6000"]),
    "languages": st.sampled_from([[], [{"language": "fr", "spoken": "A2", "written": None}]]),
    "driving_licences": st.sampled_from([[], ["B"]]),
    "has_vehicle": st.sampled_from([None, True, False]),
    "status": st.sampled_from([None, "worker", "student"]),
    "sex": st.sampled_from(["woman", "undeclared"]),
    "last_contact_on": st.sampled_from([None, date(2026, 1, 2), date(2026, 3, 4)]),
    "stage": st.just("registered"),
}
NUMBERS = st.sampled_from([None, "90050212345", "90050212444"])
CHOSEN = st.sets(
    st.sampled_from(["family_name", "birth_date", "phone", "email", "street", "national_number", "status"])
)


def a_file(member: Member, number: str | None, facts: dict[str, Any]) -> Person:
    """A file with these facts, and its keys."""
    person = a_person(member, facts.pop("family_name", "Marchetti"), **facts)
    keyring = member.federation.keyring
    with member.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        row.national_number = encrypted_number(keyring, row, number) if number else None
        write_keys(session, row, keyring)
    return person


def test_merged_and_taken_back_nothing_has_changed(federation: Federation, superuser: Engine) -> None:
    member = coordinator(federation)
    filler = Filler(member, federation.support_centre.id, superuser)

    @settings(max_examples=15)
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        files = [a_file(member, data.draw(NUMBERS), data.draw(st.fixed_dictionaries(FACTS))) for _side in range(2)]
        for person in files:
            numbers = data.draw(st.fixed_dictionaries({name: st.integers(0, 2) for name in TABLES}))
            filler.fill(person, numbers.__getitem__, is_open=lambda: data.draw(st.booleans()))
        before = dump(superuser, *(person.id for person in files))
        made = merged(member, files[0], files[1], *data.draw(CHOSEN))
        assert dump(superuser, *(person.id for person in files)) != before
        assert taken_back(member, made) == 0
        after = dump(superuser, *(person.id for person in files))
        assert after == before

    check()


def test_each_table_that_names_people_goes_over(federation: Federation, superuser: Engine) -> None:
    """Otherwise the test above would pass on a merge that moves nothing."""
    member = coordinator(federation)
    kept, other = (a_file(member, None, {}) for _side in range(2))
    Filler(member, federation.support_centre.id, superuser).fill(other, lambda _table: 1)
    assert {table: named(superuser, table, other) for table in TABLES} == dict.fromkeys(TABLES, 1)
    merged(member, kept, other)
    assert [table for table in TABLES if named(superuser, table, kept)] == GO_OVER


def test_every_key_of_a_person_that_moves_may_be_changed(superuser: Engine) -> None:
    """Otherwise the database would refuse the first merge."""
    may = text("SELECT has_column_privilege('clais_app', :table, :column, 'UPDATE')")
    with superuser.connect() as connection:
        refused = [
            rows.name
            for rows in ROWS
            if not rows.stays
            and not connection.execute(may, {"table": rows.table.__tablename__, "column": rows.column}).scalar_one()
        ]
    assert refused == []


def test_what_a_file_has_once_stays_its_own(federation: Federation, superuser: Engine) -> None:
    member = coordinator(federation)
    kept, other = (a_file(member, None, {}) for _side in range(2))
    filler = Filler(member, federation.support_centre.id, superuser)
    for person in (kept, other):
        filler.fill(person, lambda _table: 1)
    merged(member, kept, other)
    left = {table for table in TABLES if named(superuser, table, other)}
    under_way = {"action_plan", "plan_step", "plan_evaluation", "plan_signature", "instrument_filling", "bilan"}
    under_way |= {"orientation_decision", "advice_answer", "sensitive_fact"}
    periods = {"integration_contract", "contract_evaluation", "printout", "clock_pause", "person_period"}
    once = {"intake", "wished_occupation", "recently_opened", "quality_draw", "person_tag", "referent_wish"}
    once |= {"spotted_person", "file_arrival"}
    assert left == under_way | periods | once | (set(TABLES) - set(GO_OVER))


def test_a_row_that_hangs_on_what_stays_stays_too_and_others_go(federation: Federation, superuser: Engine) -> None:
    member = coordinator(federation)
    kept, other = (a_file(member, None, {}) for _side in range(2))
    filler = Filler(member, federation.support_centre.id, superuser)
    filler.fill(kept, lambda table: int(table == "action_plan"))
    plans = {"action_plan", "plan_step"}
    filler.fill(other, lambda table: 2 * int(table in plans), is_open=iter([True, False, True, True]).__next__)
    merged(member, kept, other)
    assert (named(superuser, "action_plan", kept), named(superuser, "action_plan", other)) == (2, 1)
    assert (named(superuser, "plan_step", kept), named(superuser, "plan_step", other)) == (1, 1)


@pytest.mark.parametrize("subject", ["integration_contract", "action_plan"])
def test_a_printout_stays_with_the_contract_or_the_plan_that_it_is_of(
    federation: Federation, superuser: Engine, subject: str
) -> None:
    member = coordinator(federation)
    kept, other = (a_file(member, None, {}) for _side in range(2))
    filler = Filler(member, federation.support_centre.id, superuser)
    for person in (kept, other):
        filler.fill(person, lambda table: int(table == subject))
    (staying,) = keys_of(superuser, subject, other)
    filler.add("printout", person_id=other.id, kind="plan", subject_id=staying)
    filler.add("printout", person_id=other.id, kind="cv", subject_id=None)
    made = merged(member, kept, other)
    assert (named(superuser, "printout", kept), named(superuser, "printout", other)) == (1, 1)
    taken_back(member, made)
    assert (named(superuser, "printout", kept), named(superuser, "printout", other)) == (0, 2)


def test_no_row_says_that_it_was_changed(federation: Federation, superuser: Engine) -> None:
    member = coordinator(federation)
    kept, other = (a_file(member, None, {}) for _side in range(2))
    Filler(member, federation.support_centre.id, superuser).fill(other, lambda _table: 1)
    before = dump(superuser, kept.id, other.id)
    merged(member, kept, other)
    after = dump(superuser, kept.id, other.id)
    for table in set(TABLES) - {"person", "person_key"}:
        names = {"person_id", "subject_id"}
        assert [{k: v for k, v in row.items() if k not in names} for row in after[table]] == [
            {k: v for k, v in row.items() if k not in names} for row in before[table]
        ], table


def test_what_was_written_since_stays_with_the_kept_file(federation: Federation, superuser: Engine) -> None:
    member = coordinator(federation)
    kept, other = (a_file(member, None, {}) for _side in range(2))
    filler = Filler(member, federation.support_centre.id, superuser)
    filler.fill(other, lambda table: int(table == "note"))
    made = merged(member, kept, other)
    filler.fill(kept, lambda table: 2 * int(table == "note"))
    with member.at_work() as session:
        session.get_one(Person, (kept.tenant_id, kept.id)).phone = "+32470999999"
    page = words(member.browser().get(f"/fusions/{made.id}"))
    assert "<dt>Notes</dt><dd>2</dd>" in page
    taken_back(member, made)
    assert (named(superuser, "note", kept), named(superuser, "note", other)) == (2, 1)
    assert stored(member, kept).phone == "+32470999999", "a fact that somebody changed since is left as it is"


def test_what_hangs_on_something_that_goes_back_goes_with_it(federation: Federation, superuser: Engine) -> None:
    member = coordinator(federation)
    kept, other = (a_file(member, None, {}) for _side in range(2))
    filler = Filler(member, federation.support_centre.id, superuser)
    filler.fill(other, lambda table: int(table == "appointment"))
    made = merged(member, kept, other)
    (appointment,) = keys_of(superuser, "appointment", kept)
    filler.add("contact", person_id=kept.id, appointment_id=appointment)
    taken_back(member, made)
    assert (named(superuser, "contact", kept), named(superuser, "contact", other)) == (0, 1)


def test_a_merge_is_taken_back_once(federation: Federation) -> None:
    member = coordinator(federation)
    made = merged(member, a_file(member, None, {}), a_file(member, None, {}))
    taken_back(member, made)
    with pytest.raises(Refused, match="undone"):
        taken_back(member, made)


def test_of_two_merges_one_upon_the_other_the_later_is_taken_back_first(
    federation: Federation, superuser: Engine
) -> None:
    member = coordinator(federation)
    one, two, three = files = [a_file(member, None, {"family_name": name}) for name in ("Un", "Deux", "Trois")]
    Filler(member, federation.support_centre.id, superuser).fill(one, lambda table: int(table == "note"))
    before = dump(superuser, *(person.id for person in files))
    first = merged(member, two, one)
    second = merged(member, three, two)
    assert stored(member, one).merged_into_id == three.id, "an address leads to the file that stands"
    with pytest.raises(Refused, match="merged"):
        taken_back(member, first)
    taken_back(member, second)
    assert stored(member, one).merged_into_id == two.id
    taken_back(member, first)
    assert dump(superuser, *(person.id for person in files)) == before
