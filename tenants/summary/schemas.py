from marshmallow import fields

from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l


class SummarySchema(Schema):
    sensitive = fields.Boolean(
        load_default=False,
        metadata={
            "label": _l("With the sensitive facts that I may read"),
            "hint": _l("It is put on record that they were shown."),
        },
    )
