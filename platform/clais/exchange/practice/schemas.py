from marshmallow import ValidationError

from clais.exchange.practice.choices import DOCUMENT_KINDS
from clais.exchange.practice.rules.traces import traces_in
from clais.forms.fields import Identifier, TrimmedString
from clais.forms.lists import ListSchema, one_of, sort_by
from clais.forms.schemas import Schema
from clais.instruments.choices import LANGUAGE_NAMES
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l

USES = ("used", "unused", "old")
"""Documents that are used (here, or by some platform), that are not, and those used in an older version."""
WORD = {"label": _l("Search"), "widget": "search"}


class SearchSchema(Schema):
    """The search of the charter of words, and of the library."""

    q = Identifier(60, load_default="", metadata=WORD)


class DocumentsSchema(ListSchema):
    """The filters and the order of the library."""

    kind = one_of(DOCUMENT_KINDS)
    language = one_of(LANGUAGE_NAMES)
    use = one_of(USES)
    sort = sort_by("title", "kind", "issued")


class Anonymous(TrimmedString):
    """A text that leaves its platform: what looks like somebody in it is refused, with the words that were found."""

    def clean(self, text: str) -> str:
        """The text as it is stored. Raises ValidationError."""
        text = super().clean(text)
        if found := traces_in(text):
            raise ValidationError(
                _("Take out what tells who it is about: %(found)s.", found=", ".join(f"« {one} »" for one in found))
            )
        return text
