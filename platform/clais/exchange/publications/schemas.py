from clais.forms.schemas import Schema
from clais.forms.texts import Identifier
from clais.translation import lazy_gettext as _l


class OfferSearchSchema(Schema):
    """The words that are looked for in the schemes of a basin."""

    q = Identifier(60, required=True, metadata={"label": _l("Words"), "ask": _l("Write what you are looking for.")})
