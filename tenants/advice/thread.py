"""What became of advised steps, on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from clais.actor import Actor
from clais.dates import noon_unless_written_on
from clais.feature.file import Entry
from clais.translation import gettext as _
from tenants.advice.presentation import in_words


def advice_entry(answer: Any, _actor: Actor) -> Iterator[Entry]:
    """An answer, on the day on which it was given."""
    yield Entry(
        noon_unless_written_on(answer.answered_on, answer.created_at),
        "orientation",
        _("Was the advised step done? %(answer)s", answer=in_words(answer.answer)),
        answer.goal or "",
        by=answer.answered_by,
        icon="compass",
    )
