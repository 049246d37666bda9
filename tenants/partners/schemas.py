from marshmallow import fields

from clais.forms.choices import choices_of
from clais.forms.fields import Email, OneChoice, Phone, TrimmedString
from clais.forms.lists import ListSchema, one_of, sort_by
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.partners.choices import KINDS


class PartnerSchema(Schema):
    name = TrimmedString(
        120,
        required=True,
        metadata={"label": _l("Name"), "ask": _l("Give the name of the partner."), "autocomplete": "off"},
    )
    kind = OneChoice(
        choices_of(KINDS),
        required=True,
        metadata={"label": _l("Kind of partner"), "ask": _l("Choose the kind of partner.")},
    )
    is_member = fields.Boolean(
        load_default=False,
        metadata={"label": _l("Member of the platform"), "hint": _l("It has signed the agreement of the CLAIS.")},
    )
    phone = Phone(load_default=None, allow_none=True, metadata={"label": _l("Phone"), "widget": "tel"})
    email = Email(
        200,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("E-mail"), "widget": "email"},
    )
    address = TrimmedString(
        200, multiline=True, load_default=None, allow_none=True, metadata={"label": _l("Address"), "rows": 2}
    )
    hours = TrimmedString(
        200,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={
            "label": _l("Opening hours"),
            "rows": 2,
            "hint": _l("They are told, with the address and the phone, to whoever is directed there."),
        },
    )
    note = TrimmedString(
        1000,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={
            "label": _l("What they do, whom to ask for"),
            "rows": 4,
            "hint": _l("Conditions, the name of a contact. Nothing about candidates."),
        },
    )


class PartnersSchema(ListSchema):
    """The filters and the order of the list."""

    kind = one_of(KINDS)
    is_member = one_of(["yes"])
    sort = sort_by("name", "kind")
