"""What a feature says that a file may lack: what is to be completed, each with the one act that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement

from clais.feature.handling import Key


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Something that a file may lack.

    `condition` says of the person of a row, in the tenant that it is given, that it is so. `label` is its tab, `why`
    the sentence of a row, `act` the button that leads to the very field, at `url`; the first three are gettext ids.
    It is shown to members with `permission`.
    """

    name: str
    order: int
    label: str
    why: str
    act: str
    permission: str
    condition: Callable[[Key], ColumnElement[bool]]
    url: Callable[[UUID], str]
