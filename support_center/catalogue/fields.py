from typing import Any

from clais.forms.fields import Identifier
from clais.forms.messages import Message
from clais.numbers import InvalidEnterpriseNumber, clean_enterprise_number, format_enterprise_number


class EnterpriseNumber(Identifier):
    """A number of the Crossroads Bank for Enterprises, stored as ten digits."""

    counted = False
    default_error_messages = {
        "invalid_number": Message("Write an enterprise number of ten digits, such as 0417.497.106.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(20, **kwargs)

    def clean(self, text: str) -> str:
        """The ten digits. Raises ValidationError for an impossible number."""
        text = super().clean(text)
        try:
            return clean_enterprise_number(text)
        except InvalidEnterpriseNumber:
            pass
        raise self.make_error("invalid_number")

    @staticmethod
    def form_value(value: object) -> str:
        """The usual format: 0417.497.106."""
        return format_enterprise_number(str(value))
