from clais.forms.fields import Date, TrimmedString
from clais.forms.moments import near
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l

LONGEST = 200


class TaskSchema(Schema):
    """What is to be done, and by which day."""

    text = TrimmedString(
        LONGEST,
        required=True,
        metadata={"label": _l("What is to be done?"), "ask": _l("Write what is to be done.")},
    )
    due_on = Date(
        required=True, validate=near, metadata={"label": _l("By which day?"), "ask": _l("Give the day of the task.")}
    )
