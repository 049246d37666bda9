"""The texts of a plan that may be sealed, as its pages show and take them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clais.web.context import actor, database
from tenants.orientation import queries
from tenants.people.models import Person
from tenants.sensitive.forms import blank_why, texts_shown, typed_writer, values_of
from tenants.sensitive.queries import may_read
from tenants.sensitive.withholding import Writer, is_withheld, may_write


def with_texts(person: Person, parts: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The parts of a plan with the sealed texts that the actor may read, by row; None without a plan."""
    if parts is None:
        return None
    said = [(parts["plan"], "goal"), *((objective, "text") for objective, _lines in parts["objectives"])]
    is_sealed = any(is_withheld(row, column) for row, column in said)
    return {**parts, "texts": texts_shown(person, said), "reads_sealed": is_sealed and reads_all(person)}


def reads_all(person: Person) -> bool:
    """Whether the actor reads all that is sealed of a person."""
    return may_read(database(), person, None, actor())


def proposed_goal(person: Person, otherwise: str) -> Mapping[str, Any]:
    """The goal that was decided, `otherwise` without one. A sealed one comes with why it is, for who may write it."""
    decision = queries.latest_decision(database(), person.id)
    if decision is None:
        return {"goal": otherwise} | blank_why()
    if may_write(database(), actor(), person, decision, "goal"):
        return values_of(person, (decision, "goal"))
    return {"goal": ""} | blank_why()


def typed_writers(data: dict[str, Any]) -> tuple[Writer, Writer]:
    """Who wrote a goal, and who its objectives, each with the reason that is said once; a goal in clear has none."""
    is_goal_marked = data["withheld"]
    data["withheld"] = is_goal_marked or any(row["withheld"] for row in data["objectives"])
    writer = typed_writer(data)
    return (writer if is_goal_marked else in_clear(writer)), writer


def in_clear(writer: Writer) -> Writer:
    """The same who write a text in clear."""
    return replace(writer, why=None)
