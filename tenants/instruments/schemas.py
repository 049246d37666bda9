from clais.forms.fields import Date, TrimmedString
from clais.forms.moments import not_past
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l


class ExceptionSchema(Schema):
    """Asking to wait with a version."""

    exception_reason = TrimmedString(
        500,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Why does the platform wait?"),
            "ask": _l("Say why."),
            "hint": _l("The support centre reads it. Name nobody."),
            "rows": 3,
        },
    )
    exception_until = Date(
        required=True, validate=not_past, metadata={"label": _l("Until when?"), "ask": _l("Say until when.")}
    )
