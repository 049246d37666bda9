from typing import Any, NoReturn
from uuid import UUID

from flask import url_for
from marshmallow import fields, missing, validate
from sqlalchemy.orm.exc import StaleDataError

from clais.api.application import ApiRoutes
from clais.api.description import IDEMPOTENCY_KEY, PROBLEM_TYPE
from clais.api.problems import conflict, invalid
from clais.audit.actions import record_reading
from clais.audit.listings import record_listing
from clais.forms.choices import OneChoice, choices_of
from clais.forms.messages import translated
from clais.searching.typed import query_tokens
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.cursors import after_key, write_cursor
from tenants.people import actions, queries
from tenants.people.api_schemas import Conflict, FileAlike, PeoplePage, PersonCard, PersonLine
from tenants.people.choices import CONSENT_MANNERS, WRONG
from tenants.people.fields import contradictions_after
from tenants.people.matching import check
from tenants.people.matching.keys import number_hash
from tenants.people.matching.search import people_matching
from tenants.people.models import Person
from tenants.people.refusals import look_first, refusal
from tenants.people.schemas import (
    ChangeAnswer,
    DuplicateAnswer,
    ListSchema,
    NamesAnswer,
    NewcomerSchema,
    PersonSchema,
    SearchSchema,
    facts_of,
)

people_api = ApiRoutes("people", __name__, description="People whom the platform receives and follows")
in_conflict = people_api.alt_response(
    409, schema=Conflict, content_type=PROBLEM_TYPE, description="A file looks alike, or the card was saved meanwhile."
)


FACTS = tuple(PersonSchema().fields)


class PersonChangesSchema(PersonSchema, DuplicateAnswer, NamesAnswer, ChangeAnswer):
    """The changes to a card that was read at `version`; fields that are not named stay.

    A status, an address or a certificate that changes is so from `status_since` or from today on, and with
    `dated_change` “wrong” it was so all along.
    """

    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**31 - 1))
    registration_consent_manner = OneChoice(choices_of(CONSENT_MANNERS))

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Give a fact that is not named no default: it would erase the stored value."""
        super().on_bind_field(field_name, field_obj)
        if field_name in FACTS:
            field_obj.load_default = missing


@people_api.endpoint("/people", "person.list")
@people_api.query(ListSchema)
@people_api.response(200, PeoplePage)
def index(chosen: dict[str, Any]) -> Any:
    """The open files by name, page by page."""
    after = after_key(chosen["after"])
    mine = actor().membership_id if chosen["mine"] else None
    rows = queries.people_after(database(), after, stage=chosen["stage"], referent_id=mine)
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    record_listing(database(), (person.id for person in page))
    return {"items": page, "next": write_cursor(page[-1].sort_name, page[-1].id) if more else None}


@people_api.endpoint("/people/searches", "person.list", "POST")
@people_api.arguments(SearchSchema)
@people_api.response(200, PersonLine(many=True))
def search(typed: dict[str, Any]) -> Any:
    """Look someone up by name, phone, e-mail, postal code, birth date or a number. The search is sent in the body."""
    sought = query_tokens(typed["q"])
    number = sought.national_number
    hashed = number_hash(services().keyring, database(), number) if number else None
    found = people_matching(database(), sought, hashed_number=hashed, referrals=actor().may("referral.read"))
    record_listing(database(), (person.id for person in found))
    return found


@people_api.endpoint("/people", "person.create", "POST")
@people_api.doc(parameters=[IDEMPOTENCY_KEY], responses={303: {"description": "The key was used: what it led to."}})
@people_api.arguments(NewcomerSchema)
@people_api.response(201, PersonCard)
@in_conflict
def register(data: dict[str, Any]) -> Any:
    """Register a newcomer who agreed to it; 409 while a possible duplicate is not confirmed as another person."""
    facts, confirmed_different = _split(data)
    try:
        person = actions.register_person(
            database(), actor(), facts, services().keyring, confirmed_different=confirmed_different
        )
    except check.PossibleDuplicates as found:
        _look_first(found)
    except actions.Unacceptable as refused:
        invalid({refused.field: [refusal(refused)]})
    return person, 201, {"Location": url_for("api_people.show", person_id=person.id)}


@people_api.endpoint("/people/<uuid:person_id>", "person.read")
@people_api.response(200, PersonCard)
def show(person_id: UUID) -> Any:
    """The card of a person. Reading it is put on record."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


@people_api.endpoint("/people/<uuid:person_id>", "person.edit", "PATCH")
@people_api.arguments(PersonChangesSchema(partial=FACTS))
@people_api.response(200, PersonCard)
@in_conflict
def edit(data: dict[str, Any], person_id: UUID) -> Any:
    """Change a card that was read at `version`; 409 when someone saved it since, or for a possible duplicate.

    The answer shows the card, or the differing stored values: both are recorded as a reading.
    """
    person = get_or_404(Person, person_id)
    version = data.pop("version")
    changes, confirmed_different = _split(data)
    if version == person.version:
        _check_together(person, changes)
    try:
        actions.edit(
            database(),
            actor(),
            person,
            changes,
            version,
            services().keyring,
            confirmed_different=confirmed_different,
            corrects=data.get("dated_change") == WRONG,
        )
    except check.PossibleDuplicates as found:
        _look_first(found)
    except actions.Unacceptable as refused:
        invalid({refused.field: [refusal(refused)]})
    except (actions.StaleCard, StaleDataError):
        database().rollback()
        theirs = get_or_404(Person, person_id)
        database().refresh(theirs)
        record_reading(database(), theirs.id)
        differences = _differences(theirs, changes)
        conflict("stale-version", your_version=version, version=theirs.version, differences=differences)
    record_reading(database(), person.id)
    return person


def _split(data: dict[str, Any]) -> tuple[dict[str, Any], frozenset[UUID]]:
    """The facts of the card, and the files that were confirmed as other people's."""
    return facts_of(data), check.confirmed_different(data)


def _look_first(found: check.PossibleDuplicates) -> NoReturn:
    title = _("This person may be registered already")
    conflict("files-alike", title=title, detail=look_first(), duplicates=FileAlike(many=True).dump(found.matches))


def _check_together(person: Person, changes: dict[str, Any]) -> None:
    """Refuse changes that contradict the facts that stay on the card."""
    found = contradictions_after(person, changes)
    if found:
        invalid(translated(found))


def _differences(theirs: Person, changes: dict[str, Any]) -> dict[str, Any]:
    """The fields whose stored value differs from the one that was sent."""
    sent, saved = PersonCard().dump(changes), PersonCard().dump(theirs)
    return {
        name: {"yours": value, "theirs": saved[name]} for name, value in sorted(sent.items()) if value != saved[name]
    }
