from typing import Any
from uuid import UUID

from flask import abort, url_for
from flask_babel import gettext as _
from flask_smorest import abort as refuse
from itsdangerous import BadSignature
from marshmallow import fields

from clais.api.application import ApiFeature
from clais.audit.actions import record_reading
from clais.services import services
from clais.web.context import actor, database, get_or_404
from clais.web.cursors import read_cursor, write_cursor
from clais.web.schemas import Schema
from tenants.people import actions, comparison, queries
from tenants.people.keys import number_hash
from tenants.people.models import Person
from tenants.people.names import query_tokens
from tenants.people.schemas import DuplicateAnswer, ListSchema, PersonCard, PersonSchema, SearchSchema

people_api = ApiFeature("people", __name__, description="People whom the platform receives and follows")


class PersonLine(Schema):
    """Someone in a list: enough to choose, no more."""

    id = fields.UUID()
    reference = fields.String()
    family_name = fields.String()
    given_names = fields.String()
    birth_date = fields.Date()
    stage = fields.String()


class PeoplePage(Schema):
    """One page of a list and the cursor of the next one, if any."""

    items = fields.List(fields.Nested(PersonLine))
    next = fields.String(allow_none=True)


class NewPersonSchema(PersonSchema, DuplicateAnswer):
    """A newcomer. `not_duplicate` answers the question whether someone very much alike is the same person."""


class PersonChangesSchema(PersonSchema):
    """What is to change on a card that was read at `version`; what is not named stays."""

    version = fields.Integer(required=True)


@people_api.endpoint("/people", "person.list")
@people_api.query(ListSchema)
@people_api.response(200, PeoplePage)
def index(chosen: dict[str, Any]) -> Any:
    """The open files by name, page by page."""
    try:
        after = read_cursor(chosen["after"]) if chosen["after"] else None
    except BadSignature:
        abort(400)
    mine = actor().membership_id if chosen["mine"] else None
    rows = queries.people_after(database(), after, stage=chosen["stage"], referent_id=mine)
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    return {"items": page, "next": write_cursor(page[-1].sort_name, page[-1].id) if more else None}


@people_api.endpoint("/people/searches", "person.list", "POST")
@people_api.arguments(SearchSchema)
@people_api.response(200, PersonLine(many=True))
def search(typed: dict[str, Any]) -> Any:
    """Look someone up by name, phone, reference, birth date or number. The words travel in the body."""
    sought = query_tokens(typed["q"])
    number = sought.national_number
    hashed = number_hash(services().keyring, database(), number) if number else None
    return queries.people_matching(database(), sought, hashed_number=hashed)


@people_api.endpoint("/people", "person.create", "POST")
@people_api.arguments(NewPersonSchema)
@people_api.response(201, PersonCard)
def register(data: dict[str, Any]) -> Any:
    """Register a newcomer; 422 on `not_duplicate` while a file that looks the same is not ruled out."""
    answer = {name: data.pop(name) for name in ("not_duplicate", "compared")}
    identity = comparison.identity_of_typed(database(), data, services().keyring)
    alike = queries.probable_duplicates(database(), identity) if identity else []
    if comparison.unanswered(alike, answer):
        message = _("Someone very much like this person has a file: look at it first.")
        refuse(422, messages={"json": {"not_duplicate": [message], "compared": [str(match.key.id) for match in alike]}})
    if data.get("national_number") and not queries.national_number_authorisation(database()):
        refuse(422, messages={"json": {"national_number": [_("This platform may not record the national number.")]}})
    person = actions.register_person(database(), actor(), data, services().keyring)
    database().flush()
    return person, 201, {"Location": url_for("api_people.show", person_id=person.id)}


@people_api.endpoint("/people/<uuid:person_id>", "person.read")
@people_api.response(200, PersonCard)
def show(person_id: UUID) -> Any:
    """The card of a person. Reading it is put on record."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


@people_api.endpoint("/people/<uuid:person_id>", "person.edit", "PATCH")
@people_api.arguments(PersonChangesSchema(partial=True))
@people_api.response(200, PersonCard)
def edit(changes: dict[str, Any], person_id: UUID) -> Any:
    """Change a card; 409 when someone saved it since `version`."""
    person = get_or_404(Person, person_id)
    version = changes.pop("version", None)
    if version is None:
        refuse(422, messages={"json": {"version": [_("Say which version of the card was read.")]}})
    try:
        actions.edit(database(), actor(), person, changes, version, services().keyring)
    except actions.StaleCard:
        abort(409)
    database().flush()
    return person
