from marshmallow import fields, validate

from clais.forms.schemas import Schema
from support_center.network.choices import FIGURES


class NetworkArguments(Schema):
    """What the page of the network shows: a period by its first month, and the number that is explained."""

    periode = fields.String(validate=validate.Regexp(r"\d{4}-\d{2}\Z"))
    plateforme = fields.UUID()
    chiffre = fields.String(validate=validate.OneOf(list(FIGURES)))


class PeriodArguments(Schema):
    """What is exported: a period by its first month."""

    periode = fields.String(validate=validate.Regexp(r"\d{4}-\d{2}\Z"))
