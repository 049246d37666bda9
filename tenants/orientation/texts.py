"""The texts of a plan that may be sealed, as its pages show and take them."""

from collections.abc import Mapping
from typing import Any

from clais.web.context import actor, database
from tenants.people.models import Person
from tenants.sensitive.forms import texts_shown, typed_writer
from tenants.sensitive.queries import may_read
from tenants.sensitive.withholding import Writer, is_withheld


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


def typed_writers(data: dict[str, Any]) -> tuple[Writer | None, Writer | None]:
    """Who wrote a goal, and who its objectives, each with the reason that is said once; None for a goal in clear."""
    is_goal_marked = data["withheld"]
    data["withheld"] = is_goal_marked or any(row["withheld"] for row in data["objectives"])
    writer = typed_writer(data)
    return (writer if is_goal_marked else None), writer
