from clais.forms.fields import Identifier, OneChoice, WholeNumber
from clais.forms.schemas import Schema
from clais.instruments.choices import LANGUAGE_NAMES
from clais.translation import lazy_gettext as _l


class SearchSchema(Schema):
    """What is typed in a question about an occupation or a municipality."""

    q = Identifier(max=100, required=True)


class AnswerSchema(Schema):
    """Which question is answered, of which version, and the revision of the answer that was read."""

    item = Identifier(max=40, required=True)
    seen = WholeNumber(load_default=0)
    asked = Identifier(max=80, load_default="")
    """What the page shows, see `forms.mark_of`."""


class HandOverSchema(Schema):
    """The language in which a person answers alone."""

    language = OneChoice(
        list(LANGUAGE_NAMES.items()),
        required=True,
        metadata={"label": _l("Language"), "ask": _l("Choose the language of the person.")},
    )
