"""The facts of a parcel as the platform that takes a file over writes them: on the card, in the plan, in notes."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from clais.exchange.referrals.parcels import FIELDS, NOTE, PLAN, field_of
from tenants.orientation.actions.plans import NewObjective, NewStep

Contents = Mapping[str, Mapping[str, Any]]
"""What a parcel holds: field code → {label, value, text}."""
LONGEST_GOAL = 300


def card_facts(contents: Contents) -> dict[str, Any]:
    """The facts of the card that were shared, as `people.actions.new_file` takes them; what was not shared is left
    out. A name is always there: no file goes on without one.
    """
    facts: dict[str, Any] = {}
    for code, read in _READ.items():
        if code in contents:
            facts |= read(contents[code]["value"])
    return {name: value for name, value in facts.items() if value not in (None, "")}


def _name(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"family_name": value.get("family_name", ""), "given_names": value.get("given_names", "")}


def _birth(value: str) -> dict[str, Any]:
    # Of some people only the year is known.
    return {"birth_year": int(value)} if value.isdigit() else {"birth_date": date.fromisoformat(value)}


def _job_seeker(value: Mapping[str, Any]) -> dict[str, Any]:
    since = value.get("since")
    return {
        "forem_number": value.get("number"),
        "forem_registered_on": date.fromisoformat(since) if since else None,
    }


_READ: Mapping[str, Any] = {
    "name": _name,
    "birth_date": _birth,
    "sex": lambda value: {"sex": value},
    "phone": lambda value: {"phone": value},
    "email": lambda value: {"email": value},
    "address": lambda value: {name: value.get(name) for name in ("street", "street_number", "box")},
    "locality": lambda value: {name: value.get(name) for name in ("postal_code", "locality")},
    "languages": lambda value: {"languages": value},
    "status": lambda value: {"status": value},
    "schooling": lambda value: {"schooling": value.get("level"), "schooling_note": value.get("note")},
    "driving": lambda value: {"driving_licences": value.get("licences", []), "has_vehicle": value.get("vehicle")},
    "job_seeker": _job_seeker,
    "availability": lambda value: {"availability": value},
}
"""A shared fact → what it says of the card."""


def notes(contents: Contents) -> Iterator[tuple[str, str]]:
    """The shared notes: what each was called, and its text."""
    for code, fact in contents.items():
        if field_of(code) is FIELDS[NOTE]:
            yield fact["label"], fact["text"]


def objectives(contents: Contents) -> list[NewObjective]:
    """The objectives that go on, with their open steps."""
    return [
        NewObjective(
            each["text"],
            each["dimension"],
            tuple(
                NewStep(step["text"], step["who"], date.fromisoformat(step["due_on"]) if step["due_on"] else None)
                for step in each["steps"]
            ),
        )
        for each in contents.get(PLAN, {}).get("value", ())
    ]


def goal(contents: Contents) -> str:
    """The goal of the plan, where it was shared and is not sensitive; otherwise its first objective."""
    shared = contents.get("goal", {})
    if shared and not shared.get("sensitive"):
        return str(shared["text"])[:LONGEST_GOAL]
    first = next(iter(objectives(contents)), None)
    return first.text[:LONGEST_GOAL] if first else ""
