from typing import Any

from marshmallow import Schema as AnySchema
from marshmallow import fields

from clais.forms.choices import ChoiceSource, SeveralChoices
from clais.forms.fields import TrimmedString
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l


def tags_schema(tags: ChoiceSource, on_them: ChoiceSource) -> AnySchema:
    """The form that puts tags on files, and takes off those that are on one of them."""
    asked: dict[str, fields.Field[Any]] = {
        "on": SeveralChoices(tags, load_default=list, metadata={"label": _l("Put on")}),
        "new": TrimmedString(30, load_default=None, allow_none=True, metadata={"label": _l("A new tag")}),
        "off": SeveralChoices(on_them, load_default=list, metadata={"label": _l("Take off")}),
    }
    return Schema.from_dict(asked, name="TagsSchema")()
