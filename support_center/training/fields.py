"""The half-days of a session as they are typed: one day a line, whole or one half of it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import ValidationError

from clais.exchange.training.rules.half_days import HALVES, HalfDay, by_day
from clais.forms.fields import Date, TrimmedString
from clais.forms.messages import Message
from clais.text import fold

WORDS = {"matin": "am", "morning": "am", "am": "am", "apres-midi": "pm", "afternoon": "pm", "pm": "pm"}
FRENCH = {"am": "matin", "pm": "après-midi"}
MOST_LINES = 30
_LINE = re.compile(r"(?P<day>[\d/.\- ]+?)\s*(?P<half>[^\W\d][\w-]*)?", flags=re.UNICODE)


class HalfDays(TrimmedString):
    """One day a line: « 03/12/2026 », « 04/12/2026 matin »."""

    default_error_messages = {
        "line": Message("Write one day a line, such as 03/12/2026, 03/12/2026 matin or 03/12/2026 après-midi."),
        "many": Message("A session has 30 days at most."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(1000, multiline=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        lines = [line for line in (one.strip() for one in text.splitlines()) if line]
        if len(lines) > MOST_LINES:
            raise self.make_error("many")
        found = {half_day for line in lines for half_day in self._half_days(line)}
        if not found:
            raise self.make_error("line")
        return sorted(found)

    def _half_days(self, line: str) -> list[HalfDay]:
        match = _LINE.fullmatch(line)
        half = WORDS.get(fold(match["half"]).replace(" ", "-")) if match and match["half"] else ""
        if match is None or half is None:
            raise self.make_error("line")
        try:
            day = Date().deserialize(match["day"].strip())
        except ValidationError as error:
            raise self.make_error("line") from error
        return [HalfDay(day, one) for one in ([half] if half else HALVES)]

    @staticmethod
    def form_value(value: Iterable[HalfDay]) -> str:
        """The days as they are typed."""
        return "\n".join(
            f"{day:%d/%m/%Y}" if len(halves) > 1 else f"{day:%d/%m/%Y} {FRENCH[halves[0]]}"
            for day, halves in by_day(value).items()
        )
