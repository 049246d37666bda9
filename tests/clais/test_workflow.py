"""Every table of transitions, state × transition × role: what it allows happens and is logged, the rest is refused."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.actor import Actor
from clais.database import Base, new_id
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.workflow import REFERRAL
from clais.permissions import PermissionTable
from clais.workflow import Refused, StateChange, Transition, Workflow, log_in_tenant
from config.app import PERMISSIONS
from config.features import FEATURES
from tenants.people.models import Person

TABLE = PermissionTable.read(PERMISSIONS)
ROLES = sorted(TABLE.roles)


WORKFLOWS = {workflow.name: workflow for feature in FEATURES for workflow in feature.workflows}
TRANSITIONS = sorted({t.name for workflow in WORKFLOWS.values() for t in workflow.transitions} | {"unknown"})


class Journal(list[Any]):
    """What a session would write."""

    def add(self, row: Any) -> None:
        self.append(row)


def actor(permissions: frozenset[str]) -> Actor:
    return Actor(display_name="Nadia", permissions=permissions)


def at(workflow: Workflow, state: str) -> Any:
    """A row in a state of a workflow, with a log that needs no table."""
    row = SimpleNamespace(id=new_id(), __tablename__="row")
    setattr(row, workflow.column.key, state)
    return row


def logged(workflow: Workflow) -> Workflow:
    """The same table, with the plain log."""
    return replace(workflow, log=log_in_tenant)


def test_the_house_has_workflows() -> None:
    assert {"person", "referral"} <= set(WORKFLOWS)


@given(
    name=st.sampled_from(sorted(WORKFLOWS)),
    role=st.sampled_from(ROLES),
    wanted=st.sampled_from(TRANSITIONS),
    reason=st.none() | st.just("other"),
    comment=st.none() | st.just("Parce que"),
    data=st.data(),
)
def test_a_transition_happens_exactly_when_the_table_says_so(
    name: str, role: str, wanted: str, reason: str | None, comment: str | None, data: st.DataObject
) -> None:
    workflow = logged(WORKFLOWS[name])
    state = data.draw(st.sampled_from(sorted(workflow.states)))
    permissions = TABLE.of(role)
    row, journal = at(workflow, state), Journal()
    line = next((t for t in workflow.transitions if t.name == wanted and state in t.sources), None)
    given_facts = {"reason": reason, "comment": comment}
    code = (
        "wrong_state"
        if line is None
        else "not_permitted"
        if line.permission not in permissions
        else next((f"{fact}_missing" for fact in line.asks if not given_facts[fact]), None)
    )
    if code is not None:
        with pytest.raises(Refused) as refused:
            workflow.apply(journal, row, wanted, actor(permissions), reason=reason, comment=comment)  # type: ignore[arg-type]
        assert refused.value.code == code
        assert workflow.state_of(row) == state
        assert journal == []
    else:
        assert line is not None
        assert workflow.apply(journal, row, wanted, actor(permissions), reason=reason, comment=comment) is line  # type: ignore[arg-type]
        assert workflow.state_of(row) == line.target
        (step,) = journal
        assert isinstance(step, StateChange)
        assert (step.source, step.target, step.transition, step.reason, step.comment) == (
            state,
            line.target,
            wanted,
            reason,
            comment,
        )
        assert step.actor_name == "Nadia"


@given(name=st.sampled_from(sorted(WORKFLOWS)), role=st.sampled_from(ROLES), data=st.data())
def test_what_is_offered_is_what_can_be_done(name: str, role: str, data: st.DataObject) -> None:
    workflow = logged(WORKFLOWS[name])
    state = data.draw(st.sampled_from(sorted(workflow.states)))
    permissions = TABLE.of(role)
    offered = workflow.available(at(workflow, state), permissions)
    done = []
    for line in workflow.transitions:
        row = at(workflow, state)
        try:
            workflow.apply(Journal(), row, line.name, actor(permissions), reason="other", comment="x")  # type: ignore[arg-type]
        except Refused:
            continue
        done.append(line.name)
    assert sorted({line.name for line in offered}) == sorted(set(done))


def test_a_transition_without_a_label_has_no_button() -> None:
    permissions = TABLE.everything()
    assert list(REFERRAL.buttons(Referral(state="draft"), permissions)) == ["cancel"]
    assert [line.name for line in REFERRAL.available(Referral(state="draft"), permissions)] == ["send", "cancel"]
    assert REFERRAL.label_of("cancel") == "Cancel the referral"
    assert (REFERRAL.label_of("send"), REFERRAL.label_of("unknown")) == ("", "")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_state_can_be_reached_and_every_transition_has_someone_who_may(name: str) -> None:
    workflow = WORKFLOWS[name]
    reached = {workflow.initial}
    for _turn in workflow.states:
        reached |= {line.target for line in workflow.transitions if line.sources & reached}
    assert reached == set(workflow.states)
    assert [line.name for line in workflow.transitions if line.permission not in TABLE.everything()] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_diagram_names_every_transition(name: str) -> None:
    lines = "\n".join(WORKFLOWS[name].diagram())
    assert all(f": {line.name}" in lines for line in WORKFLOWS[name].transitions)


@pytest.mark.parametrize(("model", "attribute"), [(Person, "stage"), (Referral, "state")])
def test_a_state_is_not_written_directly(model: type[Base], attribute: str) -> None:
    row = model()
    with pytest.raises(TypeError, match="only through its workflow"):
        setattr(row, attribute, "closed")
    with pytest.raises(TypeError, match="only through its workflow"):
        model(**{attribute: "closed"})


@pytest.mark.parametrize(("model", "attribute"), [(Person, "stage"), (Referral, "state")])
def test_a_state_is_not_set_back_to_its_beginning_by_hand(model: type[Base], attribute: str) -> None:
    workflow = next(each for each in WORKFLOWS.values() if each.column is getattr(model, attribute))
    row = model(**{attribute: workflow.initial})
    logged(workflow).apply(Journal(), row, workflow.transitions[0].name, actor(TABLE.everything()))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="only through its workflow"):
        setattr(row, attribute, workflow.initial)


def test_a_table_with_an_unknown_state_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown states"):
        Workflow("x", Person.stage, "a", {"a": "A"}, (Transition("go", frozenset({"a"}), "b", "p", "Go"),))


def test_a_transition_named_twice_from_one_state_is_refused() -> None:
    line = Transition("go", frozenset({"a"}), "b", "p", "Go")
    with pytest.raises(ValueError, match="named twice"):
        Workflow("x", Person.stage, "a", {"a": "A", "b": "B"}, (line, line))
