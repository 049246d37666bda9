from marshmallow import fields, validate

from clais.forms.schemas import Schema
from support_center.network.choices import FIGURES


class PeriodArguments(Schema):
    """What is exported: a period by its first month."""

    periode = fields.String(validate=validate.Regexp(r"\d{4}-\d{2}\Z"))


class NetworkArguments(PeriodArguments):
    """What the page of the network shows: a period, and the number that is explained."""

    plateforme = fields.UUID()
    chiffre = fields.String(validate=validate.OneOf(list(FIGURES)))
