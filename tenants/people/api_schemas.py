"""The schemas of the people API's answers. They never contain the national number."""

from marshmallow import fields, validate

from clais.forms.schemas import Schema
from tenants.people.fields import LanguageSchema
from tenants.people.matching.presentation import LIKELIHOODS


class PersonLine(Schema):
    """Someone in a list: enough to choose, no more."""

    id = fields.UUID()
    reference = fields.String()
    family_name = fields.String()
    given_names = fields.String()
    birth_date = fields.Date(allow_none=True)
    birth_year = fields.Integer(allow_none=True)
    stage = fields.String()


class PeoplePage(Schema):
    """One page of a list and the cursor of the next one, if any."""

    items = fields.List(fields.Nested(PersonLine))
    next = fields.String(allow_none=True)


class PersonCard(Schema):
    """The card of a person, at its `version`."""

    id = fields.UUID()
    reference = fields.String()
    family_name = fields.String()
    birth_name = fields.String(allow_none=True)
    given_names = fields.String()
    birth_date = fields.Date(allow_none=True)
    birth_year = fields.Integer(allow_none=True)
    sex = fields.String()
    street = fields.String(allow_none=True)
    street_number = fields.String(allow_none=True)
    box = fields.String(allow_none=True)
    postal_code = fields.String(allow_none=True)
    locality = fields.String(allow_none=True)
    nis_code = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    other_phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    contact_preference = fields.String(allow_none=True)
    languages = fields.List(fields.Nested(LanguageSchema))
    status = fields.String(allow_none=True)
    status_since = fields.Date(allow_none=True)
    schooling = fields.String(allow_none=True)
    schooling_note = fields.String(allow_none=True)
    driving_licences = fields.List(fields.String())
    has_vehicle = fields.Boolean(allow_none=True)
    forem_number = fields.String(allow_none=True)
    forem_registered_on = fields.Date(allow_none=True)
    availability = fields.String(allow_none=True)
    has_national_number = fields.Boolean()
    stage = fields.String()
    stage_since = fields.Date()
    referent_id = fields.UUID(allow_none=True)
    last_contact_on = fields.Date(allow_none=True)
    registration_consent_at = fields.DateTime(allow_none=True)
    registration_consent_manner = fields.String(allow_none=True)
    version = fields.Integer()


class FileAlike(Schema):
    """A file that looks like that of the same person: which, and the codes of what speaks for it and against it."""

    id = fields.UUID(attribute="key.id")
    reference = fields.String(attribute="key.reference")
    likelihood = fields.String(validate=validate.OneOf(list(LIKELIHOODS)))
    reasons = fields.Function(
        lambda match: [reason.code for reason in match.reasons if not reason.against],
        metadata={"type": "array", "items": {"type": "string"}},
    )
    against = fields.Function(
        lambda match: [reason.code for reason in match.reasons if reason.against],
        metadata={"type": "array", "items": {"type": "string"}},
    )


class Difference(Schema):
    """One fact, as it was sent and as it is saved."""

    yours = fields.Raw(allow_none=True)
    theirs = fields.Raw(allow_none=True)


class Conflict(Schema):
    """Why nothing was written.

    `files-alike`: the `duplicates` have to be looked at; sent again with `not_duplicate` true and their ids in
    `compared`, the same request is answered. `stale-version`: the card was saved since `your_version`; it is at
    `version` now, and `differences` has each field that was sent and is saved otherwise.
    """

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    reference = fields.String()
    duplicates = fields.List(fields.Nested(FileAlike))
    your_version = fields.Integer()
    version = fields.Integer()
    differences = fields.Dict(keys=fields.String(), values=fields.Nested(Difference))
